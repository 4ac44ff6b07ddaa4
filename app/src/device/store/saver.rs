//! The queue in front of the store: what is entered while a save is in flight goes together into the next transaction,
//! and what the browser refused is kept and tried again with the next one.

use super::{DossierStore, StoreError, Write};
use automerge::ChangeHash;
use core::cell::{Cell, RefCell};
use futures::channel::oneshot;
use std::rc::Rc;

/// How many edits are where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SaveState {
    /// Edits in a transaction, or waiting for the next one.
    pub saving: usize,
    /// Edits the browser refused, that no server has called durable either: they are in this page only.
    pub not_stored: usize,
    /// Something the browser refused is kept here and must be tried again, whether or not the server has it by now.
    pub to_retry: bool,
}

/// What became of a write: committed, or kept in memory because of a problem.
pub type Saved = Result<(), StoreError>;

#[derive(Default)]
struct Waiting {
    write: Write,
    who: Vec<oneshot::Sender<Saved>>,
}

/// Saves for one account.
pub struct Saver<S> {
    store: Rc<S>,
    next: RefCell<Waiting>,
    in_flight: Cell<usize>,
    refused: RefCell<Write>,
    running: Cell<bool>,
    changed: Box<dyn Fn(SaveState)>,
}

impl<S: DossierStore> Saver<S> {
    /// A queue in front of `store`; `changed` is told whenever a number of [`SaveState`] changes.
    pub fn new(store: Rc<S>, changed: impl Fn(SaveState) + 'static) -> Self {
        Self {
            store,
            next: RefCell::default(),
            in_flight: Cell::new(0),
            refused: RefCell::default(),
            running: Cell::new(false),
            changed: Box::new(changed),
        }
    }

    /// Puts a write into the next transaction; [`run`](Self::run) must follow. The answer comes when it is committed or
    /// refused.
    pub fn push(&self, write: Write) -> oneshot::Receiver<Saved> {
        let (done, answer) = oneshot::channel();
        let mut next = self.next.borrow_mut();
        next.write.join(write);
        next.who.push(done);
        drop(next);
        self.tell();
        answer
    }

    /// Saves until nothing waits. A second call while one is at work returns at once.
    pub async fn run(&self) {
        if self.running.replace(true) {
            return;
        }
        loop {
            let Waiting { write: new, who } = self.next.take();
            if new.is_empty() && who.is_empty() {
                break;
            }
            self.save(new, who).await;
        }
        self.running.set(false);
        self.tell();
    }

    /// Tries again what was refused. For a timer, and for when space was freed or the database opened again.
    pub async fn retry(&self) {
        if self.running.get() || self.refused.borrow().is_empty() {
            return;
        }
        self.running.set(true);
        self.save(Write::default(), Vec::new()).await;
        self.running.set(false);
        self.run().await;
    }

    async fn save(&self, new: Write, who: Vec<oneshot::Sender<Saved>>) {
        // What was refused stays refused until it is stored.
        let mut write = self.refused.borrow().clone();
        self.in_flight.set(new.unsent.len());
        write.join(new);
        let saved = self.store.write(&write).await;
        self.in_flight.set(0);
        if saved.is_ok() {
            self.refused.take();
        } else {
            // What the server called durable during this save is not at risk.
            write
                .unsent
                .retain(|change| !self.next.borrow().write.sent.contains(change));
            self.refused.replace(write);
        }
        self.tell();
        for one in who {
            // The one who asked may have gone; the write is made all the same.
            let _gone = one.send(saved.clone());
        }
    }

    /// The server has called these changes durable: whatever the browser does, they are not at risk any more.
    pub fn durable(&self, changes: &[(super::layout::Branch, ChangeHash)]) {
        let mut refused = self.refused.borrow_mut();
        refused.unsent.retain(|change| !changes.contains(change));
        drop(refused);
        self.tell();
    }

    /// How many edits are where.
    pub fn state(&self) -> SaveState {
        let waiting = self.next.borrow().write.unsent.len();
        SaveState {
            saving: self.in_flight.get() + waiting,
            not_stored: self.refused.borrow().unsent.len(),
            to_retry: !self.refused.borrow().is_empty(),
        }
    }

