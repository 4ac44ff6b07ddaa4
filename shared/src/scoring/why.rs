//! Why an entry came to its points, in words for the screen.

use super::problem::EntryProblem;
use crate::criteria::Percent;
use crate::points::Points;
use crate::vi;

/// Which rule or tier applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing was entered, or it was taken back.
    NotEntered,
    /// All or nothing: all.
    Full,
    /// All or nothing: nothing.
    Nothing,
    /// The ratio lies in this tier.
    Tier {
        /// What was done.
        done: u32,
        /// Of how many.
        total: u32,
        /// The tier's lowest ratio.
        from: Percent,
        /// The ratio it ends below.
        below: Option<Percent>,
        /// What it gives.
        points: Points,
    },
    /// The ratio lies in no known tier.
    OutsideTiers {
        /// What was done.
        done: u32,
        /// Of how many.
        total: u32,
        /// Where the known tiers end; `None` when there are none.
        known_below: Option<Percent>,
        /// The judged points, once given.
        judged: Option<Points>,
    },
    /// The maximum times the ratio.
    TimesMax {
        /// What was done.
        done: u32,
        /// Of how many.
        total: u32,
        /// The maximum.
        max: Points,
        /// The rounded product.
        points: Points,
    },
    /// Points taken off.
    Penalty {
        /// How many cases.
        n: u32,
        /// Points for each.
        each: Points,
        /// What is taken off, negative.
        points: Points,
    },
    /// Somebody's judgement.
    Judged {
        /// The points.
        points: Points,
    },
    /// A year without a case; `None` points in sets without points.
    NoCase {
        /// What it gives.
        points: Option<Points>,
    },
    /// The ratio against its threshold.
    RatioAtLeast {
        /// What was done.
        done: u32,
        /// Of how many.
        total: u32,
        /// The threshold.
        at_least: Percent,
        /// Whether it is reached.
        passed: bool,
    },
    /// A ratio whose threshold is not known.
    NoThreshold {
        /// What was done.
        done: u32,
        /// Of how many.
        total: u32,
    },
    /// A count against its threshold.
    CountAtLeast {
        /// The count.
        n: u32,
        /// The threshold.
        at_least: u32,
        /// Whether it is reached.
        passed: bool,
    },
    /// Entered as it is.
    Entered {
        /// What was entered.
        passed: bool,
    },
    /// It cannot be counted.
    Problem(EntryProblem),
}

/// `done`/`total` in percent with at most two decimals, cut off and not rounded: a ratio just below a tier must never
/// be shown as if it had reached it. `total` 0 gives `0%`.
pub fn percent(done: u32, total: u32) -> String {
    let hundredths = u64::from(done)
        .saturating_mul(10_000)
        .checked_div(u64::from(total))
        .unwrap_or(0);
    format!("{}%", vi::hundredths(i64::try_from(hundredths).unwrap_or(i64::MAX)))
}

impl Why {
    /// One line for the screen.
    pub fn text(&self) -> String {
        let passed = |passed: &bool| if *passed { "đạt" } else { "chưa đạt" };
        match self {
            Self::NotEntered => "Chưa chấm".to_owned(),
            Self::Full => "Đạt: được điểm tối đa".to_owned(),
            Self::Nothing => "Không đạt: 0 điểm".to_owned(),
            Self::Tier {
                done,
                total,
                from,
                below,
                points,
            } => {
                let tier = match (from.hundredths(), below) {
                    (0, Some(below)) => format!("dưới {below}"),
                    (_, Some(below)) => format!("từ {from} đến dưới {below}"),
                    (_, None) => format!("từ {from} trở lên"),
                };
                format!(
                    "{done}/{total} = {}, thuộc mức {tier}: {points} điểm",
                    percent(*done, *total)
                )
            }
            Self::OutsideTiers {
                done,
                total,
                known_below,
                judged,
            } => {
                let ratio = format!("{done}/{total} = {}", percent(*done, *total));
                let unknown = match known_below {
                    Some(from) => format!("chưa biết mức điểm từ {from} trở lên"),
                    None => "chưa biết các mức điểm".to_owned(),
                };
                match judged {
                    Some(points) => format!("{ratio}; {unknown}: chấm theo đánh giá {points} điểm"),
                    None => format!("{ratio}; {unknown}. Hãy chấm theo đánh giá và ghi lý do"),
                }
            }
            Self::TimesMax {
                done,
                total,
                max,
                points,
            } => {
                format!(
                    "{done}/{total} = {} × {max} điểm = {points} điểm",
                    percent(*done, *total)
                )
            }
            Self::Penalty { n: 0, .. } => "Không có trường hợp bị trừ điểm".to_owned(),
            Self::Penalty { n, each, points } => {
                format!("{n} trường hợp, mỗi trường hợp trừ {each} điểm: {points} điểm")
            }
            Self::Judged { points } => format!("Chấm theo đánh giá: {points} điểm"),
            Self::NoCase { points: Some(points) } => format!("Không phát sinh: {points} điểm"),
            Self::NoCase { points: None } => "Không phát sinh: đạt".to_owned(),
            Self::RatioAtLeast {
                done,
                total,
                at_least,
                passed: reached,
            } => {
                format!(
                    "{done}/{total} = {}, mức đạt từ {at_least}: {}",
                    percent(*done, *total),
                    passed(reached)
                )
            }
            Self::NoThreshold { done, total } => {
                format!(
                    "{done}/{total} = {}; chưa biết mức đạt. Hãy chọn đạt hoặc chưa đạt",
                    percent(*done, *total)
                )
            }
            Self::CountAtLeast {
                n,
                at_least,
                passed: reached,
            } => {
                format!("{n}, mức đạt từ {at_least}: {}", passed(reached))
            }
            Self::Entered { passed: true } => "Đạt".to_owned(),
            Self::Entered { passed: false } => "Chưa đạt".to_owned(),
            Self::Problem(problem) => problem.to_string(),
        }
    }
}
