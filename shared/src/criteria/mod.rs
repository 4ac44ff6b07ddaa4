//! Criteria sets (`bộ tiêu chí`): data, not code. One TOML file each, in `shared/criteria/`, checked when loaded.

mod model;

pub use model::{
    ConditionRule, ConditionTest, CriteriaSet, Criterion, DeadlineRule, ESTIMATED_MARK, Head, Indicator, NoCase,
    PARAPHRASE_MARK, Percent, Provenance, RatioLabels, Rule, SUGGESTION_MARK, ScoringModel, Step, SubItem,
    SuggestedEvidence, THRESHOLD_MARK, Tier, TitleStatus,
};
