//! Where documents are kept: the [`Store`] trait and its SQLite implementation.
//!
//! Raw changes are append-only, so a document can always be rebuilt; snapshots only make loading fast. Every write
//! of every document that waits goes into one [`Store::commit`]: fifty rows cost about as much as one.

mod error;
mod sqlite;

pub(crate) use error::sql;
pub use error::{StoreError, StoreErrorKind};
pub use sqlite::SqliteStore;

use automerge::{ActorId, Automerge, Change, ChangeHash};
use futures::future::BoxFuture;
use shared::dossier::{DocumentId, DocumentKind, Identity};
use shared::id::{DeviceId, UnitCode, UserId};
use std::sync::Arc;

/// What every store answers with.
pub type StoreResult<T> = Result<T, StoreError>;

/// Durable storage of documents. Every implementation passes the same contract tests (`server/tests/kit/contract.rs`).
///
/// Times are Unix milliseconds of the server's clock. `Ok` from a method that writes means that what was written
/// survives a power cut.
pub trait Store: Send + Sync + 'static {
    /// The row of one document, without loading its changes; `None` if it was never stored.
    fn find(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<DocumentRow>>>;

    /// The rows that match, ordered by unit and year.
    fn list(&self, filter: DocumentFilter) -> BoxFuture<'_, StoreResult<Vec<DocumentRow>>>;

    /// Everything needed to have the document in memory; `None` if it was never stored.
    fn load(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<StoredDocument>>>;

    /// Writes all of it in one transaction, or nothing. A document that is not there yet is created.
    ///
    /// # Errors
    /// [`StoreErrorKind::Conflict`] if rows exist where new ones should go. After any error the caller reads the
    /// documents again: the answer may have been lost after the commit.
    fn commit<'a>(&'a self, writes: &'a [DocumentWrite]) -> BoxFuture<'a, StoreResult<()>>;

    /// Keeps `snapshot`, replacing an older one. Raw changes stay.
    fn put_snapshot(&self, document: DocumentId, snapshot: Snapshot) -> BoxFuture<'_, StoreResult<()>>;

    /// Notes that devices of the documents' own units synced them.
    fn seen(&self, seen: Vec<(DocumentId, i64)>) -> BoxFuture<'_, StoreResult<()>>;

    /// Whether the database can be written now (`/readyz`).
    fn check(&self) -> BoxFuture<'_, StoreResult<()>>;
}

/// A document's row: enough for lists and boards, and to answer a client that is up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The document's id.
    pub document: DocumentId,
    /// What it is about.
    pub identity: Identity,
    /// The heads of what is stored, ascending.
    pub heads: Vec<ChangeHash>,
    /// How many changes are stored.
    pub changes: u64,
    /// When it was first stored.
    pub created_ms: i64,
    /// When it was last changed.
    pub changed_ms: i64,
    /// When a device of the document's own unit last synced it.
    pub last_seen_ms: Option<i64>,
    /// The summary as JSON, as of `heads`.
    pub summary: Option<Arc<str>>,
}

impl DocumentRow {
    /// The row after this write, without a summary: whoever keeps many rows does not keep these.
    pub fn take_in(&mut self, write: DocumentWrite) {
        self.changes = write.first_seq + write.changes.len() as u64;
        self.heads = write.heads;
        self.summary = None;
        self.changed_ms = write.now_ms;
        if write.seen {
            self.last_seen_ms = Some(write.now_ms);
        }
    }
}

/// Which documents to list. `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Only of this year.
    pub year: Option<u16>,
    /// Only of this kind.
    pub kind: Option<DocumentKind>,
    /// Only of these units.
    pub units: Option<Vec<UnitCode>>,
}

/// A document as read back from storage.
#[derive(Debug)]
pub struct StoredDocument {
    /// Its row.
    pub row: DocumentRow,
    /// Whose each actor is.
    pub actors: Vec<ActorOwner>,
    /// The saved document, where there is one that reads and has the heads it is said to have.
    pub base: Option<Automerge>,
    /// How many rows, in the order of arrival, `base` stands for.
    pub covered: u64,
    /// The changes after `base`, in the order of arrival.
    pub changes: Vec<Change>,
    /// Rows that could not be read. Reported, never hidden: the document is served without them.
    pub damaged: Vec<DamagedRow>,
}

/// One row that does not parse, or whose content is not what its hash says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedRow {
    /// Its place in the order of arrival; `None`: the snapshot.
    pub seq: Option<u64>,
    /// The hash of the change it should be, as stored beside it.
    pub hash: Option<ChangeHash>,
    /// What is wrong.
    pub what: String,
}

/// Whose an actor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorOwner {
    /// The Automerge actor.
    pub actor: ActorId,
    /// The user it belongs to, for ever.
    pub user: UserId,
    /// The device that brought its first change.
    pub device: DeviceId,
}

/// One change to store, with its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// The change's hash.
    pub hash: ChangeHash,
    /// The Automerge actor.
    pub actor: ActorId,
    /// Who brought it; `None` for what the server itself made (genesis, migrations).
    pub sender: Option<(UserId, DeviceId)>,
    /// When it arrived, by the server's clock.
    pub received_ms: i64,
    /// The raw change chunk.
    pub bytes: Arc<[u8]>,
}

/// What is to be written of one document, in one transaction with all the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentWrite {
    /// The document's id.
    pub document: DocumentId,
    /// What it is about; needed when the document is new.
    pub identity: Identity,
    /// How many rows are stored already: the first change's place in the order of arrival.
    pub first_seq: u64,
    /// The changes, each after those it depends on.
    pub changes: Vec<ChangeRow>,
    /// Actors seen for the first time.
    pub actors: Vec<ActorOwner>,
    /// The document's heads with these changes, ascending.
    pub heads: Vec<ChangeHash>,
    /// The summary with these changes, as JSON. `None` keeps the one that is stored.
    pub summary: Option<Arc<str>>,
    /// Now, by the server's clock.
    pub now_ms: i64,
    /// Whether a device of the document's own unit sent it.
    pub seen: bool,
}

/// A saved document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// How many rows, in the order of arrival, it covers.
    pub changes: u64,
    /// Its heads, ascending.
    pub heads: Vec<ChangeHash>,
    /// What `Automerge::save` gave.
    pub bytes: Vec<u8>,
}
