//! One document in use: its inbox, and the desk where a worker works on it.

use super::client::Client;
use super::desk::Desk;
use super::locked;
use super::opening::Opened;
use crate::store::{DocumentRow, DocumentWrite, StoreResult};
use shared::dossier::DocumentId;
use shared::sync::Conn;
use std::sync::{Arc, Mutex};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// A message about the document, from one connection.
pub(super) struct Message {
    pub(super) client: Arc<Client>,
    pub(super) payload: Vec<u8>,
    /// Given back when the message has been dealt with, so that a connection does not pile up more than it may.
    pub(super) _room: OwnedSemaphorePermit,
}

/// What a worker has to deal with.
pub(super) enum Event {
    Message(Message),
    /// A connection is gone.
    Left(Conn),
    /// The row was looked up.
    Row(StoreResult<Option<DocumentRow>>),
    /// The document was loaded.
    Loaded(StoreResult<Box<Opened>>),
    /// What a worker gave to the writer is on disk, or failed. `life` is the [`Desk`]'s at that time.
    Written {
        life: u64,
        write: DocumentWrite,
        done: StoreResult<()>,
    },
    /// Some time has passed since the last write: what has come is applied now. Dropped when that is done.
    Gathered(mpsc::Sender<()>),
    /// Leave memory if possible.
    Rest,
}

/// One document in use.
pub(super) struct Document {
    pub(super) id: DocumentId,
    inbox: Mutex<Inbox>,
    /// Locked by the one worker the document belongs to; by others only to look.
    pub(super) desk: Mutex<Desk>,
}

#[derive(Default)]
struct Inbox {
    events: Vec<Event>,
    /// A worker has been told, or is at work.
    queued: bool,
}

impl Document {
    pub(super) fn new(id: DocumentId) -> Self {
        Self {
            id,
            inbox: Mutex::default(),
            desk: Mutex::new(Desk::new(id)),
        }
    }

    /// Puts an event into the inbox. Whether a worker has to be told.
    pub(super) fn put(&self, event: Event) -> bool {
        let mut inbox = locked(&self.inbox);
        inbox.events.push(event);
        !std::mem::replace(&mut inbox.queued, true)
    }

    /// What has come; the worker is at work until [`Document::is_done`].
    pub(super) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut locked(&self.inbox).events)
    }

    /// Whether nothing has come meanwhile. If so, the next event needs a worker to be told.
    pub(super) fn is_done(&self) -> bool {
        let mut inbox = locked(&self.inbox);
        inbox.queued = !inbox.events.is_empty();
        !inbox.queued
    }
}
