//! A [`Store`] in memory that behaves like a disk: what was not flushed is gone after a power cut.

use automerge::{Automerge, Change};
use futures::future::{BoxFuture, FutureExt as _, ready};
use server::store::{
    ActorOwner, ChangeRow, DocumentFilter, DocumentRow, DocumentWrite, Snapshot, Store, StoreError, StoreErrorKind,
    StoreResult, StoredDocument,
};
use shared::dossier::DocumentId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// What happens to the next commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commits {
    /// Flushed, then answered: what a store must do.
    Flushed,
    /// Answered without flushing: what a store must never do. For tests that must see the difference.
    Unflushed,
    /// Refused; nothing is stored.
    Fail,
    /// Flushed, but the answer is an error: the connection broke after the commit.
    LoseTheAnswer,
}

#[derive(Debug, Clone)]
struct Kept {
    row: DocumentRow,
    changes: Vec<ChangeRow>,
    actors: Vec<ActorOwner>,
    snapshot: Option<Snapshot>,
}

type Documents = BTreeMap<DocumentId, Kept>;

#[derive(Debug)]
struct State {
    /// What a reader sees.
    seen: Documents,
    /// What is there after a power cut.
    flushed: Documents,
    commits: Commits,
}

/// The double. Clones share one disk.
#[derive(Debug, Clone)]
pub struct LossyStore(Arc<Mutex<State>>);

impl LossyStore {
    /// An empty disk that flushes.
    pub fn new() -> Self {
        let (seen, flushed) = (Documents::new(), Documents::new());
        Self(Arc::new(Mutex::new(State {
            seen,
            flushed,
            commits: Commits::Flushed,
        })))
    }

    /// What happens to commits from now on.
    pub fn commits(&self, commits: Commits) {
        self.state().commits = commits;
    }

    /// Cuts the power: what was not flushed is gone.
    pub fn cut_power(&self) {
        let mut state = self.state();
        state.seen = state.flushed.clone();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

fn fails(doing: &'static str, kind: StoreErrorKind) -> StoreError {
    StoreError::new(doing, kind, "the test asked for it")
}

/// Writes all, or nothing.
fn write(documents: &mut Documents, writes: &[DocumentWrite]) -> StoreResult<()> {
    let conflict = || fails("commit changes", StoreErrorKind::Conflict);
    let mut next = documents.clone();
    for write in writes {
        let kept = next.entry(write.document).or_insert_with(|| Kept {
            row: DocumentRow {
                document: write.document,
                identity: write.identity.clone(),
                heads: Vec::new(),
                changes: 0,
                created_ms: write.now_ms,
                changed_ms: write.now_ms,
                last_seen_ms: None,
                summary: None,
            },
            changes: Vec::new(),
            actors: Vec::new(),
            snapshot: None,
        });
        if kept.row.changes != write.first_seq {
            return Err(conflict());
        }
        for owner in &write.actors {
            if kept.actors.iter().any(|known| known.actor == owner.actor) {
                return Err(conflict());
            }
            kept.actors.push(owner.clone());
        }
        kept.changes.extend(write.changes.iter().cloned());
        kept.row.changes = kept.changes.len() as u64;
        kept.row.heads.clone_from(&write.heads);
        kept.row.changed_ms = write.now_ms;
        kept.row.summary = write.summary.clone().or(kept.row.summary.take());
        if write.seen {
            kept.row.last_seen_ms = Some(write.now_ms);
        }
    }
    *documents = next;
    Ok(())
}

fn loaded(kept: &Kept) -> StoredDocument {
    let base = kept
        .snapshot
        .as_ref()
        .map(|snapshot| Automerge::load(&snapshot.bytes).unwrap());
    let covered = kept.snapshot.as_ref().map_or(0, |snapshot| snapshot.changes);
    let after = &kept.changes[usize::try_from(covered).unwrap()..];
    StoredDocument {
        row: kept.row.clone(),
        actors: kept.actors.clone(),
        base,
        covered,
        changes: after
            .iter()
            .map(|row| Change::from_bytes(row.bytes.to_vec()).unwrap())
            .collect(),
        damaged: Vec::new(),
    }
}

fn matches(row: &DocumentRow, filter: &DocumentFilter) -> bool {
    filter.year.is_none_or(|year| year == row.identity.year)
        && filter.kind.is_none_or(|kind| kind == row.identity.kind)
        && filter
            .units
            .as_ref()
            .is_none_or(|units| units.contains(&row.identity.unit))
}

impl Store for LossyStore {
    fn find(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<DocumentRow>>> {
        ready(Ok(self.state().seen.get(&document).map(|kept| kept.row.clone()))).boxed()
    }

    fn list(&self, filter: DocumentFilter) -> BoxFuture<'_, StoreResult<Vec<DocumentRow>>> {
        let mut rows: Vec<_> = self
            .state()
            .seen
            .values()
            .map(|kept| kept.row.clone())
            .filter(|row| matches(row, &filter))
            .collect();
        rows.sort_by_key(|row| (row.identity.unit.clone(), row.identity.year));
        ready(Ok(rows)).boxed()
    }

    fn load(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<StoredDocument>>> {
        ready(Ok(self.state().seen.get(&document).map(loaded))).boxed()
    }

    fn commit<'a>(&'a self, writes: &'a [DocumentWrite]) -> BoxFuture<'a, StoreResult<()>> {
        let mut state = self.state();
        let done = match state.commits {
            Commits::Fail => Err(fails("commit changes", StoreErrorKind::Io)),
            Commits::Unflushed => write(&mut state.seen, writes),
            commits @ (Commits::Flushed | Commits::LoseTheAnswer) => write(&mut state.seen, writes).and_then(|()| {
                state.flushed = state.seen.clone();
                match commits {
                    Commits::LoseTheAnswer => Err(fails("commit changes", StoreErrorKind::Io)),
                    _ => Ok(()),
                }
            }),
        };
        ready(done).boxed()
    }

    fn put_snapshot(&self, document: DocumentId, snapshot: Snapshot) -> BoxFuture<'_, StoreResult<()>> {
        let mut state = self.state();
        if let Some(kept) = state.seen.get_mut(&document) {
            kept.snapshot = Some(snapshot);
        }
        state.flushed = state.seen.clone();
        ready(Ok(())).boxed()
    }

    fn seen(&self, seen: Vec<(DocumentId, i64)>) -> BoxFuture<'_, StoreResult<()>> {
        let mut state = self.state();
        for (document, now_ms) in seen {
            if let Some(kept) = state.seen.get_mut(&document) {
                kept.row.last_seen_ms = Some(now_ms);
            }
        }
        state.flushed = state.seen.clone();
        ready(Ok(())).boxed()
    }

    fn check(&self) -> BoxFuture<'_, StoreResult<()>> {
        ready(Ok(())).boxed()
    }
}
