//! The board (`bảng địa bàn`): one row for each commune, also for one that has not begun. The server makes it, stores
//! the part that comes from a dossier beside the dossier, and sends it on; the app shows it.

use crate::criteria::CriteriaSet;
use crate::dossier::verify::Checked;
use crate::dossier::{DossierError, Standing, Tally};
use crate::id::{IndicatorNumber, SetId, UnitCode};
use crate::points::Points;
use crate::read_json;
use crate::scoring::{Context, Counted, Summary};
use crate::sorted::SortedMap;
use crate::unit::UnitTree;
use crate::workflow::Status;
use automerge::Automerge;
use serde::{Deserialize, Serialize};

/// A board: `GET /api/v1/board?year=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The assessment year.
    pub year: u16,
    /// The criteria set of that year; `None` where there are no dossiers (2025, unless switched).
    pub set: Option<SetId>,
    /// The unit whose communes these are.
    pub unit: Option<BoardUnit>,
    /// The communes, by code.
    pub rows: Vec<Row>,
}

read_json!(Board { year, set, unit, rows });

/// One commune on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The commune.
    pub unit: BoardUnit,
    /// Its dossier, as automerge-repo writes ids; `None` where none has reached the server.
    pub document_id: Option<String>,
    /// Where the dossier stands in the procedure.
    pub state: Status,
    /// The summary; `None` without a dossier.
    pub summary: Option<Summary>,
    /// Every indicator of the set; empty without a dossier.
    pub indicators: SortedMap<IndicatorNumber, Cell>,
    /// When a device of the commune last synced it, in Unix milliseconds of the server's clock.
    pub last_seen_ms: Option<i64>,
}

read_json!(Row {
    unit,
    document_id,
    state,
    summary,
    indicators,
    last_seen_ms
});

/// A unit as boards name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardUnit {
    /// Its code.
    pub code: UnitCode,
    /// Its address: `ha-noi/bac-tu-liem/thuong-cat`.
    pub path: String,
    /// `Thượng Cát`.
    pub name: String,
    /// `phường`.
    pub kind: String,
}

read_json!(BoardUnit { code, path, name, kind });

impl BoardUnit {
    /// `None` for a code that no unit has.
    pub fn of(units: &UnitTree, code: &UnitCode) -> Option<Self> {
        let unit = units.get(code)?;
        Some(Self {
            code: unit.code.clone(),
            path: units.path(code)?,
            name: unit.name.clone(),
            kind: unit.kind.clone(),
        })
    }
}

/// What a board shows of one indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// What was entered; `None` when nothing was, and in sets without points.
    pub points: Option<Points>,
    /// The maximum; `None` in sets without points.
    pub max: Option<Points>,
    /// Whether it passes (sets without points); `None` while that is open.
    pub passed: Option<bool>,
    /// Nothing is left to enter.
    pub complete: bool,
    /// Two officials entered different values, and nobody has settled it.
    pub unsettled: bool,
    /// A number behind the points is estimated.
    pub estimated: bool,
}

read_json!(Cell {
    points,
    max,
    passed,
    complete,
    unsettled,
    estimated
});

impl From<Counted> for Cell {
    fn from(counted: Counted) -> Self {
        Self {
            points: counted.points,
            max: counted.max,
            passed: counted.passed,
            complete: counted.complete,
            unsettled: counted.unsettled > 0,
            estimated: counted.estimated,
        }
    }
}

/// The figures of one dossier: what the server stores beside it, as JSON, in the transaction of every change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// The summary.
    pub summary: Summary,
    /// Every indicator of the set.
    pub indicators: SortedMap<IndicatorNumber, Cell>,
}

impl Figures {
    /// The figures of a dossier as it stands. Reads no history.
    ///
    /// # Errors
    /// [`DossierError`] when the document is no dossier of this set; no retry helps.
    pub fn of(doc: &Automerge, set: &CriteriaSet, context: Context) -> Result<Self, DossierError> {
        Ok(Self::of_standing(&Standing::read(doc)?, set, context).0)
    }

    /// The figures, and what they were made of.
    fn of_standing(
        standing: &Standing,
        set: &CriteriaSet,
        context: Context,
    ) -> (Self, SortedMap<IndicatorNumber, Counted>) {
        let mut every = SortedMap::new();
        let summary = standing.summary_of(set, context, |indicator| {
            let counted = standing.counted(indicator);
            every.insert(indicator.number.clone(), counted);
            counted
        });
        let cells = every
            .iter()
            .map(|(number, counted)| (number.clone(), Cell::from(*counted)));
        let indicators = cells.collect();
        (Self { summary, indicators }, every)
    }
}

