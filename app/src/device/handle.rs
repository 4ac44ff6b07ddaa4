//! What the screens hold: the device, and a dossier.

use super::Snapshot;
use super::core::{Core, Signals};
use super::edit::{Entered, Saved, WriteError};
use super::snapshot::{IndicatorEntries, Touched};
use super::view::{Opening, View};
use core::ops::Deref;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::dossier::history::{self, HistoryEntry};
use shared::dossier::write::{self, Field};
use shared::dossier::{DocumentId, Identity};
use shared::id::{HeadId, IndicatorNumber};
use shared::scoring::{Entry, HeadDeclaration};
use std::rc::Rc;
use std::sync::Arc;

/// The device, as the screens hold it: its signals (see [`Signals`]) and what can be done. Copy it into any closure.
#[derive(Clone, Copy)]
pub struct Device {
    signals: Signals,
    core: StoredValue<Rc<Core>, LocalStorage>,
}

impl Deref for Device {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        &self.signals
    }
}

impl Device {
    pub(super) fn new(core: &Rc<Core>) -> Self {
        Self {
            signals: core.signals,
            core: core.owner.with(|| StoredValue::new_local(Rc::clone(core))),
        }
    }

    pub(super) fn core(self) -> Rc<Core> {
        self.core.get_value()
    }

    /// The time in seconds since 1970: this machine's clock, corrected by what the server said.
    pub fn now_s(self) -> i64 {
        super::time::now_s()
    }

    /// The dossier of the account's own commune in a year.
    pub fn dossier(self, year: u16) -> DossierHandle {
        let identity = self
            .session
            .with_untracked(|session| session.as_ref()?.dossier_of_year(year));
        match identity {
            Some(identity) => self.dossier_of(identity),
            None => DossierHandle::of_nothing(self),
        }
    }

    /// Any dossier this account may read.
    pub fn dossier_of(self, identity: Identity) -> DossierHandle {
        let document = identity.document_id();
        let Some((space, view)) = self
            .core()
            .space()
            .and_then(|space| Some((Rc::clone(&space), space.view(document)?)))
        else {
            return DossierHandle::of_nothing(self);
        };
        spawn_local(async move { space.open(identity).await });
        DossierHandle {
            state: view.state,
            snapshot: view.snapshot,
            document: Some(document),
            device: self,
        }
    }

    /// Has `commit` called before the page goes (update, hiding): it commits what is being typed. Ends with the screen
    /// that calls this.
    pub fn on_flush(self, commit: impl Fn() + 'static) {
        let (core, commit): (_, Rc<dyn Fn()>) = (self.core(), Rc::new(commit));
        core.flushes.borrow_mut().push(Rc::clone(&commit));
        let end = StoredValue::new_local((core, commit));
        on_cleanup(move || {
            end.with_value(|(core, commit)| core.flushes.borrow_mut().retain(|one| !Rc::ptr_eq(one, commit)));
        });
    }
}

/// How many changes of a history are looked at in one piece.
const CHANGES_AT_ONCE: usize = 200;

/// One dossier, as the screens hold it. Copy it into any closure.
#[derive(Clone, Copy)]
pub struct DossierHandle {
    /// Where its opening stands.
    pub state: RwSignal<Opening>,
    /// What stands in it; a new one after each change.
    pub snapshot: RwSignal<Option<Arc<Snapshot>>>,
    document: Option<DocumentId>,
    device: Device,
}

impl DossierHandle {
    fn of_nothing(device: Device) -> Self {
        let View { state, snapshot } = View::of_nothing(Opening::NoYear);
        Self {
            state,
            snapshot,
            document: None,
            device,
        }
    }

    /// What stands in one indicator; follows changes.
    pub fn indicator(self, number: &IndicatorNumber) -> Option<Arc<IndicatorEntries>> {
        self.snapshot
            .with(|snapshot| snapshot.as_ref()?.indicators.get(number).cloned())
    }

    /// Whether this account enters scores here.
    pub fn can_write(self) -> bool {
        let identity = self
            .snapshot
            .with_untracked(|snapshot| Some(snapshot.as_ref()?.identity.clone()));
        let writes = |identity| {
            self.device
                .session
                .with_untracked(|account| Some(account.as_ref()?.writes(&identity)))
        };
        identity.and_then(writes).unwrap_or(false)
    }

