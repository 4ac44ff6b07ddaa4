//! What every [`Store`] must do. Each implementation's test calls [`check`] once.

use super::changes::{Source, device, identity, user};
use automerge::Automerge;
use server::store::{DocumentFilter, Store, StoreErrorKind, StoredDocument};
use shared::dossier::DocumentKind;
use std::sync::Arc;

/// A store under test that can be opened again.
pub trait Subject {
    /// The implementation.
    type Store: Store;
    /// Opens it: the first time empty, later with what was stored before. What was open before is gone.
    fn open(&mut self) -> impl Future<Output = Self::Store>;
}

/// The whole contract.
pub async fn check(subject: &mut impl Subject) {
    knows_nothing_at_first(&subject.open().await).await;
    keeps_what_it_committed(subject).await;
    extends_and_keeps_the_older_summary(&subject.open().await).await;
    commits_all_or_nothing(subject).await;
    loads_from_snapshots(subject).await;
    lists(&subject.open().await).await;
    takes_large_batches(subject).await;
    subject.open().await.check().await.unwrap();
}

/// The document that what was read back stands for.
pub fn rebuild(stored: &StoredDocument) -> Automerge {
    assert_eq!(stored.damaged, []);
    let mut doc = stored.base.clone().unwrap_or_default();
    doc.apply_changes_batch(stored.changes.iter().cloned()).unwrap();
    doc
}

async fn knows_nothing_at_first(store: &impl Store) {
    let nobody = identity("nobody", 2024).document_id();
    assert_eq!(store.find(nobody).await.unwrap(), None);
    assert!(store.load(nobody).await.unwrap().is_none());
    assert_eq!(store.list(DocumentFilter::default()).await.unwrap(), []);
}

async fn keeps_what_it_committed(subject: &mut impl Subject) {
    let mut source = Source::new("keeps", 2024);
    let write = source.write(5, 1_000);
    subject.open().await.commit(std::slice::from_ref(&write)).await.unwrap();

    let store = subject.open().await;
    let row = store.find(write.document).await.unwrap().unwrap();
    assert_eq!(row.document, write.document);
    assert_eq!(row.identity, source.identity);
    assert_eq!(row.heads, source.doc.get_heads());
    assert_eq!(
        (row.changes, row.created_ms, row.changed_ms, row.last_seen_ms),
        (5, 1_000, 1_000, None)
    );
    assert_eq!(row.summary.as_deref(), Some("{\"changes\":5}"));

    let stored = store.load(write.document).await.unwrap().unwrap();
    assert_eq!(stored.row, row);
    assert_eq!(stored.actors, [source.owner()]);
    let raw: Vec<Arc<[u8]>> = stored
        .changes
        .iter()
        .map(|change| Arc::from(change.raw_bytes()))
        .collect();
    let expected: Vec<_> = write.changes.iter().map(|change| change.bytes.clone()).collect();
    assert_eq!(
        raw, expected,
        "raw changes come back byte for byte, in the order of arrival"
    );
    assert_eq!(rebuild(&stored).get_heads(), source.doc.get_heads());
}

async fn extends_and_keeps_the_older_summary(store: &impl Store) {
    let mut source = Source::new("extends", 2024);
    store.commit(&[source.write(3, 1_000)]).await.unwrap();
    let mut more = source.write(2, 2_000);
    more.summary = None;
    more.seen = true;
    more.changes[1].sender = None;
    let document = more.document;
    store.commit(&[more]).await.unwrap();
    let row = store.find(document).await.unwrap().unwrap();
    assert_eq!(
        (row.changes, row.created_ms, row.changed_ms, row.last_seen_ms),
        (5, 1_000, 2_000, Some(2_000))
    );
    assert_eq!(
        row.summary.as_deref(),
        Some("{\"changes\":3}"),
        "no new summary keeps the one that is there"
    );
    assert_eq!(row.heads, source.doc.get_heads());
    assert_eq!(
        rebuild(&store.load(document).await.unwrap().unwrap()).get_heads(),
        source.doc.get_heads()
    );

    store.seen(vec![(document, 3_000)]).await.unwrap();
    let row = store.find(document).await.unwrap().unwrap();
    assert_eq!((row.changed_ms, row.last_seen_ms), (2_000, Some(3_000)));
}

