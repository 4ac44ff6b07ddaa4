//! Documents and changes for tests of the store alone: real Automerge changes, but no dossier.

use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{ActorId, Automerge, ROOT};
use server::store::{ActorOwner, ChangeRow, DocumentWrite, Snapshot};
use shared::dossier::Identity;
use shared::id::{DeviceId, UserId};
use uuid::Uuid;

/// A user by number.
pub fn user(n: u8) -> UserId {
    UserId::new(Uuid::from_bytes([n; 16]))
}

/// A device by number.
pub fn device(n: u8) -> DeviceId {
    DeviceId::new(Uuid::from_bytes([n; 16]))
}

/// The dossier of a made-up commune.
pub fn identity(unit: &str, year: u16) -> Identity {
    Identity::dossier(unit.into(), year, "QD25_2021".into())
}

/// A document that remembers what it has handed out to be stored.
pub struct Source {
    pub identity: Identity,
    pub doc: Automerge,
    stored: u64,
    known_actor: bool,
}

impl Source {
    /// An empty document.
    pub fn new(unit: &str, year: u16) -> Self {
        let identity = identity(unit, year);
        let actor = ActorId::from(identity.document_id().as_bytes());
        Self {
            identity,
            doc: Automerge::new().with_actor(actor),
            stored: 0,
            known_actor: false,
        }
    }

    /// `count` new changes, as the write that stores them.
    pub fn write(&mut self, count: u64, now_ms: i64) -> DocumentWrite {
        let before = self.doc.get_heads();
        for n in 0..count {
            let mut transaction = self.doc.transaction();
            let value = i64::try_from(self.stored + n).unwrap();
            transaction.put(ROOT, format!("key {}", value % 7), value).unwrap();
            transaction.commit_with(CommitOptions::default().with_time(0));
        }
        let changes: Vec<ChangeRow> = self
            .doc
            .get_changes(&before)
            .into_iter()
            .map(|change| ChangeRow {
                hash: change.hash(),
                actor: change.actor_id().clone(),
                sender: Some((user(1), device(2))),
                received_ms: now_ms,
                bytes: change.raw_bytes().into(),
            })
            .collect();
        assert_eq!(changes.len() as u64, count);
        let actors = if self.known_actor {
            Vec::new()
        } else {
            vec![self.owner()]
        };
        self.known_actor = true;
        let first_seq = self.stored;
        self.stored += count;
        DocumentWrite {
            document: self.identity.document_id(),
            identity: self.identity.clone(),
            first_seq,
            changes,
            actors,
            heads: self.doc.get_heads(),
            summary: Some(format!("{{\"changes\":{}}}", self.stored).into()),
            now_ms,
            seen: false,
        }
    }

    /// Whose the document's one actor is.
    pub fn owner(&self) -> ActorOwner {
        ActorOwner {
            actor: self.doc.get_actor().clone(),
            user: user(1),
            device: device(2),
        }
    }

    /// The document as it is now, saved.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            changes: self.stored,
            heads: self.doc.get_heads(),
            bytes: self.doc.save(),
        }
    }
}
