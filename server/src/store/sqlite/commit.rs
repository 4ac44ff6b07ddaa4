//! Writing: many rows with few statements.
//!
//! A statement costs a hop to the connection's thread, so rows go in by the dozen. There is one SQL text for each number
//! of rows, prepared once for the life of the connection.

use crate::store::{ActorOwner, ChangeRow, DocumentWrite, Snapshot, StoreResult, error};
use automerge::ChangeHash;
use shared::dossier::DocumentId;
use sqlx::SqliteConnection;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use std::sync::LazyLock;

/// The most rows of one statement. All statements together must fit into the connection's cache of prepared ones.
const CHUNK: usize = 32;
/// How many prepared statements the writer's connection keeps.
pub(super) const STATEMENTS: usize = 3 * CHUNK + 16;

/// A statement being bound.
type Binding = Query<'static, Sqlite, SqliteArguments>;

/// One `INSERT` of several rows, as SQL texts for 1, 2, 3 … rows.
struct Insert([String; CHUNK]);

impl Insert {
    /// `head` up to `VALUES`, how many columns a row has, and what follows the rows.
    fn new(head: &str, columns: usize, tail: &str) -> Self {
        let row = format!("({})", vec!["?"; columns].join(","));
        Self(std::array::from_fn(|n| {
            format!("{head} VALUES {} {tail}", vec![row.as_str(); n + 1].join(","))
        }))
    }

    /// Inserts all `rows`, each bound by `bind`.
    async fn rows<T>(
        &'static self,
        connection: &mut SqliteConnection,
        rows: Vec<T>,
        bind: impl Fn(Binding, T) -> Binding,
    ) -> StoreResult<()> {
        let mut left = rows.len();
        let mut rows = rows.into_iter();
        while left > 0 {
            let chunk = left.min(CHUNK);
            let mut query = sqlx::query(self.0[chunk - 1].as_str());
            for row in rows.by_ref().take(chunk) {
                query = bind(query, row);
            }
            query
                .execute(&mut *connection)
                .await
                .map_err(error::sql("commit changes"))?;
            left -= chunk;
        }
        Ok(())
    }
}

/// A document's row: made when it is new, else brought up to the new heads. The old summary stays where none is given.
static DOCUMENTS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "INSERT INTO documents (document_id, kind, unit, year, criteria_set, heads, changes, created_ms, changed_ms, \
         last_seen_ms, summary)",
        11,
        "ON CONFLICT (document_id) DO UPDATE SET heads = excluded.heads, changes = excluded.changes, \
         changed_ms = excluded.changed_ms, last_seen_ms = COALESCE(excluded.last_seen_ms, last_seen_ms), \
         summary = COALESCE(excluded.summary, summary)",
    )
});

static CHANGES: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "INSERT INTO changes (document_id, seq, hash, actor, user_id, device_id, received_ms, bytes)",
        8,
        "",
    )
});

static ACTORS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO actors (document_id, actor, user_id, device_id)", 4, ""));

/// The heads as one blob: 32 bytes each.
fn heads_blob(heads: &[ChangeHash]) -> Vec<u8> {
    heads.iter().flat_map(|head| head.0).collect()
}

/// All rows of all documents. The caller holds the transaction.
pub(super) async fn changes(connection: &mut SqliteConnection, writes: &[DocumentWrite]) -> StoreResult<()> {
    DOCUMENTS
        .rows(connection, writes.iter().collect(), bind_document)
        .await?;
    let changes = writes
        .iter()
        .flat_map(|write| (write.first_seq..).zip(&write.changes).map(move |row| (write, row)));
    CHANGES.rows(connection, changes.collect(), bind_change).await?;
    let actors = writes
        .iter()
        .flat_map(|write| write.actors.iter().map(move |owner| (write, owner)));
    ACTORS.rows(connection, actors.collect(), bind_actor).await
}

fn bind_document(query: Binding, write: &DocumentWrite) -> Binding {
    let total = write.first_seq + write.changes.len() as u64;
    query
        .bind(write.document.as_bytes().to_vec())
        .bind(write.identity.kind.as_str())
        .bind(write.identity.unit.as_str().to_owned())
        .bind(i64::from(write.identity.year))
        .bind(write.identity.set.as_str().to_owned())
        .bind(heads_blob(&write.heads))
        .bind(total.cast_signed())
        .bind(write.now_ms)
        .bind(write.now_ms)
        .bind(write.seen.then_some(write.now_ms))
        .bind(write.summary.clone())
}

fn bind_change(query: Binding, (write, (seq, row)): (&DocumentWrite, (u64, &ChangeRow))) -> Binding {
    let (user, device) = row.sender.unzip();
    query
        .bind(write.document.as_bytes().to_vec())
        .bind(seq.cast_signed())
        .bind(row.hash.0.to_vec())
        .bind(row.actor.to_bytes().to_vec())
        .bind(user.map(|user| user.as_bytes().to_vec()))
        .bind(device.map(|device| device.as_bytes().to_vec()))
        .bind(row.received_ms)
        .bind(row.bytes.to_vec())
}

fn bind_actor(query: Binding, (write, owner): (&DocumentWrite, &ActorOwner)) -> Binding {
    query
        .bind(write.document.as_bytes().to_vec())
        .bind(owner.actor.to_bytes().to_vec())
        .bind(owner.user.as_bytes().to_vec())
        .bind(owner.device.as_bytes().to_vec())
}

/// Keeps one snapshot per document: the newest.
pub(super) async fn snapshot(
    connection: &mut SqliteConnection,
    document: DocumentId,
    snapshot: Snapshot,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO snapshots (document_id, changes, heads, bytes) VALUES (?, ?, ?, ?) \
         ON CONFLICT (document_id) DO UPDATE \
         SET changes = excluded.changes, heads = excluded.heads, bytes = excluded.bytes",
    )
    .bind(document.as_bytes().to_vec())
    .bind(snapshot.changes.cast_signed())
    .bind(heads_blob(&snapshot.heads))
    .bind(snapshot.bytes)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(error::sql("keep a snapshot"))
}

/// Notes when documents were last synced by a device of their own unit.
pub(super) async fn seen(connection: &mut SqliteConnection, seen: Vec<(DocumentId, i64)>) -> StoreResult<()> {
    for (document, now_ms) in seen {
        sqlx::query("UPDATE documents SET last_seen_ms = ? WHERE document_id = ?")
            .bind(now_ms)
            .bind(document.as_bytes().to_vec())
            .execute(&mut *connection)
            .await
            .map_err(error::sql("note who was seen"))?;
    }
    Ok(())
}

/// A write that changes nothing, but needs the right to write: a full disk or a read-only file fails it.
pub(super) async fn touch(connection: &mut SqliteConnection) -> StoreResult<()> {
    const DOING: &str = "check the database";
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await
        .map_err(error::sql(DOING))?;
    // A pragma takes no parameters; the number is the database's own.
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA user_version = {version}")))
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(error::sql(DOING))
}
