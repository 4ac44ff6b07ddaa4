//! One account at work in this page: its store, its dossiers in memory, its way to the server, the other tabs.

use super::account::Account;
use super::core::Core;
use super::drafts::Drafts;
use super::held::{Held, Shelf};
use super::link::{self, Link};
use super::notice::Notice;
use super::refusal::StoredRefusal;
use super::snapshot::Touched;
use super::status::Network;
use super::store::layout::{self, Branch, meta};
use super::store::rows::Row;
use super::store::saver::{SaveState, Saver};
use super::store::{DossierStore, IdbStore, Small, Write};
use super::tabs::Tabs;
use super::view::{Opening, View};
use super::{compaction, hex};
use ::core::cell::{Cell, RefCell};
use leptos::prelude::GetUntracked;
use shared::criteria;
use shared::dossier::{DocumentId, Identity};
use shared::id::UserId;
use shared::sorted::{SortedMap, SortedSet};
use shared::sync::Input;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

/// An open account.
pub(super) struct Space {
    pub(super) core: Weak<Core>,
    pub(super) account: RefCell<Account>,
    pub(super) store: Rc<IdbStore>,
    pub(super) saver: Saver<IdbStore>,
    pub(super) shelf: RefCell<Shelf>,
    /// Everything small, as the store has it or soon will.
    pub(super) small: RefCell<Small>,
    pub(super) link: Link,
    pub(super) tabs: Tabs,
    pub(super) refused: RefCell<SortedMap<DocumentId, StoredRefusal>>,
    pub(super) drafts: Drafts,
    views: RefCell<SortedMap<DocumentId, View>>,
    opening: RefCell<SortedSet<DocumentId>>,
    /// Documents the server has said something about.
    answered: RefCell<SortedSet<DocumentId>>,
    stale: RefCell<SortedSet<DocumentId>>,
    /// Documents whose rows could not be read: not shown as empty before the server has spoken.
    unread: RefCell<SortedSet<DocumentId>>,
    last_save: Cell<SaveState>,
    /// What the browser refused is being tried again.
    retrying: Cell<bool>,
}

