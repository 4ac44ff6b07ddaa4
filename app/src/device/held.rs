//! The dossiers this page has in memory, and what of each is stored, unsent, durable.

use super::common::Common;
use super::snapshot::{Snapshot, Touched};
use super::store::layout::{Branch, meta};
use super::store::rows::{self, Row, RowKey};
use super::store::{Small, Write};
use automerge::{Automerge, ChangeHash};
use shared::criteria::CriteriaSet;
use shared::dossier::{DocumentId, DossierError, Identity, Standing, migrations};
use shared::sorted::SortedMap;
use shared::sync::Documents;
use std::collections::BTreeSet;

/// One dossier in memory.
pub(super) struct Held {
    /// Which dossier.
    pub(super) identity: Identity,
    /// The set it is scored by.
    pub(super) set: &'static CriteriaSet,
    /// The line of its life that is edited here.
    pub(super) branch: Branch,
    /// The document. Its actor is this page's alone.
    pub(super) doc: Automerge,
    /// The rows known to be in the document: those loaded, and those handed to the store since.
    pub(super) keys: BTreeSet<RowKey>,
    /// Changes of this account the server has not called durable.
    pub(super) unsent: BTreeSet<ChangeHash>,
    /// Rows that cannot be read, or are held back.
    pub(super) damaged: usize,
    /// Genesis and migrations: made alike everywhere, never stored as rows.
    common: Common,
    /// Whether all of them are known to be in the document; they never leave it.
    whole: bool,
    /// What counts for the summary; none until it is read, and after changes from elsewhere.
    standing: Option<Standing>,
}

impl Held {
    /// Puts a dossier together from its rows. Without any row the document stays empty: looking at a year must not begin its dossier on the server.
    ///
    /// # Errors
    /// [`DossierError`]; no retry helps.
    pub(super) fn load(
        identity: Identity,
        set: &'static CriteriaSet,
        branch: Branch,
        rows: Vec<Row>,
        small: &Small,
    ) -> Result<Self, DossierError> {
        let common = Common::of(&identity, small)?;
        let begins_with = if rows.is_empty() { &[] } else { common.changes() };
        let loaded = rows::load(begins_with, rows);
        let damaged = loaded.damaged.len() + rows::held_back(&loaded.doc, &loaded.keys);
        let own = small
            .unsent
            .iter()
            .filter(|(of, _)| *of == branch)
            .map(|(_, change)| *change);
        Ok(Self {
            identity,
            set,
            branch,
            doc: loaded.doc,
            keys: loaded.keys,
            unsent: own.collect(),
            damaged,
            common,
            whole: false,
            standing: None,
        })
    }

    /// The same dossier on its next branch, whose document is at hand, and of which nothing is stored yet.
    pub(super) fn branched_off(&self, doc: Automerge) -> Self {
        Self {
            identity: self.identity.clone(),
            set: self.set,
            branch: self.branch.next(),
            doc,
            keys: BTreeSet::new(),
            unsent: BTreeSet::new(),
            damaged: 0,
            common: self.common.clone(),
            whole: false,
            standing: None,
        }
    }

    /// What to note so that the next start is quick; none if it is noted. `own`: this account writes here, so it is opened
    /// at every start even while nothing was begun. A note begins nothing.
    pub(super) fn to_note(&self, own: bool) -> Write {
        let note = self.common.note().filter(|_| own || self.is_begun());
        let key = meta::common(&self.branch.document);
        Write {
            meta: note.map(|note| (key, Some(note))).into_iter().collect(),
            ..Write::default()
        }
    }

    /// Whether anything was ever entered, here or elsewhere.
    pub(super) fn is_begun(&self) -> bool {
        !self.doc.get_heads().is_empty()
    }

    /// Makes the document ready to be written: its genesis and every migration are in it.
    ///
    /// # Errors
    /// [`DossierError`]; no retry helps.
    pub(super) fn begin(&mut self) -> Result<(), DossierError> {
        if self.whole {
            return Ok(());
        }
        if !self.is_begun() {
            self.doc = self.common.empty_dossier()?;
        } else if !self.common.is_in(&self.doc) {
            // What a migration adds is made alike everywhere, so it is not stored.
            migrations::apply(&mut self.doc)?;
        }
        self.whole = true;
        Ok(())
    }

