//! The conditions of recognition (QĐ 25/2021 Điều 4; QĐ 619 Điều 6), tested on the unrounded sums.

use super::declaration::{Declarations, HeadDeclaration};
use super::summary::{CommuneClass, Context, CriterionSummary};
use crate::criteria::{ConditionTest, CriteriaSet};
use crate::id::HeadId;
use crate::json::{Read, Value, field};
use crate::points::Points;
use crate::read_json;
use serde::{Deserialize, Serialize};

/// One condition of a summary. Its legal text is in the set, at the same place in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// `Some(true)` met · `Some(false)` not met · `None` not known yet, which never counts as met.
    pub met: Option<bool>,
    /// The figures behind it.
    pub figures: Figures,
}

/// The figures behind a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "test", rename_all = "snake_case")]
pub enum Figures {
    /// The total against its threshold; `None` when the commune's class is not known.
    Total {
        /// The unrounded total.
        points: Points,
        /// The threshold.
        at_least: Option<Points>,
    },
    /// How many criteria reach their share.
    EachCriterion {
        /// The share in percent.
        percent: u8,
        /// The numbers of the criteria below it, so far.
        below: Vec<u8>,
        /// All criteria.
        of: u8,
    },
    /// Declarations.
    Declared {
        /// For each head: `Some(true)` clear, `Some(false)` not, `None` undeclared (`chưa kê khai`).
        heads: Vec<(HeadId, Option<bool>)>,
    },
    /// A survey whose threshold is not known.
    Survey,
}

read_json!(Condition { met, figures });

impl Read for Figures {
    fn read(json: &Value) -> Option<Self> {
        Some(match json.get("test")?.as_str()? {
            "total" => Self::Total {
                points: field(json, "points")?,
                at_least: field(json, "at_least")?,
            },
            "each_criterion" => Self::EachCriterion {
                percent: field(json, "percent")?,
                below: field(json, "below")?,
                of: field(json, "of")?,
            },
            "declared" => Self::Declared {
                heads: field(json, "heads")?,
            },
            "survey" => Self::Survey,
            _ => return None,
        })
    }
}

/// What undeclared reads.
pub const UNDECLARED: &str = "chưa kê khai";

impl Condition {
    /// The state in words: `đáp ứng`, `chưa đáp ứng`, or what is missing.
    pub fn state_text(&self) -> &'static str {
        match (self.met, &self.figures) {
            (Some(true), _) => "đáp ứng",
            (Some(false), _) => "chưa đáp ứng",
            (None, Figures::Declared { .. }) => UNDECLARED,
            (None, Figures::Total { at_least: None, .. }) => "chưa biết loại xã",
            (None, Figures::Survey) => "chưa biết mức yêu cầu",
            (None, _) => "chưa chấm xong",
        }
    }
}

/// `02/03`, as the report writes it.
pub fn of_count(met: u32, of: usize) -> String {
    format!("{met:02}/{of:02}")
}

pub(super) fn conditions(
    set: &CriteriaSet,
    criteria: &[CriterionSummary],
    declarations: &Declarations,
    context: Context,
) -> Vec<Condition> {
    let complete = criteria
        .iter()
        .all(|criterion| criterion.scored == criterion.indicators);
    let points: Points = criteria.iter().map(|criterion| criterion.points).sum();
    // Reached is reached; not reached is final only when nothing is left to score.
    let reached = |reached: bool, complete: bool| if reached { Some(true) } else { complete.then_some(false) };
    set.conditions
        .iter()
        .map(|condition| match &condition.test {
            ConditionTest::Total { at_least } => Condition {
                met: reached(points >= *at_least, complete),
                figures: Figures::Total {
                    points,
                    at_least: Some(*at_least),
                },
            },
            ConditionTest::TotalByClass {
                at_least: [one, two, three],
            } => {
                let at_least = context.class.map(|class| match class {
                    CommuneClass::I => *one,
                    CommuneClass::II => *two,
                    CommuneClass::III => *three,
                });
                Condition {
                    met: at_least.and_then(|at_least| reached(points >= at_least, complete)),
                    figures: Figures::Total { points, at_least },
                }
            }
            ConditionTest::EachCriterion { percent } => {
                let is_below =
                    |c: &&CriterionSummary| c.max.is_some_and(|m| !c.points.is_at_least_percent_of(*percent, m));
                // One criterion that is finished and below decides it, whatever the others still bring.
                let lost = criteria.iter().filter(is_below).any(|c| c.scored == c.indicators);
                let below: Vec<u8> = criteria.iter().filter(is_below).map(|c| c.number).collect();
                Condition {
                    met: reached(below.is_empty(), lost),
                    figures: Figures::EachCriterion {
                        percent: *percent,
                        below,
                        of: u8::try_from(criteria.len()).unwrap_or(u8::MAX),
                    },
                }
            }
            ConditionTest::Declared { heads } => {
                let heads: Vec<(HeadId, Option<bool>)> = heads
                    .iter()
                    .map(|head| {
                        (
                            head.id.clone(),
                            declarations.get(&head.id).and_then(HeadDeclaration::is_clear),
                        )
                    })
                    .collect();
                let clear = |wanted: Option<bool>| heads.iter().filter(|(_, clear)| *clear == wanted).count();
                let met = if clear(Some(false)) > 0 {
                    Some(false)
                } else {
                    (clear(None) == 0).then_some(true)
                };
                Condition {
                    met,
                    figures: Figures::Declared { heads },
                }
            }
            ConditionTest::Survey => Condition {
                met: None,
                figures: Figures::Survey,
            },
        })
        .collect()
}
