//! A document in memory: what comes from its guests goes through the room to the writer, and back as frames.

use super::document::Message;
use super::gate::Passed;
use super::guest::Guest;
use super::opening::{Opened, UNCOVERED, sorted};
use crate::clock;
use crate::store::{ActorOwner, ChangeRow, DocumentWrite};
use automerge::Automerge;
use shared::board::LiveFigures;
use shared::scoring::Context;
use shared::sync::{Batch, Conn, Fault, Resting};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Frames, each for one connection, in this order.
pub(super) type Frames = Vec<(Conn, Vec<u8>)>;

/// A document in memory.
pub(super) struct Open {
    pub(super) opened: Opened,
    /// The writer has something of it.
    writing: bool,
    /// Something of it was written just now. Those who wait for that have their next change ready at once: it is waited
    /// for a moment, so that the changes of several officials become one batch.
    gathering: bool,
    /// Something was received since it was last applied.
    heard: bool,
    /// Since it was last applied, something came from the document's own unit.
    seen: bool,
    used: Instant,
}

/// What applying leads to.
pub(super) enum Applied {
    /// Nothing new: these can go out at once.
    Frames(Frames),
    /// To be written before anything is said.
    Write(DocumentWrite),
}

/// A document that has left memory.
pub(super) struct Rested {
    pub(super) guests: Vec<(Conn, Resting)>,
    /// The document, where a snapshot would make the next loading faster.
    pub(super) unsaved: Option<Automerge>,
}

impl Open {
    /// Takes the document; guests it has met before are in the room from now on.
    pub(super) fn new<'a>(mut opened: Opened, guests: impl Iterator<Item = (&'a Conn, &'a mut Guest)>) -> Self {
        for (conn, guest) in guests {
            if let Some(resting) = guest.resting.take() {
                opened.room.resume(*conn, guest.peer(), resting);
            }
        }
        Self {
            opened,
            writing: false,
            gathering: false,
            heard: false,
            seen: false,
            used: Instant::now(),
        }
    }

    /// Whether nothing was received for this long and nothing is being written.
    pub(super) fn is_idle(&self, idle: Duration) -> bool {
        !self.writing && !self.heard && self.used.elapsed() >= idle
    }

    /// Checks a message; what may be taken of it waits for [`Open::apply`].
    pub(super) fn receive(&mut self, guest: &Guest, message: &Message) -> Result<(), Fault> {
        let Opened { room, gate, .. } = &mut self.opened;
        let client = &guest.client;
        if !room.has_joined(client.conn) {
            room.join(client.conn, guest.peer());
        }
        self.heard = true;
        self.seen |= guest.own;
        room.receive(client.conn, &message.payload, &mut gate.facing(&client.who.principal))
    }

    /// The moment after the last write is over.
    pub(super) fn gathered(&mut self) {
        self.gathering = false;
    }

    /// Applies what has come in one piece, unless the last is still being written or has been written just now. `None`: nothing to do now.
    pub(super) fn apply(&mut self) -> Result<Option<Applied>, Fault> {
        if self.writing || self.gathering || !self.heard {
            return Ok(None);
        }
        self.heard = false;
        self.used = Instant::now();
        let batch = self.opened.room.apply()?;
        let Opened { room, gate, .. } = &mut self.opened;
        let passed = gate.passed();
        if gate.is_full() {
            room.document()?;
        }
        if room.is_settled() {
            gate.settled();
        }
        if batch.changes.is_empty() {
            return Ok(Some(Applied::Frames(room.committed()?)));
        }
        self.writing = true;
        let seen = std::mem::take(&mut self.seen);
        let write = self.opened.write(batch, &passed, seen, clock::now_ms())?;
        Ok(Some(Applied::Write(write)))
    }

    /// What [`Applied::Write`] said is on disk: the answers and the news.
    pub(super) fn written(&mut self, write: DocumentWrite) -> Result<Frames, Fault> {
        self.writing = false;
        self.gathering = true;
        self.opened.row.take_in(write);
        self.opened.room.committed()
    }

    /// Leaves memory, if every guest is in step.
    pub(super) fn rest(mut self: Box<Self>) -> Result<Rested, Box<Self>> {
        if self.writing || self.heard || !self.opened.room.can_rest() {
            return Err(self);
        }
        let Opened { room, row, covered, .. } = &mut self.opened;
        let unsaved = if row.changes - *covered > UNCOVERED {
            match room.document() {
                Ok(doc) => Some(doc.clone()),
                Err(_) => return Err(self),
            }
        } else {
            None
        };
        Ok(Rested {
            guests: self.opened.room.rest(),
            unsaved,
        })
    }
}

impl Opened {
    /// The rows of a batch.
    fn write(&mut self, batch: Batch, passed: &Passed, seen: bool, now_ms: i64) -> Result<DocumentWrite, Fault> {
        let mut actors = Vec::new();
        let changes = batch.changes.into_iter().map(|change| {
            if let Some(user) = change.user
                && !self.actors.contains(&change.actor)
            {
                self.actors.insert(change.actor.clone());
                actors.push(ActorOwner {
                    actor: change.actor.clone(),
                    user,
                    device: change.device,
                });
            }
            ChangeRow {
                hash: change.hash,
                actor: change.actor,
                sender: change.user.map(|user| (user, change.device)),
                received_ms: now_ms,
                bytes: change.bytes,
            }
        });
        let changes = changes.collect();
        Ok(DocumentWrite {
            document: self.row.document,
            identity: self.row.identity.clone(),
            first_seq: self.row.changes,
            changes,
            actors,
            heads: sorted(batch.heads),
            summary: self.figures(passed)?,
            now_ms,
            seen,
        })
    }

    /// The figures of the document as JSON.
    fn figures(&mut self, passed: &Passed) -> Result<Option<Arc<str>>, Fault> {
        let figures = match self.figures.take() {
            Some(mut figures) if !passed.migrated => {
                figures.take_in(&passed.changes);
                Ok(figures)
            }
            // It has what has passed: reading applies it.
            _ => LiveFigures::read(self.room.document()?, self.set, Context::default()),
        };
        let text = figures.map(|figures| serde_json::to_string(self.figures.insert(figures).figures()));
        let error: &(dyn std::error::Error + 'static) = match &text {
            Ok(Ok(text)) => return Ok(Some(text.as_str().into())),
            Ok(Err(error)) => error,
            Err(error) => error,
        };
        // The changes themselves are sound, and so worth keeping; the board shows the older figures.
        tracing::error!(document = %self.row.document, error, "a dossier cannot be summed up");
        Ok(None)
    }
}
