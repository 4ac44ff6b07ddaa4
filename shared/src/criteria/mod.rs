//! Criteria sets (`bộ tiêu chí`): data, not code. One TOML file each, in `shared/criteria/`, checked when loaded, and packed
//! into the program. The loader is for programs that meet such files, so the browser has none.

mod catalogue;
#[cfg(not(target_arch = "wasm32"))]
mod error;
#[cfg(not(target_arch = "wasm32"))]
mod load;
mod model;
mod packed;

#[cfg(not(target_arch = "wasm32"))]
pub use catalogue::files;
pub use catalogue::{Setting2025, YearSet, for_year, ids, set};
#[cfg(not(target_arch = "wasm32"))]
pub use error::LoadError;
#[cfg(not(target_arch = "wasm32"))]
pub use load::load;
pub use model::{
    ConditionRule, ConditionTest, CriteriaSet, Criterion, DeadlineRule, ESTIMATED_MARK, Head, Indicator, NoCase,
    PARAPHRASE_MARK, Percent, Provenance, RatioLabels, Rule, SUGGESTION_MARK, ScoringModel, Step, SubItem,
    SuggestedEvidence, THRESHOLD_MARK, Tier, TitleStatus, WHOLE_SUB_ITEM,
};
#[cfg(not(target_arch = "wasm32"))]
pub use packed::pack;
