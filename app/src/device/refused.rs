//! What the server refused: kept, shown, and taken off the list when it is durable after all.

use super::refusal::{LeftOverRecord, RefusedDossier, StoredRefusal};
use super::space::Space;
use super::store::layout::meta;
use super::store::{Small, Write};
use automerge::ChangeHash;
use shared::dossier::{DocumentId, Identity};
use shared::json;
use shared::sorted::SortedMap;
use std::rc::Rc;

const REFUSED: &str = "refused/";
const LEFT_OVER: &str = "left/";

impl Space {
    /// The refusals of the present branches.
    pub(super) fn refused_in(small: &Small) -> SortedMap<DocumentId, StoredRefusal> {
        let stored = small.meta.iter().filter_map(|(key, value)| {
            let branch = key
                .strip_prefix(REFUSED)?
                .parse::<super::store::layout::Branch>()
                .ok()?;
            let present = small.meta.get(&meta::branch(&branch.document))?;
            (*present == branch.number.to_string())
                .then(|| Some((branch.document, json::from_str(value)?)))
                .flatten()
        });
        stored.collect()
    }

    /// Reads the refusals anew from what the store said last.
    pub(super) fn read_refusals(&self) {
        let refused = Self::refused_in(&self.small.borrow());
        self.refused.replace(refused);
        self.show_refusals();
    }

    /// The server has refused changes of a document; it may name none (see [`StoredRefusal::after`]).
    pub(super) fn refused(self: &Rc<Self>, document: DocumentId, changes: &[ChangeHash], reason: &str) {
        let branch = self.branch(document);
        let refusal = {
            let (refused, shelf) = (self.refused.borrow(), self.shelf.borrow());
            let Some(held) = shelf.get(&document) else { return };
            let is_here = |change: &ChangeHash| held.doc.get_change_meta_by_hash(change).is_some();
            StoredRefusal::after(refused.get(&document), changes, reason, &held.unsent, is_here)
        };
        let Some(refusal) = refusal else { return };
        let text = serde_json::to_string(&refusal).ok();
        self.refused.borrow_mut().insert(document, refusal);
        self.store_soon(Write {
            meta: SortedMap::from([(meta::refused(&branch), text)]),
            ..Write::default()
        });
        self.show_refusals();
    }

    /// Something of the document became durable: refused changes that did so are refused no more.
    pub(super) fn forget_refused(self: &Rc<Self>, document: &DocumentId) {
        let settled = {
            let (refused, shelf) = (self.refused.borrow(), self.shelf.borrow());
            let waits = |change: &String| {
                let change = change.parse();
                shelf
                    .get(document)
                    .is_some_and(|held| change.is_ok_and(|change| held.unsent.contains(&change)))
            };
            let listed = refused.get(document);
            listed.is_some_and(|refusal| !refusal.changes.is_empty() && !refusal.changes.iter().any(waits))
        };
        if settled {
            self.refused.borrow_mut().remove(document);
            let entry = (meta::refused(&self.branch(*document)), None);
            self.store_soon(Write {
                meta: SortedMap::from([entry]),
                ..Write::default()
            });
            self.show_refusals();
        }
    }

    /// Tells the screens.
    pub(super) fn show_refusals(&self) {
        let small = self.small.borrow();
        let identity =
            |document: &DocumentId| -> Option<Identity> { json::from_str(small.meta.get(&meta::identity(document))?) };
        let refused = self.refused.borrow();
        let listed: Vec<RefusedDossier> = refused
            .iter()
            .filter_map(|(document, refusal)| {
                Some(RefusedDossier {
                    document: *document,
                    identity: identity(document)?,
                    changes: refusal.changes.len().max(1),
                    reason: refusal.reason.clone(),
                })
            })
            .collect();
        let records = small.meta.iter().filter(|(key, _)| key.starts_with(LEFT_OVER));
        let left: Vec<LeftOverRecord> = records.filter_map(|(_, value)| json::from_str(value)).collect();
        drop(refused);
        if let Some(core) = self.core.upgrade().filter(|core| core.is_current(self)) {
            core.show_refusals(listed, left);
        }
        self.count();
    }
}
