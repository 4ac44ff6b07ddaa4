//! The documents that are in use: one desk for each, one room when it is in memory.
//!
//! ```text
//! socket ──message──▶ inbox of the document ──▶ worker: check, apply ──write──▶ writer: one transaction for everything
//!    ▲                                                                            that waits, of all documents
//!    └────────────── frames ◀── worker: answers and news ◀────── committed ────────────────┘
//! ```
//! A document is worked on by one worker at a time, always the same one. No worker waits: rows are read and
//! snapshots written by tasks of their own, documents loaded by threads of their own, which put their result into the inbox like any other message.

mod client;
mod connection;
mod desk;
mod document;
mod gate;
mod guest;
mod idle;
mod loader;
mod open;
mod opening;
mod writer;

pub use client::{Goodbye, Who};
pub use connection::{Connection, Outgoing};

use crate::news::News;
use crate::store::Store;
use client::Client;
use document::{Document, Event};
use loader::Loader;
use shared::access;
use shared::dossier::{DocumentId, Identity};
use shared::id::SetId;
use shared::sync::{Conn, PeerId};
use shared::unit::UnitTree;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use writer::Writer;

/// What a hub works with.
pub struct Settings {
    /// Where documents are kept.
    pub store: Arc<dyn Store>,
    /// All units.
    pub units: Arc<UnitTree>,
    /// The years in which a dossier can begin now, each with its criteria set.
    pub years: Arc<dyn Fn() -> Vec<(u16, SetId)> + Send + Sync>,
    /// Told of each document after its commit.
    pub news: News,
    /// A document nobody wrote to for this long leaves memory.
    pub idle: Duration,
}

/// All documents in use. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    settings: Settings,
    me: PeerId,
    documents: Mutex<HashMap<DocumentId, Arc<Document>>>,
    /// To each worker: documents with something in their inbox.
    ready: Vec<mpsc::UnboundedSender<Arc<Document>>>,
    writer: Writer,
    loader: Loader,
    next_connection: AtomicU64,
    /// Documents a device of their own unit has synced without a change, and when; not on disk yet.
    seen: Mutex<HashMap<DocumentId, i64>>,
    counts: Counts,
}

/// What is counted while the hub runs.
#[derive(Debug, Default)]
struct Counts {
    connections: AtomicUsize,
    loaded: AtomicUsize,
    changes: AtomicU64,
    failures: AtomicU64,
    damaged: AtomicU64,
}

/// The hub's counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Open connections.
    pub connections: usize,
    /// Documents somebody is connected to, loaded or not.
    pub documents: usize,
    /// Documents in memory.
    pub loaded: usize,
    /// Changes committed since the start.
    pub changes: u64,
    /// Times a document was thrown out of memory because a commit or Automerge failed.
    pub failures: u64,
    /// Damaged rows met since the start.
    pub damaged: u64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Panics are caught inside, and what they left behind is thrown away there.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A peer id of its own for each start: what a client remembers of an earlier server must not be taken for this one's.
fn new_peer_id() -> PeerId {
    let mut bytes = [0; 6];
    // Without randomness the id is merely the same again.
    let _ = getrandom::fill(&mut bytes);
    PeerId::from_random(bytes)
}

impl Hub {
    /// Starts the workers and the writer. They end when the last clone of the hub and the last connection are gone.
    ///
    /// # Panics
    /// Outside of a tokio runtime, or when the system gives no thread.
    pub fn start(settings: Settings) -> Self {
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let (ready, queues): (Vec<_>, Vec<_>) = (0..workers).map(|_| mpsc::unbounded_channel()).unzip();
        let (writer, waiting) = Writer::new();
        let idle = settings.idle;
        let store = settings.store.clone();
        let inner = Arc::new(Inner {
            settings,
            me: new_peer_id(),
            documents: Mutex::default(),
            ready,
            writer,
            loader: Loader::start(),
            next_connection: AtomicU64::new(1),
            seen: Mutex::default(),
            counts: Counts::default(),
        });
        for queue in queues {
            tokio::spawn(desk::work(Arc::downgrade(&inner), queue));
        }
        tokio::spawn(writer::run(store, waiting));
        tokio::spawn(idle::sweep(Arc::downgrade(&inner), idle));
        Self(inner)
    }

    /// Lets a connection in that has introduced itself with `join`. `ours`: it announced our additions.
    pub fn connect(&self, who: Who, peer: PeerId, ours: bool) -> Connection {
        let conn = Conn(self.0.next_connection.fetch_add(1, Ordering::Relaxed));
        let (client, outbox) = Client::new(conn, who, peer, ours);
        Connection::new(self.0.clone(), Arc::new(client), outbox)
    }

    /// The server's peer id, new at every start.
    pub fn peer_id(&self) -> &PeerId {
        &self.0.me
    }

    /// Asks every document to leave memory as soon as it can without anybody noticing, as if it had been idle.
    pub fn rest(&self) {
        self.0.rest(Duration::ZERO);
    }

    /// Completes when every connection is gone and what they brought is on disk, or when this takes too long. To be called
    /// when the server stops, after the connections have been told.
    pub async fn drained(&self) {
        const WITHIN: Duration = Duration::from_secs(5);
        let quiet = async {
            while self.counted().connections > 0 || !self.0.writer.is_quiet() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(WITHIN, quiet).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
    }

    /// The counters now.
    pub fn counted(&self) -> Counted {
        let counts = &self.0.counts;
        Counted {
            connections: counts.connections.load(Ordering::Relaxed),
            documents: locked(&self.0.documents).len(),
            loaded: counts.loaded.load(Ordering::Relaxed),
            changes: counts.changes.load(Ordering::Relaxed),
            failures: counts.failures.load(Ordering::Relaxed),
            damaged: counts.damaged.load(Ordering::Relaxed),
        }
    }
}

impl Inner {
    /// The document of this id, known or not.
    fn document(&self, id: DocumentId) -> Arc<Document> {
        match locked(&self.documents).entry(id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => unknown.insert(Arc::new(Document::new(id))).clone(),
        }
    }

    /// Puts something into a document's inbox and sees that a worker comes.
    fn tell(&self, document: &Arc<Document>, event: Event) {
        if document.put(event) {
            self.queue(document.clone());
        }
    }

    /// Queues a document for its worker.
    fn queue(&self, document: Arc<Document>) {
        let worker = usize::from(document.id.as_bytes()[0]) % self.ready.len();
        // The worker is gone only when the hub is.
        let _ = self.ready[worker].send(document);
    }

    /// The dossier that an unknown document must be, if this account may begin it now: one of its own unit and an open
    /// year. The id follows from these, so nothing the client says is needed.
    fn may_begin(&self, who: &Who, id: DocumentId) -> Option<Identity> {
        let unit = who.principal.unit.as_ref()?;
        let years = (self.settings.years)().into_iter();
        let identity = years
            .map(|(year, set)| Identity::dossier(unit.clone(), year, set))
            .find(|identity| identity.document_id() == id)?;
        let resource = gate::resource(&identity);
        access::writes_anything(&self.settings.units, &who.principal, &resource).then_some(identity)
    }
}