    fn tell(&self) {
        (self.changed)(self.state());
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::Branch;
    use super::super::rows::{Row, RowKey};
    use super::super::{Small, StoreError};
    use super::*;
    use futures::executor::LocalPool;
    use futures::task::LocalSpawnExt;
    use shared::dossier::DocumentId;

    /// Keeps the transactions it was given; refuses while told to. A transaction takes one turn of the executor.
    #[derive(Default)]
    struct Double {
        refusing: RefCell<Option<StoreError>>,
        transactions: RefCell<Vec<Write>>,
    }

    impl DossierStore for Double {
        async fn small(&self) -> Result<Small, StoreError> {
            Ok(Small::default())
        }
        async fn rows(&self, _: Branch) -> Result<Vec<Row>, StoreError> {
            Ok(Vec::new())
        }
        async fn row_keys(&self, _: Branch) -> Result<Vec<RowKey>, StoreError> {
            Ok(Vec::new())
        }
        async fn rows_named(&self, _: Branch, _: &[RowKey]) -> Result<Vec<Row>, StoreError> {
            Ok(Vec::new())
        }
        async fn write(&self, write: &Write) -> Result<(), StoreError> {
            let mut once = false;
            futures::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut once, true) {
                    core::task::Poll::Ready(())
                } else {
                    core::task::Poll::Pending
                }
            })
            .await;
            match self.refusing.borrow().clone() {
                Some(problem) => Err(problem),
                None => {
                    self.transactions.borrow_mut().push(write.clone());
                    Ok(())
                }
            }
        }
    }

    fn branch() -> Branch {
        Branch::first(DocumentId([1; 16]))
    }

    fn edit(n: u8) -> Write {
        let hash = ChangeHash([n; 32]);
        let row = Row {
            key: RowKey::change(hash),
            bytes: vec![n],
        };
        Write {
            rows: vec![(branch(), row)],
            unsent: vec![(branch(), hash)],
            strict: true,
            ..Write::default()
        }
    }

    fn saver() -> (Rc<Double>, Rc<Saver<Double>>) {
        let store = Rc::new(Double::default());
        (Rc::clone(&store), Rc::new(Saver::new(store, |_| ())))
    }

    #[test]
    fn edits_that_arrive_during_a_save_share_the_next_transaction() {
        let (store, saver) = saver();
        let mut pool = LocalPool::new();
        let first = saver.push(edit(1));
        let running = Rc::clone(&saver);
        pool.spawner().spawn_local(async move { running.run().await }).unwrap();
        pool.try_run_one();
        pool.run_until_stalled();
        let answers: Vec<_> = (2..10).map(|n| saver.push(edit(n))).collect();
        pool.run_until(async {
            saver.run().await;
            assert_eq!(first.await, Ok(Ok(())));
            for answer in answers {
                assert_eq!(answer.await, Ok(Ok(())));
            }
        });
        let transactions = store.transactions.borrow();
        assert_eq!(
            transactions.iter().map(|write| write.rows.len()).collect::<Vec<_>>(),
            [1, 8]
        );
        assert!(transactions.iter().all(|write| write.strict));
    }

    #[test]
    fn what_the_browser_refused_goes_with_the_next_save() {
        let (store, saver) = saver();
        LocalPool::new().run_until(async {
            store.refusing.replace(Some(StoreError::Full));
            let answer = saver.push(edit(1));
            saver.run().await;
            assert_eq!(answer.await, Ok(Err(StoreError::Full)));
            assert_eq!(
                saver.state(),
                SaveState {
                    saving: 0,
                    not_stored: 1,
                    to_retry: true
                }
            );
            store.refusing.replace(None);
            let answer = saver.push(edit(2));
            saver.run().await;
            assert_eq!(answer.await, Ok(Ok(())));
            assert_eq!(saver.state(), SaveState::default());
        });
        assert_eq!(
            store
                .transactions
                .borrow()
                .iter()
                .map(|write| write.rows.len())
                .collect::<Vec<_>>(),
            [2]
        );
    }

    #[test]
    fn a_retry_saves_what_was_refused_without_a_new_edit() {
        let (store, saver) = saver();
        LocalPool::new().run_until(async {
            store.refusing.replace(Some(StoreError::Closed));
            drop(saver.push(edit(1)));
            saver.run().await;
            saver.retry().await;
            assert_eq!(saver.state().not_stored, 1);
            store.refusing.replace(None);
            saver.retry().await;
            assert_eq!(saver.state(), SaveState::default());
        });
        assert_eq!(store.transactions.borrow().len(), 1);
    }

    #[test]
    fn what_is_tried_again_counts_as_not_stored_until_it_is() {
        let (store, saver) = saver();
        LocalPool::new().run_until(async {
            store.refusing.replace(Some(StoreError::Full));
            drop(saver.push(edit(1)));
            saver.run().await;
            let refused = saver.state();
            let mut retry = core::pin::pin!(saver.retry());
            let mut once = core::task::Context::from_waker(core::task::Waker::noop());
            assert!(retry.as_mut().poll(&mut once).is_pending(), "in flight");
            assert_eq!(saver.state(), refused);
            retry.await;
            assert_eq!(saver.state(), refused);
        });
    }

    #[test]
    fn what_the_server_has_is_not_counted_as_lost_but_still_stored() {
        let (store, saver) = saver();
        LocalPool::new().run_until(async {
            store.refusing.replace(Some(StoreError::Full));
            drop(saver.push(edit(1)));
            saver.run().await;
            saver.durable(&[(branch(), ChangeHash([1; 32]))]);
            assert_eq!(saver.state().not_stored, 0);
            assert!(saver.state().to_retry, "this machine still lacks it");
            store.refusing.replace(None);
            saver.retry().await;
            assert_eq!(saver.state(), SaveState::default());
        });
        let transactions = store.transactions.borrow();
        assert_eq!(transactions[0].rows.len(), 1);
        assert!(transactions[0].unsent.is_empty());
    }

    #[test]
    fn an_edit_counts_as_saving_until_its_transaction_is_over() {
        let (_, saver) = saver();
        let _answer = saver.push(edit(1));
        assert_eq!(
            saver.state(),
            SaveState {
                saving: 1,
                ..SaveState::default()
            }
        );
        LocalPool::new().run_until(saver.run());
        assert_eq!(saver.state(), SaveState::default());
    }
}
