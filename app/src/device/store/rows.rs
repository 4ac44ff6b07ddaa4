//! Stored rows and the document made of them. No browser in here: the same code runs in tests.
//!
//! A row is one Automerge change or one snapshot (a whole saved document), named by the hash of its content, so that
//! writing it twice writes it once, and a row that no longer fits its name is known to be damaged.

use automerge::{Automerge, Change, ChangeHash, ReadDoc, SaveOptions};
use core::{fmt, str::FromStr};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// One change; named by its change hash.
    Change,
    /// A whole document; named by the SHA-256 of its bytes.
    Snapshot,
}

/// The name of a row inside its document: its kind and the 32-byte hash of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// What the row holds.
    pub kind: RowKind,
    /// The hash of what it holds.
    pub hash: ChangeHash,
}

impl RowKey {
    /// The row of a change.
    pub const fn change(hash: ChangeHash) -> Self {
        Self {
            kind: RowKind::Change,
            hash,
        }
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            RowKind::Change => 'c',
            RowKind::Snapshot => 's',
        };
        write!(f, "{kind}{}", self.hash)
    }
}

impl FromStr for RowKey {
    type Err = NotARowKey;

    fn from_str(text: &str) -> Result<Self, NotARowKey> {
        let (kind, hash) = text.split_at_checked(1).ok_or(NotARowKey)?;
        let kind = match kind {
            "c" => RowKind::Change,
            "s" => RowKind::Snapshot,
            _ => return Err(NotARowKey),
        };
        Ok(Self {
            kind,
            hash: hash.parse().map_err(|_| NotARowKey)?,
        })
    }
}

/// A key in the database that this build did not write. The row is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a row")]
pub struct NotARowKey;

/// One row: its name and its bytes (a raw change chunk or a saved document).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name.
    pub key: RowKey,
    /// The content.
    pub bytes: Vec<u8>,
}

impl Row {
    /// The row of one change. `None` if the bytes are not a change.
    pub fn of_change(bytes: Vec<u8>) -> Option<Self> {
        let hash = Change::try_from(bytes.as_slice()).ok()?.hash();
        Some(Self {
            key: RowKey::change(hash),
            bytes,
        })
    }
}

/// A document put together from its rows.
#[derive(Debug)]
pub struct Loaded {
    /// The document.
    pub doc: Automerge,
    /// The rows that are in it.
    pub keys: BTreeSet<RowKey>,
    /// Rows whose content does not fit their name, or that Automerge cannot read. They stay where they are.
    pub damaged: Vec<RowKey>,
}

/// Puts a document together. `common` is what every device makes for itself (genesis and migrations) and is no row.
pub fn load(common: &[Change], rows: Vec<Row>) -> Loaded {
    let mut loaded = Loaded {
        doc: Automerge::new(),
        keys: BTreeSet::new(),
        damaged: Vec::new(),
    };
    let (snapshots, changes): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.key.kind == RowKind::Snapshot);
    let mut from_snapshot: Option<Automerge> = None;
    for row in snapshots {
        match (read_snapshot(&row), &mut from_snapshot) {
            (None, _) => {
                loaded.damaged.push(row.key);
                continue;
            }
            (Some(doc), first @ None) => *first = Some(doc),
            (Some(mut doc), Some(first)) => {
                if first.merge(&mut doc).is_err() {
                    loaded.damaged.push(row.key);
                    continue;
                }
            }
        }
        loaded.keys.insert(row.key);
    }
    if let Some(doc) = from_snapshot {
        loaded.doc = doc;
    }
    // A snapshot of an earlier release lacks the newest migrations.
    let lacks = |change: &&Change| loaded.doc.get_change_meta_by_hash(&change.hash()).is_none();
    let missing = common.iter().filter(lacks).cloned().collect();
    let damaged = apply(&mut loaded.doc, missing, changes, &mut loaded.keys);
    loaded.damaged.extend(damaged);
    loaded
}

/// Applies rows that came later (from another tab). Returns the damaged ones; what could be read is added to `keys`.
pub fn absorb(doc: &mut Automerge, rows: Vec<Row>, keys: &mut BTreeSet<RowKey>) -> Vec<RowKey> {
    let (snapshots, changes): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.key.kind == RowKind::Snapshot);
    let mut damaged = Vec::new();
    for row in snapshots {
        let merged = read_snapshot(&row).is_some_and(|mut other| doc.merge(&mut other).is_ok());
        if merged {
            keys.insert(row.key);
        } else {
            damaged.push(row.key);
        }
    }
    damaged.extend(apply(doc, Vec::new(), changes, keys));
    damaged
}

