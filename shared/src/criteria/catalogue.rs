//! The sets that come with the program, and which of them an assessment year falls under.

use super::load::load;
use super::model::CriteriaSet;
use crate::id::SetId;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A set that comes with the program: parsed once, when first asked for.
struct Embedded {
    id: &'static str,
    file: &'static str,
    text: &'static str,
    /// As in the file (a test holds them equal): choosing a year must not parse three files.
    years: (u16, Option<u16>),
    loaded: OnceLock<Option<CriteriaSet>>,
}

macro_rules! embedded {
    ($id:literal, $first:literal, $last:expr) => {
        Embedded {
            id: $id,
            file: concat!($id, ".toml"),
            text: include_str!(concat!("../../criteria/", $id, ".toml")),
            years: ($first, $last),
            loaded: OnceLock::new(),
        }
    };
}

static SETS: [Embedded; 3] = [
    embedded!("QD619_2017", 2017, Some(2021)),
    embedded!("QD25_2021", 2022, Some(2024)),
    embedded!("QD27_2025", 2026, None),
];

/// What 2025 falls under, as the province has set it: the transitional clause of QĐ 27/2025 was not found, and
/// provinces suspended the assessment of 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Setting2025 {
    /// `Tạm dừng, không đánh giá`.
    #[default]
    #[serde(rename = "suspended")]
    Suspended,
    /// By QĐ 25/2021.
    #[serde(rename = "QD25_2021")]
    Qd25,
}

/// What an assessment year falls under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum YearSet {
    /// This set.
    Set(SetId),
    /// The assessment is suspended in this year.
    Suspended,
    /// No known set covers it.
    None,
}

impl YearSet {
    /// The set, where there is one.
    pub const fn set(&self) -> Option<&SetId> {
        match self {
            Self::Set(id) => Some(id),
            Self::Suspended | Self::None => None,
        }
    }
}

/// The ids of all sets, oldest first.
pub fn ids() -> impl Iterator<Item = SetId> {
    SETS.iter().map(|set| SetId::from(set.id))
}

/// A set by its id; `None` for an unknown id.
pub fn set(id: &SetId) -> Option<&'static CriteriaSet> {
    let embedded = SETS.iter().find(|set| set.id == id.as_str())?;
    // The files are checked by the tests of this crate, so a set that came with the program loads.
    embedded
        .loaded
        .get_or_init(|| load(embedded.file, embedded.text).ok())
        .as_ref()
}

/// The set of an assessment year (QĐ 25/2021 Điều 8.3 and TT 09/2021 Điều 7: 2021 still by QĐ 619).
pub fn for_year(year: u16, setting_2025: Setting2025) -> YearSet {
    match (year, setting_2025) {
        (2025, Setting2025::Suspended) => return YearSet::Suspended,
        (2025, Setting2025::Qd25) => return YearSet::Set("QD25_2021".into()),
        _ => {}
    }
    let covers = |(first, last): (u16, Option<u16>)| first <= year && last.is_none_or(|last| year <= last);
    SETS.iter()
        .find(|set| covers(set.years))
        .map_or(YearSet::None, |set| YearSet::Set(set.id.into()))
}

/// The files as they come with the program: name and text. For tests, fuzzing and the administrator's copy.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    SETS.iter().map(|set| (set.file, set.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_loads_and_agrees_with_the_table() {
        for embedded in &SETS {
            let loaded = load(embedded.file, embedded.text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(loaded.id.as_str(), embedded.id);
            assert_eq!((loaded.first_year, loaded.last_year), embedded.years);
            assert_eq!(set(&loaded.id), Some(&loaded));
        }
        assert!(set(&"QD9_2013".into()).is_none());
        assert_eq!(ids().count(), 3);
    }

    #[test]
    fn years_choose_their_set() {
        let of = |year| for_year(year, Setting2025::default());
        assert_eq!(of(2016), YearSet::None);
        assert_eq!(of(2017), YearSet::Set("QD619_2017".into()));
        assert_eq!(of(2021), YearSet::Set("QD619_2017".into()));
        assert_eq!(of(2022), YearSet::Set("QD25_2021".into()));
        assert_eq!(of(2024), YearSet::Set("QD25_2021".into()));
        assert_eq!(of(2025), YearSet::Suspended);
        assert_eq!(for_year(2025, Setting2025::Qd25).set(), Some(&"QD25_2021".into()));
        assert_eq!(for_year(2024, Setting2025::Qd25), of(2024));
        assert_eq!(of(2026), YearSet::Set("QD27_2025".into()));
        assert_eq!(of(2040), YearSet::Set("QD27_2025".into()));
    }
}
