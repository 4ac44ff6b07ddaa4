//! What lives as long as the page: the signals the screens see, and the account that is open.

use super::account::{Account, KnownAccount};
use super::advice::Advice;
use super::machine::Machine;
use super::notice::Notice;
use super::refusal::{LeftOverRecord, RefusedDossier};
use super::space::Space;
use super::status::{Facts, SyncStatus};
use super::store::layout::database_name;
use super::store::{IdbStore, Small};
use ::core::cell::{Cell, RefCell};
use leptos::prelude::{Update as _, *};
use shared::id::UserId;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long `Đã lưu trên máy` stays on the line before it says where the network stands again, in ms.
const JUST_SAVED_MS: u32 = 1_500;

/// Whether another build of the app is to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Update {
    /// No.
    #[default]
    None,
    /// A newer build is on this machine and starts when the official agrees.
    Offered,
    /// The server speaks a newer protocol: nothing is sent until the app is updated.
    TooOld,
}

/// Whether the app opens without a network on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfflineStart {
    /// Not all of its files are known to be here.
    #[default]
    NotYet,
    /// They are; checked at each start.
    Ready,
    /// This browser has no service worker for it (private window, too old): never, however long one waits.
    Impossible,
}

/// What the screens see of the device besides dossiers. All signals live as long as the page.
#[derive(Debug, Clone, Copy)]
pub struct Signals {
    /// Who works here; none: nobody has signed in on this machine.
    pub session: RwSignal<Option<Account>>,
    /// The accounts that have worked on this machine, with what of each is not sent.
    pub accounts: RwSignal<Vec<KnownAccount>>,
    /// The status line.
    pub status: Signal<SyncStatus>,
    /// Changes of the open account that the server has not called durable.
    pub waiting: Memo<usize>,
    /// Whether the app opens without a network.
    pub offline_start: RwSignal<OfflineStart>,
    /// Whether another build of the app is to be had.
    pub update: RwSignal<Update>,
    /// Advice about the browser, until it is dismissed.
    pub advice: RwSignal<Option<Advice>>,
    /// What the official must know, until it is dismissed.
    pub notices: RwSignal<Vec<Notice>>,
    /// Dossiers with changes the server refuses.
    pub refused: RwSignal<Vec<RefusedDossier>>,
    /// What was left over of branches set aside, until it is let go.
    pub left_over: RwSignal<Vec<LeftOverRecord>>,
    facts: RwSignal<Facts>,
}

impl Signals {
    fn new() -> Self {
        let facts = RwSignal::new(Facts::default());
        let line = Memo::new(move |_| facts.with(Facts::line));
        Self {
            session: RwSignal::new(None),
            accounts: RwSignal::default(),
            status: line.into(),
            waiting: Memo::new(move |_| facts.with(|facts| facts.waiting)),
            offline_start: RwSignal::default(),
            update: RwSignal::default(),
            advice: RwSignal::default(),
            notices: RwSignal::default(),
            refused: RwSignal::default(),
            left_over: RwSignal::default(),
            facts,
        }
    }
}

/// The device's centre.
pub(super) struct Core {
    /// Keeps the signals alive.
    pub(super) owner: Owner,
    pub(super) signals: Signals,
    pub(super) build: String,
    pub(super) worker: String,
    pub(super) machine: Machine,
    pub(super) flushes: RefCell<Vec<Rc<dyn Fn()>>>,
    /// Whether a service worker answers for this page.
    pub(super) had_controller: Cell<bool>,
    space: RefCell<Option<Rc<Space>>>,
    saved_at: Cell<u32>,
}

impl Core {
    pub(super) fn new(build: String, worker: String) -> Rc<Self> {
        let owner = Owner::new();
        let signals = owner.with(Signals::new);
        Rc::new(Self {
            owner,
            signals,
            build,
            worker,
            machine: Machine::new(),
            flushes: RefCell::default(),
            had_controller: Cell::default(),
            space: RefCell::default(),
            saved_at: Cell::default(),
        })
    }

    /// The open account.
    pub(super) fn space(&self) -> Option<Rc<Space>> {
        self.space.borrow().clone()
    }

