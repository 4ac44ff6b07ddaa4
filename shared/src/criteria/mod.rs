//! Criteria sets (`bộ tiêu chí`): data, not code. One TOML file each, in `shared/criteria/`, checked when loaded.

mod catalogue;
mod error;
mod load;
mod model;

pub use catalogue::{Setting2025, YearSet, files, for_year, ids, set};
pub use error::LoadError;
pub use load::{WHOLE_SUB_ITEM, load};
pub use model::{
    ConditionRule, ConditionTest, CriteriaSet, Criterion, DeadlineRule, ESTIMATED_MARK, Head, Indicator, NoCase,
    PARAPHRASE_MARK, Percent, Provenance, RatioLabels, Rule, SUGGESTION_MARK, ScoringModel, Step, SubItem,
    SuggestedEvidence, THRESHOLD_MARK, Tier, TitleStatus,
};
