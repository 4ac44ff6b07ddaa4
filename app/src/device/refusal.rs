//! What the server refused, and what was left over after the branch was set aside.

use super::store::layout::Branch;
use serde::{Deserialize, Serialize};
use shared::dossier::{DocumentId, Identity};

/// A dossier some of whose changes the server refuses. They stay on this machine; the dossier goes on being edited here,
/// and goes on receiving what colleagues write, but nothing of it is sent until the branch is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedDossier {
    /// The document.
    pub document: DocumentId,
    /// Which dossier it is.
    pub identity: Identity,
    /// How many changes.
    pub changes: usize,
    /// Why, in Vietnamese, as the server said it.
    pub reason: String,
}

/// How a refusal is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredRefusal {
    /// The refused changes, hexadecimal.
    pub(super) changes: Vec<String>,
    /// Why.
    pub(super) reason: String,
}

/// One field that could not be entered again, with both values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOverField {
    /// Where: `Chỉ tiêu 5.4, nội dung a` and so on.
    pub place: String,
    /// What this machine has, as text; none if it was cleared.
    pub here: Option<String>,
    /// What the server has, as text; none if nothing stands there.
    pub server: Option<String>,
    /// Why it could not be entered again, in Vietnamese.
    pub reason: String,
}

/// What is left over of one branch that was set aside. Stays until the official lets it go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOverRecord {
    /// The branch it comes from, as text: the name of this record.
    pub id: String,
    /// Which dossier it was.
    pub identity: Identity,
    /// When it was set aside, in seconds since 1970.
    pub time_s: i64,
    /// Why the server refused.
    pub reason: String,
    /// How many fields were entered again.
    pub written: usize,
    /// The fields that were not.
    pub fields: Vec<LeftOverField>,
}

impl LeftOverRecord {
    /// The branch the record belongs to; none for a record of a later build.
    pub(super) fn branch(&self) -> Option<Branch> {
        self.id.parse().ok()
    }

    /// The record as a file: its name, and JSON that people can read.
    pub fn export(&self) -> (String, String) {
        let name = format!("thay-doi-chua-gui-{}-{}.json", self.identity.unit, self.identity.year);
        (name, serde_json::to_string_pretty(self).unwrap_or_default())
    }
}
