//! What the session wants done.

use super::super::space::Space;
use super::super::status::Network;
use super::super::store::Write;
use super::super::store::layout::meta;
use super::super::time;
use shared::dossier::DocumentId;
use shared::sorted::SortedMap;
use shared::sync::{Input, Output};
use std::rc::Rc;

/// The version of our additions to the protocol this build speaks.
const OUR_PROTOCOL: u32 = 1;

impl Space {
    /// Tells the session, and does what it wants.
    pub(in super::super) fn feed(self: &Rc<Self>, input: Input) {
        let outputs = {
            let mut shelf = self.shelf.borrow_mut();
            self.link.session.borrow_mut().handle(input, &mut *shelf)
        };
        for output in outputs {
            self.act(output);
        }
        self.judge();
    }

    fn act(self: &Rc<Self>, output: Output) {
        match output {
            Output::Send(frame) => {
                if let Some(out) = self.link.out.borrow().as_ref() {
                    // A socket that has just closed says so itself.
                    let _ = out.unbounded_send(frame);
                }
            }
            Output::DocumentChanged { doc, new_changes } => {
                let write = self.shelf.borrow_mut().get_mut(&doc).map(|held| {
                    let write = held.received(new_changes);
                    self.announced(held, write)
                });
                if let Some(write) = write.filter(|write| !write.is_empty()) {
                    self.store_received(write);
                }
                self.arrived(&doc);
            }
            Output::Durable { doc, heads } => {
                let write = self.shelf.borrow_mut().get_mut(&doc).map(|held| held.durable(&heads));
                if let Some(write) = write.filter(|write| !write.is_empty()) {
                    self.saver.durable(&write.sent);
                    self.tabs.sent(&write.sent);
                    self.forget_refused(&doc);
                    self.store_soon(write);
                }
                self.arrived_first(&doc);
            }
            Output::StateToSave { doc, bytes } => {
                let branch = self.shelf.borrow().get(&doc).map(|held| held.branch);
                if let Some(branch) = branch {
                    let entry = (meta::state(&branch), Some(super::super::hex::encode(&bytes)));
                    self.store_soon(Write {
                        meta: SortedMap::from([entry]),
                        ..Write::default()
                    });
                }
            }
            Output::Refused { doc, hashes, refusal } => self.refused(doc, &hashes, &refusal.text),
            Output::Unmergeable { doc, what } => {
                web_sys::console::warn_1(&what.into());
                self.refused(
                    doc,
                    &[],
                    "Thay đổi trên máy này và trên máy chủ không ghép được với nhau.",
                );
            }
            Output::Unavailable { doc } => self.arrived(&doc),
            Output::ReadOnly { .. } => {}
            Output::ServerInfo { build, protocol } => {
                self.link.introduced.set(true);
                self.server_speaks(&build, protocol > OUR_PROTOCOL);
            }
            Output::Close { reason } => {
                web_sys::console::warn_1(&reason.into());
                self.link.renew.set(true);
            }
        }
    }

    /// Where the network stands, after everything that was said.
    pub(in super::super) fn judge(&self) {
        if self.link.out.borrow().is_none() || !self.link.introduced.get() {
            self.count();
            return;
        }
        let shelf = self.shelf.borrow();
        let session = self.link.session.borrow();
        let in_step = |document: &DocumentId| {
            shelf
                .get(document)
                .is_none_or(|held| session.is_in_step(document, &held.doc))
        };
        let settled = self.open_documents().iter().all(in_step);
        drop(session);
        drop(shelf);
        let (hour, minute) = time::time_of_day();
        self.set_network(if settled {
            Network::Synced { hour, minute }
        } else {
            Network::Syncing
        });
        self.count();
    }
}
