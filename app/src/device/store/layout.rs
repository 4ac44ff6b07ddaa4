//! How an account's database is laid out. `app/public/boot.js` reads it ahead of the app and must agree.
//!
//! One database per account, `tcpl-{user id}`, version 1, three stores with keys outside the values:
//!
//! | store | key | value |
//! |---|---|---|
//! | `rows` | `{document id}/{branch}/{c or s}{hash}` | bytes of one change or snapshot |
//! | `unsent` | `{document id}/{branch}/{change hash}` | empty: a change of this account that the server has not called durable |
//! | `meta` | see [`meta`] | text |
//!
//! A branch is a number from 1. It grows when a refused branch is set aside; the rows of the old one stay.

use super::rows::RowKey;
use automerge::ChangeHash;
use core::{fmt, str::FromStr};
use shared::dossier::DocumentId;
use shared::id::UserId;

/// The version of the layout.
pub const VERSION: u8 = 1;
/// Store of rows.
pub const ROWS: &str = "rows";
/// Store of changes the server has not called durable.
pub const UNSENT: &str = "unsent";
/// Store of everything small.
pub const META: &str = "meta";

/// The database of an account.
pub fn database_name(user: UserId) -> String {
    format!("tcpl-{user}")
}

/// One line of a document's life on this machine: everything of one server version and what was entered on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch {
    /// The document.
    pub document: DocumentId,
    /// From 1; one more each time a refused branch was set aside.
    pub number: u32,
}

impl Branch {
    /// The first branch of a document.
    pub const fn first(document: DocumentId) -> Self {
        Self { document, number: 1 }
    }

    /// The branch after this one was set aside.
    pub const fn next(self) -> Self {
        Self {
            document: self.document,
            number: self.number.saturating_add(1),
        }
    }

    /// The key of a row of this branch.
    pub fn row(&self, key: &RowKey) -> String {
        format!("{self}/{key}")
    }

    /// The key of a change in `unsent`.
    pub fn unsent(&self, change: &ChangeHash) -> String {
        format!("{self}/{change}")
    }

    /// The lowest and the highest key of this branch.
    pub fn range(&self) -> (String, String) {
        (format!("{self}/"), format!("{self}/\u{ffff}"))
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.document, self.number)
    }
}

/// A text that names no branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a branch of a document")]
pub struct NotABranch;

impl FromStr for Branch {
    type Err = NotABranch;

    fn from_str(text: &str) -> Result<Self, NotABranch> {
        let (document, number) = text.split_once('/').ok_or(NotABranch)?;
        Ok(Self {
            document: document.parse().map_err(|_| NotABranch)?,
            number: number.parse().map_err(|_| NotABranch)?,
        })
    }
}

/// Reads a key of `rows`: its branch and its row.
pub fn parse_row(key: &str) -> Option<(Branch, RowKey)> {
    let (branch, row) = key.rsplit_once('/')?;
    Some((branch.parse().ok()?, row.parse().ok()?))
}

/// Reads a key of `unsent`.
pub fn parse_unsent(key: &str) -> Option<(Branch, ChangeHash)> {
    let (branch, hash) = key.rsplit_once('/')?;
    Some((branch.parse().ok()?, hash.parse().ok()?))
}

/// Keys of `meta`.
pub mod meta {
    use super::{Branch, DocumentId};

    /// The account as the server last said it, JSON.
    pub const SESSION: &str = "session";
    /// How many seconds this machine's clock was ahead of the server's, if that mattered.
    pub const CLOCK: &str = "clock";
    /// The branch of the newest year's dossier.
    pub const NEWEST: &str = "newest";

    /// What the keys of [`year`] begin with.
    pub const YEARS: &str = "year/";

    /// The branch of the account's own dossier of a year.
    pub fn year(year: u16) -> String {
        format!("year/{year}")
    }

    /// The number of a document's present branch.
    pub fn branch(document: &DocumentId) -> String {
        format!("branch/{document}")
    }

    /// Which dossier a document is, JSON.
    pub fn identity(document: &DocumentId) -> String {
        format!("identity/{document}")
    }

    /// The genesis and the migrations of a document as made on this machine, hexadecimal.
    pub fn common(document: &DocumentId) -> String {
        format!("common/{document}")
    }

    /// The state of synchronisation with the server, hexadecimal.
    pub fn state(branch: &Branch) -> String {
        format!("state/{branch}")
    }

    /// What the server refused of a branch, JSON.
    pub fn refused(branch: &Branch) -> String {
        format!("refused/{branch}")
    }

    /// What could not be entered again after a branch was set aside, JSON.
    pub fn left_over(branch: &Branch) -> String {
        format!("left/{branch}")
    }

    /// Half-typed text of one field.
    pub fn draft(document: &DocumentId, field: &str) -> String {
        format!("draft/{document}/{field}")
    }

    /// A board as last seen, JSON.
    pub fn board(year: u16) -> String {
        format!("board/{year}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_text() {
        let branch = Branch {
            document: DocumentId([3; 16]),
            number: 12,
        };
        let change = ChangeHash([5; 32]);
        assert_eq!(
            parse_row(&branch.row(&RowKey::change(change))),
            Some((branch, RowKey::change(change)))
        );
        assert_eq!(parse_unsent(&branch.unsent(&change)), Some((branch, change)));
        assert_eq!(parse_row("session"), None);
    }

    #[test]
    fn the_range_of_a_branch_holds_its_rows_and_no_other() {
        let document = DocumentId([3; 16]);
        let (low, high) = Branch::first(document).range();
        let row = |number| Branch { document, number }.row(&RowKey::change(ChangeHash([255; 32])));
        assert!(low < row(1) && row(1) < high);
        assert!(!(low < row(10) && row(10) < high));
    }
}
