//! The sets that come with the program, and which of them an assessment year falls under.

use super::model::CriteriaSet;
use super::packed::unpack;
use crate::id::SetId;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A set that comes with the program: unpacked once, when first asked for.
struct Embedded {
    id: &'static str,
    packed: &'static [u8],
    /// As in the set (a test holds them equal): choosing a year must not unpack three.
    years: (u16, Option<u16>),
    unpacked: OnceLock<Option<CriteriaSet>>,
}

macro_rules! embedded {
    ($id:literal, $first:literal, $last:expr) => {
        Embedded {
            id: $id,
            packed: include_bytes!(concat!("../../criteria/packed/", $id, ".bin")),
            years: ($first, $last),
            unpacked: OnceLock::new(),
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
    // A test holds the packed sets equal to the files, so a set that came with the program can be read.
    embedded.unpacked.get_or_init(|| unpack(embedded.packed)).as_ref()
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

/// The files the packed sets are made of: name and text. For the tool that packs them, tests and fuzzing.
#[cfg(not(target_arch = "wasm32"))]
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ("QD619_2017.toml", include_str!("../../criteria/QD619_2017.toml")),
        ("QD25_2021.toml", include_str!("../../criteria/QD25_2021.toml")),
        ("QD27_2025.toml", include_str!("../../criteria/QD27_2025.toml")),
    ]
    .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::{load, pack};

    #[test]
    fn every_packed_set_is_its_file_and_agrees_with_the_table() {
        for (embedded, (file, text)) in SETS.iter().zip(files()) {
            let loaded = load(file, text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(loaded.id.as_str(), embedded.id);
            assert_eq!((loaded.first_year, loaded.last_year), embedded.years);
            let cure = "pack the sets again: cargo run -p shared --example pack_criteria";
            assert_eq!(set(&loaded.id), Some(&loaded), "{file}: {cure}");
            assert_eq!(pack(&loaded), embedded.packed, "{file}: {cure}");
            assert_eq!(file, format!("{}.toml", embedded.id));
        }
        assert!(set(&"QD9_2013".into()).is_none());
        assert_eq!((ids().count(), files().count()), (3, 3));
    }

    #[test]
    fn a_packed_set_that_is_cut_or_too_long_is_none() {
        let [.., last] = &SETS;
        for end in 0..last.packed.len() {
            assert_eq!(unpack(&last.packed[..end]), None, "cut at {end}");
        }
        assert_eq!(unpack(&[last.packed, &[0]].concat()), None);
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
