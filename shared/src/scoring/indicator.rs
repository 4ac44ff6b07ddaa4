//! The score of one indicator from the entries of its sub-items.

use super::entry::Entry;
use super::problem::EntryProblem;
use super::sub_item::{Marks, Scored, no_case, score_sub_item};
use super::why::Why;
use crate::criteria::{Indicator, Rule};
use crate::id::SubItemId;
use crate::points::Points;
use crate::sorted::SortedMap;

/// The register of the whole indicator (`không phát sinh`), beside those of its sub-items.
pub const WHOLE: &str = "*";

/// What stands in one indicator's registers at present.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entries {
    /// By register: a sub-item's id, or [`WHOLE`].
    pub values: SortedMap<String, Entry>,
    /// How many registers hold concurrent values nobody has settled.
    pub conflicts: u32,
}

impl Entries {
    /// Whether the whole indicator and some sub-item both hold a value: possible after a merge only, shown like a
    /// conflict. The sub-items count until somebody settles it: figures say more than a blanket statement.
    pub fn contradiction(&self) -> bool {
        let set = |entry: &Entry| *entry != Entry::Cleared;
        self.values.get(WHOLE).is_some_and(set) && self.values.iter().any(|(key, entry)| key != WHOLE && set(entry))
    }
}

/// The score of one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorScore {
    /// The sum of what was entered; `None` when nothing was, and in sets without points.
    pub points: Option<Points>,
    /// The maximum; `None` in sets without points.
    pub max: Option<Points>,
    /// Whether it passes (sets without points): all sub-items do. `None` while that is open.
    pub passed: Option<bool>,
    /// Whether nothing is left to enter.
    pub complete: bool,
    /// The marks of all its parts.
    pub marks: Marks,
    /// Whether the whole indicator was entered as `không phát sinh`, and that counts.
    pub no_case: bool,
    /// Both the whole and a part are set (see [`Entries::contradiction`]).
    pub contradiction: bool,
    /// What each sub-item came to, in order; all [`Why::NotEntered`] when `no_case`.
    pub sub_items: Vec<(SubItemId, Scored)>,
    /// What is wrong with the indicator as a whole.
    pub problem: Option<EntryProblem>,
}

/// Scores an indicator. Never fails; entries for unknown registers are not counted.
pub fn score_indicator(indicator: &Indicator, entries: &Entries) -> IndicatorScore {
    let contradiction = entries.contradiction();
    let whole = entries
        .values
        .get(WHOLE)
        .filter(|entry| **entry != Entry::Cleared && !contradiction);
    let sub_items: Vec<(SubItemId, Scored)> = indicator
        .sub_items
        .iter()
        .map(|sub_item| {
            let scored = match entries.values.get(sub_item.id.as_str()) {
                None | Some(Entry::Cleared) => Scored {
                    points: None,
                    passed: None,
                    why: Why::NotEntered,
                    marks: Marks::default(),
                },
                Some(entry) => score_sub_item(sub_item, entry),
            };
            (sub_item.id.clone(), scored)
        })
        .collect();
    let mut score = IndicatorScore {
        points: None,
        max: indicator.max_points,
        passed: None,
        complete: false,
        marks: Marks::default(),
        no_case: false,
        contradiction,
        sub_items,
        problem: None,
    };
    match (whole, &indicator.no_case) {
        (Some(Entry::NoCase), Some(rule)) => {
            let scored = no_case(rule);
            score.points = scored.points;
            score.passed = scored.passed;
            score.marks = scored.marks;
            score.no_case = true;
            score.complete = true;
        }
        (Some(Entry::NoCase), None) => score.problem = Some(EntryProblem::NoCaseUnknown),
        (Some(_), _) => score.problem = Some(EntryProblem::WrongKind),
        (None, _) => sum(indicator, &mut score),
    }
    if score.points.is_some() && indicator.points_status == crate::criteria::Provenance::Estimated {
        score.marks.estimated = true;
    }
    score
}

fn sum(indicator: &Indicator, score: &mut IndicatorScore) {
    let parts = || score.sub_items.iter().map(|(_, scored)| scored);
    let entered: Vec<Points> = parts().filter_map(|scored| scored.points).collect();
    let points: Points = entered.iter().copied().sum();
    // A penalty nobody entered is none: it is asked for only where there is something to take off.
    let left = indicator.sub_items.iter().zip(parts()).any(|(sub_item, scored)| {
        scored.points.is_none() && scored.passed.is_none() && !matches!(sub_item.rule, Rule::Penalty { .. })
    });
    score.marks = parts().fold(Marks::default(), |marks, scored| marks.and(scored.marks));
    score.complete = !left;
    if indicator.max_points.is_none() {
        let failed = parts().any(|scored| scored.passed == Some(false));
        score.passed = if failed { Some(false) } else { (!left).then_some(true) };
    }
    match indicator.max_points {
        Some(limit) if points > limit => {
            score.problem = Some(EntryProblem::SumOverMax { points, limit });
            score.complete = false;
        }
        _ if entered.is_empty() => {}
        _ => score.points = Some(points),
    }
}
