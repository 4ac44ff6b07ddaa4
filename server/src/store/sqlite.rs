//! [`Store`] over SQLite, compiled in.
//!
//! One connection writes, several read. Every connection is opened with the same pragmas; without
//! `synchronous=FULL` a commit in WAL mode would not survive a power cut.

mod commit;
mod read;

use super::{
    DocumentFilter, DocumentRow, DocumentWrite, Snapshot, Store, StoreError, StoreErrorKind, StoreResult,
    StoredDocument, error,
};
use futures::future::{BoxFuture, FutureExt as _};
use shared::dossier::DocumentId;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::path::Path;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long a statement waits for a lock another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages of 4 KiB in the write-ahead log until it is folded back into the file. A page that many commits wrote is folded
/// once, so a longer log costs less; after a crash it is read through once.
const WAL_PAGES: &str = "8000";
/// Cache of a reading connection in KiB, negative as SQLite wants it. A document is read once and then held in memory.
const READ_CACHE: &str = "-256";
/// Connections for reading (and for the accounts' small writes).
const POOL: u32 = 4;

/// A database file of SQLite.
#[derive(Debug)]
pub struct SqliteStore {
    options: SqliteConnectOptions,
    pool: SqlitePool,
    /// The one that commits changes; `None` after a failed transaction, until the next one opens it again.
    writer: Mutex<Option<SqliteConnection>>,
}

/// The options every connection is opened with.
fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("wal_autocheckpoint", WAL_PAGES)
        // An insert of several rows keeps what it may have to undo: in memory, not in a file made and deleted each time.
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(commit::STATEMENTS)
        .disable_statement_logging()
}

impl SqliteStore {
    /// Opens the database file, creating it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened or is no database, when a migration fails, or when the file was written by a
    /// newer server than this one.
    pub async fn open(path: &Path) -> StoreResult<Self> {
        let options = options(path);
        let pool = SqlitePoolOptions::new()
            .max_connections(POOL)
            .connect_with(options.clone().pragma("cache_size", READ_CACHE))
            .await
            .map_err(error::sql("open the database"))?;
        sqlx::migrate!()
            .run(&pool)
            .await
            .map_err(|source| StoreError::new("bring the schema up to date", StoreErrorKind::Io, source))?;
        let writer = options
            .connect()
            .await
            .map_err(error::sql("open the database for writing"))?;
        Ok(Self {
            options,
            pool,
            writer: Mutex::new(Some(writer)),
        })
    }

    /// The pool, for tables that are not documents (accounts, sessions). Its connections have the same pragmas.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// `PRAGMA synchronous` of every open connection, the writer's first: 2 is FULL.
    ///
    /// # Errors
    /// When a connection does not answer.
    pub async fn synchronous(&self) -> StoreResult<Vec<i64>> {
        const DOING: &str = "read the pragmas";
        const ASK: &str = "PRAGMA synchronous";
        let mut found = Vec::new();
        let mut writer = self.writer.lock().await;
        let writer = opened(&mut writer, &self.options).await?;
        found.push(
            sqlx::query_scalar(ASK)
                .fetch_one(writer)
                .await
                .map_err(error::sql(DOING))?,
        );
        // Held together, so that each is a connection of its own.
        let mut held = Vec::new();
        for _ in 0..POOL {
            held.push(self.pool.acquire().await.map_err(error::sql(DOING))?);
        }
        for connection in &mut held {
            found.push(
                sqlx::query_scalar(ASK)
                    .fetch_one(&mut **connection)
                    .await
                    .map_err(error::sql(DOING))?,
            );
        }
        Ok(found)
    }

    /// Ends all connections; what was committed is on disk already.
    pub async fn close(&self) {
        if let Some(writer) = self.writer.lock().await.take() {
            // Nothing is lost if this fails: it only folds the write-ahead log back into the file.
            let _ = writer.close().await;
        }
        self.pool.close().await;
    }
}

/// The writer's connection, opened again if the last transaction failed.
async fn opened<'a>(
    writer: &'a mut Option<SqliteConnection>,
    options: &SqliteConnectOptions,
) -> StoreResult<&'a mut SqliteConnection> {
    let connection = match writer.take() {
        Some(connection) => connection,
        None => options
            .connect()
            .await
            .map_err(error::sql("open the database for writing"))?,
    };
    Ok(writer.insert(connection))
}

/// What one transaction of the writer does.
enum Work<'a> {
    Changes(&'a [DocumentWrite]),
    Snapshot(DocumentId, Snapshot),
    Seen(Vec<(DocumentId, i64)>),
    Touch,
}

