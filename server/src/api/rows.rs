//! From stored rows to what a caller may see. Everything that lists or boards goes through [`may`].

use shared::access::{self, Action, DocumentKind, Principal, Resource};
use shared::board::{BoardUnit, Figures, Row};
use shared::id::UnitCode;
use shared::unit::{Unit, UnitTree};
use shared::workflow::Status;

use crate::App;
use crate::store::DocumentRow;

/// Where a dossier stands: no event of the procedure can be entered yet, so every dossier is being scored.
pub(super) fn state_of(_row: &DocumentRow) -> Status {
    Status::default()
}

/// The resource a row is.
pub(super) fn resource(row: &DocumentRow) -> Resource {
    Resource {
        kind: DocumentKind::Dossier,
        unit: row.identity.unit.clone(),
        year: row.identity.year,
        state: state_of(row),
    }
}

/// Whether the caller may do it, by the one table.
pub(super) fn may(app: &App, principal: &Principal, resource: &Resource, action: &Action) -> bool {
    access::decide(&app.units, principal, resource, action).is_allowed()
}

/// The communes whose dossiers of this year the caller may list.
pub(super) fn communes<'a>(app: &'a App, principal: &'a Principal, year: u16) -> impl Iterator<Item = &'a Unit> {
    let own = principal.unit.iter().flat_map(|code| app.units.communes_below(code));
    own.filter(move |unit| may(app, principal, &begun(&unit.code, year), &Action::List))
}

/// A dossier as it is when nothing has reached the server.
pub(super) fn begun(unit: &UnitCode, year: u16) -> Resource {
    Resource {
        kind: DocumentKind::Dossier,
        unit: unit.clone(),
        year,
        state: Status::default(),
    }
}

/// The figures stored with a row. A row without, or with figures of an older build, counts as not summed up yet.
pub(super) fn figures(row: &DocumentRow) -> Option<Figures> {
    let text = row.summary.as_deref()?;
    serde_json::from_str(text)
        .inspect_err(|error| tracing::warn!(document = %row.document, %error, "stored figures cannot be read"))
        .ok()
}

/// A row of the board; `None` when the unit is unknown.
pub(super) fn board_row(units: &UnitTree, unit: &UnitCode, row: Option<&DocumentRow>) -> Option<Row> {
    let figures = row.and_then(figures);
    let (summary, indicators) = figures.map(|figures| (figures.summary, figures.indicators)).unzip();
    Some(Row {
        unit: BoardUnit::of(units, unit)?,
        document_id: row.map(|row| row.document.to_string()),
        state: row.map(state_of).unwrap_or_default(),
        summary,
        indicators: indicators.unwrap_or_default(),
        last_seen_ms: row.and_then(|row| row.last_seen_ms),
    })
}
