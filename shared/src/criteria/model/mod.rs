//! The criteria model: a set (bộ tiêu chí) → criteria (tiêu chí) → indicators (chỉ tiêu) → sub-items (nội dung).

mod recognition;
mod rule;

pub use recognition::{ConditionRule, ConditionTest, DeadlineRule, Head, Step};
pub use rule::{Percent, RatioLabels, Rule, Tier};

use crate::id::{IndicatorNumber, SetId, SubItemId};
use crate::points::Points;

/// How a number is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// Read in a source that is named.
    Sourced,
    /// Follows from sourced numbers.
    Derived,
    /// A placeholder, or a third party's number: marked on every screen (see [`ESTIMATED_MARK`]).
    Estimated,
    /// There is no such number under this set.
    NotApplicable,
}

/// How a title is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TitleStatus {
    /// The official wording.
    Exact,
    /// The wording of a third party that implements the official text.
    ExactInThirdParty,
    /// Our paraphrase.
    Paraphrase,
}

/// The one wording that marks estimated points, on every screen and paper.
pub const ESTIMATED_MARK: &str = "điểm tạm, chưa đối chiếu Phụ lục I";
/// The wording that marks thresholds taken from a third party (pass/fail sets).
pub const THRESHOLD_MARK: &str = "mức đạt tạm, chưa đối chiếu văn bản gốc";
/// The wording that marks titles that are not the official text.
pub const PARAPHRASE_MARK: &str = "tên rút gọn, chưa đối chiếu văn bản gốc";
/// The wording that marks suggested evidence never checked against the annex.
pub const SUGGESTION_MARK: &str = "gợi ý, chưa đối chiếu Phụ lục I";

/// The id of the one sub-item of an indicator whose sub-items are not known.
pub const WHOLE_SUB_ITEM: &str = "diem";

/// How a set turns entries into a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScoringModel {
    /// Points per sub-item, summed (QĐ 619, QĐ 25).
    Points,
    /// Each sub-item, indicator and criterion passes or not (QĐ 27/2025).
    PassFail,
}

/// A criteria set, loaded and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriteriaSet {
    /// Its id, frozen with the list of indicator numbers.
    pub id: SetId,
    /// Its version as data, a whole number from 1; higher is newer. Only a corrected file changes it.
    pub version: String,
    /// Its name on screens.
    pub short_name: String,
    /// The instruments it rests on, full citations.
    pub legal_basis: Vec<String>,
    /// The first assessment year.
    pub first_year: u16,
    /// The last assessment year; `None` while in force.
    pub last_year: Option<u16>,
    /// How it scores.
    pub model: ScoringModel,
    /// The maximum in all; `None` without points.
    pub max_points: Option<Points>,
    /// What a user must know before relying on the set; shown as a notice.
    pub notice: Option<String>,
    /// The criteria, by number.
    pub criteria: Vec<Criterion>,
    /// The conditions of recognition, in legal order; empty where they are not known.
    pub conditions: Vec<ConditionRule>,
    /// The legal deadlines that are known.
    pub deadlines: Vec<DeadlineRule>,
}

/// A criterion (`tiêu chí`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Its number, from 1.
    pub number: u8,
    /// Its title.
    pub title: String,
    /// Whether the title is the official text.
    pub title_status: TitleStatus,
    /// Its maximum; `None` without points.
    pub max_points: Option<Points>,
    /// How the maximum is known.
    pub status: Provenance,
    /// Its indicators, by number.
    pub indicators: Vec<Indicator>,
}

/// An indicator (`chỉ tiêu`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its number, for example `5.4`.
    pub number: IndicatorNumber,
    /// Its title.
    pub title: String,
    /// Whether the title is the official text.
    pub title_status: TitleStatus,
    /// Its maximum; `None` without points.
    pub max_points: Option<Points>,
    /// How the maximum is known.
    pub points_status: Provenance,
    /// The rule for a year without any case of the whole indicator (`không phát sinh`), where one is known.
    pub no_case: Option<NoCase>,
    /// Its sub-items; at least one.
    pub sub_items: Vec<SubItem>,
    /// Documents that may prove it.
    pub evidence: Vec<SuggestedEvidence>,
}

/// What a year without any case gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoCase {
    /// The rule's text.
    pub text: String,
    /// The points it gives; `None` without points (it then passes).
    pub points: Option<Points>,
    /// How it is known.
    pub status: Provenance,
}

/// A sub-item (`nội dung`): the smallest thing an official enters something for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubItem {
    /// Its id, frozen once the set is in use. An indicator without known sub-items has the one sub-item `diem`.
    pub id: SubItemId,
    /// Its text; the indicator's title where there is no other.
    pub text: String,
    /// Its maximum; `None` where it is not known.
    pub max_points: Option<Points>,
    /// The most that may be entered: `max_points`, or what the other sub-items leave of the indicator's maximum.
    pub limit: Option<Points>,
    /// How its number is known: `max_points`, or in sets without points the threshold.
    pub status: Provenance,
    /// How an entry becomes points.
    pub rule: Rule,
    /// The rule for a year without any case of this sub-item, where one is known.
    pub no_case: Option<NoCase>,
}

/// A document that may prove an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedEvidence {
    /// What it is.
    pub text: String,
    /// Whether a source names it; otherwise it is a suggestion (see [`SUGGESTION_MARK`]) and never blocks anything.
    pub sourced: bool,
}

impl CriteriaSet {
    /// An indicator by its number.
    pub fn indicator(&self, number: &IndicatorNumber) -> Option<&Indicator> {
        self.indicators().find(|indicator| indicator.number == *number)
    }

    /// All indicators in order.
    pub fn indicators(&self) -> impl Iterator<Item = &Indicator> {
        self.criteria.iter().flat_map(|criterion| &criterion.indicators)
    }

    /// The criterion an indicator belongs to.
    pub fn criterion_of(&self, number: &IndicatorNumber) -> Option<&Criterion> {
        self.criteria
            .iter()
            .find(|criterion| criterion.indicators.iter().any(|i| i.number == *number))
    }

    /// For whom condition 3 is declared, in order; empty where the set has no such condition.
    pub fn heads(&self) -> impl Iterator<Item = &Head> {
        self.conditions.iter().flat_map(|condition| match &condition.test {
            ConditionTest::Declared { heads } => heads.as_slice(),
            _ => &[],
        })
    }
}

impl Indicator {
    /// A sub-item by its id.
    pub fn sub_item(&self, id: &SubItemId) -> Option<&SubItem> {
        self.sub_items.iter().find(|sub_item| sub_item.id == *id)
    }
}
