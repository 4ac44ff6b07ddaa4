//! Reading: rows one by one, so that a damaged one is named and the rest is still there.

use crate::store::{
    ActorOwner, DamagedRow, DocumentFilter, DocumentRow, StoreError, StoreErrorKind, StoreResult, StoredDocument, error,
};
use automerge::{ActorId, Automerge, Change, ChangeHash};
use shared::dossier::{DocumentId, DocumentKind, Identity};
use shared::id::{DeviceId, SetId, UnitCode, UserId};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::panic::catch_unwind;

/// The columns of a document's row, in the order [`row`] reads them.
const COLUMNS: &str = "document_id, kind, unit, year, criteria_set, heads, changes, created_ms, changed_ms, \
                       last_seen_ms, summary";

/// A column that does not hold what it should.
fn damaged(doing: &'static str, what: &'static str) -> StoreError {
    StoreError::new(doing, StoreErrorKind::Damaged, what)
}

/// Heads stored as one blob.
fn heads(blob: &[u8]) -> Vec<ChangeHash> {
    blob.chunks_exact(32)
        .filter_map(|head| ChangeHash::try_from(head).ok())
        .collect()
}

/// One document's row.
fn row(row: &SqliteRow) -> StoreResult<DocumentRow> {
    const DOING: &str = "read a document's row";
    let get = error::sql(DOING);
    let document = <[u8; 16]>::try_from(row.try_get::<&[u8], _>(0).map_err(&get)?)
        .map(DocumentId)
        .map_err(|_| damaged(DOING, "the document's id is not 16 bytes"))?;
    let identity = Identity {
        kind: DocumentKind::parse(row.try_get(1).map_err(&get)?)
            .ok_or_else(|| damaged(DOING, "unknown kind of document"))?,
        unit: UnitCode::new(row.try_get::<String, _>(2).map_err(&get)?),
        year: row.try_get(3).map_err(&get)?,
        set: SetId::new(row.try_get::<String, _>(4).map_err(&get)?),
    };
    Ok(DocumentRow {
        document,
        identity,
        heads: heads(row.try_get(5).map_err(&get)?),
        changes: row.try_get::<i64, _>(6).map_err(&get)?.cast_unsigned(),
        created_ms: row.try_get(7).map_err(&get)?,
        changed_ms: row.try_get(8).map_err(&get)?,
        last_seen_ms: row.try_get(9).map_err(&get)?,
        summary: row.try_get(10).map_err(&get)?,
    })
}

/// One document's row.
pub(super) async fn find(connection: &mut SqliteConnection, document: DocumentId) -> StoreResult<Option<DocumentRow>> {
    sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM documents WHERE document_id = ?"
    )))
    .bind(document.as_bytes().to_vec())
    .fetch_optional(connection)
    .await
    .map_err(error::sql("read a document's row"))?
    .as_ref()
    .map(row)
    .transpose()
}

/// The rows that match.
pub(super) async fn list(connection: &mut SqliteConnection, filter: &DocumentFilter) -> StoreResult<Vec<DocumentRow>> {
    let mut query = sqlx::QueryBuilder::new(format!("SELECT {COLUMNS} FROM documents WHERE true"));
    if let Some(year) = filter.year {
        query.push(" AND year = ").push_bind(i64::from(year));
    }
    if let Some(kind) = filter.kind {
        query.push(" AND kind = ").push_bind(kind.as_str());
    }
    if let Some(units) = &filter.units {
        // One parameter however many units there are: thousands would exceed SQLite's limit.
        let names: Vec<&str> = units.iter().map(UnitCode::as_str).collect();
        let names = serde_json::to_string(&names)
            .map_err(|source| StoreError::new("list documents", StoreErrorKind::Io, source))?;
        query
            .push(" AND unit IN (SELECT value FROM json_each(")
            .push_bind(names)
            .push("))");
    }
    query.push(" ORDER BY unit, year, kind");
    let rows = query
        .build()
        .fetch_all(connection)
        .await
        .map_err(error::sql("list documents"))?;
    rows.iter().map(row).collect()
}

/// The document's row, actors, snapshot and the changes after it.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    document: DocumentId,
) -> StoreResult<Option<StoredDocument>> {
    let Some(row) = find(connection, document).await? else {
        return Ok(None);
    };
    let actors = actors(connection, document).await?;
    let mut damaged = Vec::new();
    let (base, covered) = match snapshot(connection, document).await? {
        None => (None, 0),
        Some(Ok((base, covered))) => (Some(base), covered),
        Some(Err(what)) => {
            damaged.push(DamagedRow {
                seq: None,
                hash: None,
                what,
            });
            (None, 0)
        }
    };
    let changes = changes(connection, &row, covered, &mut damaged).await?;
    Ok(Some(StoredDocument {
        row,
        actors,
        base,
        covered,
        changes,
        damaged,
    }))
}

