//! The other tabs of the same account: each writes for itself and tells the others which rows it has stored.

use super::space::Space;
use super::store::layout::{self, Branch};
use super::store::rows::RowKey;
use super::store::{DossierStore, Write};
use automerge::ChangeHash;
use gloo_events::EventListener;
use serde::Serialize;
use shared::dossier::DocumentId;
use shared::id::UserId;
use shared::json::{self, Read, Value, field};
use shared::sorted::SortedSet;
use shared::sync::Input;
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// What tabs say to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
enum Said {
    /// These rows (keys of the store) are on the disk; these of them are unsent.
    Rows { rows: Vec<String>, unsent: Vec<String> },
    /// The server has called these changes durable.
    Sent { unsent: Vec<String> },
    /// A dossier's branch was set aside: read it anew.
    Reload { document: DocumentId },
    /// The account was signed out.
    SignedOut,
}

impl Read for Said {
    fn read(json: &Value) -> Option<Self> {
        if json.as_str() == Some("SignedOut") {
            return Some(Self::SignedOut);
        }
        let (kind, said) = json.as_object()?.iter().next()?;
        Some(match kind.as_str() {
            "Rows" => Self::Rows {
                rows: field(said, "rows")?,
                unsent: field(said, "unsent")?,
            },
            "Sent" => Self::Sent {
                unsent: field(said, "unsent")?,
            },
            "Reload" => Self::Reload {
                document: field(said, "document")?,
            },
            _ => return None,
        })
    }
}

/// The channel to the other tabs; silent where the browser has none.
pub(super) struct Tabs {
    channel: Option<web_sys::BroadcastChannel>,
    _hearing: Option<EventListener>,
}

impl Tabs {
    pub(super) fn new(user: UserId, space: Weak<Space>) -> Self {
        let channel = web_sys::BroadcastChannel::new(&layout::database_name(user)).ok();
        let hearing = channel.as_ref().map(|channel| {
            EventListener::new(channel, "message", move |event| {
                let said = event
                    .dyn_ref::<web_sys::MessageEvent>()
                    .and_then(|event| event.data().as_string());
                let said = said.and_then(|text| json::from_str::<Said>(&text));
                if let (Some(space), Some(said)) = (space.upgrade(), said) {
                    spawn_local(async move { space.heard(said).await });
                }
            })
        });
        Self {
            channel,
            _hearing: hearing,
        }
    }

    fn say(&self, said: &Said) {
        if let (Some(channel), Ok(text)) = (&self.channel, serde_json::to_string(said)) {
            // A closed channel: the account is being closed.
            let _ = channel.post_message(&text.into());
        }
    }

    /// These rows are on the disk.
    pub(super) fn rows(&self, write: &Write) {
        let rows: Vec<String> = write.rows.iter().map(|(branch, row)| branch.row(&row.key)).collect();
        if !rows.is_empty() {
            self.say(&Said::Rows {
                rows,
                unsent: unsent(&write.unsent),
            });
        }
    }

    /// The server has called these changes durable.
    pub(super) fn sent(&self, sent: &[(Branch, ChangeHash)]) {
        self.say(&Said::Sent { unsent: unsent(sent) });
    }

    /// A dossier has to be read anew.
    pub(super) fn reload(&self, document: DocumentId) {
        self.say(&Said::Reload { document });
    }

    /// The account was signed out.
    pub(super) fn signed_out(&self) {
        self.say(&Said::SignedOut);
    }

