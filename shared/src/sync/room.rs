//! The server's side of one document: what comes from every connection is checked, applied in one piece, and answered
//! only when it is on disk.
//!
//! ```text
//! receive, receive, …   check what has come; the document is untouched
//! apply                 one batch is accepted; what it returns goes to disk in one transaction
//! committed             the answers and the news, as frames   (or failed: throw the room away, close its connections)
//! ```
//! While a transaction runs, `receive` may go on taking messages for the next batch. What is accepted need not be in the
//! Automerge document at once: see [`History`].

use super::history::{History, Latest};
use super::incoming;
use super::inflate::{self, Limits};
use super::member::{Conn, Member, Peer};
use super::pending::Pending;
use super::resting::Resting;
use super::wire::{self, Message, PeerId};
use super::{Apply, DocumentId, Gate};
use crate::id::{DeviceId, UserId};
use automerge::{ActorId, Automerge, Change, ChangeHash};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A change that goes to disk, with its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// The change's hash.
    pub hash: ChangeHash,
    /// Its actor.
    pub actor: ActorId,
    /// The account the actor belongs to; `None` for the genesis and migrations, which are nobody's.
    pub user: Option<UserId>,
    /// The device that delivered it.
    pub device: DeviceId,
    /// The raw bytes of the change, not deflated, with its header.
    pub bytes: Arc<[u8]>,
}

/// What has been applied and must be on disk before [`Room::committed`] is called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    /// The changes, each after those it depends on. Empty: nothing to write, call [`Room::committed`] at once.
    pub changes: Vec<StoredChange>,
    /// The heads of the document once they are in.
    pub heads: Vec<ChangeHash>,
}

/// What the server has to do something about. The document on disk is not affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The connection has not joined this room: a mistake of the caller.
    #[error("this connection has not joined the room")]
    NotJoined,
    /// The peer goes on and on about this document without bringing anything: close its socket.
    #[error("the peer sends message after message without a change: close its connection")]
    Looping,
    /// The document in memory is not to be trusted: call [`Room::failed`], close what it returns and open the room again.
    #[error("the document in memory is unusable: read it again from disk")]
    Broken,
}

/// The most messages taken from a connection that bring nothing, without the document changing, besides one for each
/// frame it was sent when the document did change.
const CEILING: u32 = 64;

/// The server's side of one document.
pub struct Room {
    id: DocumentId,
    me: PeerId,
    doc: Automerge,
    latest: Latest,
    limits: Limits,
    members: BTreeMap<Conn, Member>,
    /// In the document, not yet on disk: the genesis of a document nobody has written to.
    unstored: Vec<Change>,
    pending: Pending,
    /// Applied, being written to disk.
    applied: Option<Batch>,
}

impl Room {
    /// Opens a document. `me` is the server's peer id; `doc` the loaded document; `owners` the stored table actor → user;
    /// `unstored` the changes of `doc` that are not on disk (the genesis chain of a new document; empty otherwise): they
    /// go to disk with the first change that is taken.
    pub fn open(
        id: DocumentId,
        me: PeerId,
        doc: Automerge,
        owners: &HashMap<ActorId, UserId>,
        unstored: Vec<Change>,
    ) -> Self {
        // A document that has grown by applying holds up to twice the room it needs; its copy does not.
        let trimmed = doc.clone();
        drop(doc);
        let doc = trimmed;
        Self {
            id,
            me,
            limits: inflate::DOSSIER,
            pending: Pending::new(&doc, owners),
            doc,
            latest: Latest::default(),
            members: BTreeMap::new(),
            unstored,
            applied: None,
        }
    }

    /// The document, for reading. Between [`Room::apply`] and [`Room::committed`] it is ahead of the disk.
    ///
    /// # Errors
    /// [`Fault::Broken`].
    pub fn document(&mut self) -> Result<&Automerge, Fault> {
        self.latest.apply(&mut self.doc);
        self.sound()?;
        Ok(&self.doc)
    }

