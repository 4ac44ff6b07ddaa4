//! The rules of sets without points (QĐ 27/2025): a sub-item reaches its standard (`đạt`) or does not.

use super::entry::Entry;
use super::sub_item::{Marks, Scored};
use super::why::Why;
use crate::criteria::{Provenance, Rule, SubItem};

/// Scores an entry that was checked against a rule without points.
pub(super) fn count(sub_item: &SubItem, entry: &Entry) -> Scored {
    let scored = |passed: Option<bool>, why: Why, marks: Marks| Scored {
        points: None,
        passed,
        why,
        marks,
    };
    let threshold = Marks {
        estimated: sub_item.status == Provenance::Estimated,
        ..Marks::default()
    };
    match (&sub_item.rule, entry) {
        (
            Rule::RatioAtLeast {
                at_least: Some(at_least),
                ..
            },
            Entry::Ratio { done, total, .. },
        ) => {
            let passed = at_least.is_reached_by(*done, *total);
            let why = Why::RatioAtLeast {
                done: *done,
                total: *total,
                at_least: *at_least,
                passed,
            };
            scored(Some(passed), why, threshold)
        }
        (Rule::RatioAtLeast { at_least: None, .. }, Entry::Ratio { done, total, .. }) => {
            let why = Why::NoThreshold {
                done: *done,
                total: *total,
            };
            scored(
                None,
                why,
                Marks {
                    outside_tiers: true,
                    ..Marks::default()
                },
            )
        }
        (Rule::CountAtLeast { at_least }, Entry::Count { n }) => {
            let passed = n >= at_least;
            scored(
                Some(passed),
                Why::CountAtLeast {
                    n: *n,
                    at_least: *at_least,
                    passed,
                },
                threshold,
            )
        }
        // Where there is a ratio or a threshold, a plain đạt/chưa đạt is somebody's judgement.
        (rule, Entry::Pass | Entry::Fail) => {
            let passed = *entry == Entry::Pass;
            let judged = !matches!(rule, Rule::PassFail);
            scored(
                Some(passed),
                Why::Entered { passed },
                Marks {
                    judged,
                    ..Marks::default()
                },
            )
        }
        _ => scored(None, Why::NotEntered, Marks::default()),
    }
}
