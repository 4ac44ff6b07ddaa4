//! What can go wrong with storage, sorted by what helps.

use std::error::Error;

/// Storage refused or failed. Whatever was asked for did not happen, unless it was a commit whose answer was lost:
/// so after a failed commit the document is read again from disk before anything is said about it.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {kind}")]
pub struct StoreError {
    /// What the store was doing, in the imperative: "commit changes".
    pub doing: &'static str,
    /// What kind of failure it is.
    pub kind: StoreErrorKind,
    /// What the database or the parser said.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kinds of failure, by remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreErrorKind {
    /// Another process holds the database. Trying again helps.
    #[error("the database is locked by another process; try again")]
    Busy,
    /// The rows do not continue what the database holds: somebody else wrote. Reading the document again helps.
    #[error("the document was changed by another writer; read it again and retry")]
    Conflict,
    /// No space. An operator must free some; then trying again helps.
    #[error("the disk is full; free some space, then try again")]
    Full,
    /// What is stored cannot be read. Trying again does not help; the raw rows or a backup do.
    #[error("stored data is damaged; restore the row from a backup")]
    Damaged,
    /// Reading or writing failed. Trying again may help; look at the disk.
    #[error("reading or writing failed; check the disk and the data folder's permissions")]
    Io,
    /// The store is closed. Trying again helps only after a restart.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// An error with its cause.
    pub fn new(doing: &'static str, kind: StoreErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            doing,
            kind,
            source: Some(source.into()),
        }
    }

    /// Whether the same call, some time later, can succeed without anybody restoring data or restarting.
    pub fn retry_helps(&self) -> bool {
        match self.kind {
            StoreErrorKind::Busy | StoreErrorKind::Conflict | StoreErrorKind::Full | StoreErrorKind::Io => true,
            StoreErrorKind::Damaged | StoreErrorKind::Closed => false,
        }
    }
}

/// SQLite's primary result codes (<https://www.sqlite.org/rescode.html>); the extended code's low byte.
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CONSTRAINT: i32 = 19;
    pub(super) const NOTADB: i32 = 26;
}

/// Turns what sqlx said into a [`StoreError`] about `doing`; for `map_err`.
pub(crate) fn sql(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| {
        let kind = match &error {
            sqlx::Error::Database(database) => {
                let extended = database
                    .code()
                    .and_then(|text| text.parse::<i32>().ok())
                    .unwrap_or_default();
                match extended & 0xff {
                    code::BUSY | code::LOCKED => StoreErrorKind::Busy,
                    code::CONSTRAINT => StoreErrorKind::Conflict,
                    code::FULL => StoreErrorKind::Full,
                    code::CORRUPT | code::NOTADB => StoreErrorKind::Damaged,
                    _ => StoreErrorKind::Io,
                }
            }
            sqlx::Error::PoolTimedOut => StoreErrorKind::Busy,
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => StoreErrorKind::Closed,
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => StoreErrorKind::Damaged,
            _ => StoreErrorKind::Io,
        };
        StoreError::new(doing, kind, error)
    }
}
