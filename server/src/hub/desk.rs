//! Where one document is worked on: what is known of it, who is connected to it, and what happens when something comes.

use super::client::{Client, Goodbye};
use super::connection::unavailable;
use super::document::{Document, Event, Message};
use super::guest::Guest;
use super::open::{Applied, Frames, Open, Rested};
use super::opening::{self, Opened, UNCOVERED};
use super::{Inner, locked};
use crate::clock;
use crate::news::Changed;
use crate::store::{DocumentRow, DocumentWrite, StoreError, StoreResult};
use shared::dossier::DocumentId;
use shared::sync::wire::{self, RefusalCode};
use shared::sync::{Conn, Fault, Reply, answer_unloaded};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;
use std::vec::IntoIter;
use tokio::sync::mpsc;

/// The desk of one document.
pub(super) struct Desk {
    id: DocumentId,
    state: State,
    guests: BTreeMap<Conn, Guest>,
    /// Counts how often the document was thrown out of memory, so that the answer to an older write is not taken for a
    /// later one's.
    life: u64,
}

enum State {
    /// Nobody has asked for it, or there is none.
    Unknown,
    /// The row is being looked up; what came meanwhile.
    LookingUp(Vec<Message>),
    /// Not in memory. `changes` is 0: nobody has written to it yet, nothing is stored.
    OnDisk(DocumentRow),
    /// Being loaded; what came meanwhile.
    Loading(Vec<Message>),
    /// In memory.
    Open(Box<Open>),
}

/// A worker: takes documents from its queue until the hub is gone.
pub(super) async fn work(hub: Weak<Inner>, mut queue: mpsc::UnboundedReceiver<Arc<Document>>) {
    while let Some(document) = queue.recv().await {
        let Some(hub) = hub.upgrade() else { return };
        let mut desk = locked(&document.desk);
        let mut events = document.take().into_iter();
        let working = Working {
            hub: &hub,
            document: &document,
        };
        // A panic is Automerge's, over one document: it must not take the others down.
        match catch_unwind(AssertUnwindSafe(|| desk.deal_with(&working, &mut events))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => desk.abandon(&hub, &error, events),
            Err(_) => desk.abandon(&hub, &Fault::Broken, events),
        }
        drop(desk);
        if !document.is_done() {
            hub.queue(document);
        }
    }
}

/// What a worker has at hand.
struct Working<'a> {
    hub: &'a Arc<Inner>,
    document: &'a Arc<Document>,
}

