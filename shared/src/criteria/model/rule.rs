//! The rules by which an entry becomes points or a pass.

use super::Provenance;
use crate::points::Points;
use crate::vi;
use core::fmt;

/// How an entry becomes points or a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Everything or nothing: `Pass` gives the maximum, `Fail` zero.
    AllOrNothing,
    /// A ratio with stepped tiers; where the ratio lies in no known tier the points are judged.
    Tiers {
        /// What is counted in the ratio.
        ratio: RatioLabels,
        /// The known tiers from low to high, without gaps; may be empty, and may end below 100 %.
        tiers: Vec<Tier>,
    },
    /// The maximum times the ratio, rounded half-up to 0,01.
    RatioTimesMax {
        /// What is counted in the ratio.
        ratio: RatioLabels,
    },
    /// Points taken off for each case.
    Penalty {
        /// Points per case, positive.
        each: Points,
        /// The most cases there can be.
        at_most: Option<u32>,
    },
    /// Points by judgement, with a reason: the rule is not known.
    Judged,
    /// Passes or not, as entered (pass/fail sets).
    PassFail,
    /// Passes when the ratio reaches the threshold; judged where the threshold is not known (pass/fail sets).
    RatioAtLeast {
        /// What is counted in the ratio.
        ratio: RatioLabels,
        /// The threshold.
        at_least: Option<Percent>,
    },
    /// Passes when the count reaches the threshold (pass/fail sets).
    CountAtLeast {
        /// The threshold.
        at_least: u32,
    },
}

/// The two labels of a ratio's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatioLabels {
    /// Above the field of what was done.
    pub done: String,
    /// Above the field of the total.
    pub total: String,
}

impl Default for RatioLabels {
    fn default() -> Self {
        Self {
            done: "Số thực hiện".to_owned(),
            total: "Tổng số".to_owned(),
        }
    }
}

/// A percentage in hundredths of a percent, 0–100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u16);

impl Percent {
    /// 100 %.
    pub const FULL: Self = Self(10_000);

    /// From hundredths of a percent; `None` above 100 %.
    pub const fn from_hundredths(hundredths: u16) -> Option<Self> {
        if hundredths <= 10_000 {
            Some(Self(hundredths))
        } else {
            None
        }
    }

    /// Hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// Whether `done`/`total` reaches this, exactly.
    pub fn is_reached_by(self, done: u32, total: u32) -> bool {
        total > 0 && u64::from(done) * 10_000 >= u64::from(self.0) * u64::from(total)
    }
}

/// `62,5%`.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", vi::hundredths(i64::from(self.0)))
    }
}

/// One tier: from (included) to below (excluded), or to 100 % included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// The lowest ratio in it.
    pub from: Percent,
    /// The ratio it ends below; `None` = up to and including 100 %.
    pub below: Option<Percent>,
    /// What it gives.
    pub points: Points,
    /// How it is known.
    pub status: Provenance,
}
