//! What is kept on this machine: the rows of the dossiers, and everything small that must survive the night.

mod error;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod idb;
pub mod layout;
pub mod rows;
pub mod saver;

pub use error::StoreError;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub use idb::IdbStore;

use automerge::ChangeHash;
use layout::Branch;
use rows::{Row, RowKey};
use shared::sorted::SortedMap;

/// Everything one transaction does; all of it or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Write {
    /// Rows to put. Putting a row that is there changes nothing.
    pub rows: Vec<(Branch, Row)>,
    /// Rows to delete.
    pub drop_rows: Vec<(Branch, RowKey)>,
    /// Changes of this account to mark as not yet durable on the server.
    pub unsent: Vec<(Branch, ChangeHash)>,
    /// Marks to take away.
    pub sent: Vec<(Branch, ChangeHash)>,
    /// Entries of `meta` to put (`Some`) or delete (`None`).
    pub meta: SortedMap<String, Option<String>>,
    /// Resolve only when the disk has it (`durability: "strict"`): for everything an official entered.
    pub strict: bool,
}

impl Write {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.drop_rows.is_empty()
            && self.unsent.is_empty()
            && self.sent.is_empty()
            && self.meta.is_empty()
    }

    /// Puts another write into the same transaction.
    pub fn join(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.drop_rows.extend(other.drop_rows);
        self.unsent.extend(other.unsent);
        self.sent.extend(other.sent);
        self.meta.extend(other.meta);
        self.strict |= other.strict;
    }
}

/// Everything small of an account, as read at start.
#[derive(Debug, Clone, Default)]
pub struct Small {
    /// All of `meta`.
    pub meta: SortedMap<String, String>,
    /// Changes of this account the server has not called durable, of all documents.
    pub unsent: Vec<(Branch, ChangeHash)>,
}

impl Small {
    /// Notes what is about to be written.
    pub fn note(&mut self, write: &Write) {
        for (key, value) in &write.meta {
            match value {
                Some(value) => self.meta.insert(key.clone(), value.clone()),
                None => self.meta.remove(key),
            };
        }
    }

    /// Changes of the present branches that wait to be sent.
    pub fn waiting(&self) -> usize {
        let present = |branch: &Branch| match self.meta.get(&layout::meta::branch(&branch.document)) {
            Some(number) => *number == branch.number.to_string(),
            None => branch.number == 1,
        };
        self.unsent.iter().filter(|(branch, _)| present(branch)).count()
    }
}

/// Where an account's data is kept. Every call may fail; what a failed [`write`](Self::write) was given stays with the
/// caller, who keeps it and tries again.
#[allow(async_fn_in_trait, reason = "one thread in the browser; no future crosses threads")]
pub trait DossierStore {
    /// Everything small.
    async fn small(&self) -> Result<Small, StoreError>;
    /// All rows of a branch.
    async fn rows(&self, branch: Branch) -> Result<Vec<Row>, StoreError>;
    /// The names of all rows of a branch.
    async fn row_keys(&self, branch: Branch) -> Result<Vec<RowKey>, StoreError>;
    /// The rows with these names, as far as they are there.
    async fn rows_named(&self, branch: Branch, keys: &[RowKey]) -> Result<Vec<Row>, StoreError>;
    /// One transaction. Returns when it is committed.
    async fn write(&self, write: &Write) -> Result<(), StoreError>;
}