/// Why a document has to be thrown out of memory.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Desk {
    pub(super) fn new(id: DocumentId) -> Self {
        Self {
            id,
            state: State::Unknown,
            guests: BTreeMap::new(),
            life: 0,
        }
    }

    /// Whether nothing would be lost if the desk went.
    pub(super) fn is_disposable(&self) -> bool {
        self.guests.is_empty() && matches!(self.state, State::Unknown | State::OnDisk(_))
    }

    /// Whether it is in memory without being used.
    pub(super) fn is_idle(&self, idle: Duration) -> bool {
        matches!(&self.state, State::Open(open) if open.is_idle(idle))
    }

    fn deal_with(&mut self, working: &Working<'_>, events: &mut IntoIter<Event>) -> Result<(), Unusable> {
        let mut waiting_for_us = Vec::new();
        for event in events {
            match event {
                Event::Message(message) => self.message(working, message),
                Event::Left(conn) => self.leave(conn),
                Event::Row(row) => self.looked_up(working, row),
                Event::Loaded(opened) => self.loaded(working, opened),
                Event::Written { life, write, done } => self.written(working, life, write, done)?,
                Event::Gathered(applying) => {
                    self.gathered();
                    waiting_for_us.push(applying);
                }
                Event::Rest => self.rest(working),
            }
        }
        self.apply(working)
    }

    fn message(&mut self, working: &Working<'_>, message: Message) {
        match &mut self.state {
            State::Unknown => {
                opening::look_up(working.hub, working.document);
                self.state = State::LookingUp(vec![message]);
            }
            State::LookingUp(waiting) | State::Loading(waiting) => waiting.push(message),
            State::OnDisk(row) => {
                let Some(guest) = Guest::admit(&mut self.guests, working.hub, &row.identity, &message.client) else {
                    return self.refuse(working, &message.client);
                };
                guest.note_seen(working.hub, row);
                if guest.resting.is_none()
                    && let Some(reply) = answer_unloaded(&message.payload, &row.heads, guest.writes)
                {
                    let frame = answer(working.hub, self.id, &guest.client, reply, &mut guest.resting);
                    return guest.client.send(frame);
                }
                if row.changes == 0 {
                    let opened = Opened::begin(working.hub, row.clone());
                    self.state = State::Loading(vec![message]);
                    self.loaded(working, opened);
                } else {
                    working.hub.loader.load(working.hub, working.document);
                    self.state = State::Loading(vec![message]);
                }
            }
            State::Open(open) => {
                let row = &mut open.opened.row;
                let Some(guest) = Guest::admit(&mut self.guests, working.hub, &row.identity, &message.client) else {
                    return self.refuse(working, &message.client);
                };
                guest.note_seen(working.hub, row);
                if let Err(fault) = open.receive(guest, &message) {
                    tracing::info!(document = %self.id, user = %guest.client.who.principal.user, %fault);
                    guest.client.close(Goodbye::Looping);
                    self.leave(message.client.conn);
                }
            }
        }
    }

    /// Tells a connection that there is no such document for it: alike whether there is none or it may not read it.
    fn refuse(&self, working: &Working<'_>, client: &Client) {
        if client.ours {
            let (hashes, refusal) = (Vec::new(), RefusalCode::Genesis.into());
            let refused = wire::Message::Refused {
                document: self.id,
                hashes,
                refusal,
            };
            client.send(wire::encode(&refused, true));
        }
        client.send(unavailable(working.hub, client, self.id));
    }

    fn leave(&mut self, conn: Conn) {
        self.guests.remove(&conn);
        match &mut self.state {
            State::Open(open) => open.opened.room.leave(conn),
            // It would be let in when the document is here, and never leave again. It comes back with what it brought.
            State::LookingUp(waiting) | State::Loading(waiting) => {
                waiting.retain(|message| message.client.conn != conn);
            }
            State::Unknown | State::OnDisk(_) => {}
        }
    }

    /// The row is known, or that there is none.
    fn looked_up(&mut self, working: &Working<'_>, row: StoreResult<Option<DocumentRow>>) {
        let State::LookingUp(waiting) = std::mem::replace(&mut self.state, State::Unknown) else {
            return;
        };
        let row = row.map(|row| {
            row.or_else(|| {
                let begun = waiting
                    .iter()
                    .find_map(|message| working.hub.may_begin(&message.client.who, self.id))?;
                opening::unwritten(begun, clock::now_ms())
            })
        });
        match row {
            Ok(Some(mut row)) => {
                // The board reads it from the store.
                row.summary = None;
                self.state = State::OnDisk(row);
                waiting.into_iter().for_each(|message| self.message(working, message));
            }
            Ok(None) => waiting.iter().for_each(|message| self.refuse(working, &message.client)),
            Err(error) => {
                tracing::error!(document = %self.id, %error, "the row was not read");
                waiting.iter().for_each(|message| message.client.close(Goodbye::Again));
            }
        }
    }

    /// The document is in memory, or cannot be.
    fn loaded(&mut self, working: &Working<'_>, opened: StoreResult<Box<Opened>>) {
        let State::Loading(waiting) = std::mem::replace(&mut self.state, State::Unknown) else {
            return;
        };
        match opened {
            Ok(mut opened) => {
                opened.row.summary = None;
                if opened.row.changes - opened.covered > 4 * UNCOVERED
                    && let Ok(doc) = opened.room.document()
                {
                    opening::keep_snapshot(working.hub, self.id, doc.clone(), opened.row.changes);
                }
                working.hub.counts.loaded.fetch_add(1, Ordering::Relaxed);
                self.state = State::Open(Box::new(Open::new(*opened, self.guests.iter_mut())));
                waiting.into_iter().for_each(|message| self.message(working, message));
            }
            Err(error) => {
                tracing::error!(document = %self.id, %error, "the document was not loaded");
                for message in &waiting {
                    if error.retry_helps() {
                        message.client.close(Goodbye::Again);
                    } else {
                        message.client.send(unavailable(working.hub, &message.client, self.id));
                    }
                }
            }
        }
    }

    /// Applies what has come; what is new goes to the writer.
    fn apply(&mut self, working: &Working<'_>) -> Result<(), Unusable> {
        let State::Open(open) = &mut self.state else {
            return Ok(());
        };
        match open.apply()? {
            None => {}
            Some(Applied::Frames(frames)) => self.send(frames),
            Some(Applied::Write(write)) => {
                working
                    .hub
                    .writer
                    .write(working.hub, working.document, self.life, write);
            }
        }
        Ok(())
    }

    /// What went to the writer is on disk, or failed.
    fn written(
        &mut self,
        working: &Working<'_>,
        life: u64,
        write: DocumentWrite,
        done: StoreResult<()>,
    ) -> Result<(), Unusable> {
        let State::Open(open) = &mut self.state else {
            return Ok(());
        };
        if life != self.life {
            return Ok(());
        }
        done?;
        let changed = Changed {
            unit: write.identity.unit.clone(),
            year: write.identity.year,
        };
        let frames = open.written(write);
        working.hub.settings.news.tell(changed);
        self.send(frames?);
        Ok(())
    }

    fn gathered(&mut self) {
        if let State::Open(open) = &mut self.state {
            open.gathered();
        }
    }

    fn send(&self, frames: Frames) {
        for (conn, frame) in frames {
            if let Some(guest) = self.guests.get(&conn) {
                guest.client.send(frame);
            }
        }
    }

    /// Leaves memory, if nobody notices.
    fn rest(&mut self, working: &Working<'_>) {
        let State::Open(open) = std::mem::replace(&mut self.state, State::Unknown) else {
            return;
        };
        let row = open.opened.row.clone();
        match open.rest() {
            Err(open) => self.state = State::Open(open),
            Ok(Rested { guests, unsaved }) => {
                working.hub.counts.loaded.fetch_sub(1, Ordering::Relaxed);
                for (conn, resting) in guests {
                    if let Some(guest) = self.guests.get_mut(&conn) {
                        guest.resting = Some(resting);
                    }
                }
                if let Some(doc) = unsaved {
                    opening::keep_snapshot(working.hub, self.id, doc, row.changes);
                }
                self.state = State::OnDisk(row);
            }
        }
    }

    /// Throws the document out of memory and closes its connections, those whose messages are still `left` or wait for it
    /// among them. They come back with everything they have, because nothing was promised, and it is read from disk again.
    fn abandon(&mut self, hub: &Inner, why: &(dyn std::error::Error + 'static), left: IntoIter<Event>) {
        tracing::error!(document = %self.id, error = why, "the document is read again from disk");
        hub.counts.failures.fetch_add(1, Ordering::Relaxed);
        let left = left.filter_map(|event| match event {
            Event::Message(message) => Some(message),
            _ => None,
        });
        let mut unanswered: Vec<Message> = left.collect();
        match std::mem::replace(&mut self.state, State::Unknown) {
            State::Open(_) => {
                hub.counts.loaded.fetch_sub(1, Ordering::Relaxed);
            }
            State::LookingUp(waiting) | State::Loading(waiting) => unanswered.extend(waiting),
            State::Unknown | State::OnDisk(_) => {}
        }
        for message in unanswered {
            message.client.close(Goodbye::Again);
        }
        self.life += 1;
        for guest in std::mem::take(&mut self.guests).into_values() {
            guest.client.close(Goodbye::Again);
        }
    }
}

/// The frame of an answer from the row alone.
fn answer(
    hub: &Inner,
    document: DocumentId,
    client: &Client,
    reply: Reply,
    resting: &mut Option<shared::sync::Resting>,
) -> Vec<u8> {
    let Reply {
        payload,
        durable,
        resting: kept,
    } = reply;
    *resting = Some(kept);
    let (sender, target) = (hub.me.clone(), client.peer.clone());
    let message = wire::Message::Sync {
        document,
        sender,
        target,
        request: false,
        payload,
        durable,
    };
    wire::encode(&message, client.ours)
}
