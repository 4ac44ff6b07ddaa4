//! Synchronisation without I/O: no socket, no clock, no randomness. Shells around it carry the frames.
//!
//! * [`wire`]: automerge-repo's WebSocket protocol as CBOR messages, and our additions to it.
//! * [`Session`]: the client's end of one connection, for all its documents.
//! * [`Room`]: the server's side of one document, for all connections.
//! * [`inflate`]: looks into what has come before Automerge does.

mod actors;
mod columns;
mod history;
mod incoming;
pub mod inflate;
mod leb;
mod link;
mod member;
mod order;
mod orphans;
mod pending;
mod resting;
mod room;
mod session;
pub mod wire;

pub use incoming::read_change;
pub use member::{Conn, Peer, Reply, answer_unloaded};
pub use resting::Resting;
pub use room::{Batch, Fault, Room, StoredChange};
pub use session::{Documents, Input, Output, Session};
pub use wire::{PeerId, Refusal, RefusalCode};

pub use crate::dossier::DocumentId;
use crate::id::UserId;
use automerge::{Automerge, AutomergeError, Change};

/// When a change that may enter has to be in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apply {
    /// Before it is stored: only applying it shows whether it can be.
    Now,
    /// Any time later: it is certain that Automerge takes it.
    Later,
}

/// Decides about each change before it touches the document. One for each room: it remembers what has passed, at least
/// until [`Room::is_settled`].
///
/// The room itself sees to sizes, to what a change depends on, and to its numbers (sequence and operations). The gate sees
/// to everything inside it, also that it is written as Automerge writes: one change can be written in many ways (bytes no
/// operation uses, numbers split otherwise), each with a hash of its own, and a saved document keeps only the meaning.
pub trait Gate {
    /// Whether everybody makes this change alike, byte for byte (genesis, migrations): it is taken from anyone who may
    /// write, and its actor belongs to nobody.
    fn is_common(&self, change: &Change) -> bool;

    /// Whether `who` may make this change (also asked for common ones, so that it can be remembered). `doc` may not yet
    /// hold what has passed before; each dependency is in `doc` or has passed before. `owner` is
    /// the user its actor belongs to, `None` if the actor is new or nobody's; a change by somebody else's actor must be
    /// refused here.
    ///
    /// # Errors
    /// Why not, in words for the official.
    fn check(&mut self, doc: &Automerge, change: &Change, who: &Peer, owner: Option<UserId>) -> Result<Apply, Refusal>;
}

/// A document from its stored changes, parsed one by one (a damaged one is an error, not a silent end) and applied in one
/// piece.
///
/// # Errors
/// [`LoadError`]. Trying again does not help: a stored row is damaged or missing.
pub fn load<'a>(changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Automerge, LoadError> {
    let changes = changes
        .into_iter()
        .enumerate()
        .map(|(row, bytes)| read_change(bytes).map_err(|_| LoadError::Damaged { row }))
        .collect::<Result<Vec<Change>, LoadError>>()?;
    let mut doc = Automerge::new();
    doc.apply_changes_batch(changes)?;
    if automerge::ReadDoc::get_missing_deps(&doc, &[]).is_empty() {
        Ok(doc)
    } else {
        Err(LoadError::Incomplete)
    }
}

/// Why stored changes do not make a document.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A stored change does not parse. Restore the row from a backup.
    #[error("stored change {row} is damaged")]
    Damaged {
        /// Its place among those given, from 0.
        row: usize,
    },
    /// Changes are missing. Restore them from a backup.
    #[error("stored changes are missing")]
    Incomplete,
    /// Automerge refused them.
    #[error("the stored changes do not fit together: {0}")]
    Automerge(#[from] AutomergeError),
}
