//! What this machine knows across accounts: who has worked here, and who does now.
//!
//! `localStorage` names the present account, because boot.js must know it before anything is opened; the database
//! `tcpl-may` (laid out like an account's, `meta` only) lists the accounts and says the same for when that was deleted.

use super::account::{Account, KnownAccount};
use super::store::layout::database_name;
use super::store::{DossierStore, IdbStore, Write};
use shared::id::UserId;
use shared::json;
use shared::sorted::SortedMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

const DATABASE: &str = "tcpl-may";
const CURRENT: &str = "current";
const ACCOUNT: &str = "account/";
/// The entry of `localStorage` that boot.js reads.
const LOCAL: &str = "tcpl-user";

/// The machine's own small database.
pub(super) struct Machine(Rc<IdbStore>);

impl Machine {
    pub(super) fn new() -> Self {
        Self(Rc::new(IdbStore::new(DATABASE.to_owned(), Rc::new(|| ()))))
    }

    /// Who works here now.
    pub(super) async fn current(&self) -> Option<UserId> {
        let text = match local().and_then(|local| local.get_item(LOCAL).ok()?) {
            Some(text) => text,
            None => self.0.small().await.ok()?.meta.get(CURRENT)?.clone(),
        };
        Some(UserId::new(uuid::Uuid::parse_str(&text).ok()?))
    }

    /// Notes who works here from now on.
    pub(super) fn set_current(&self, user: Option<UserId>) {
        let text = user.map(|user| user.to_string());
        if let Some(local) = local() {
            // So it is at every start but an account's first: nothing is opened and written before the first screen.
            if text.is_some() && local.get_item(LOCAL).ok().flatten() == text {
                return;
            }
            // Forbidden or full: the database has it too.
            let _ = match &text {
                Some(text) => local.set_item(LOCAL, text),
                None => local.remove_item(LOCAL),
            };
        }
        self.put(CURRENT.to_owned(), text);
    }

    /// Notes that an account has worked here.
    pub(super) fn remember(&self, account: &Account, signed_out: bool) {
        let known = KnownAccount {
            user: account.user.id,
            username: account.user.username.clone(),
            name: account.user.name.clone(),
            device_id: account.device_id,
            signed_out,
            unsent: 0,
        };
        self.put(format!("{ACCOUNT}{}", known.user), serde_json::to_string(&known).ok());
    }

    /// Whether an account was signed out on purpose, so that its password is needed to open it here again.
    pub(super) async fn has_signed_out(&self, user: UserId) -> bool {
        let Ok(small) = self.0.small().await else { return false };
        let known = small.meta.get(&format!("{ACCOUNT}{user}"));
        known
            .and_then(|text| json::from_str::<KnownAccount>(text))
            .is_some_and(|known| known.signed_out)
    }

    /// The accounts that have worked here; what of each is not sent is counted in its own database.
    pub(super) async fn known(&self) -> Vec<KnownAccount> {
        let Ok(small) = self.0.small().await else {
            return Vec::new();
        };
        let stored = small.meta.iter().filter(|(key, _)| key.starts_with(ACCOUNT));
        let mut known: Vec<KnownAccount> = stored.filter_map(|(_, value)| json::from_str(value)).collect();
        for account in &mut known {
            let store = IdbStore::new(database_name(account.user), Rc::new(|| ()));
            account.unsent = store.small().await.map_or(0, |small| small.waiting());
            store.close();
        }
        known
    }

    fn put(&self, key: String, value: Option<String>) {
        let store = Rc::clone(&self.0);
        spawn_local(async move {
            let write = Write {
                meta: SortedMap::from([(key, value)]),
                ..Write::default()
            };
            // Where the browser stores nothing there is nothing to remember; the account's own store says so aloud.
            let _ = store.write(&write).await;
        });
    }
}

fn local() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
