//! Units in the database. The tree is read once at start: units change by the command line, a few times a decade.

use shared::id::UnitCode;
use shared::unit::{Level, Unit, UnitTree};
use sqlx::{Row, SqlitePool};

use crate::store::{StoreError, StoreErrorKind, StoreResult, sql};

/// The tree of all units.
///
/// # Errors
/// As the database fails; [`StoreErrorKind::Damaged`] when the rows are no tree.
pub async fn load(pool: &SqlitePool) -> StoreResult<UnitTree> {
    let failed = sql("read the units");
    let rows = sqlx::query("SELECT code, level, kind, name, slug, parent FROM units")
        .fetch_all(pool)
        .await
        .map_err(&failed)?;
    let mut units = Vec::with_capacity(rows.len());
    for row in rows {
        let text = |column: &str| row.try_get::<String, _>(column).map_err(&failed);
        units.push(Unit {
            code: UnitCode::new(text("code")?),
            level: level(&text("level")?).ok_or_else(|| damaged("unknown level of a unit"))?,
            kind: text("kind")?,
            name: text("name")?,
            slug: text("slug")?,
            parent: row
                .try_get::<Option<String>, _>("parent")
                .map_err(&failed)?
                .map(UnitCode::new),
        });
    }
    UnitTree::new(units).map_err(|error| StoreError::new("read the units", StoreErrorKind::Damaged, error))
}

/// Adds units, each after the one above it; those that are there already (by code) stay as they are.
///
/// # Errors
/// As the database fails; [`StoreErrorKind::Conflict`] when a parent does not exist. Then nothing is added.
pub async fn add(pool: &SqlitePool, units: &[Unit]) -> StoreResult<()> {
    let failed = sql("add units");
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
    for unit in units {
        sqlx::query(
            "INSERT INTO units (code, level, kind, name, slug, parent) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (code) DO NOTHING",
        )
        .bind(unit.code.as_str())
        .bind(level_name(unit.level))
        .bind(&unit.kind)
        .bind(&unit.name)
        .bind(&unit.slug)
        .bind(unit.parent.as_ref().map(UnitCode::as_str))
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
    }
    transaction.commit().await.map_err(&failed)
}

/// A level by its name in the database and in the API.
pub fn level(name: &str) -> Option<Level> {
    [Level::Province, Level::District, Level::Commune]
        .into_iter()
        .find(|level| level_name(*level) == name)
}

/// The name of a level in the database and in the API.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::District => "district",
        Level::Commune => "commune",
    }
}

fn damaged(what: &'static str) -> StoreError {
    StoreError::new("read the units", StoreErrorKind::Damaged, what)
}
