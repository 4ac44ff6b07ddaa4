//! A connection's own end of the hub: what the socket calls.

use super::client::{Client, Goodbye};
use super::document::{Document, Event, Message};
use super::{Counts, Inner, Who};
use axum::body::Bytes;
use shared::dossier::DocumentId;
use shared::sync::wire;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{Semaphore, mpsc};

/// The most a connection may have sent that is not dealt with yet, in units of [`UNIT`] bytes.
const CREDIT: u32 = 256;
/// A message costs one unit and one for each of these bytes.
const UNIT: usize = 64 * 1024;
/// Documents one connection may ask for. A province has about 600 communes.
const MAX_DOCUMENTS: usize = 4096;

/// One connection, from `join` to its end. Dropping it leaves all documents.
pub struct Connection {
    hub: Arc<Inner>,
    client: Arc<Client>,
    outbox: mpsc::Receiver<Bytes>,
    documents: HashMap<DocumentId, Arc<Document>>,
    credit: Arc<Semaphore>,
}

/// What the socket has to do.
#[derive(Debug)]
pub enum Outgoing {
    /// Send this as one binary frame.
    Frame(Bytes),
    /// Close the socket, for this reason.
    Close(Goodbye),
}

impl Connection {
    pub(super) fn new(hub: Arc<Inner>, client: Arc<Client>, outbox: mpsc::Receiver<Bytes>) -> Self {
        hub.counts.connections.fetch_add(1, Ordering::Relaxed);
        let credit = Arc::new(Semaphore::new(CREDIT as usize));
        Self {
            hub,
            client,
            outbox,
            documents: HashMap::new(),
            credit,
        }
    }

    /// Who it is.
    pub fn who(&self) -> &Who {
        &self.client.who
    }

    /// Whether it announced our additions.
    pub fn is_ours(&self) -> bool {
        self.client.ours
    }

    /// Hands the payload of a `sync` or `request` message to its document. Waits while too much of this connection is not
    /// dealt with yet, so that whoever sends faster than the server works is not read from.
    pub async fn receive(&mut self, id: DocumentId, payload: Vec<u8>) {
        let known = self.documents.len();
        let document = match self.documents.entry(id) {
            Entry::Occupied(document) => document.into_mut(),
            Entry::Vacant(_) if known >= MAX_DOCUMENTS => {
                self.client.send(unavailable(&self.hub, &self.client, id));
                return;
            }
            Entry::Vacant(document) => document.insert(self.hub.document(id)),
        };
        let units = u32::try_from(1 + payload.len() / UNIT).unwrap_or(CREDIT).min(CREDIT);
        // The semaphore is never closed.
        if let Ok(room) = self.credit.clone().acquire_many_owned(units).await {
            let message = Message {
                client: self.client.clone(),
                payload,
                _room: room,
            };
            self.hub.tell(document, Event::Message(message));
        }
    }

    /// What has to be done next. Safe to be cancelled.
    pub async fn next(&mut self) -> Outgoing {
        let frame = self.outbox.recv().await;
        match (self.client.goodbye(), frame) {
            (None, Some(frame)) => Outgoing::Frame(frame),
            // What waits is not sent any more: it may be what is too much.
            (said, _) => Outgoing::Close(said.unwrap_or(Goodbye::Stopping)),
        }
    }

    /// A frame that waits to go out with the last one, if there is one.
    pub fn more(&mut self) -> Option<Bytes> {
        self.outbox.try_recv().ok()
    }

    /// To be called when a frame is with the system, with its size.
    pub fn sent(&self, size: usize) {
        self.client.sent(size);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for document in self.documents.values() {
            self.hub.tell(document, Event::Left(self.client.conn));
        }
        let Counts { connections, .. } = &self.hub.counts;
        connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The frame that says: there is no such document for you.
pub(super) fn unavailable(hub: &Inner, client: &Client, document: DocumentId) -> Vec<u8> {
    let message = wire::Message::Unavailable {
        document,
        sender: hub.me.clone(),
        target: client.peer.clone(),
    };
    wire::encode(&message, client.ours)
}
