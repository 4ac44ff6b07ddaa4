//! Half-typed text: kept on the disk a moment after each key, so that it survives a reload, an update and a crash.

use super::space::Space;
use super::store::Write;
use super::store::layout::meta;
use core::cell::{Cell, RefCell};
use shared::dossier::DocumentId;
use shared::sorted::SortedMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long after a key the text goes to the disk, in ms.
const PAUSE_MS: u32 = 300;

/// Drafts that are not handed to the store yet.
#[derive(Default)]
pub(super) struct Drafts {
    waiting: RefCell<SortedMap<String, Option<String>>>,
    timer: Cell<bool>,
}

impl Space {
    /// The half-typed text of a field, if there is one.
    pub(super) fn draft(&self, document: &DocumentId, field: &str) -> Option<String> {
        let key = meta::draft(document, field);
        let waiting = self.drafts.waiting.borrow().get(&key).cloned();
        waiting.unwrap_or_else(|| self.small.borrow().meta.get(&key).cloned())
    }

    /// Keeps the half-typed text of a field; `None` when there is nothing half-typed any more.
    pub(super) fn keep_draft(self: &Rc<Self>, document: &DocumentId, field: &str, text: Option<String>) {
        if self.draft(document, field) == text {
            return;
        }
        let over = text.is_none();
        self.drafts
            .waiting
            .borrow_mut()
            .insert(meta::draft(document, field), text);
        if over {
            // In the transaction of the edit it has become, which waits for the end of this turn: a draft that outlived its
            // edit would be entered again, over whatever came after.
            return self.flush_drafts();
        }
        if !self.drafts.timer.replace(true) {
            let space = Rc::clone(self);
            spawn_local(async move {
                super::time::sleep_ms(PAUSE_MS).await;
                space.drafts.timer.set(false);
                space.flush_drafts();
            });
        }
    }

    /// Hands all drafts to the store now.
    pub(super) fn flush_drafts(self: &Rc<Self>) {
        let meta = self.drafts.waiting.take();
        self.store_soon(Write {
            meta,
            ..Write::default()
        });
    }
}