/// The figures of a dossier that is written to: they follow the changes, and only what was written is scored again.
#[derive(Debug, Clone)]
pub struct LiveFigures {
    set: &'static CriteriaSet,
    context: Context,
    tally: Tally,
    counted: SortedMap<IndicatorNumber, Counted>,
    figures: Figures,
}

impl LiveFigures {
    /// Reads a document.
    ///
    /// # Errors
    /// As [`Figures::of`].
    pub fn read(doc: &Automerge, set: &'static CriteriaSet, context: Context) -> Result<Self, DossierError> {
        let tally = Tally::read(doc)?;
        let (figures, counted) = Figures::of_standing(tally.standing(), set, context);
        Ok(Self {
            set,
            context,
            tally,
            counted,
            figures,
        })
    }

    /// Takes in changes, as [`Tally::take_in`] does.
    pub fn take_in(&mut self, changes: &[Checked]) {
        let written = self.tally.take_in(changes);
        let standing = self.tally.standing();
        for indicator in self.set.indicators() {
            if written.contains(&indicator.number.as_str()) {
                let counted = standing.counted(indicator);
                self.counted.insert(indicator.number.clone(), counted);
                self.figures.indicators.insert(indicator.number.clone(), counted.into());
            }
        }
        let known = &self.counted;
        self.figures.summary = standing.summary_of(self.set, self.context, |indicator| {
            let counted = known.get(&indicator.number).copied();
            counted.unwrap_or_else(|| standing.counted(indicator))
        });
    }

    /// The figures.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::agrees;
    use crate::scoring::{self, Condition, CriterionSummary};

    /// With something in every field that may be empty.
    fn full() -> Board {
        let unit = BoardUnit {
            code: "x".into(),
            path: "a/b/c".into(),
            name: "Thượng Cát".into(),
            kind: "phường".into(),
        };
        let figures = [
            scoring::Figures::Total {
                points: Points::whole(3),
                at_least: Some(Points::whole(80)),
            },
            scoring::Figures::EachCriterion {
                percent: 50,
                below: vec![1, 2],
                of: 5,
            },
            scoring::Figures::Declared {
                heads: vec![("a".into(), None), ("b".into(), Some(true))],
            },
            scoring::Figures::Survey,
        ];
        let criterion = CriterionSummary {
            number: 1,
            points: Points::whole(2),
            max: Some(Points::whole(15)),
            indicators: 3,
            scored: 2,
            at_max: 1,
            at_least_half: 1,
            zero: 1,
            passed: Some(false),
        };
        let summary = Summary {
            set: "QD25_2021".into(),
            criteria: vec![criterion],
            total: Points::from_hundredths(-5),
            max: Some(Points::whole(100)),
            scored: 2,
            indicators: 20,
            conditions: figures
                .map(|figures| Condition {
                    met: Some(true),
                    figures,
                })
                .to_vec(),
            met_count: 4,
            unsettled: 1,
            estimated: true,
        };
        let cell = Cell {
            points: Some(Points::whole(1)),
            max: Some(Points::whole(2)),
            passed: Some(true),
            ..Cell::default()
        };
        let row = Row {
            unit: unit.clone(),
            document_id: Some("2j4".to_owned()),
            state: Status::Supplemented { round: 3 },
            summary: Some(summary),
            indicators: SortedMap::from([("1.1".into(), cell), ("1.2".into(), Cell::default())]),
            last_seen_ms: Some(1_700_000_000_000),
        };
        Board {
            year: 2024,
            set: Some("QD25_2021".into()),
            unit: Some(unit),
            rows: vec![row],
        }
    }

    #[test]
    fn json_is_read_as_serde_reads_it() {
        assert_eq!(agrees(&full()), Ok(()));
    }

    #[test]
    fn a_row_without_a_dossier_is_still_a_row() {
        let unit = BoardUnit {
            code: "x".into(),
            path: "a/b/c".into(),
            name: "Thượng Cát".into(),
            kind: "phường".into(),
        };
        let row = Row {
            unit,
            document_id: None,
            state: Status::default(),
            summary: None,
            indicators: SortedMap::new(),
            last_seen_ms: None,
        };
        let json = serde_json::to_string(&row).unwrap();
        assert_eq!(
            json,
            "{\"unit\":{\"code\":\"x\",\"path\":\"a/b/c\",\"name\":\"Thượng Cát\",\"kind\":\"phường\"},\
             \"document_id\":null,\"state\":{\"name\":\"scoring\"},\"summary\":null,\"indicators\":{},\
             \"last_seen_ms\":null}"
        );
        assert_eq!(serde_json::from_str::<Row>(&json).unwrap(), row);
    }
}