    /// Enters a value for a sub-item (`key` is its id) or for the whole indicator (`key` is `*`). The document has it
    /// when this returns; the future waits for the disk and need not be awaited.
    ///
    /// # Errors
    /// [`WriteError`], in Vietnamese; nothing was entered.
    #[expect(clippy::needless_pass_by_value, reason = "the screen has made it for this call")]
    pub fn set_entry(
        self,
        number: &IndicatorNumber,
        key: &str,
        entry: Entry,
    ) -> impl Future<Output = Result<Saved, WriteError>> + use<> {
        saved(self.enter(Touched::Indicator(number.clone()), |doc, author, time_s| {
            write::set_entry(doc, author, number, key, &entry, time_s)
        }))
    }

    /// Brings the official's edit of an explanation in: `base` is the text as it was shown when the edit began, `new` as
    /// it is now. What colleagues put in meanwhile stays.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was entered.
    pub fn edit_explanation(
        self,
        number: &IndicatorNumber,
        base: &str,
        new: &str,
    ) -> impl Future<Output = Result<Saved, WriteError>> + use<> {
        saved(self.enter(Touched::Indicator(number.clone()), |doc, author, time_s| {
            write::edit_explanation(doc, author, number, base, new, time_s)
        }))
    }

    /// Declares about a head of the commune (condition 3).
    ///
    /// # Errors
    /// [`WriteError`]; nothing was entered.
    pub fn declare_head(
        self,
        head: &HeadId,
        declaration: &HeadDeclaration,
    ) -> impl Future<Output = Result<Saved, WriteError>> + use<> {
        saved(self.enter(Touched::Declarations, |doc, author, time_s| {
            write::declare_head(doc, author, head, declaration, time_s)
        }))
    }

    /// Settles a register in which officials wrote different values: keeps the value written in `chosen`. `seen` are the
    /// hashes of all values that were shown.
    ///
    /// # Errors
    /// [`WriteError::ValuesChanged`] if another value has arrived meanwhile: show them again.
    pub fn settle(
        self,
        field: &Field,
        seen: &[automerge::ChangeHash],
        chosen: automerge::ChangeHash,
    ) -> impl Future<Output = Result<Saved, WriteError>> + use<> {
        let touched = match field {
            Field::Entry { number, .. } => Touched::Indicator(number.clone()),
            Field::Declaration(_) => Touched::Declarations,
            Field::CriteriaVersion => Touched::Everything,
        };
        saved(self.enter(touched, |doc, author, time_s| {
            write::settle(doc, author, field, seen, chosen, time_s)
        }))
    }

    /// The half-typed text of a field, kept by [`keep_draft`](Self::keep_draft), also before a crash.
    pub fn draft(self, field: &str) -> Option<String> {
        self.device.core().space()?.draft(&self.document?, field)
    }

    /// Keeps the half-typed text of a field; `None` once it was entered. Cheap: may be called at every key.
    pub fn keep_draft(self, field: &str, text: Option<String>) {
        if let (Some(space), Some(document)) = (self.device.core().space(), self.document) {
            space.keep_draft(&document, field, text);
        }
    }

    /// The history of an indicator, the oldest first: who wrote what, when, over what. A long one is walked in pieces, so
    /// that taps meanwhile are not kept waiting. Empty if the dossier is not open.
    pub async fn history(self, number: &IndicatorNumber) -> Vec<HistoryEntry> {
        let begun = self.with_document(|doc| history::Walk::new(doc, number, &history::Receipts::new()));
        let Some(Ok(mut walk)) = begun else { return Vec::new() };
        while self
            .with_document(|doc| walk.step(doc, CHANGES_AT_ONCE))
            .unwrap_or(false)
        {
            super::time::sleep_ms(0).await;
        }
        walk.finish()
    }

    /// Looks into the document itself; `None` if it is not open.
    fn with_document<T>(self, look: impl FnOnce(&automerge::Automerge) -> T) -> Option<T> {
        let space = self.device.core().space()?;
        let shelf = space.shelf.borrow();
        Some(look(&shelf.get(&self.document?)?.doc))
    }

    fn enter(
        self,
        touched: Touched,
        change: impl FnOnce(&mut automerge::Automerge, &shared::dossier::Author, i64) -> write::Written,
    ) -> Result<Entered, WriteError> {
        let (space, document) = self
            .device
            .core()
            .space()
            .zip(self.document)
            .ok_or(WriteError::NotOpen)?;
        space.enter(document, touched, change)
    }
}

async fn saved(entered: Result<Entered, WriteError>) -> Result<Saved, WriteError> {
    Ok(entered?.saved().await)
}
