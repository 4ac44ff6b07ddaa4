//! What is wrong with an entry, in words that tell the official what to do.

use super::entry::{Entry, Judged};
use crate::criteria::{Rule, SubItem};
use crate::points::Points;
use serde::{Deserialize, Serialize};

/// Why an entry cannot be counted. Before it is written the screen refuses it; found in a document (from another
/// program, or under older criteria) it counts as not entered and is shown with this text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum EntryProblem {
    /// `61/60`.
    #[error("Số thực hiện ({done}) lớn hơn tổng số ({total}). Hãy kiểm tra lại hai số này.")]
    DoneOverTotal {
        /// What was entered as done.
        done: u32,
        /// What was entered as total.
        total: u32,
    },
    /// `0/0`: no ratio. The year without a case has its own entry where there is a rule for it; elsewhere it is judged.
    #[error(
        "Tổng số phải lớn hơn 0. Nếu trong năm không có trường hợp nào, hãy chọn “Không phát sinh”, hoặc chấm theo \
         đánh giá và ghi lý do."
    )]
    NothingCounted,
    /// More points than there are.
    #[error("{points} điểm cao hơn mức tối đa {limit} điểm. Hãy nhập từ 0 đến {limit}.")]
    OverMax {
        /// What was entered.
        points: Points,
        /// The most that may be entered.
        limit: Points,
    },
    /// Fewer than none.
    #[error("Điểm không được nhỏ hơn 0. Hãy nhập từ 0 trở lên.")]
    Negative,
    /// More cases than there can be.
    #[error("{n} trường hợp nhiều hơn mức có thể ({at_most}). Hãy nhập từ 0 đến {at_most}.")]
    TooManyCases {
        /// What was entered.
        n: u32,
        /// The most there can be.
        at_most: u32,
    },
    /// `không phát sinh` where no such rule is known.
    #[error("Chưa có quy định tính điểm khi không phát sinh cho mục này. Hãy chấm theo đánh giá và ghi lý do.")]
    NoCaseUnknown,
    /// An entry of another kind than the rule takes.
    #[error("Giá trị đã nhập không hợp với cách chấm của nội dung này. Hãy nhập lại.")]
    WrongKind,
    /// The sub-items together exceed the indicator's maximum (possible only where their maxima are not known).
    #[error("Cộng các nội dung được {points} điểm, cao hơn mức tối đa {limit} điểm của chỉ tiêu. Hãy giảm bớt.")]
    SumOverMax {
        /// The sum.
        points: Points,
        /// The indicator's maximum.
        limit: Points,
    },
}

/// Whether an entry can be counted for a sub-item; the screen asks before it writes.
///
/// # Errors
/// [`EntryProblem`], with a text that tells the official what to change.
pub fn check(sub_item: &SubItem, entry: &Entry) -> Result<(), EntryProblem> {
    match (&sub_item.rule, entry) {
        (_, Entry::Cleared) => Ok(()),
        (_, Entry::NoCase) if sub_item.no_case.is_some() => Ok(()),
        (_, Entry::NoCase) => Err(EntryProblem::NoCaseUnknown),
        (Rule::AllOrNothing | Rule::PassFail | Rule::RatioAtLeast { .. }, Entry::Pass | Entry::Fail) => Ok(()),
        (
            Rule::Tiers { .. } | Rule::RatioTimesMax { .. } | Rule::RatioAtLeast { .. },
            Entry::Ratio { done, total, judged },
        ) => {
            ratio(*done, *total)?;
            judged.as_ref().map_or(Ok(()), |judged| points(sub_item, judged))
        }
        // A ratio that cannot be formed (nothing to count) is judged: the entry is marked, never refused.
        (Rule::Judged | Rule::Tiers { .. } | Rule::RatioTimesMax { .. }, Entry::Judged(judged)) => {
            points(sub_item, judged)
        }
        (
            Rule::Penalty {
                at_most: Some(at_most), ..
            },
            Entry::Count { n },
        ) if n > at_most => Err(EntryProblem::TooManyCases {
            n: *n,
            at_most: *at_most,
        }),
        (Rule::Penalty { .. } | Rule::CountAtLeast { .. }, Entry::Count { .. }) => Ok(()),
        _ => Err(EntryProblem::WrongKind),
    }
}

fn ratio(done: u32, total: u32) -> Result<(), EntryProblem> {
    if done > total {
        return Err(EntryProblem::DoneOverTotal { done, total });
    }
    if total == 0 {
        Err(EntryProblem::NothingCounted)
    } else {
        Ok(())
    }
}

fn points(sub_item: &SubItem, judged: &Judged) -> Result<(), EntryProblem> {
    let points = judged.points();
    match sub_item.limit {
        _ if points < Points::ZERO => Err(EntryProblem::Negative),
        Some(limit) if points > limit => Err(EntryProblem::OverMax { points, limit }),
        _ => Ok(()),
    }
}
