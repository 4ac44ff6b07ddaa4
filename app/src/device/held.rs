//! The dossiers this page has in memory, and what of each is stored, unsent, durable.

use super::snapshot::Snapshot;
use super::store::layout::{Branch, meta};
use super::store::rows::{self, Row, RowKey};
use super::store::{Small, Write};
use automerge::{Automerge, ChangeHash};
use shared::criteria::CriteriaSet;
use shared::dossier::{self, DocumentId, DossierError, Identity, migrations};
use shared::sync::Documents;
use std::collections::{BTreeMap, BTreeSet};

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
}

impl Held {
    /// Puts a dossier together from its rows; everybody makes genesis and migrations alike, they are not stored. Without
    /// any row the document stays empty: looking at a year must not begin its dossier on the server.
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
        let base = if rows.is_empty() {
            Automerge::new()
        } else {
            dossier::create(&identity)?
        };
        let loaded = rows::load(base, rows);
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
            unsent: own.collect(),
            doc: loaded.doc,
            keys: loaded.keys,
            damaged,
        })
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
        if self.is_begun() {
            // What a migration adds is made alike everywhere, so it is not stored.
            migrations::apply(&mut self.doc).map(drop)
        } else {
            self.doc = dossier::create(&self.identity)?;
            Ok(())
        }
    }

    /// What the screens see of it; a dossier nobody has begun reads like one in which nothing was entered.
    ///
    /// # Errors
    /// [`DossierError`]; no retry helps.
    pub(super) fn read(&self) -> Result<Snapshot, DossierError> {
        if self.is_begun() {
            return Snapshot::read(&self.doc, &self.identity, self.set, self.damaged);
        }
        Snapshot::read(
            &dossier::create(&self.identity)?,
            &self.identity,
            self.set,
            self.damaged,
        )
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
        let rows = changes
            .into_iter()
            .filter_map(Row::of_change)
            .filter(|row| self.keys.insert(row.key));
        Write {
            rows: rows.map(|row| (self.branch, row)).collect(),
            ..Write::default()
        }
    }

    /// Where the dossier is found again, in the transaction of its first row. `own`: it is the account's own commune's,
    /// so its year leads to it, and the newest of them is what boot.js reads when the address names no year.
    pub(super) fn announce(&self, own: bool, small: &Small) -> Write {
        let (document, branch) = (self.branch.document, self.branch.to_string());
        let mut meta = BTreeMap::from([
            (meta::branch(&document), Some(self.branch.number.to_string())),
            (meta::identity(&document), serde_json::to_string(&self.identity).ok()),
        ]);
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
    pub(super) fn durable(&mut self, heads: &[ChangeHash]) -> (Vec<ChangeHash>, Write) {
        let heads_text: Vec<String> = heads.iter().map(ToString::to_string).collect();
        let mut write = Write {
            meta: BTreeMap::from([(meta::durable(&self.branch), Some(heads_text.join(" ")))]),
            ..Write::default()
        };
        if self.unsent.is_empty() {
            return (Vec::new(), write);
        }
        let open: BTreeSet<ChangeHash> = self
            .doc
            .get_changes_meta(heads)
            .into_iter()
            .map(|meta| meta.hash)
            .collect();
        let sent: Vec<ChangeHash> = self.unsent.difference(&open).copied().collect();
        self.unsent.retain(|change| open.contains(change));
        write.sent = sent.iter().map(|change| (self.branch, *change)).collect();
        (sent, write)
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
pub(super) struct Shelf(BTreeMap<DocumentId, Held>);

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