fn read_snapshot(row: &Row) -> Option<Automerge> {
    if ChangeHash(Sha256::digest(&row.bytes).into()) != row.key.hash {
        return None;
    }
    Automerge::load(&row.bytes).ok()
}

/// Each row is parsed alone (a damaged one must not take the following ones with it), all are applied in one call, after
/// `first` (one by one is quadratic).
fn apply(doc: &mut Automerge, first: Vec<Change>, rows: Vec<Row>, keys: &mut BTreeSet<RowKey>) -> Vec<RowKey> {
    let mut damaged = Vec::new();
    let no_rows: Vec<ChangeHash> = first.iter().map(Change::hash).collect();
    let mut changes = first;
    for row in rows {
        match Change::try_from(row.bytes.as_slice()) {
            Ok(change) if change.hash() == row.key.hash => changes.push(change),
            _ => damaged.push(row.key),
        }
    }
    if doc.apply_changes_batch(changes.iter().cloned()).is_err() {
        // One row contradicts another (two contents for one place in an actor's sequence): keep all that can be kept.
        changes.retain(|change| match doc.apply_changes([change.clone()]) {
            Ok(()) => true,
            Err(_) => {
                damaged.push(RowKey::change(change.hash()));
                false
            }
        });
    }
    let hashes = changes.iter().map(Change::hash);
    keys.extend(hashes.filter(|hash| !no_rows.contains(hash)).map(RowKey::change));
    damaged
}

/// A snapshot that may take the place of other rows.
#[derive(Debug)]
pub struct Compacted {
    /// The snapshot.
    pub snapshot: Row,
    /// The rows whose whole content was found in the snapshot after loading it back.
    pub replaces: Vec<RowKey>,
}

/// Saves `doc`, loads the result back and compares, because a snapshot that lost something must never replace what it
/// was made from. `rows` are the rows the caller loaded itself; only those can be replaced. `None`: do not compact.
pub fn compact(doc: &Automerge, rows: &BTreeSet<RowKey>) -> Option<Compacted> {
    let bytes = doc.save_with_options(SaveOptions {
        retain_orphans: false,
        ..SaveOptions::default()
    });
    let back = Automerge::load(&bytes).ok()?;
    if back.get_heads() != doc.get_heads() {
        return None;
    }
    let key = RowKey {
        kind: RowKind::Snapshot,
        hash: ChangeHash(Sha256::digest(&bytes).into()),
    };
    let replaces = rows
        .iter()
        .copied()
        .filter(|row| *row != key)
        .filter(|row| match row.kind {
            RowKind::Change => back.get_change_meta_by_hash(&row.hash).is_some(),
            RowKind::Snapshot => true,
        });
    Some(Compacted {
        replaces: replaces.collect(),
        snapshot: Row { key, bytes },
    })
}