    pub(super) fn is_current(&self, space: &Space) -> bool {
        self.space
            .borrow()
            .as_ref()
            .is_some_and(|current| ::core::ptr::eq(Rc::as_ptr(current), space))
    }

    /// The store of an account. After the browser closed it, what is in memory is compared with it and written again.
    pub(super) fn store_of(self: &Rc<Self>, account: &Account) -> Rc<IdbStore> {
        let core = Rc::downgrade(self);
        let reopened = Rc::new(move || {
            if let Some(space) = core.upgrade().and_then(|core| core.space()) {
                spawn_local(async move { space.restore().await });
            }
        });
        Rc::new(IdbStore::new(database_name(account.user.id), reopened))
    }

    /// Opens an account: from now on this is who works here.
    pub(super) fn enter(self: &Rc<Self>, account: Account, store: Rc<IdbStore>, small: Small) -> Rc<Space> {
        self.leave();
        let space = Space::new(self, account.clone(), store, small);
        self.space.replace(Some(Rc::clone(&space)));
        self.machine.set_current(Some(account.user.id));
        space.show_refusals();
        self.signals.session.set(Some(account));
        space
    }

    /// Closes the open account; everything of it stays on the disk.
    pub(super) fn leave(&self) {
        if let Some(space) = self.space.take() {
            space.flush_drafts();
            space.close();
        }
        self.signals.facts.set(Facts::default());
        self.signals.refused.set(Vec::new());
        self.signals.left_over.set(Vec::new());
    }

    /// The network may be back: whoever waits to try again tries now.
    pub(super) fn wake(&self) {
        if let Some(space) = self.space() {
            space.link.wake.wake();
        }
    }

    /// The page is seen again, or runs again: what happened meanwhile is on the disk and at the server.
    pub(super) fn seen_again(&self) {
        self.wake();
        if let Some(space) = self.space() {
            spawn_local(async move { space.catch_up().await });
        }
    }

    /// Changes the facts behind the status line.
    pub(super) fn facts(&self, change: impl FnOnce(&mut Facts)) {
        let before = self.signals.facts.get_untracked();
        let mut now = before;
        change(&mut now);
        if now != before {
            self.signals.facts.set(now);
        }
    }

    /// Keeps the list of this machine's accounts true.
    pub(super) fn note_waiting(&self, user: UserId, waiting: usize) {
        let differs = |known: &KnownAccount| known.user == user && known.unsent != waiting;
        if self.signals.accounts.with_untracked(|known| known.iter().any(differs)) {
            self.signals.accounts.update(|known| {
                known
                    .iter_mut()
                    .filter(|known| known.user == user)
                    .for_each(|known| known.unsent = waiting);
            });
        }
    }

    /// A moment after the last save the line says where the network stands again.
    pub(super) fn forget_just_saved(self: &Rc<Self>) {
        let this = self.saved_at.get().wrapping_add(1);
        self.saved_at.set(this);
        let core = Rc::clone(self);
        spawn_local(async move {
            super::time::sleep_ms(JUST_SAVED_MS).await;
            if core.saved_at.get() == this {
                core.facts(|facts| facts.just_saved = false);
            }
        });
    }

    /// Shows a notice, in the place of an older one about the same.
    pub(super) fn notify(&self, notice: Notice) {
        self.signals.notices.update(|notices| {
            notices.retain(|old| old.kind != notice.kind);
            notices.push(notice);
        });
    }

    /// Shows what the server refuses and what is left over.
    pub(super) fn show_refusals(&self, refused: Vec<RefusedDossier>, left: Vec<LeftOverRecord>) {
        let signals = &self.signals;
        if signals.refused.with_untracked(|now| *now != refused) {
            signals.refused.set(refused);
        }
        if signals.left_over.with_untracked(|now| *now != left) {
            signals.left_over.set(left);
        }
    }

    /// Has the screens commit what is being typed, and the store take all drafts.
    pub(super) fn flush(&self) {
        let flushes = self.flushes.borrow().clone();
        for flush in flushes {
            flush();
        }
        if let Some(space) = self.space() {
            space.flush_drafts();
        }
    }
}
