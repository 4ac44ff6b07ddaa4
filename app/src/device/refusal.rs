//! What the server refused, and what was left over after the branch was set aside.

use super::store::layout::Branch;
use automerge::ChangeHash;
use serde::{Deserialize, Serialize};
use shared::dossier::{DocumentId, Identity};
use shared::read_json;
use std::collections::BTreeSet;

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

read_json!(StoredRefusal { changes, reason });

impl StoredRefusal {
    /// What is refused of a dossier after the server has refused once more. `named` are the changes it named: none where
    /// it could not even read a message, and then everything that waits may have been in it. Changes that are not in the
    /// dossier are of a branch that was set aside meanwhile. `None`: nothing that is here was refused.
    ///
    /// The first reason stays: what comes after it follows from it.
    pub(super) fn after(
        known: Option<&Self>,
        named: &[ChangeHash],
        reason: &str,
        unsent: &BTreeSet<ChangeHash>,
        is_here: impl Fn(&ChangeHash) -> bool,
    ) -> Option<Self> {
        // Not collected: that sorts first, and the sort is made anew for each type.
        let mut refused = BTreeSet::new();
        match named {
            [] => refused.clone_from(unsent),
            named => refused.extend(named.iter().copied().filter(is_here)),
        }
        if refused.is_empty() {
            return None;
        }
        let before = known.iter().flat_map(|known| known.changes.iter().cloned());
        let mut changes: BTreeSet<String> = BTreeSet::new();
        changes.extend(refused.iter().map(ToString::to_string).chain(before));
        Some(Self {
            changes: changes.into_iter().collect(),
            reason: known.map_or_else(|| reason.to_owned(), |known| known.reason.clone()),
        })
    }
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

read_json!(LeftOverField {
    place,
    here,
    server,
    reason
});

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

read_json!(LeftOverRecord {
    id,
    identity,
    time_s,
    reason,
    written,
    fields
});

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

#[cfg(test)]
mod tests {
    use super::*;
    use shared::json::agrees;

    #[test]
    fn json_is_read_as_serde_reads_it() {
        let refusal = StoredRefusal {
            changes: vec!["00".to_owned()],
            reason: "Không".to_owned(),
        };
        assert_eq!(agrees(&refusal), Ok(()));
        let field = LeftOverField {
            place: "Chỉ tiêu 1.1".to_owned(),
            here: Some("1".to_owned()),
            server: None,
            reason: "Không".to_owned(),
        };
        let record = LeftOverRecord {
            id: "x".to_owned(),
            identity: Identity::dossier("x-a".into(), 2024, "QD25_2021".into()),
            time_s: -1,
            reason: String::new(),
            written: 3,
            fields: vec![field],
        };
        assert_eq!(agrees(&record), Ok(()));
    }

    fn change(n: u8) -> ChangeHash {
        ChangeHash([n; 32])
    }

    fn after(known: Option<&StoredRefusal>, named: &[u8], reason: &str) -> Option<StoredRefusal> {
        let named: Vec<_> = named.iter().copied().map(change).collect();
        let here = BTreeSet::from([1, 2, 3].map(change));
        StoredRefusal::after(known, &named, reason, &here, |change| here.contains(change))
    }

    #[test]
    fn refusals_of_one_branch_add_up_and_the_first_reason_stays() {
        let cause = after(None, &[1], "cause").unwrap();
        let all = after(Some(&cause), &[2, 3], "it builds on what was refused").unwrap();
        assert_eq!((all.changes.len(), all.reason.as_str()), (3, "cause"));
        assert_eq!(after(Some(&all), &[1, 2], "again"), Some(all));
    }

    #[test]
    fn where_no_change_is_named_it_is_everything_that_waits() {
        assert_eq!(after(None, &[], "too large").unwrap().changes.len(), 3);
        let nothing = BTreeSet::new();
        assert_eq!(
            StoredRefusal::after(None, &[], "no such dossier", &nothing, |_| false),
            None
        );
    }

    #[test]
    fn what_was_set_aside_meanwhile_is_refused_no_more() {
        assert_eq!(after(None, &[7], "late"), None);
        assert_eq!(after(None, &[7, 1], "late").unwrap().changes, [change(1).to_string()]);
    }
}