    /// What the screens see of it after `touched` has changed since `before`. A dossier nobody has begun reads like one in
    /// which nothing was entered.
    ///
    /// # Errors
    /// [`DossierError`]; no retry helps.
    pub(super) fn read(&mut self, before: Option<&Snapshot>, touched: &Touched) -> Result<Snapshot, DossierError> {
        if !self.is_begun() {
            let empty = self.common.empty_dossier()?;
            return Snapshot::read(&empty, &self.identity, self.set, &Standing::read(&empty)?, self.damaged);
        }
        let standing = match (self.standing.take(), touched.place()) {
            (Some(mut standing), Some(place)) => {
                standing.reread(&self.doc, [&place])?;
                standing
            }
            _ => Standing::read(&self.doc)?,
        };
        let next = match before {
            Some(before) => before.after(&self.doc, self.set, &standing, touched, self.damaged)?,
            None => Snapshot::read(&self.doc, &self.identity, self.set, &standing, self.damaged)?,
        };
        self.standing = Some(standing);
        Ok(next)
    }

    /// After an edit by this account: what to store. The bytes are those of the change the document has just made.
    pub(super) fn wrote(&mut self, bytes: Vec<u8>) -> Write {
        let Some(row) = Row::of_change(bytes) else {
            return Write::default();
        };
        let hash = row.key.hash;
        self.keys.insert(row.key);
        self.unsent.insert(hash);
        Write {
            rows: vec![(self.branch, row)],
            unsent: vec![(self.branch, hash)],
            strict: true,
            ..Write::default()
        }
    }

    /// After the server's changes were applied: what to store. The server has them on its disk.
    pub(super) fn received(&mut self, changes: Vec<Vec<u8>>) -> Write {
        let rows = changes.into_iter().filter_map(Row::of_change);
        let rows = rows.filter(|row| !self.common.contains(&row.key.hash) && self.keys.insert(row.key));
        Write {
            rows: rows.map(|row| (self.branch, row)).collect(),
            ..Write::default()
        }
    }

    /// Where the dossier is found again, in the transaction of its first row. `own`: it is the account's own commune's,
    /// so its year leads to it, and the newest of them is what boot.js reads when the address names no year.
    pub(super) fn announce(&self, own: bool, small: &Small) -> Write {
        let (document, branch) = (self.branch.document, self.branch.to_string());
        let mut meta = SortedMap::from([
            (meta::branch(&document), Some(self.branch.number.to_string())),
            (meta::identity(&document), serde_json::to_string(&self.identity).ok()),
        ]);
        meta.extend(self.common.note().map(|note| (meta::common(&document), Some(note))));
        if own {
            let year = meta::year(self.identity.year);
            if small
                .meta
                .keys()
                .filter(|key| key.starts_with(meta::YEARS))
                .all(|other| *other <= year)
            {
                meta.insert(meta::NEWEST.to_owned(), Some(branch.clone()));
            }
            meta.insert(year, Some(branch));
        }
        Write {
            meta,
            ..Write::default()
        }
    }

    /// The server has these heads on its disk: takes what they cover out of the unsent, and says what to write.
    pub(super) fn durable(&mut self, heads: &[ChangeHash]) -> Write {
        if self.unsent.is_empty() {
            return Write::default();
        }
        let open: BTreeSet<ChangeHash> = self
            .doc
            .get_changes_meta(heads)
            .into_iter()
            .map(|meta| meta.hash)
            .collect();
        let sent = self
            .unsent
            .difference(&open)
            .map(|change| (self.branch, *change))
            .collect();
        self.unsent.retain(|change| open.contains(change));
        Write {
            sent,
            ..Write::default()
        }
    }

    /// What has to be written so that a store that has only the rows `stored` has all of this dossier again.
    pub(super) fn missing_from(&self, stored: &[RowKey]) -> Write {
        if self.keys.iter().all(|key| stored.contains(key)) {
            return Write::default();
        }
        let Some(compacted) = rows::compact(&self.doc, &BTreeSet::new()) else {
            return Write::default();
        };
        let mut write = Write::default();
        write.rows.push((self.branch, compacted.snapshot));
        write.unsent = self.unsent.iter().map(|change| (self.branch, *change)).collect();
        write.strict = true;
        write
    }

