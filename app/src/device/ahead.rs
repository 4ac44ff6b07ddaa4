//! What boot.js has read from the disk while the module was being compiled.

use super::account::Account;
use super::store::Small;
use super::store::layout::{self, Branch, meta};
use super::store::rows::Row;
use js_sys::{Array, Reflect, Uint8Array};
use shared::dossier::Identity;
use shared::json;
use wasm_bindgen::{JsCast, JsValue};

/// An account and the rows of the dossier the address names.
pub(super) struct Ahead {
    pub(super) account: Account,
    pub(super) small: Small,
    pub(super) dossier: Option<(Identity, Vec<Row>)>,
}

/// Reads what boot.js passed; `None` if there is nothing, or it does not fit.
pub(super) fn read(passed: &JsValue) -> Option<Ahead> {
    let list = |name: &str| Reflect::get(passed, &name.into()).ok()?.dyn_into::<Array>().ok();
    let values = list("values")?;
    let meta: Vec<(String, String)> = list("names")?
        .iter()
        .zip(values.iter())
        .filter_map(|(name, value)| Some((name.as_string()?, value.as_string()?)))
        .collect();
    let waiting = list("waiting")?
        .iter()
        .filter_map(|key| layout::parse_unsent(&key.as_string()?))
        .collect();
    let small = Small {
        meta: meta.into_iter().collect(),
        unsent: waiting,
    };
    let account: Account = json::from_str(small.meta.get(meta::SESSION)?)?;
    let dossier = Reflect::get(passed, &"branch".into()).ok().and_then(|branch| {
        let branch: Branch = branch.as_string()?.parse().ok()?;
        let identity: Identity = json::from_str(small.meta.get(&meta::identity(&branch.document))?)?;
        let (keys, bytes) = (list("keys")?, list("bytes")?);
        let rows = keys.iter().zip(bytes.iter()).filter_map(|(key, bytes)| {
            let (_, key) = layout::parse_row(&key.as_string()?)?;
            let bytes = bytes
                .dyn_into::<Uint8Array>()
                .map(|bytes| bytes.to_vec())
                .unwrap_or_default();
            Some(Row { key, bytes })
        });
        let rows = rows.collect();
        Some((identity, rows))
    });
    Some(Ahead {
        account,
        small,
        dossier,
    })
}
