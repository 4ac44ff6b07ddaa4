//! The summary of a dossier: points by criterion, counts, and the conditions of recognition.
//!
//! It is what Mẫu 01 and the boards show; the server stores it as JSON and sends it on.

use super::conditions::{Condition, conditions};
use super::declaration::Declarations;
use super::indicator::{Entries, score_indicator};
use crate::criteria::{CriteriaSet, Criterion, Indicator, Provenance};
use crate::id::{IndicatorNumber, SetId};
use crate::points::Points;
use crate::read_json;
use crate::sorted::SortedMap;
use serde::{Deserialize, Serialize};

/// The class of a commune under QĐ 619 (`loại I, II, III`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CommuneClass {
    /// Loại I.
    I,
    /// Loại II.
    II,
    /// Loại III.
    III,
}

/// The summary of one dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The criteria set.
    pub set: SetId,
    /// By criterion, in order.
    pub criteria: Vec<CriterionSummary>,
    /// The unrounded total; zero in sets without points.
    pub total: Points,
    /// The maximum in all; `None` in sets without points.
    pub max: Option<Points>,
    /// Indicators with nothing left to enter.
    pub scored: u32,
    /// All indicators.
    pub indicators: u32,
    /// The conditions of recognition in legal order; empty where they are not known.
    pub conditions: Vec<Condition>,
    /// How many conditions are met.
    pub met_count: u32,
    /// Registers with concurrent values, contradictions included.
    pub unsettled: u32,
    /// A number behind the total is estimated.
    pub estimated: bool,
}

read_json!(Summary {
    set,
    criteria,
    total,
    max,
    scored,
    indicators,
    conditions,
    met_count,
    unsettled,
    estimated
});

/// One criterion of a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionSummary {
    /// Its number.
    pub number: u8,
    /// The unrounded sum of what was entered.
    pub points: Points,
    /// Its maximum; `None` in sets without points.
    pub max: Option<Points>,
    /// Its indicators.
    pub indicators: u32,
    /// Those with nothing left to enter.
    pub scored: u32,
    /// Those at their maximum (sets without points: those that pass).
    pub at_max: u32,
    /// Those at half of their maximum or more (sets without points: those that pass).
    pub at_least_half: u32,
    /// Those that are complete and have no points (sets without points: those that fail).
    pub zero: u32,
    /// Sets without points: whether all its indicators pass; `None` while that is open, and in sets with points.
    pub passed: Option<bool>,
}

read_json!(CriterionSummary {
    number,
    points,
    max,
    indicators,
    scored,
    at_max,
    at_least_half,
    zero,
    passed
});

/// What a summary needs to know besides the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    /// The commune's class; `None` when not known (then the total of QĐ 619 has no threshold).
    pub class: Option<CommuneClass>,
}

/// What one indicator adds to the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// What was entered; `None` when nothing was, and in sets without points.
    pub points: Option<Points>,
    /// The maximum; `None` in sets without points.
    pub max: Option<Points>,
    /// Whether it passes (sets without points); `None` while that is open.
    pub passed: Option<bool>,
    /// Nothing is left to enter.
    pub complete: bool,
    /// A number behind the points is estimated.
    pub estimated: bool,
    /// Registers with concurrent values nobody has settled, a contradiction among them.
    pub unsettled: u32,
}

impl Counted {
    /// What an indicator adds with what stands in it; `None`: nothing does. Never fails.
    pub fn of(indicator: &Indicator, entries: Option<&Entries>) -> Self {
        let empty = Entries::default();
        let entries = entries.unwrap_or(&empty);
        let score = score_indicator(indicator, entries);
        Self {
            points: score.points,
            max: score.max,
            passed: score.passed,
            complete: score.complete,
            estimated: score.marks.estimated,
            unsettled: entries.conflicts.saturating_add(u32::from(score.contradiction)),
        }
    }
}

/// Sums up a dossier. Indicators without entries may be missing from the map. Never fails.
pub fn summary(
    set: &CriteriaSet,
    entries: &SortedMap<IndicatorNumber, Entries>,
    declarations: &Declarations,
    context: Context,
) -> Summary {
    let counted = |indicator: &Indicator| Counted::of(indicator, entries.get(&indicator.number));
    summary_of(set, counted, declarations, context)
}

/// As [`summary`], from what each indicator adds to it.
pub fn summary_of(
    set: &CriteriaSet,
    mut counted: impl FnMut(&Indicator) -> Counted,
    declarations: &Declarations,
    context: Context,
) -> Summary {
    let mut estimated = false;
    let mut unsettled = 0_u32;
    let criteria: Vec<CriterionSummary> = set
        .criteria
        .iter()
        .map(|criterion| {
            let counted = criterion.indicators.iter().map(|indicator| {
                let counted = counted(indicator);
                estimated |= counted.estimated;
                unsettled = unsettled.saturating_add(counted.unsettled);
                counted
            });
            criterion_summary(criterion, counted)
        })
        .collect();
    estimated |= set
        .criteria
        .iter()
        .any(|criterion| criterion.status == Provenance::Estimated);
    let conditions = conditions(set, &criteria, declarations, context);
    Summary {
        set: set.id.clone(),
        total: criteria.iter().map(|criterion| criterion.points).sum(),
        max: set.max_points,
        scored: criteria.iter().map(|criterion| criterion.scored).sum(),
        indicators: criteria.iter().map(|criterion| criterion.indicators).sum(),
        met_count: conditions
            .iter()
            .map(|condition| u32::from(condition.met == Some(true)))
            .sum(),
        conditions,
        unsettled,
        estimated,
        criteria,
    }
}

fn criterion_summary(criterion: &Criterion, counted: impl Iterator<Item = Counted>) -> CriterionSummary {
    let mut sum = CriterionSummary {
        number: criterion.number,
        points: Points::ZERO,
        max: criterion.max_points,
        indicators: 0,
        scored: 0,
        at_max: 0,
        at_least_half: 0,
        zero: 0,
        passed: None,
    };
    let mut failed = 0;
    let mut passed = 0;
    for score in counted {
        sum.indicators += 1;
        sum.scored += u32::from(score.complete);
        passed += u32::from(score.passed == Some(true));
        failed += u32::from(score.passed == Some(false));
        if let (Some(points), Some(max)) = (score.points, score.max) {
            sum.points += points;
            sum.at_max += u32::from(points >= max);
            sum.at_least_half += u32::from(points.is_at_least_percent_of(50, max));
            sum.zero += u32::from(score.complete && points <= Points::ZERO);
        }
    }
    if criterion.max_points.is_none() {
        sum.at_max = passed;
        sum.at_least_half = passed;
        sum.zero = failed;
        sum.passed = if failed > 0 {
            Some(false)
        } else {
            (passed == sum.indicators).then_some(true)
        };
    }
    sum
}
