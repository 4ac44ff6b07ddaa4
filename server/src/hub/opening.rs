//! Getting a document into memory: its row, or all of it.

use super::Inner;
use super::document::{Document, Event};
use super::gate::DossierGate;
use crate::store::{DocumentRow, Snapshot, StoreError, StoreErrorKind, StoreResult, StoredDocument};
use automerge::{ActorId, Automerge, Change, ChangeHash, ReadDoc as _};
use shared::board::LiveFigures;
use shared::criteria::{self, CriteriaSet};
use shared::dossier::{self, DocumentId, Identity};
use shared::id::UserId;
use shared::sync::Room;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A document in memory.
pub(super) struct Opened {
    pub(super) room: Room,
    pub(super) gate: DossierGate,
    pub(super) set: &'static CriteriaSet,
    /// Its figures, once something was written.
    pub(super) figures: Option<LiveFigures>,
    /// As it is on disk.
    pub(super) row: DocumentRow,
    /// How many rows of it the stored snapshot covers.
    pub(super) covered: u64,
    /// The actors that have an owner on disk, or on their way there.
    pub(super) actors: HashSet<ActorId>,
}

/// Rows not covered by a snapshot that make loading slow enough to write a new one.
pub(super) const UNCOVERED: u64 = 250;

const DOING: &str = "load a document";

/// Looks up the row.
pub(super) fn look_up(hub: &Arc<Inner>, document: &Arc<Document>) {
    let (hub, document) = (hub.clone(), document.clone());
    tokio::spawn(async move {
        let row = hub.settings.store.find(document.id).await;
        hub.tell(&document, Event::Row(row));
    });
}

pub(super) fn damaged(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::new(DOING, StoreErrorKind::Damaged, source)
}

/// A room from what was stored.
pub(super) fn open(hub: &Inner, stored: StoredDocument) -> StoreResult<Opened> {
    let StoredDocument {
        row,
        actors,
        base,
        covered,
        changes,
        damaged: rows,
    } = stored;
    let id = row.document;
    for row in &rows {
        tracing::error!(document = %id, seq = row.seq, what = row.what, "a stored row is damaged; restore it from a backup");
    }
    hub.counts.damaged.fetch_add(rows.len() as u64, Ordering::Relaxed);
    let mut doc = base.unwrap_or_default();
    let changes = if rows.is_empty() { changes } else { whole(&doc, changes) };
    doc.apply_changes_batch(changes).map_err(damaged)?;
    if !doc.get_missing_deps(&[]).is_empty() {
        return Err(damaged("stored changes are missing"));
    }
    let owners: HashMap<ActorId, UserId> = actors.into_iter().map(|owner| (owner.actor, owner.user)).collect();
    if row.identity.document_id() != id {
        return Err(damaged("the row is another document's"));
    }
    let room = Room::open(id, hub.me.clone(), doc, &owners, Vec::new());
    let mut opened = Opened::new(hub, room, row)?;
    opened.covered = covered;
    opened.actors = owners.into_keys().collect();
    Ok(opened)
}

/// The changes that can be applied although others are damaged: those whose dependencies are there.
fn whole(base: &Automerge, changes: Vec<Change>) -> Vec<Change> {
    let mut known: HashSet<ChangeHash> = base.get_changes_meta(&[]).iter().map(|change| change.hash).collect();
    let is_whole = |change: &Change| {
        let whole = change.deps().iter().all(|dep| known.contains(dep));
        if whole {
            known.insert(change.hash());
        }
        whole
    };
    let all = changes.len();
    let mut changes = changes;
    changes.retain(is_whole);
    if changes.len() < all {
        tracing::error!(left_out = all - changes.len(), "stored changes build on damaged ones");
    }
    changes
}

/// The row of a dossier nobody has written to yet; `None` if this build cannot make it.
pub(super) fn unwritten(identity: Identity, now_ms: i64) -> Option<DocumentRow> {
    let doc = dossier::create(&identity).ok()?;
    Some(DocumentRow {
        document: identity.document_id(),
        identity,
        heads: sorted(doc.get_heads()),
        changes: 0,
        created_ms: now_ms,
        changed_ms: now_ms,
        last_seen_ms: None,
        summary: None,
    })
}

impl Opened {
    /// What nobody has written to yet: the genesis and the migrations, which go to disk with the first change.
    pub(super) fn begin(hub: &Inner, row: DocumentRow) -> StoreResult<Box<Self>> {
        let doc = dossier::create(&row.identity).map_err(damaged)?;
        let unstored = doc.get_changes(&[]);
        let room = Room::open(row.document, hub.me.clone(), doc, &HashMap::new(), unstored);
        Ok(Box::new(Self::new(hub, room, row)?))
    }

    fn new(hub: &Inner, room: Room, row: DocumentRow) -> StoreResult<Self> {
        let set = criteria::set(&row.identity.set).ok_or_else(|| damaged("its criteria set is unknown"))?;
        let gate = DossierGate::new(&row.identity, hub.settings.units.clone()).map_err(damaged)?;
        Ok(Self {
            room,
            gate,
            set,
            figures: None,
            row,
            covered: 0,
            actors: HashSet::new(),
        })
    }
}

/// Saves a document that leaves memory, if loading it again would take long otherwise.
pub(super) fn keep_snapshot(hub: &Arc<Inner>, id: DocumentId, doc: Automerge, rows: u64) {
    let hub = hub.clone();
    tokio::spawn(async move {
        let saved = tokio::task::spawn_blocking(move || catch_unwind(AssertUnwindSafe(|| snapshot(&doc, rows)))).await;
        let Ok(Ok(Some(snapshot))) = saved else {
            tracing::warn!(document = %id, "a snapshot does not load again; it was not kept");
            return;
        };
        if let Err(error) = hub.settings.store.put_snapshot(id, snapshot).await {
            tracing::warn!(document = %id, %error, "a snapshot was not kept");
        }
    });
}

/// The saved document, if loading it gives the same document again.
fn snapshot(doc: &Automerge, rows: u64) -> Option<Snapshot> {
    let bytes = doc.save();
    let again = Automerge::load(&bytes).ok()?;
    let mut heads = doc.get_heads();
    heads.sort_unstable();
    let mut found = again.get_heads();
    found.sort_unstable();
    (found == heads && again.stats().num_changes == rows).then_some(Snapshot {
        changes: rows,
        heads,
        bytes,
    })
}

/// The heads of a document, ascending, as rows keep them.
pub(super) fn sorted(mut heads: Vec<ChangeHash>) -> Vec<ChangeHash> {
    heads.sort_unstable();
    heads
}