async fn commits_all_or_nothing(subject: &mut impl Subject) {
    let store = subject.open().await;
    let mut first = Source::new("all or nothing", 2024);
    let opening = first.write(2, 1_000);
    store.commit(std::slice::from_ref(&opening)).await.unwrap();
    let mut other = Source::new("its companion", 2024);

    let mut again = first.write(2, 2_000);
    again.first_seq = 1;
    let error = store.commit(&[other.write(3, 2_000), again]).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Conflict);
    assert!(error.retry_helps());

    let mut stolen = Source::new("all or nothing", 2024).write(1, 2_000);
    stolen.first_seq = 2;
    stolen.actors[0].user = user(9);
    stolen.actors[0].device = device(9);
    let error = store.commit(&[stolen]).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Conflict, "an actor has one owner");

    for store in [store, subject.open().await] {
        assert_eq!(store.find(other.identity.document_id()).await.unwrap(), None);
        let stored = store.load(opening.document).await.unwrap().unwrap();
        assert_eq!((stored.row.changes, stored.row.changed_ms), (2, 1_000));
        assert_eq!(stored.changes.len(), 2);
        assert_eq!(stored.actors, [first.owner()]);
    }
}

async fn loads_from_snapshots(subject: &mut impl Subject) {
    let store = subject.open().await;
    let mut source = Source::new("snapshots", 2024);
    let document = source.identity.document_id();
    store.commit(&[source.write(20, 1_000)]).await.unwrap();
    store.put_snapshot(document, source.snapshot()).await.unwrap();
    store.commit(&[source.write(3, 2_000)]).await.unwrap();
    let stored = store.load(document).await.unwrap().unwrap();
    assert_eq!((stored.covered, stored.changes.len()), (20, 3));
    assert_eq!(rebuild(&stored).get_heads(), source.doc.get_heads());

    store.put_snapshot(document, source.snapshot()).await.unwrap();
    let stored = subject.open().await.load(document).await.unwrap().unwrap();
    assert_eq!(
        (stored.covered, stored.changes.len()),
        (23, 0),
        "a newer snapshot replaces the older"
    );
    assert_eq!(rebuild(&stored).get_heads(), source.doc.get_heads());
}

async fn lists(store: &impl Store) {
    for (unit, year) in [("list b", 2023), ("list a", 2024), ("list b", 2024)] {
        store.commit(&[Source::new(unit, year).write(1, 1_000)]).await.unwrap();
    }
    let units = |names: &[&str]| Some(names.iter().map(|name| (*name).into()).collect());
    let found = async |filter: DocumentFilter| -> Vec<(String, u16)> {
        let rows = store.list(filter).await.unwrap();
        rows.into_iter()
            .map(|row| (row.identity.unit.to_string(), row.identity.year))
            .collect()
    };
    let named = |unit: &str, year| (unit.to_owned(), year);
    let both = units(&["list b", "list a", "list c"]);
    let all = found(DocumentFilter {
        units: both.clone(),
        ..DocumentFilter::default()
    })
    .await;
    assert_eq!(
        all,
        [named("list a", 2024), named("list b", 2023), named("list b", 2024)]
    );
    let year = DocumentFilter {
        units: both,
        year: Some(2024),
        kind: Some(DocumentKind::Dossier),
    };
    assert_eq!(found(year).await, [named("list a", 2024), named("list b", 2024)]);
    let nobody = DocumentFilter {
        units: units(&[]),
        ..DocumentFilter::default()
    };
    assert_eq!(found(nobody).await, [], "no units is not the same as any unit");
}

async fn takes_large_batches(subject: &mut impl Subject) {
    let mut sources: Vec<_> = (0..75).map(|n| Source::new(&format!("large {n}"), 2024)).collect();
    let store = subject.open().await;
    store
        .commit(
            &sources
                .iter_mut()
                .map(|source| source.write(13, 1_000))
                .collect::<Vec<_>>(),
        )
        .await
        .unwrap();
    store.commit(&[sources[0].write(700, 2_000)]).await.unwrap();
    let store = subject.open().await;
    for source in &sources {
        let stored = store.load(source.identity.document_id()).await.unwrap().unwrap();
        assert_eq!(rebuild(&stored).get_heads(), source.doc.get_heads());
    }
}
