//! A [`Store`] whose commits, and loads if told so, wait until the test lets them go, as on a slow disk.

use super::lossy::LossyStore;
use futures::future::{BoxFuture, FutureExt as _};
use server::store::{DocumentFilter, DocumentRow, DocumentWrite, Snapshot, Store, StoreResult, StoredDocument};
use shared::dossier::DocumentId;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// More loads than any test asks for.
const MANY: usize = 1000;

/// The double. Clones share one disk.
#[derive(Debug, Clone)]
pub struct HeldStore {
    disk: LossyStore,
    turns: Arc<Semaphore>,
    asked: Arc<AtomicUsize>,
    loads: Arc<Semaphore>,
    loads_asked: Arc<AtomicUsize>,
}

impl HeldStore {
    /// Every commit is held from the start.
    pub fn new(disk: LossyStore) -> Self {
        Self {
            disk,
            turns: Arc::new(Semaphore::new(0)),
            asked: Arc::default(),
            loads: Arc::new(Semaphore::new(MANY)),
            loads_asked: Arc::default(),
        }
    }

    /// Holds every load from now on.
    pub fn hold_loads(&self) {
        self.loads.forget_permits(MANY);
    }

    /// Lets so many loads go.
    pub fn let_load(&self, loads: usize) {
        self.loads.add_permits(loads);
    }

    /// How many loads were asked for.
    pub fn loads_asked(&self) -> usize {
        self.loads_asked.load(Ordering::SeqCst)
    }

    /// Lets so many commits go.
    pub fn let_go(&self, commits: usize) {
        self.turns.add_permits(commits);
    }

    /// How many commits were asked for.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Store for HeldStore {
    fn find(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<DocumentRow>>> {
        self.disk.find(document)
    }

    fn list(&self, filter: DocumentFilter) -> BoxFuture<'_, StoreResult<Vec<DocumentRow>>> {
        self.disk.list(filter)
    }

    fn load(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<StoredDocument>>> {
        self.loads_asked.fetch_add(1, Ordering::SeqCst);
        async move {
            self.loads.acquire().await.unwrap().forget();
            self.disk.load(document).await
        }
        .boxed()
    }

    fn commit<'a>(&'a self, writes: &'a [DocumentWrite]) -> BoxFuture<'a, StoreResult<()>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        async move {
            self.turns.acquire().await.unwrap().forget();
            self.disk.commit(writes).await
        }
        .boxed()
    }

    fn put_snapshot(&self, document: DocumentId, snapshot: Snapshot) -> BoxFuture<'_, StoreResult<()>> {
        self.disk.put_snapshot(document, snapshot)
    }

    fn seen(&self, seen: Vec<(DocumentId, i64)>) -> BoxFuture<'_, StoreResult<()>> {
        self.disk.seen(seen)
    }

    fn check(&self) -> BoxFuture<'_, StoreResult<()>> {
        self.disk.check()
    }
}
