//! From one entry to the points of one sub-item, and why.

use super::entry::Entry;
use super::problem::{EntryProblem, check};
use super::why::Why;
use crate::criteria::{Provenance, Rule, SubItem, Tier};
use crate::points::Points;

/// What one entry comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// The points; `None` when nothing can be counted (yet), and in sets without points.
    pub points: Option<Points>,
    /// Whether it passes; `None` when not known (yet), and in sets with points.
    pub passed: Option<bool>,
    /// Which rule or tier applied.
    pub why: Why,
    /// What has to be marked on screen.
    pub marks: Marks,
}

/// What has to be marked beside a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// A number behind it is estimated ([`crate::criteria::ESTIMATED_MARK`]).
    pub estimated: bool,
    /// The points are somebody's judgement.
    pub judged: bool,
    /// They are, and no reason was given.
    pub reason_missing: bool,
    /// The ratio lies in no known tier.
    pub outside_tiers: bool,
}

impl Marks {
    /// The marks of either.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            estimated: self.estimated || other.estimated,
            judged: self.judged || other.judged,
            reason_missing: self.reason_missing || other.reason_missing,
            outside_tiers: self.outside_tiers || other.outside_tiers,
        }
    }
}

/// Scores one entry. Never fails: what cannot be counted gives no points and says why ([`Why::Problem`]).
pub fn score_sub_item(sub_item: &SubItem, entry: &Entry) -> Scored {
    match check(sub_item, entry) {
        Ok(()) => count(sub_item, entry),
        Err(problem) => Scored {
            points: None,
            passed: None,
            why: Why::Problem(problem),
            marks: Marks::default(),
        },
    }
}

fn count(sub_item: &SubItem, entry: &Entry) -> Scored {
    let estimated = sub_item.status == Provenance::Estimated;
    let plain = Marks {
        estimated,
        ..Marks::default()
    };
    let points = |points: Points, why: Why| Scored {
        points: Some(points),
        passed: None,
        why,
        marks: plain,
    };
    let max = sub_item.max_points.unwrap_or(Points::ZERO);
    match (&sub_item.rule, entry) {
        (Rule::AllOrNothing, Entry::Pass) => points(max, Why::Full),
        (Rule::AllOrNothing, Entry::Fail) => points(Points::ZERO, Why::Nothing),
        (_, Entry::NoCase) => match &sub_item.no_case {
            Some(rule) => no_case(rule),
            None => Scored {
                points: None,
                passed: None,
                why: Why::Problem(EntryProblem::NoCaseUnknown),
                marks: plain,
            },
        },
        (Rule::Tiers { tiers, .. }, Entry::Ratio { done, total, judged }) => match tier(tiers, *done, *total) {
            Some(tier) => Scored {
                points: Some(tier.points),
                passed: None,
                why: Why::Tier {
                    done: *done,
                    total: *total,
                    from: tier.from,
                    below: tier.below,
                    points: tier.points,
                },
                // Not the sub-item's estimated maximum but the tier itself is behind these points.
                marks: Marks {
                    estimated: tier.status == Provenance::Estimated,
                    ..Marks::default()
                },
            },
            None => Scored {
                points: judged.as_ref().map(super::Judged::points),
                passed: None,
                why: Why::OutsideTiers {
                    done: *done,
                    total: *total,
                    known_below: tiers.last().and_then(|tier| tier.below),
                    judged: judged.as_ref().map(super::Judged::points),
                },
                marks: Marks {
                    estimated,
                    judged: judged.is_some(),
                    reason_missing: judged.as_ref().is_some_and(|judged| judged.reason().is_empty()),
                    outside_tiers: true,
                },
            },
        },
        (Rule::RatioTimesMax { .. }, Entry::Ratio { done, total, .. }) => {
            let points = share(max, *done, *total);
            Scored {
                points: Some(points),
                passed: None,
                why: Why::TimesMax {
                    done: *done,
                    total: *total,
                    max,
                    points,
                },
                marks: plain,
            }
        }
        (_, Entry::Judged(judged)) => Scored {
            points: Some(judged.points()),
            passed: None,
            why: Why::Judged {
                points: judged.points(),
            },
            marks: Marks {
                estimated,
                judged: true,
                reason_missing: judged.reason().is_empty(),
                outside_tiers: matches!(sub_item.rule, Rule::Tiers { .. }),
            },
        },
        (Rule::Penalty { each, .. }, Entry::Count { n }) => {
            let off = Points::from_hundredths(each.hundredths().saturating_mul(i64::from(*n)));
            points(
                -off,
                Why::Penalty {
                    n: *n,
                    each: *each,
                    points: -off,
                },
            )
        }
        _ => super::pass_fail::count(sub_item, entry),
    }
}

/// What a year without a case gives.
pub(super) fn no_case(rule: &crate::criteria::NoCase) -> Scored {
    Scored {
        points: rule.points,
        passed: rule.points.is_none().then_some(true),
        why: Why::NoCase { points: rule.points },
        marks: Marks {
            estimated: rule.status == Provenance::Estimated,
            ..Marks::default()
        },
    }
}

/// The known tier a ratio lies in. `total` is not 0 here.
fn tier(tiers: &[Tier], done: u32, total: u32) -> Option<&Tier> {
    tiers.iter().find(|tier| {
        tier.from.is_reached_by(done, total) && tier.below.is_none_or(|below| !below.is_reached_by(done, total))
    })
}

/// `max` × `done` / `total`, rounded half-up to one hundredth, in whole numbers. `total` is not 0 here.
fn share(max: Points, done: u32, total: u32) -> Points {
    let (max, done, total) = (i128::from(max.hundredths()), i128::from(done), i128::from(total.max(1)));
    let rounded = (2 * max * done + total) / (2 * total);
    Points::from_hundredths(i64::try_from(rounded).unwrap_or(i64::MAX))
}
