//! `/api/v1/documents`: what the caller may see, as rows and as whole documents.

use std::str::FromStr;

use automerge::ChangeHash;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::access::Action;
use shared::board::Figures;
use shared::dossier::{DocumentId, DocumentKind};
use shared::id::{SetId, UnitCode};
use shared::workflow::Status;
use tokio::runtime::Handle;
use utoipa::ToSchema;

use super::document_json::{DocumentView, view};
use super::json::Query;
use super::rows::{communes, figures, may, resource, state_of};
use super::view::UnitView;
use super::{Problem, ProblemBody};
use crate::App;
use crate::auth::Caller;
use crate::store::{DocumentFilter, DocumentRow, Store, StoredDocument};

/// Which documents to list; each part may be left out.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only of this assessment year.
    year: Option<u16>,
    /// Only of this unit, or of the communes below it; a unit's code.
    unit: Option<String>,
    /// Only of this kind: `dossier`.
    kind: Option<String>,
}

/// One document of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct DocumentItem {
    /// `automerge:…`, as automerge-repo addresses it.
    document_url: String,
    /// `dossier`.
    kind: &'static str,
    unit: UnitView,
    /// The assessment year.
    year: u16,
    #[schema(value_type = String)]
    criteria_set: SetId,
    /// `{name, …}`: where it stands in the procedure.
    #[schema(value_type = Object)]
    state: Status,
    /// The heads of what is stored, in hexadecimal.
    heads: Vec<String>,
    /// Points, counts and conditions; `null` before the first change.
    #[schema(value_type = Option<Object>)]
    summary: Option<shared::scoring::Summary>,
}

/// The documents the caller may see.
#[utoipa::path(get, path = "/api/v1/documents", tag = "documents", params(ListQuery), responses(
    (status = 200, description = "The documents, by unit and year", body = Vec<DocumentItem>),
    (status = 401, description = "Not signed in", body = ProblemBody),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<DocumentItem>>, Problem> {
    let principal = caller.principal();
    let kind = match query.kind.as_deref().map(DocumentKind::parse) {
        Some(None) => return Ok(Json(Vec::new())),
        Some(Some(kind)) => kind,
        None => DocumentKind::Dossier,
    };
    let below = query.unit.map(UnitCode::new);
    let wanted = |code: &UnitCode| {
        below
            .as_ref()
            .is_none_or(|unit| unit == code || app.units.is_above(unit, code))
    };
    // The year changes nothing about who may list; any will do to narrow the query, each row is decided below.
    let units = communes(&app, &principal, query.year.unwrap_or_default());
    let units: Vec<UnitCode> = units.map(|unit| unit.code.clone()).filter(wanted).collect();
    if units.is_empty() {
        return Ok(Json(Vec::new()));
    }
    let filter = DocumentFilter {
        year: query.year,
        kind: Some(kind),
        units: Some(units),
    };
    let rows = app.store.list(filter).await?;
    let allowed = rows
        .into_iter()
        .filter(|row| may(&app, &principal, &resource(row), &Action::List));
    Ok(Json(allowed.filter_map(|row| item(&app, &row)).collect()))
}

fn item(app: &App, row: &DocumentRow) -> Option<DocumentItem> {
    Some(DocumentItem {
        document_url: row.document.url(),
        kind: row.identity.kind.as_str(),
        unit: UnitView::of(&app.units, &row.identity.unit)?,
        year: row.identity.year,
        criteria_set: row.identity.set.clone(),
        state: state_of(row),
        heads: row.heads.iter().map(ToString::to_string).collect(),
        summary: figures(row).map(|Figures { summary, .. }| summary),
    })
}

/// At which heads; without, as it is now.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HeadsQuery {
    /// Hashes in hexadecimal, with commas between them.
    heads: Option<String>,
}

/// A document as JSON.
#[utoipa::path(get, path = "/api/v1/documents/{document}", tag = "documents", params(
    ("document" = String, Path, description = "The id, as in its `automerge:` address"), HeadsQuery,
), responses(
    (status = 200, description = "The document", body = DocumentView),
    (status = 401, description = "Not signed in", body = ProblemBody),
    (status = 404, description = "No such document or heads, or not for this account", body = ProblemBody),
))]
pub(super) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(document): Path<String>,
    Query(query): Query<HeadsQuery>,
) -> Result<Json<DocumentView>, Problem> {
    let row = allowed(&app, &caller, &document, &Action::Read).await?;
    let heads = query.heads.as_deref().map(parse_heads).transpose()?;
    let unit = UnitView::of(&app.units, &row.identity.unit).ok_or(Problem::NotFound)?;
    made_of(&app, row.document, move |stored| view(stored, unit, heads.as_deref()))
        .await
        .map(Json)
}

/// A document as the file Automerge saves: with its whole history, for any Automerge program.
#[utoipa::path(get, path = "/api/v1/documents/{document}/export", tag = "documents", params(
    ("document" = String, Path, description = "The id, as in its `automerge:` address"),
), responses(
    (status = 200, description = "The document as an Automerge file", content_type = "application/octet-stream"),
    (status = 401, description = "Not signed in", body = ProblemBody),
    (status = 404, description = "No such document, or not for this account", body = ProblemBody),
))]
pub(super) async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(document): Path<String>,
) -> Result<Response, Problem> {
    let row = allowed(&app, &caller, &document, &Action::Export).await?;
    let save = |stored| super::document_json::whole(stored).map(|doc| doc.save());
    let bytes = made_of(&app, row.document, save).await?;
    let name = format!(
        "attachment; filename=\"{}-{}.automerge\"",
        row.identity.unit, row.identity.year
    );
    let disposition = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok((
        [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)],
        bytes,
    )
        .into_response())
}

/// Reads a document and makes something of it. Both decode its whole history: few at a time, and on a thread where no
/// other request waits.
async fn made_of<T: Send + 'static>(
    app: &App,
    document: DocumentId,
    make: impl FnOnce(StoredDocument) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let _turn = app
        .loads
        .acquire()
        .await
        .map_err(|_| Problem::Unavailable { retry_after_s: 5 })?;
    let (store, runtime) = (app.store.clone(), Handle::current());
    let made = tokio::task::spawn_blocking(move || {
        let stored = runtime.block_on(store.load(document))?;
        make(stored.ok_or(Problem::NotFound)?)
    });
    made.await.map_err(|error| {
        tracing::error!(%error, "a document could not be shown");
        Problem::Internal
    })?
}

/// The row of a document, if the caller may do this with it. What may not be seen does not exist.
async fn allowed(app: &App, caller: &Caller, document: &str, action: &Action) -> Result<DocumentRow, Problem> {
    let document = DocumentId::from_str(document).map_err(|_| Problem::NotFound)?;
    let row = app.store.find(document).await?.ok_or(Problem::NotFound)?;
    if may(app, &caller.principal(), &resource(&row), action) {
        Ok(row)
    } else {
        Err(Problem::NotFound)
    }
}

/// At most as many heads as anybody has reason to name.
const MOST_HEADS: usize = 64;

fn parse_heads(text: &str) -> Result<Vec<ChangeHash>, Problem> {
    let heads: Vec<ChangeHash> = text
        .split(',')
        .take(MOST_HEADS + 1)
        .map(ChangeHash::from_str)
        .collect::<Result<_, _>>()
        .map_err(|_| Problem::BadRequest(String::from("heads: hashes of 64 hexadecimal digits, commas between")))?;
    if heads.len() > MOST_HEADS {
        Err(Problem::BadRequest(String::from("heads: too many")))
    } else {
        Ok(heads)
    }
}
