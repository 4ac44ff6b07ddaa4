//! Group commit: everything that waits, of all documents, goes into one transaction. A transaction costs one flush of the
//! disk, whether it has one row or fifty.

use super::Inner;
use super::document::{Document, Event};
use crate::store::{DocumentWrite, Store};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::mpsc;

/// What is to be written of one document.
struct Waiting {
    hub: Weak<Inner>,
    document: Arc<Document>,
    life: u64,
    write: DocumentWrite,
}

/// The workers' end.
pub(super) struct Writer {
    queue: mpsc::UnboundedSender<Waiting>,
    /// Writes given, until what was gathered meanwhile has been given as well.
    open: AtomicUsize,
}

/// The writer's end.
pub(super) struct Queue(mpsc::UnboundedReceiver<Waiting>);

/// How long after a write the next one is waited for: those who waited have their next change ready at once, and all of
/// them, of all documents, cost one transaction.
const GATHER: Duration = Duration::from_millis(1);
/// How long the documents may take to apply what they have gathered, until the writer goes on without them.
const APPLY_WITHIN: Duration = Duration::from_millis(50);
/// The most documents in one transaction.
const MAX_GROUP: usize = 256;

impl Writer {
    pub(super) fn new() -> (Self, Queue) {
        // Not bounded here: a document has at most one write under way, and each connection a bounded credit.
        let (sender, receiver) = mpsc::unbounded_channel();
        (
            Self {
                queue: sender,
                open: AtomicUsize::new(0),
            },
            Queue(receiver),
        )
    }

    /// Gives a write to the writer. [`Event::Written`] comes back with `life`.
    pub(super) fn write(&self, hub: &Arc<Inner>, document: &Arc<Document>, life: u64, write: DocumentWrite) {
        let (hub, document) = (Arc::downgrade(hub), document.clone());
        // Without a writer the runtime is shutting down; nothing was promised.
        self.open.fetch_add(1, Ordering::Relaxed);
        let _ = self.queue.send(Waiting {
            hub,
            document,
            life,
            write,
        });
    }

    /// Whether nothing waits to be written.
    pub(super) fn is_quiet(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0
    }
}

/// Writes until no worker is left, so that an orderly stop loses nothing that waits.
pub(super) async fn run(store: Arc<dyn Store>, mut queue: Queue) {
    let mut group = Vec::with_capacity(MAX_GROUP);
    while queue.0.recv_many(&mut group, MAX_GROUP).await > 0 {
        let written = commit(&*store, &mut group).await;
        tokio::time::sleep(GATHER).await;
        gather(written).await;
    }
}

/// A document something was written of, and its hub.
type Written = (Weak<Inner>, Arc<Document>);

/// Has the documents apply what has come since, so that it goes into one transaction.
async fn gather(written: Vec<Written>) {
    let (applying, mut applied) = mpsc::channel(1);
    let mut hubs = Vec::with_capacity(written.len());
    for (hub, document) in written {
        if let Some(hub) = hub.upgrade() {
            hub.tell(&document, Event::Gathered(applying.clone()));
            hubs.push(hub);
        }
    }
    drop(applying);
    // Ends when the last document has let go of its end.
    let _ = tokio::time::timeout(APPLY_WITHIN, applied.recv()).await;
    for hub in hubs {
        hub.writer.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Writes the group and tells each document.
async fn commit(store: &dyn Store, group: &mut Vec<Waiting>) -> Vec<Written> {
    let mut writes = Vec::with_capacity(group.len());
    let mut whose = Vec::with_capacity(group.len());
    for Waiting {
        hub,
        document,
        life,
        write,
    } in group.drain(..)
    {
        writes.push(write);
        whose.push((hub, document, life));
    }
    let together = store.commit(&writes).await;
    if let Err(error) = &together {
        tracing::warn!(%error, documents = writes.len(), "a commit failed");
    }
    let alone = together.is_err() && writes.len() > 1;
    let mut together = Some(together);
    let mut written = Vec::with_capacity(writes.len());
    for ((hub, document, life), write) in whose.into_iter().zip(writes) {
        let done = if alone {
            // One document's rows must not keep the others' from the disk.
            store.commit(std::slice::from_ref(&write)).await
        } else {
            together.take().unwrap_or(Ok(()))
        };
        written.push((hub.clone(), document.clone()));
        let Some(hub) = hub.upgrade() else { continue };
        if done.is_ok() {
            hub.counts
                .changes
                .fetch_add(write.changes.len() as u64, Ordering::Relaxed);
        }
        hub.tell(&document, Event::Written { life, write, done });
    }
    written
}
