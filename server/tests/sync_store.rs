//! The stores: the contract all of them keep, and what SQLite must do beyond it.

mod kit;

use kit::changes::Source;
use kit::contract::{self, Subject};
use kit::lossy::{Commits, LossyStore};
use server::store::{SqliteStore, Store as _};
use std::path::PathBuf;
use tempfile::TempDir;

struct Sqlite {
    folder: TempDir,
    before: Option<SqliteStore>,
}

impl Sqlite {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            before: None,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }
}

impl Subject for Sqlite {
    type Store = SqliteStore;

    async fn open(&mut self) -> SqliteStore {
        if let Some(before) = self.before.take() {
            before.close().await;
        }
        SqliteStore::open(&self.path()).await.unwrap()
    }
}

struct Lossy(LossyStore);

impl Subject for Lossy {
    type Store = LossyStore;

    async fn open(&mut self) -> LossyStore {
        self.0.cut_power();
        self.0.clone()
    }
}

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    contract::check(&mut Sqlite::new()).await;
}

#[tokio::test]
async fn the_double_keeps_the_contract() {
    contract::check(&mut Lossy(LossyStore::new())).await;
}

#[tokio::test]
#[should_panic(expected = "called `Option::unwrap()` on a `None` value")]
async fn a_store_that_answers_before_it_flushes_breaks_the_contract() {
    let store = LossyStore::new();
    store.commits(Commits::Unflushed);
    contract::check(&mut Lossy(store)).await;
}

#[tokio::test]
async fn every_connection_flushes_each_commit() {
    let mut disk = Sqlite::new();
    let store = disk.open().await;
    let found = store.synchronous().await.unwrap();
    assert!(found.len() > 2, "the writer and the pool");
    assert!(
        found.iter().all(|synchronous| *synchronous == 2),
        "2 is FULL: {found:?}"
    );
    // A failed transaction gives up the writer's connection; the next one is opened with the same pragmas.
    let mut source = Source::new("flushes", 2024);
    let write = source.write(1, 1_000);
    store.commit(std::slice::from_ref(&write)).await.unwrap();
    store.commit(&[write]).await.unwrap_err();
    assert!(
        store
            .synchronous()
            .await
            .unwrap()
            .iter()
            .all(|synchronous| *synchronous == 2)
    );
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(journal, "wal");
    let foreign_keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(foreign_keys, 1);
}

#[tokio::test]
async fn damaged_rows_are_named_and_the_rest_is_read() {
    let mut disk = Sqlite::new();
    let store = disk.open().await;
    let mut source = Source::new("damaged", 2024);
    let write = source.write(10, 1_000);
    store.commit(std::slice::from_ref(&write)).await.unwrap();
    let run = async |sql: &'static str| sqlx::query(sql).execute(store.pool()).await.unwrap();
    run("UPDATE changes SET bytes = substr(bytes, 1, 40) WHERE seq = 3").await;
    run("UPDATE changes SET bytes = (SELECT bytes FROM changes WHERE seq = 0) WHERE seq = 5").await;
    run("DELETE FROM changes WHERE seq IN (7, 9)").await;
    let stored = store.load(write.document).await.unwrap().unwrap();
    assert_eq!(stored.changes.len(), 6);
    let named: Vec<_> = stored.damaged.iter().map(|row| (row.seq, row.hash)).collect();
    let hash = |seq: usize| Some(write.changes[seq].hash);
    assert_eq!(
        named,
        [(Some(3), hash(3)), (Some(5), hash(5)), (Some(7), None), (Some(9), None)]
    );
}

#[tokio::test]
async fn a_damaged_snapshot_is_named_and_the_raw_changes_are_read() {
    let mut disk = Sqlite::new();
    let store = disk.open().await;
    let mut source = Source::new("damaged snapshot", 2024);
    let write = source.write(10, 1_000);
    store.commit(std::slice::from_ref(&write)).await.unwrap();
    let damages = [
        "UPDATE snapshots SET bytes = substr(bytes, 1, 60)",
        "UPDATE snapshots SET heads = zeroblob(32)",
        "UPDATE snapshots SET bytes = x'00'",
    ];
    for damage in damages {
        store.put_snapshot(write.document, source.snapshot()).await.unwrap();
        sqlx::query(damage).execute(store.pool()).await.unwrap();
        let stored = store.load(write.document).await.unwrap().unwrap();
        assert!(stored.base.is_none());
        assert_eq!(stored.changes.len(), 10, "{damage}");
        assert_eq!(stored.damaged.len(), 1, "{damage}");
        assert_eq!(stored.damaged[0].seq, None);
    }
}