    /// The heads of the document, ascending.
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.latest.heads(&self.doc)
    }

    /// Whether the document holds everything that has passed the gate, so that the gate may forget it.
    pub fn is_settled(&self) -> bool {
        self.latest.is_applied() && self.pending.is_empty()
    }

    fn sound(&self) -> Result<(), Fault> {
        if self.latest.is_broken() {
            Err(Fault::Broken)
        } else {
            Ok(())
        }
    }

    /// Lets a connection in, before its first message about this document is given to [`Room::receive`].
    pub fn join(&mut self, conn: Conn, peer: Peer) {
        self.members.insert(conn, Member::new(peer));
    }

    /// Lets a connection in that was answered by [`super::answer_unloaded`], or was in the room when it was last closed
    /// by [`Room::rest`].
    pub fn resume(&mut self, conn: Conn, peer: Peer, resting: Resting) {
        self.members.insert(conn, Member::resumed(peer, resting));
    }

    /// A connection is gone, or may not read this document any more.
    pub fn leave(&mut self, conn: Conn) {
        self.members.remove(&conn);
    }

    /// The connections in the room.
    pub fn connections(&self) -> impl Iterator<Item = Conn> + '_ {
        self.members.keys().copied()
    }

    /// Whether a connection is in the room.
    pub fn has_joined(&self, conn: Conn) -> bool {
        self.members.contains_key(&conn)
    }

    /// Checks a message and keeps what may be taken for the next [`Room::apply`]. `payload` is that of a `sync` or
    /// `request` frame.
    ///
    /// # Errors
    /// [`Fault::NotJoined`], [`Fault::Looping`]. A message that cannot be read or changes that are refused are no error:
    /// the peer is told.
    pub fn receive(&mut self, conn: Conn, payload: &[u8], gate: &mut dyn Gate) -> Result<(), Fault> {
        let member = self.members.get_mut(&conn).ok_or(Fault::NotJoined)?;
        if member.unanswered == 0 && member.messages >= CEILING {
            return Err(Fault::Looping);
        }
        let changes = incoming::read(payload, &self.limits).and_then(|incoming| {
            member.seed(&History::new(&mut self.doc, &mut self.latest), &incoming.header);
            member.inbox.push(incoming.header);
            incoming.changes
        });
        let brought = match changes {
            Ok(changes) => self.pending.check(&self.doc, &self.latest, member, changes, gate),
            Err(error) => {
                member.refuse(Vec::new(), error.into());
                false
            }
        };
        member.count(brought);
        Ok(())
    }

    /// Accepts everything that was taken since the last time, in one piece. What a gate lets [`Apply::Later`] is applied
    /// with what comes later.
    ///
    /// # Errors
    /// [`Fault::Broken`]: Automerge refused what had passed every check. Nothing of this batch was promised to anybody.
    pub fn apply(&mut self) -> Result<Batch, Fault> {
        let taken = self.pending.take();
        let mut batch = Batch::default();
        if let Some(first) = taken.first() {
            let device = first.device;
            let unstored = self.unstored.drain(..).map(|change| store(&change, None, device));
            batch.changes.extend(unstored);
            batch
                .changes
                .extend(taken.iter().map(|t| store(&t.change, t.user, t.device)));
            let later = taken.iter().all(|t| t.apply == Apply::Later);
            self.latest.accept(&self.doc, taken.into_iter().map(|t| t.change));
            if !later || self.latest.is_full() {
                self.latest.apply(&mut self.doc);
            }
        }
        batch.heads = self.heads();
        let mut history = History::new(&mut self.doc, &mut self.latest);
        for member in self.members.values_mut() {
            if !batch.changes.is_empty() {
                member.messages = 0;
            }
            member.take_in(&mut history, &batch.heads);
        }
        self.sound()?;
        self.applied = Some(batch.clone());
        Ok(batch)
    }

    /// What [`Room::apply`] returned is on disk: the frames to send now, to each connection in this order.
    ///
    /// # Errors
    /// [`Fault::Broken`]: what is on disk has been promised to nobody.
    pub fn committed(&mut self) -> Result<Vec<(Conn, Vec<u8>)>, Fault> {
        let Some(batch) = self.applied.take() else {
            return Ok(Vec::new());
        };
        let mut history = History::new(&mut self.doc, &mut self.latest);
        let mut frames = Vec::new();
        let news = !batch.changes.is_empty();
        for (conn, member) in &mut self.members {
            if !member.is_to_be_told(news) {
                continue;
            }
            let told = core::mem::take(&mut member.refusals);
            for (hashes, refusal) in told.iter().filter(|_| member.peer.ours) {
                // More than one frame may hold are told in several; where nothing could be read there are none to name.
                let mut parts: Vec<_> = hashes.chunks(wire::MAX_HASHES).collect();
                parts.resize(parts.len().max(1), &[]);
                frames.extend(parts.into_iter().map(|part| {
                    let refused = Message::Refused {
                        document: self.id,
                        hashes: part.to_vec(),
                        refusal: refusal.clone(),
                    };
                    (*conn, wire::encode(&refused, true))
                }));
            }
            let applied = batch.changes.iter().map(|change| (change.hash, &*change.bytes));
            if let Some((payload, durable)) = member.answer(&mut history, &batch.heads, applied) {
                let message = Message::Sync {
                    document: self.id,
                    sender: self.me.clone(),
                    target: member.peer.id.clone(),
                    request: false,
                    payload: payload.encode(),
                    durable,
                };
                frames.push((*conn, wire::encode(&message, member.peer.ours)));
                member.unanswered = member.unanswered.saturating_add(u32::from(news));
            }
        }
        self.sound()?;
        Ok(frames)
    }

    /// Writing failed, or something panicked: the room ends, and these connections have to be closed. They come back with
    /// everything they have, because nothing was promised.
    pub fn failed(self) -> Vec<Conn> {
        self.members.into_keys().collect()
    }

    /// Whether the room can be closed without anybody noticing: nothing waits, and every peer is in step.
    pub fn can_rest(&self) -> bool {
        let heads = self.heads();
        self.pending.is_empty() && self.applied.is_none() && self.members.values().all(|m| m.is_in_step(&heads))
    }

    /// Closes the room, where it [can rest](Room::can_rest); what is left of each connection is given back to
    /// [`Room::resume`] when it is opened again.
    pub fn rest(self) -> Vec<(Conn, Resting)> {
        let heads = self.heads();
        let members = self.members.into_iter();
        members.map(|(conn, member)| (conn, member.rest(&heads))).collect()
    }
}

fn store(change: &Change, user: Option<UserId>, device: DeviceId) -> StoredChange {
    StoredChange {
        hash: change.hash(),
        actor: change.actor_id().clone(),
        user,
        device,
        bytes: change.raw_bytes().into(),
    }
}