impl Space {
    /// Opens an account with what the store knows of it.
    pub(super) fn new(core: &Rc<Core>, account: Account, store: Rc<IdbStore>, small: Small) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let (saving, hearing) = (this.clone(), this.clone());
            Self {
                core: Rc::downgrade(core),
                saver: Saver::new(Rc::clone(&store), move |state| {
                    if let Some(space) = saving.upgrade() {
                        space.saved(state);
                    }
                }),
                tabs: Tabs::new(account.user.id, hearing),
                link: Link::new(&core.build),
                account: RefCell::new(account),
                store,
                shelf: RefCell::default(),
                refused: RefCell::new(Self::refused_in(&small)),
                small: RefCell::new(small),
                drafts: Drafts::default(),
                views: RefCell::default(),
                opening: RefCell::default(),
                answered: RefCell::default(),
                stale: RefCell::default(),
                unread: RefCell::default(),
                last_save: Cell::default(),
                retrying: Cell::default(),
            }
        })
    }

    /// The account.
    pub(super) fn user(&self) -> UserId {
        self.account.borrow().user.id
    }

    /// The signals of a document; made when first asked for.
    pub(super) fn view(&self, document: DocumentId) -> Option<View> {
        let core = self.core.upgrade()?;
        Some(
            *self
                .views
                .borrow_mut()
                .get_or_insert_with(document, || core.owner.with(View::default)),
        )
    }

    /// The branch of a document that is edited here.
    pub(super) fn branch(&self, document: DocumentId) -> Branch {
        let small = self.small.borrow();
        let number = small
            .meta
            .get(&meta::branch(&document))
            .and_then(|number| number.parse().ok());
        Branch {
            document,
            number: number.unwrap_or(1),
        }
    }

    /// Opens a dossier, if it is not open: reads it, shows it, keeps it in sync.
    pub(super) async fn open(self: &Rc<Self>, identity: Identity) {
        let document = identity.document_id();
        if self.shelf.borrow().get(&document).is_some() || !self.opening.borrow_mut().insert(document) {
            return;
        }
        let read = self.store.rows(self.branch(document)).await;
        self.opening.borrow_mut().remove(&document);
        let rows = read.unwrap_or_else(|problem| {
            self.unread.borrow_mut().insert(document);
            self.notify(Notice::store(&problem));
            Vec::new()
        });
        self.open_with(identity, rows);
        self.keep_in_step(&document);
    }

    /// Opens and shows a dossier whose rows are at hand. [`keep_in_step`](Self::keep_in_step) must follow.
    pub(super) fn open_with(self: &Rc<Self>, identity: Identity, rows: Vec<Row>) {
        let document = identity.document_id();
        let Some(view) = self.view(document) else { return };
        let Some(set) = criteria::set(&identity.set) else {
            return view.fail("Bản ứng dụng này chưa biết bộ tiêu chí của hồ sơ. Hãy cập nhật ứng dụng.");
        };
        let (year, branch) = (identity.year, self.branch(document));
        let held = match Held::load(identity, set, branch, rows, &self.small.borrow()) {
            Ok(held) => held,
            Err(problem) => return view.fail(&format!("Không mở được hồ sơ ({problem}).")),
        };
        if held.damaged > 0 {
            self.notify(Notice::damaged(held.damaged, year));
        }
        self.shelf.borrow_mut().put(held);
        self.refresh(&document, &Touched::Everything);
        self.count();
    }

    /// What an open dossier needs besides being shown: the session knows of it, its rows are few.
    pub(super) fn keep_in_step(self: &Rc<Self>, document: &DocumentId) {
        let (note, branch) = {
            let shelf = self.shelf.borrow();
            let Some(held) = shelf.get(document) else { return };
            compaction::soon(self, held);
            (held.to_note(self.writes(&held.identity)), held.branch)
        };
        let state = self
            .small
            .borrow()
            .meta
            .get(&meta::state(&branch))
            .and_then(|state| hex::decode(state));
        self.feed(Input::Open {
            doc: *document,
            saved_state: state,
        });
        self.store_soon(note);
    }

    /// Opens every year of the account's commune, one after the other, so that all of them work offline later.
    pub(super) async fn open_all_years(self: Rc<Self>) {
        let years: Vec<Identity> = {
            let account = self.account.borrow();
            account
                .years
                .iter()
                .rev()
                .filter_map(|open| account.dossier_of_year(open.year))
                .collect()
        };
        for identity in years {
            self.open(identity).await;
            // In slices: what the official taps meanwhile goes first.
            super::time::sleep_ms(20).await;
            if self.link.closed.get() {
                return;
            }
        }
    }

    /// The server has said something about a document: there is no more waiting to be told that it is not here.
    pub(super) fn arrived(self: &Rc<Self>, document: &DocumentId) {
        self.answered.borrow_mut().insert(*document);
        self.refresh_soon(*document);
    }

    /// The same, where the document itself has not changed.
    pub(super) fn arrived_first(self: &Rc<Self>, document: &DocumentId) {
        let first = self.answered.borrow_mut().insert(*document);
        let waits = self
            .view(*document)
            .is_some_and(|view| view.state.get_untracked() != Opening::Ready);
        if first && waits {
            self.refresh_soon(*document);
        }
    }

    /// Reads what changed into the snapshot, together with whatever else comes in the same moment.
    pub(super) fn refresh_soon(self: &Rc<Self>, document: DocumentId) {
        if self.stale.borrow_mut().insert(document) {
            let space = Rc::clone(self);
            spawn_local(async move {
                super::time::sleep_ms(0).await;
                space.stale.borrow_mut().remove(&document);
                space.refresh(&document, &Touched::Everything);
            });
        }
    }

    /// Reads what was touched into the snapshot.
    pub(super) fn refresh(&self, document: &DocumentId, touched: &Touched) {
        let Some(view) = self.view(*document) else { return };
        let mut shelf = self.shelf.borrow_mut();
        let Some(held) = shelf.get_mut(document) else { return };
        let own = self.writes(&held.identity) && !self.unread.borrow().contains(document);
        let known = held.is_begun() || own || self.answered.borrow().contains(document);
        if !known {
            return view.set_state(Opening::NotHere);
        }
        let next = held.read(view.now().as_deref(), touched);
        drop(shelf);
        match next {
            Ok(snapshot) => view.show(snapshot),
            Err(problem) => view.fail(&format!("Không đọc được hồ sơ ({problem}).")),
        }
    }

    /// Whether this account enters scores in a dossier.
    pub(super) fn writes(&self, identity: &Identity) -> bool {
        self.account.borrow().writes(identity)
    }

    /// Adds to the first rows of a dossier where it is found again.
    pub(super) fn announced(&self, held: &Held, mut write: Write) -> Write {
        let small = self.small.borrow();
        if !write.rows.is_empty() && !small.meta.contains_key(&meta::branch(&held.branch.document)) {
            let own = self.account.borrow().dossier_of_year(held.identity.year).as_ref() == Some(&held.identity);
            write.join(held.announce(own, &small));
        }
        write
    }

    /// Stores what came from the server, then tells the other tabs.
    pub(super) fn store_received(self: &Rc<Self>, write: Write) {
        self.small.borrow_mut().note(&write);
        let (rows, answer) = (write.clone(), self.saver.push(write));
        let space = Rc::clone(self);
        spawn_local(async move {
            space.saver.run().await;
            if let Ok(Ok(())) = answer.await {
                space.tabs.rows(&rows);
            }
        });
    }

    /// Stores something nobody waits for.
    pub(super) fn store_soon(self: &Rc<Self>, write: Write) {
        if write.is_empty() {
            return;
        }
        self.small.borrow_mut().note(&write);
        drop(self.saver.push(write));
        let space = Rc::clone(self);
        spawn_local(async move { space.saver.run().await });
    }

    /// The documents the session keeps in sync and that can come to rest: not those the server refuses, nor those that
    /// exist neither here nor there.
    pub(super) fn open_documents(&self) -> Vec<DocumentId> {
        let (refused, shelf, answered) = (self.refused.borrow(), self.shelf.borrow(), self.answered.borrow());
        let rests = |held: &&Held| {
            let document = &held.branch.document;
            !refused.contains_key(document) && (held.is_begun() || !answered.contains(document))
        };
        shelf.all().filter(rests).map(|held| held.branch.document).collect()
    }

    /// Whether the server owes an answer: something of this account was sent and not called durable.
    pub(super) fn answer_owed(&self) -> bool {
        let shelf = self.shelf.borrow();
        self.open_documents()
            .iter()
            .any(|document| shelf.get(document).is_some_and(|held| !held.unsent.is_empty()))
    }

    /// Counts what waits, for the status line.
    pub(super) fn count(&self) {
        let shelf = self.shelf.borrow();
        let elsewhere = |(branch, _): &&(Branch, automerge::ChangeHash)| {
            shelf.get(&branch.document).is_none() && self.branch(branch.document) == *branch
        };
        let in_store = self.small.borrow().unsent.iter().filter(elsewhere).count();
        let waiting = in_store + shelf.all().map(|held| held.unsent.len()).sum::<usize>();
        let refused = self
            .refused
            .borrow()
            .values()
            .map(|refusal| refusal.changes.len().max(1))
            .sum();
        self.facts(|facts| {
            facts.waiting = waiting;
            facts.refused = refused;
        });
        if let Some(core) = self.core.upgrade() {
            core.note_waiting(self.user(), waiting);
        }
    }

    /// Says where the network stands, unless another account has been opened meanwhile.
    pub(super) fn set_network(&self, network: Network) {
        self.facts(|facts| facts.network = network);
    }

    fn saved(self: &Rc<Self>, state: SaveState) {
        let before = self.last_save.replace(state);
        let done = before.saving > 0 && state.saving == 0 && state.not_stored == 0;
        self.facts(|facts| {
            facts.saving = state.saving;
            facts.not_stored = state.not_stored;
            facts.just_saved |= done;
        });
        if state.to_retry && !self.retrying.replace(true) {
            self.retry_later();
        }
        if let Some(core) = self.core.upgrade().filter(|_| done) {
            core.forget_just_saved();
        }
    }

    /// What the browser refused is tried again every few seconds, for as long as it does.
    fn retry_later(self: &Rc<Self>) {
        let space = Rc::downgrade(self);
        spawn_local(async move {
            loop {
                super::time::sleep_ms(5_000).await;
                let Some(space) = space.upgrade() else { return };
                space.saver.retry().await;
                if !space.saver.state().to_retry {
                    return space.retrying.set(false);
                }
            }
        });
    }

    fn facts(&self, change: impl FnOnce(&mut super::status::Facts)) {
        if let Some(core) = self.core.upgrade().filter(|core| core.is_current(self)) {
            core.facts(change);
        }
    }

    /// Shows a notice.
    pub(super) fn notify(&self, notice: Notice) {
        if let Some(core) = self.core.upgrade() {
            core.notify(notice);
        }
    }

    /// Starts what runs by itself.
    pub(super) fn run(self: &Rc<Self>) {
        self.count();
        spawn_local(link::keep(Rc::downgrade(self)));
        spawn_local(Rc::clone(self).open_all_years());
    }

    /// The browser had closed the database, perhaps emptied it: whatever of the open dossiers is not in it goes in again.
    pub(super) async fn restore(self: &Rc<Self>) {
        let branches: Vec<Branch> = self.shelf.borrow().all().map(|held| held.branch).collect();
        let (mut all, mut read) = (Write::default(), Ok(()));
        for branch in branches {
            let stored = match self.store.row_keys(branch).await {
                Ok(stored) => stored,
                Err(problem) => {
                    read = Err(problem);
                    continue;
                }
            };
            let own = |held: &Held| {
                self.account.borrow().dossier_of_year(held.identity.year).as_ref() == Some(&held.identity)
            };
            if let Some(held) = self.shelf.borrow().get(&branch.document) {
                let missing = held.missing_from(&stored);
                if !missing.is_empty() {
                    all.join(held.announce(own(held), &self.small.borrow()));
                    all.join(missing);
                }
            }
        }
        let mut restored = Ok(());
        let lost = !all.is_empty();
        if lost {
            let session = serde_json::to_string(&*self.account.borrow()).ok();
            all.meta.insert(meta::SESSION.to_owned(), session);
            self.small.borrow_mut().note(&all);
            let answer = self.saver.push(all);
            self.saver.run().await;
            restored = answer.await.unwrap_or(Ok(()));
        }
        match restored.and(read) {
            Err(problem) => self.notify(Notice::store(&problem)),
            Ok(()) if lost => self.notify(Notice::store_restored()),
            Ok(()) => {}
        }
    }

    /// Ends everything; what is stored stays.
    pub(super) fn close(&self) {
        self.link.closed.set(true);
        self.link.wake.wake();
        self.tabs.close();
    }

    /// The name of the account's database.
    pub(super) fn database(&self) -> String {
        layout::database_name(self.user())
    }
}
