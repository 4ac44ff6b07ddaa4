//! How units and positions look in every answer.

use serde::Serialize;
use shared::id::{PositionId, UnitCode};
use shared::position;
use shared::unit::UnitTree;
use utoipa::ToSchema;

use crate::units;

/// A unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct UnitView {
    /// Given once, never changed.
    #[schema(value_type = String)]
    pub(super) code: UnitCode,
    /// Its address: `ha-noi/bac-tu-liem/thuong-cat`.
    pub(super) path: String,
    /// `Thượng Cát`.
    pub(super) name: String,
    /// `phường`, `xã`, `quận` …
    pub(super) kind: String,
    /// `province`, `district` or `commune`.
    pub(super) level: &'static str,
}

impl UnitView {
    /// `None` for a code that no unit has.
    pub(super) fn of(units: &UnitTree, code: &UnitCode) -> Option<Self> {
        let unit = units.get(code)?;
        Some(Self {
            code: unit.code.clone(),
            path: units.path(code)?,
            name: unit.name.clone(),
            kind: unit.kind.clone(),
            level: units::level_name(unit.level),
        })
    }
}

/// A position, with its title in the account's unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PositionView {
    /// `tu-phap-ho-tich` …
    #[schema(value_type = String)]
    pub(super) id: PositionId,
    /// `Công chức Tư pháp - Hộ tịch`.
    pub(super) title: String,
}

impl PositionView {
    /// A position this build does not know is shown by its id.
    pub(super) fn of(id: &PositionId, unit: Option<&UnitView>) -> Self {
        let kind = unit.map(|unit| unit.kind.as_str()).unwrap_or_default();
        let title = position::get(id).map_or_else(|| id.to_string(), |position| position.title_for(kind));
        Self { id: id.clone(), title }
    }
}
