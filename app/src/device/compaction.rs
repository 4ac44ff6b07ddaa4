//! Many small rows become one snapshot, in a worker: the main thread stays free, and the next start reads one row.

use super::common::Common;
use super::held::Held;
use super::space::Space;
use super::store::layout::{self, Branch, meta};
use super::store::rows::{self, RowKey, RowKind};
use super::store::{DossierStore, IdbStore, Write};
use gloo_events::EventListener;
use shared::dossier::Identity;
use shared::json;
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// More rows than this are worth a snapshot.
const ROWS: usize = 48;
/// How long after opening, in ms: not while the first screen is being drawn.
const PAUSE_MS: u32 = 4_000;

#[wasm_bindgen]
extern "C" {
    /// Web Locks without the unstable part of web-sys.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn lock(name: &str, run: &js_sys::Function) -> Result<js_sys::Promise, JsValue>;
}

/// Has a dossier's rows compacted in a while, if there are many.
pub(super) fn soon(space: &Rc<Space>, held: &Held) {
    if held.keys.len() <= ROWS {
        return;
    }
    let (space, branch) = (Rc::downgrade(space), held.branch);
    spawn_local(async move {
        super::time::sleep_ms(PAUSE_MS).await;
        let Some(space) = space.upgrade() else { return };
        let Some(core) = space.core.upgrade() else { return };
        let options = web_sys::WorkerOptions::new();
        options.set_type(web_sys::WorkerType::Module);
        let Ok(worker) = web_sys::Worker::new_with_options(&core.worker, &options) else {
            return;
        };
        let job = js_sys::Object::new();
        let job_parts = [
            ("database", space.database().into()),
            ("document", branch.document.to_string().into()),
            ("branch", JsValue::from(branch.number)),
        ];
        for (name, value) in job_parts {
            let _ = js_sys::Reflect::set(&job, &name.into(), &value);
        }
        let ended = worker.clone();
        EventListener::once(&worker, "message", move |event| {
            let data = event
                .dyn_ref::<web_sys::MessageEvent>()
                .map(web_sys::MessageEvent::data)
                .unwrap_or_default();
            let done = js_sys::Reflect::get(&data, &"done".into())
                .ok()
                .and_then(|done| done.as_string());
            // The snapshot holds what is in memory here: it need not be read.
            if let Some(key) = done.and_then(|key| key.parse::<RowKey>().ok())
                && let Some(held) = space.shelf.borrow_mut().get_mut(&branch.document)
            {
                held.keys.insert(key);
            }
            ended.terminate();
        })
        .forget();
        // Not started: the rows stay as they are until the next start.
        let _ = worker.post_message(&job);
    });
}

/// Runs in the worker: one branch of `database` becomes one snapshot. The name of the snapshot's row, or nothing.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "called from worker.js")]
pub async fn compact(database: String, document: String, branch: u32) -> Option<String> {
    let branch = Branch {
        document: document.parse().ok()?,
        number: branch,
    };
    let (told, answer) = futures::channel::oneshot::channel();
    let mut told = Some(told);
    let name = format!("tcpl-compact/{database}/{branch}");
    let run = Closure::once(move || {
        wasm_bindgen_futures::future_to_promise(async move {
            let done = compact_branch(database, branch).await;
            if let Some(told) = told.take() {
                let _ = told.send(done);
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    // Alone: two workers at once would each delete what the other one's snapshot replaces.
    let locked = lock(&name, run.as_ref().unchecked_ref()).ok()?;
    wasm_bindgen_futures::JsFuture::from(locked).await.ok()?;
    answer.await.ok()?.map(|key| key.to_string())
}

async fn compact_branch(database: String, branch: Branch) -> Option<RowKey> {
    let store = IdbStore::new(database, Rc::new(|| ()));
    let small = store.small().await.ok()?;
    let identity: Identity = json::from_str(small.meta.get(&meta::identity(&branch.document))?)?;
    let rows = store.rows(branch).await.ok()?;
    let loaded = rows::load(Common::of(&identity, &small).ok()?.changes(), rows);
    let single = loaded.keys.len() == 1 && loaded.keys.iter().all(|key| key.kind == RowKind::Snapshot);
    if single {
        return None;
    }
    let keys: BTreeSet<RowKey> = loaded.keys;
    let compacted = rows::compact(&loaded.doc, &keys)?;
    let key = compacted.snapshot.key;
    let write = Write {
        rows: vec![(branch, compacted.snapshot)],
        drop_rows: compacted.replaces.into_iter().map(|row| (branch, row)).collect(),
        strict: true,
        ..Write::default()
    };
    store.write(&write).await.ok()?;
    Some(key)
}

// The layout is the worker's too: a worker of an old build never meets a newer database, it could not open it.
const _: u8 = layout::VERSION;
