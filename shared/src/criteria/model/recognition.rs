//! Recognition: its conditions, who declares, and the legal deadlines.

use super::Provenance;
use crate::id::HeadId;
use crate::points::Points;

/// A condition of recognition, as the set states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionRule {
    /// The legal text, or a short form of it.
    pub text: String,
    /// What is tested.
    pub test: ConditionTest,
    /// How it is known.
    pub status: Provenance,
}

/// What a condition of recognition tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionTest {
    /// The total reaches these points (QĐ 25/2021 Điều 4.1).
    Total {
        /// The threshold.
        at_least: Points,
    },
    /// The total reaches the threshold of the commune's class, loại I, II, III (QĐ 619 Điều 6).
    TotalByClass {
        /// The thresholds of loại I, II, III.
        at_least: [Points; 3],
    },
    /// Every criterion reaches this share of its maximum (QĐ 25/2021 Điều 4.2).
    EachCriterion {
        /// The share in percent.
        percent: u8,
    },
    /// Nobody was disciplined or prosecuted: declared, never assumed (QĐ 25/2021 Điều 4.3).
    Declared {
        /// For whom it is declared.
        heads: Vec<Head>,
    },
    /// A survey's result; its threshold is not known (QĐ 619).
    Survey,
}

/// For whom a declaration is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The key of the declaration's register.
    pub id: HeadId,
    /// The title on screens; `{kind}` stands for the kind of the unit.
    pub title: String,
}

impl Head {
    /// The title in a unit of this kind: `Chủ tịch UBND phường`.
    pub fn title_for(&self, unit_kind: &str) -> String {
        self.title.replace("{kind}", unit_kind)
    }
}

/// A legal deadline: `trước ngày 10/01` of the year after the assessment year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineRule {
    /// What has to be done.
    pub step: Step,
    /// The text on screens.
    pub text: String,
    /// The month and day it has to be done **before**: the last valid day is the one before it.
    pub before: (u8, u8),
    /// How it is known.
    pub status: Provenance,
}

/// A step of the procedure that has a legal deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The commune sends its dossier, or its report.
    CommuneSends,
    /// The district decides and publishes.
    DistrictDecides,
    /// The district reports to the province.
    DistrictReports,
    /// The province reports to the ministry.
    ProvinceReports,
}