    /// Stops.
    pub(super) fn close(&self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

fn unsent(changes: &[(Branch, ChangeHash)]) -> Vec<String> {
    changes.iter().map(|(branch, change)| branch.unsent(change)).collect()
}

impl Space {
    async fn heard(self: &Rc<Self>, said: Said) {
        match said {
            Said::Rows { rows, unsent } => {
                for (branch, change) in unsent.iter().filter_map(|key| layout::parse_unsent(key)) {
                    match self.shelf.borrow_mut().get_mut(&branch.document) {
                        Some(held) if held.branch == branch => drop(held.unsent.insert(change)),
                        _ => self.small.borrow_mut().unsent.push((branch, change)),
                    }
                }
                let rows: Vec<_> = rows.iter().filter_map(|key| layout::parse_row(key)).collect();
                let mut branches: SortedSet<Branch> = rows.iter().map(|(branch, _)| *branch).collect();
                for branch in branches.take() {
                    let keys = rows
                        .iter()
                        .filter(|(of, _)| *of == branch)
                        .map(|(_, key)| *key)
                        .collect();
                    self.take_in(branch, keys).await;
                }
                self.count();
            }
            Said::Sent { unsent } => {
                for (branch, change) in unsent.iter().filter_map(|key| layout::parse_unsent(key)) {
                    if let Some(held) = self.shelf.borrow_mut().get_mut(&branch.document) {
                        held.unsent.remove(&change);
                    }
                    self.small
                        .borrow_mut()
                        .unsent
                        .retain(|waiting| *waiting != (branch, change));
                }
                self.count();
            }
            Said::Reload { document } => self.reload(document).await,
            Said::SignedOut => {
                if let Some(core) = self.core.upgrade().filter(|core| core.is_current(self)) {
                    core.flush();
                    core.nobody();
                }
            }
        }
    }

    /// Reads rows another tab has stored into the document here.
    async fn take_in(self: &Rc<Self>, branch: Branch, keys: Vec<RowKey>) {
        let new = |key: &RowKey| {
            let shelf = self.shelf.borrow();
            shelf
                .get(&branch.document)
                .is_some_and(|held| held.branch == branch && !held.keys.contains(key))
        };
        let keys: Vec<RowKey> = keys.into_iter().filter(new).collect();
        if keys.is_empty() {
            return;
        }
        // A problem with the disk here shows with the next write; what was missed comes with the next look.
        let Ok(rows) = self.store.rows_named(branch, &keys).await else {
            return;
        };
        let changed = match self.shelf.borrow_mut().get_mut(&branch.document) {
            Some(held) if held.branch == branch => held.begin().is_ok() && held.absorb(rows),
            _ => false,
        };
        if changed {
            self.refresh_soon(branch.document);
            self.feed(Input::Changed { doc: branch.document });
        }
    }

    /// Reads whatever was stored while this tab was hidden or frozen, or while the database was closed.
    pub(super) async fn catch_up(self: &Rc<Self>) {
        let Ok(small) = self.store.small().await else { return };
        let held: Vec<Branch> = self.shelf.borrow().all().map(|held| held.branch).collect();
        self.small.replace(small);
        for branch in held {
            if self.branch(branch.document) != branch {
                self.reload(branch.document).await;
                continue;
            }
            if let Ok(keys) = self.store.row_keys(branch).await {
                self.take_in(branch, keys).await;
            }
            self.recount(branch);
        }
        self.count();
    }

    /// The unsent changes of a branch, as the store has them: another tab may have sent some.
    fn recount(&self, branch: Branch) {
        let small = self.small.borrow();
        if let Some(held) = self.shelf.borrow_mut().get_mut(&branch.document) {
            let stored: BTreeSet<ChangeHash> = small
                .unsent
                .iter()
                .filter(|(of, _)| *of == branch)
                .map(|(_, change)| *change)
                .collect();
            // What this tab has in flight is not in the store yet.
            let state = self.saver.state();
            if state.saving == 0 && state.not_stored == 0 {
                held.unsent = stored;
            }
        }
    }

    /// Reads a dossier anew from the disk.
    pub(super) async fn reload(self: &Rc<Self>, document: DocumentId) {
        let Some(held) = self.shelf.borrow_mut().take(&document) else {
            return;
        };
        if let Ok(small) = self.store.small().await {
            self.small.replace(small);
        }
        // What was agreed with the server on the present connection was about the old branch.
        self.link.hang_up();
        self.feed(Input::Forget { doc: document });
        self.read_refusals();
        self.open(held.identity).await;
    }
}
