//! Where in a dossier something is written, and what kinds of documents there are.

use crate::id::{HeadId, IndicatorNumber, UserId};
use crate::json::{Read, Value};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The kind of a document. Reading is decided by kind; writing by kind and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A commune's dossier of one year (`hồ sơ`).
    Dossier,
}

impl DocumentKind {
    /// The name in ids and addresses. Frozen: a document's id is made from it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dossier => "dossier",
        }
    }

    /// The kind of a name.
    pub fn parse(text: &str) -> Option<Self> {
        (text == Self::Dossier.as_str()).then_some(Self::Dossier)
    }
}

impl Read for DocumentKind {
    fn read(json: &Value) -> Option<Self> {
        Self::parse(json.as_str()?)
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place inside a dossier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The registers of an indicator.
    Score(IndicatorNumber),
    /// The explanation of an indicator.
    Explanation(IndicatorNumber),
    /// The declaration for a head.
    Declaration(HeadId),
    /// The name and position of an author.
    Person(UserId),
    /// The evidence of an indicator.
    Evidence(IndicatorNumber),
    /// The register of the criteria version.
    CriteriaVersion,
}

impl Place {
    /// The kind of place, for the table.
    pub const fn kind(&self) -> PlaceKind {
        match self {
            Self::Score(_) => PlaceKind::Score,
            Self::Explanation(_) => PlaceKind::Explanation,
            Self::Declaration(_) => PlaceKind::Declaration,
            Self::Person(_) => PlaceKind::Person,
            Self::Evidence(_) => PlaceKind::Evidence,
            Self::CriteriaVersion => PlaceKind::CriteriaVersion,
        }
    }
}

/// The kind of a [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// Scores.
    Score,
    /// Explanations.
    Explanation,
    /// Declarations.
    Declaration,
    /// Authors.
    Person,
    /// Evidence.
    Evidence,
    /// The criteria version.
    CriteriaVersion,
}

impl PlaceKind {
    /// Every kind, in the table's order.
    pub const ALL: [Self; 6] = [
        Self::Score,
        Self::Explanation,
        Self::Declaration,
        Self::Person,
        Self::Evidence,
        Self::CriteriaVersion,
    ];
}
