//! Scoring: from what was entered to points or a pass, the summary by criterion, and the conditions of recognition.
//!
//! Pure functions on exact hundredths. Conditions are tested on the unrounded sum; rounding happens in one place, where
//! a ratio multiplies a maximum.

mod conditions;
mod declaration;
mod entry;
mod indicator;
mod pass_fail;
mod problem;
mod sub_item;
mod summary;
mod why;

pub use conditions::{Condition, Figures, UNDECLARED, of_count};
pub use declaration::{Declarations, Discipline, FIELD_MAX, HeadDeclaration};
pub use entry::{ENCODED_MAX, Entry, EntryError, Judged, REASON_MAX};
pub use indicator::{Entries, IndicatorScore, WHOLE, score_indicator};
pub use problem::{EntryProblem, check};
pub use sub_item::{Marks, Scored, score_sub_item};
pub use summary::{CommuneClass, Context, Counted, CriterionSummary, Summary, summary, summary_of};
pub use why::{Why, percent};