/// Changes that are stored and that Automerge holds back, because something they build on is missing.
pub fn held_back(doc: &Automerge, keys: &BTreeSet<RowKey>) -> usize {
    let missing = |key: &&RowKey| key.kind == RowKind::Change && doc.get_change_meta_by_hash(&key.hash).is_none();
    if doc.get_missing_deps(&[]).is_empty() {
        0
    } else {
        keys.iter().filter(missing).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use automerge::{ActorId, ROOT, transaction::Transactable};

    fn base() -> Automerge {
        let mut doc = Automerge::new().with_actor(ActorId::from(&[0u8; 16][..]));
        let mut tx = doc.transaction();
        tx.put_object(ROOT, "scores", automerge::ObjType::Map).unwrap();
        tx.commit();
        doc.with_actor(ActorId::random())
    }

    fn common() -> Vec<Change> {
        base().get_changes(&[])
    }

    fn edit(doc: &mut Automerge, key: &str, value: i64) -> Row {
        let mut tx = doc.transaction();
        tx.put(ROOT, key, value).unwrap();
        tx.commit();
        Row::of_change(doc.get_last_local_change().unwrap().raw_bytes().to_vec()).unwrap()
    }

    fn edits(n: i64) -> (Automerge, Vec<Row>) {
        let mut doc = base();
        let rows = (0..n).map(|i| edit(&mut doc, &format!("k{}", i % 7), i)).collect();
        (doc, rows)
    }

    #[test]
    fn keys_survive_their_text() {
        let (_, rows) = edits(1);
        for row in rows {
            assert_eq!(row.key.to_string().parse(), Ok(row.key));
        }
        assert_eq!("x00".parse::<RowKey>(), Err(NotARowKey));
        assert_eq!("".parse::<RowKey>(), Err(NotARowKey));
    }

    #[test]
    fn rows_in_any_order_make_the_document() {
        let (doc, mut rows) = edits(50);
        rows.reverse();
        let loaded = load(&common(), rows);
        assert_eq!(loaded.doc.get_heads(), doc.get_heads());
        assert_eq!(loaded.keys.len(), 50);
        assert!(loaded.damaged.is_empty());
    }

    #[test]
    fn a_damaged_row_is_named_and_the_rows_before_it_are_there() {
        let (_, mut rows) = edits(10);
        let hurt = rows[9].key;
        let middle = rows[9].bytes.len() / 2;
        rows[9].bytes[middle] ^= 0x40;
        let loaded = load(&common(), rows);
        assert_eq!(loaded.damaged, [hurt]);
        assert_eq!(loaded.keys.len(), 9);
        assert_eq!(loaded.doc.get_changes(&[]).len(), 10);
    }

    #[test]
    fn what_builds_on_a_damaged_row_is_held_back_and_counted() {
        let (_, mut rows) = edits(10);
        rows[5].bytes.truncate(20);
        let loaded = load(&common(), rows);
        assert_eq!(loaded.damaged.len(), 1);
        assert_eq!(held_back(&loaded.doc, &loaded.keys), 4);
    }

    #[test]
    fn a_row_under_a_wrong_name_is_damaged() {
        let (_, mut rows) = edits(2);
        rows[1].key = RowKey::change(ChangeHash([7; 32]));
        let loaded = load(&common(), rows);
        assert_eq!(loaded.damaged, [RowKey::change(ChangeHash([7; 32]))]);
    }

    #[test]
    fn a_snapshot_replaces_only_rows_it_holds() {
        let (doc, rows) = edits(20);
        let mut keys: BTreeSet<_> = rows.iter().map(|row| row.key).collect();
        let stranger = RowKey::change(ChangeHash([9; 32]));
        keys.insert(stranger);
        let compacted = compact(&doc, &keys).unwrap();
        assert_eq!(compacted.replaces.len(), 20);
        assert!(!compacted.replaces.contains(&stranger));
        let loaded = load(&common(), vec![compacted.snapshot]);
        assert_eq!(loaded.doc.get_heads(), doc.get_heads());
        assert!(loaded.damaged.is_empty());
    }

    #[test]
    fn two_snapshots_and_later_changes_go_together() {
        let (mut one, rows) = edits(5);
        let mut two = one.fork();
        let keys = rows.iter().map(|row| row.key).collect();
        edit(&mut one, "one", 1);
        edit(&mut two, "two", 2);
        let snapshots = [
            compact(&one, &keys).unwrap().snapshot,
            compact(&two, &keys).unwrap().snapshot,
        ];
        one.merge(&mut two).unwrap();
        let last = edit(&mut one, "three", 3);
        let loaded = load(&common(), snapshots.into_iter().chain([last]).collect());
        assert_eq!(loaded.doc.get_heads(), one.get_heads());
    }

    #[test]
    fn a_damaged_snapshot_does_not_hide_the_changes() {
        let (doc, rows) = edits(5);
        let mut snapshot = compact(&doc, &BTreeSet::new()).unwrap().snapshot;
        let end = snapshot.bytes.len() - 3;
        snapshot.bytes.truncate(end);
        let hurt = snapshot.key;
        let loaded = load(&common(), rows.into_iter().chain([snapshot]).collect());
        assert_eq!(loaded.damaged, [hurt]);
        assert_eq!(loaded.doc.get_heads(), doc.get_heads());
    }

    #[test]
    fn rows_of_another_tab_are_taken_in() {
        let (mut doc, _) = edits(5);
        let mut other = doc.fork();
        let row = edit(&mut other, "theirs", 1);
        let mut keys = BTreeSet::new();
        assert!(absorb(&mut doc, vec![row], &mut keys).is_empty());
        assert_eq!(doc.get_heads(), other.get_heads());
        assert_eq!(keys.len(), 1);
    }
}
