//! `/api/v1/board`: one row for each commune the caller may list, also for those without a dossier.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use shared::access::Principal;
use shared::board::{Board, BoardUnit, Row};
use shared::dossier::DocumentKind;
use shared::id::UnitCode;

use super::json::Query;
use super::rows::{board_row, communes};
use super::{Problem, ProblemBody};
use crate::auth::Caller;
use crate::store::{DocumentFilter, DocumentRow, Store};
use crate::{App, clock, years};

/// Which board.
#[derive(Debug, Clone, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BoardQuery {
    /// The assessment year.
    pub(super) year: u16,
}

/// The board of the caller's unit.
#[utoipa::path(get, path = "/api/v1/board", tag = "board", params(BoardQuery), responses(
    (status = 200, description = "`{year, set, unit, rows}`; a row is `{unit, document_id, state, summary, indicators, \
        last_seen_ms}`, points are whole hundredths", body = Object),
    (status = 401, description = "Not signed in", body = ProblemBody),
))]
pub(super) async fn board(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<BoardQuery>,
) -> Result<Json<Board>, Problem> {
    let principal = caller.principal();
    Ok(Json(Board {
        year: query.year,
        set: years::set_of(query.year, app.config.year_2025, clock::now_ms()),
        unit: principal.unit.as_ref().and_then(|code| BoardUnit::of(&app.units, code)),
        rows: rows(&app, &principal, query.year).await?,
    }))
}

/// The rows of the caller's board.
pub(super) async fn rows(app: &App, principal: &Principal, year: u16) -> Result<Vec<Row>, Problem> {
    let stored = stored(app, principal, year).await?;
    let communes = communes(app, principal, year);
    Ok(communes
        .filter_map(|unit| board_row(&app.units, &unit.code, stored.get(&unit.code)))
        .collect())
}

/// The stored dossiers of a year that the caller may list, by commune.
async fn stored(app: &App, principal: &Principal, year: u16) -> Result<HashMap<UnitCode, DocumentRow>, Problem> {
    let units: Vec<UnitCode> = communes(app, principal, year).map(|unit| unit.code.clone()).collect();
    if units.is_empty() {
        return Ok(HashMap::new());
    }
    let filter = DocumentFilter {
        year: Some(year),
        kind: Some(DocumentKind::Dossier),
        units: Some(units),
    };
    let rows = app.store.list(filter).await?;
    Ok(rows.into_iter().map(|row| (row.identity.unit.clone(), row)).collect())
}