/// Whose the document's actors are.
async fn actors(connection: &mut SqliteConnection, document: DocumentId) -> StoreResult<Vec<ActorOwner>> {
    const DOING: &str = "read whose the actors are";
    let get = error::sql(DOING);
    let rows = sqlx::query("SELECT actor, user_id, device_id FROM actors WHERE document_id = ?")
        .bind(document.as_bytes().to_vec())
        .fetch_all(connection)
        .await
        .map_err(&get)?;
    rows.iter()
        .map(|row| {
            Ok(ActorOwner {
                actor: ActorId::from(row.try_get::<&[u8], _>(0).map_err(&get)?),
                user: UserId::from_slice(row.try_get(1).map_err(&get)?)
                    .ok_or_else(|| damaged(DOING, "a user's id is not 16 bytes"))?,
                device: DeviceId::from_slice(row.try_get(2).map_err(&get)?)
                    .ok_or_else(|| damaged(DOING, "a device's id is not 16 bytes"))?,
            })
        })
        .collect()
}

/// The saved document and how many rows it covers; the inner `Err` says what is wrong with it.
async fn snapshot(
    connection: &mut SqliteConnection,
    document: DocumentId,
) -> StoreResult<Option<Result<(Automerge, u64), String>>> {
    let get = error::sql("read a snapshot");
    let row = sqlx::query("SELECT changes, heads, bytes FROM snapshots WHERE document_id = ?")
        .bind(document.as_bytes().to_vec())
        .fetch_optional(connection)
        .await
        .map_err(&get)?;
    let Some(row) = row else { return Ok(None) };
    let covered = row.try_get::<i64, _>(0).map_err(&get)?.cast_unsigned();
    let expected = heads(row.try_get(1).map_err(&get)?);
    let bytes: Vec<u8> = row.try_get(2).map_err(&get)?;
    // Decoding what is damaged may panic inside Automerge; either way the raw rows are used instead.
    Ok(Some(match catch_unwind(|| Automerge::load(&bytes)) {
        Ok(Ok(base)) => {
            let mut found = base.get_heads();
            found.sort_unstable();
            if found == expected {
                Ok((base, covered))
            } else {
                Err("the snapshot has other heads than it is said to have".to_owned())
            }
        }
        Ok(Err(error)) => Err(format!("the snapshot does not load: {error}")),
        Err(_) => Err("the snapshot makes the loader panic".to_owned()),
    }))
}

/// The changes from `first` on; rows that are missing or do not read go to `damaged`.
async fn changes(
    connection: &mut SqliteConnection,
    document: &DocumentRow,
    first: u64,
    damaged: &mut Vec<DamagedRow>,
) -> StoreResult<Vec<Change>> {
    let get = error::sql("read changes");
    let rows = sqlx::query("SELECT seq, hash, bytes FROM changes WHERE document_id = ? AND seq >= ? ORDER BY seq")
        .bind(document.document.as_bytes().to_vec())
        .bind(first.cast_signed())
        .fetch_all(connection)
        .await
        .map_err(&get)?;
    let mut changes = Vec::with_capacity(rows.len());
    let missing = |seq| DamagedRow {
        seq: Some(seq),
        hash: None,
        what: "the row is missing".to_owned(),
    };
    let mut next = first;
    for row in &rows {
        let seq = row.try_get::<i64, _>(0).map_err(&get)?.cast_unsigned();
        damaged.extend((next..seq).map(missing));
        next = seq + 1;
        let hash = ChangeHash::try_from(row.try_get::<&[u8], _>(1).map_err(&get)?).ok();
        match change(row.try_get(2).map_err(&get)?, hash) {
            Ok(change) => changes.push(change),
            Err(what) => damaged.push(DamagedRow {
                seq: Some(seq),
                hash,
                what,
            }),
        }
    }
    damaged.extend((next..document.changes).map(missing));
    Ok(changes)
}

/// Parses one row and holds it to its hash.
fn change(bytes: Vec<u8>, hash: Option<ChangeHash>) -> Result<Change, String> {
    match catch_unwind(|| Change::from_bytes(bytes)) {
        Ok(Ok(change)) if Some(change.hash()) == hash => Ok(change),
        Ok(Ok(_)) => Err("the change is not the one its hash names".to_owned()),
        Ok(Err(error)) => Err(format!("the change does not parse: {error}")),
        Err(_) => Err("the change makes the parser panic".to_owned()),
    }
}