    /// Takes in rows another tab has written. Whether anything was new.
    pub(super) fn absorb(&mut self, rows: Vec<Row>) -> bool {
        let rows: Vec<Row> = rows.into_iter().filter(|row| !self.keys.contains(&row.key)).collect();
        if rows.is_empty() {
            return false;
        }
        let damaged = rows::absorb(&mut self.doc, rows, &mut self.keys);
        self.damaged += damaged.len();
        true
    }
}

/// All dossiers in memory, where the session finds them.
#[derive(Default)]
pub(super) struct Shelf(SortedMap<DocumentId, Held>);

impl Shelf {
    pub(super) fn get(&self, document: &DocumentId) -> Option<&Held> {
        self.0.get(document)
    }

    pub(super) fn get_mut(&mut self, document: &DocumentId) -> Option<&mut Held> {
        self.0.get_mut(document)
    }

    pub(super) fn put(&mut self, held: Held) {
        self.0.insert(held.branch.document, held);
    }

    pub(super) fn take(&mut self, document: &DocumentId) -> Option<Held> {
        self.0.remove(document)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Held> {
        self.0.values()
    }
}

impl Documents for Shelf {
    fn get(&mut self, document: &DocumentId) -> Option<&mut Automerge> {
        self.0.get_mut(document).map(|held| &mut held.doc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Account;
    use shared::criteria;
    use shared::dossier::{Author, Person, write};
    use shared::scoring::Entry;

    fn identity(year: u16) -> Identity {
        Identity::dossier("x-a".into(), year, "QD25_2021".into())
    }

    fn held(rows: Vec<Row>, small: &Small) -> Held {
        let identity = identity(2024);
        let set = criteria::set(&identity.set).unwrap();
        let branch = Branch::first(identity.document_id());
        Held::load(identity, set, branch, rows, small).unwrap()
    }

    fn everything(held: &mut Held) -> Snapshot {
        held.read(None, &Touched::Everything).unwrap()
    }

    fn author() -> Author {
        Author {
            user: shared::id::UserId::new(uuid::Uuid::from_u128(7)),
            person: Person::new("A", "B"),
            criteria_version: "1".to_owned(),
        }
    }

    fn enter(held: &mut Held, number: &str, entry: &Entry) -> Write {
        held.begin().unwrap();
        let key = held
            .set
            .indicator(&number.into())
            .unwrap()
            .sub_items
            .first()
            .unwrap()
            .id
            .to_string();
        let bytes = write::set_entry(&mut held.doc, &author(), &number.into(), &key, entry, 1)
            .unwrap()
            .unwrap();
        held.wrote(bytes)
    }

    #[test]
    fn looking_at_a_year_does_not_begin_it() {
        let mut held = held(Vec::new(), &Small::default());
        assert!(!held.is_begun());
        assert_eq!(everything(&mut held).summary.scored, 0);
    }

    #[test]
    fn what_was_entered_is_there_after_a_restart() {
        let mut first = held(Vec::new(), &Small::default());
        let writes = [
            enter(&mut first, "1.1", &Entry::Pass),
            enter(&mut first, "1.1", &Entry::Fail),
        ];
        assert!(
            writes
                .iter()
                .all(|write| write.strict && write.rows.len() == 1 && write.unsent.len() == 1)
        );
        let rows = writes
            .iter()
            .flat_map(|write| write.rows.iter().map(|(_, row)| row.clone()))
            .collect();
        let small = Small {
            unsent: writes.iter().flat_map(|write| write.unsent.clone()).collect(),
            ..Small::default()
        };
        let mut again = held(rows, &small);
        assert_eq!(everything(&mut again), everything(&mut first));
        assert_eq!(again.unsent.len(), 2);
        assert_eq!(again.damaged, 0);
        assert_ne!(
            again.doc.get_actor(),
            first.doc.get_actor(),
            "an actor is never used again"
        );
    }

    #[test]
    fn durable_takes_what_it_covers_and_no_more() {
        let mut held = held(Vec::new(), &Small::default());
        enter(&mut held, "1.1", &Entry::Pass);
        let heads = held.doc.get_heads();
        let later = enter(&mut held, "1.1", &Entry::Fail);
        assert_eq!(held.durable(&heads).sent.len(), 1);
        assert_eq!(held.unsent.iter().copied().collect::<Vec<_>>(), [later.unsent[0].1]);
        let heads = held.doc.get_heads();
        assert_eq!(held.durable(&heads).sent.len(), 1);
        assert!(held.unsent.is_empty());
        assert!(held.durable(&heads).is_empty());
    }

    #[test]
    fn changes_from_the_server_are_stored_once() {
        let mut one = held(Vec::new(), &Small::default());
        let write = enter(&mut one, "1.1", &Entry::Pass);
        let bytes = write.rows[0].1.bytes.clone();
        let mut two = held(Vec::new(), &Small::default());
        two.begin().unwrap();
        two.doc.load_incremental(&bytes).unwrap();
        assert_eq!(two.received(vec![bytes.clone()]).rows.len(), 1);
        assert!(two.received(vec![bytes]).rows.is_empty());
        assert!(two.unsent.is_empty());
    }

    #[test]
    fn a_snapshot_after_one_change_equals_one_read_anew() {
        let mut held = held(Vec::new(), &Small::default());
        enter(&mut held, "1.1", &Entry::Pass);
        let before = everything(&mut held);
        enter(&mut held, "2.1", &Entry::NoCase);
        let after = held.read(Some(&before), &Touched::Indicator("2.1".into())).unwrap();
        assert_ne!(after, before);
        assert_eq!(after, everything(&mut held));
    }

    #[test]
    fn genesis_and_migrations_are_not_stored() {
        let mut held = held(Vec::new(), &Small::default());
        let chain = migrations::chain(&held.identity).unwrap();
        assert!(
            held.received(chain.iter().map(|change| change.raw_bytes().to_vec()).collect())
                .is_empty()
        );
    }

    #[test]
    fn the_next_start_makes_no_genesis() {
        let mut first = held(Vec::new(), &Small::default());
        assert!(
            first.to_note(false).is_empty(),
            "looking at another's year leaves nothing behind"
        );
        let mut unbegun = Small::default();
        unbegun.note(&first.to_note(true));
        let looked_at = held(Vec::new(), &unbegun);
        assert!(
            looked_at.to_note(true).is_empty(),
            "an own year is opened at every start"
        );
        assert!(!looked_at.is_begun(), "a note begins nothing");
        let write = enter(&mut first, "1.1", &Entry::Pass);
        let mut small = Small::default();
        small.note(&first.announce(true, &Small::default()));
        let rows: Vec<Row> = write.rows.into_iter().map(|(_, row)| row).collect();
        let mut again = held(rows.clone(), &small);
        assert!(again.to_note(true).is_empty(), "noted with the first row");
        assert_eq!(again.doc.get_heads(), first.doc.get_heads());
        assert_eq!(everything(&mut again), everything(&mut first));
        assert!(
            !held(rows, &Small::default()).to_note(false).is_empty(),
            "a lost note is made up for"
        );
    }

    #[test]
    fn an_emptied_store_gets_everything_again() {
        let mut first = held(Vec::new(), &Small::default());
        let stored = [
            enter(&mut first, "1.1", &Entry::Pass),
            enter(&mut first, "2.1", &Entry::NoCase),
        ];
        let keys: Vec<RowKey> = stored.iter().map(|write| write.rows[0].1.key).collect();
        assert!(first.missing_from(&keys).is_empty());
        let write = first.missing_from(&keys[..1]);
        let again = held(write.rows.into_iter().map(|(_, row)| row).collect(), &Small::default());
        assert_eq!(again.doc.get_heads(), first.doc.get_heads());
        assert_eq!(write.unsent.len(), 2);
    }

    #[test]
    fn the_newest_year_is_what_the_first_page_reads() {
        let mut small = Small::default();
        for year in [2023, 2024, 2022] {
            let identity = identity(year);
            let set = criteria::set(&identity.set).unwrap();
            let branch = Branch::first(identity.document_id());
            let held = Held::load(identity, set, branch, Vec::new(), &small).unwrap();
            small.note(&held.announce(true, &small));
        }
        let newest = Branch::first(identity(2024).document_id()).to_string();
        assert_eq!(small.meta.get(meta::NEWEST), Some(&newest));
        assert!(small.meta.contains_key(&meta::year(2022)));
    }

    #[test]
    fn a_session_of_an_older_build_is_read() {
        let text = r#"{"user":{"id":"00000000-0000-4000-8000-000000000001","username":"a","name":"A"},"unit":null,
            "position":{"id":"mttq","title":"M"},"device_id":"00000000-0000-4000-8000-000000000002"}"#;
        assert!(serde_json::from_str::<Account>(text).unwrap().years.is_empty());
    }
}