impl SqliteStore {
    /// Does `work` in one transaction of the writer. After a failure its connection is given up: a transaction that
    /// could not be ended must not meet the next one.
    async fn transaction(&self, doing: &'static str, work: Work<'_>) -> StoreResult<()> {
        let mut writer = self.writer.lock().await;
        let connection = opened(&mut writer, &self.options).await?;
        let done = async {
            let mut transaction = connection
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map_err(error::sql(doing))?;
            match work {
                Work::Changes(writes) => commit::changes(&mut transaction, writes).await?,
                Work::Snapshot(document, snapshot) => commit::snapshot(&mut transaction, document, snapshot).await?,
                Work::Seen(seen) => commit::seen(&mut transaction, seen).await?,
                Work::Touch => commit::touch(&mut transaction).await?,
            }
            transaction.commit().await.map_err(error::sql(doing))
        }
        .await;
        if done.is_err() {
            *writer = None;
        }
        done
    }
}

impl Store for SqliteStore {
    fn find(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<DocumentRow>>> {
        async move {
            let mut connection = self.pool.acquire().await.map_err(error::sql("read a document's row"))?;
            read::find(&mut connection, document).await
        }
        .boxed()
    }

    fn list(&self, filter: DocumentFilter) -> BoxFuture<'_, StoreResult<Vec<DocumentRow>>> {
        async move {
            let mut connection = self.pool.acquire().await.map_err(error::sql("list documents"))?;
            read::list(&mut connection, &filter).await
        }
        .boxed()
    }

    fn load(&self, document: DocumentId) -> BoxFuture<'_, StoreResult<Option<StoredDocument>>> {
        async move {
            // One read transaction, so that row, snapshot and changes belong together.
            let mut reading = self.pool.begin().await.map_err(error::sql("load a document"))?;
            read::load(&mut reading, document).await
        }
        .boxed()
    }

    fn commit<'a>(&'a self, writes: &'a [DocumentWrite]) -> BoxFuture<'a, StoreResult<()>> {
        self.transaction("commit changes", Work::Changes(writes)).boxed()
    }

    fn put_snapshot(&self, document: DocumentId, snapshot: Snapshot) -> BoxFuture<'_, StoreResult<()>> {
        self.transaction("keep a snapshot", Work::Snapshot(document, snapshot))
            .boxed()
    }

    fn seen(&self, seen: Vec<(DocumentId, i64)>) -> BoxFuture<'_, StoreResult<()>> {
        self.transaction("note who was seen", Work::Seen(seen)).boxed()
    }

    fn check(&self) -> BoxFuture<'_, StoreResult<()>> {
        self.transaction("check the database", Work::Touch).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ChangeRow;
    use automerge::{ActorId, ChangeHash};
    use shared::dossier::Identity;

    /// A write of one change of `size` bytes. The store does not look into what it is given.
    fn write(first_seq: u64, size: usize) -> DocumentWrite {
        let identity = Identity::dossier("full".into(), 2024, "QD25_2021".into());
        let hash = ChangeHash([7; 32]);
        let change = ChangeRow {
            hash,
            actor: ActorId::from([1; 16]),
            sender: None,
            received_ms: 0,
            bytes: vec![1; size].into(),
        };
        DocumentWrite {
            document: identity.document_id(),
            identity,
            first_seq,
            changes: vec![change],
            actors: Vec::new(),
            heads: vec![hash],
            summary: None,
            now_ms: 0,
            seen: false,
        }
    }

    #[tokio::test]
    async fn a_full_disk_refuses_the_commit_and_the_next_one_works() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("store.db")).await.unwrap();
        store.commit(&[write(0, 100)]).await.unwrap();
        if let Some(writer) = store.writer.lock().await.as_mut() {
            sqlx::query("PRAGMA max_page_count = 60").execute(writer).await.unwrap();
        }
        let error = store.commit(&[write(1, 1_000_000)]).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Full);
        assert!(error.retry_helps());
        let row = store.find(write(0, 0).document).await.unwrap().unwrap();
        assert_eq!(row.changes, 1, "nothing of a refused commit stays");
        // Space is free again: the new connection does not have the limit.
        store.commit(&[write(1, 1_000_000)]).await.unwrap();
    }

    #[tokio::test]
    async fn a_database_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        std::fs::write(&path, b"This is a letter, not a database. ".repeat(200)).unwrap();
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Damaged, "{error}");
        assert!(!error.retry_helps());
    }
}
