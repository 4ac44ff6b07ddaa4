//! What a dossier begins with on every device: its genesis and the migrations.
//!
//! Everybody makes them alike, so they are no rows. Making them takes longer than reading a whole dossier, and would be
//! done before the first screen: they are kept as a note in `meta` once they were made here.

use super::hex;
use super::store::Small;
use super::store::layout::meta;
use automerge::{Automerge, Change, ChangeHash};
use shared::dossier::{DossierError, Identity, migrations};

/// Genesis and migrations of one dossier, in order.
#[derive(Debug, Clone)]
pub(super) struct Common {
    changes: Vec<Change>,
    noted: bool,
}

impl Common {
    /// From the note, if this release would make as many; else made anew.
    ///
    /// # Errors
    /// [`DossierError`]: no dossier can have this identity.
    pub(super) fn of(identity: &Identity, small: &Small) -> Result<Self, DossierError> {
        let note = small.meta.get(&meta::common(&identity.document_id()));
        match note.and_then(|note| read(note)) {
            Some(changes) => Ok(Self { changes, noted: true }),
            None => Ok(Self {
                changes: migrations::chain(identity)?,
                noted: false,
            }),
        }
    }

    /// The note to keep; none if it is there.
    pub(super) fn note(&self) -> Option<String> {
        let texts = self.changes.iter().map(|change| hex::encode(change.raw_bytes()));
        (!self.noted).then(|| texts.collect::<Vec<_>>().join(SEPARATOR))
    }

    /// The changes, in order.
    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether a change is one of them.
    pub(super) fn contains(&self, hash: &ChangeHash) -> bool {
        self.changes.iter().any(|change| change.hash() == *hash)
    }

    /// Whether a document has all of them.
    pub(super) fn is_in(&self, doc: &Automerge) -> bool {
        self.changes
            .iter()
            .all(|change| doc.get_change_meta_by_hash(&change.hash()).is_some())
    }

    /// A dossier in which nothing was entered.
    ///
    /// # Errors
    /// [`DossierError`]; no retry helps.
    pub(super) fn empty_dossier(&self) -> Result<Automerge, DossierError> {
        let mut doc = Automerge::new();
        doc.apply_changes_batch(self.changes.iter().cloned())?;
        Ok(doc)
    }
}

const SEPARATOR: &str = " ";

/// A damaged note is no note: a byte that is another would make another genesis, on which nobody else builds.
fn read(note: &str) -> Option<Vec<Change>> {
    let change = |text: &str| shared::sync::read_change(&hex::decode(text)?).ok();
    let changes: Vec<Change> = note.split(SEPARATOR).map(change).collect::<Option<_>>()?;
    (changes.len() == migrations::chain_length()).then_some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity::dossier("x-a".into(), 2024, "QD25_2021".into())
    }

    fn noted(note: String) -> Small {
        let mut small = Small::default();
        small.meta.insert(meta::common(&identity().document_id()), note);
        small
    }

    #[test]
    fn what_was_noted_is_what_would_be_made() {
        let made = Common::of(&identity(), &Small::default()).unwrap();
        let read = Common::of(&identity(), &noted(made.note().unwrap())).unwrap();
        assert_eq!(read.changes(), migrations::chain(&identity()).unwrap());
        assert_eq!(read.note(), None, "it is there already");
        let dossier = read.empty_dossier().unwrap();
        assert_eq!(
            dossier.get_heads(),
            shared::dossier::create(&identity()).unwrap().get_heads()
        );
        assert!(read.is_in(&dossier) && !read.is_in(&Automerge::new()));
        assert!(read.contains(&dossier.get_heads()[0]));
    }

    #[test]
    fn no_byte_of_a_note_can_be_another() {
        let note = Common::of(&identity(), &Small::default()).unwrap().note().unwrap();
        assert!(read(&note).is_some());
        for at in (0..note.len()).filter(|at| note.as_bytes()[*at] != b' ') {
            let other = if note.as_bytes()[at] == b'6' { "7" } else { "6" };
            let damaged = format!("{}{other}{}", &note[..at], &note[at + 1..]);
            assert!(read(&damaged).is_none(), "character {at} of {}", note.len());
        }
    }

    #[test]
    fn a_note_that_is_damaged_or_of_an_older_release_is_made_anew() {
        let made = Common::of(&identity(), &Small::default()).unwrap();
        let note = made.note().unwrap();
        let older = note.split(SEPARATOR).next().unwrap().to_owned();
        let last = if note.ends_with('0') { '1' } else { '0' };
        let damaged = format!("{}{last}", &note[..note.len() - 1]);
        for bad in [older, damaged, String::new(), "zz".to_owned()] {
            let again = Common::of(&identity(), &noted(bad)).unwrap();
            assert_eq!(again.changes(), made.changes());
            assert!(again.note().is_some());
        }
    }
}
