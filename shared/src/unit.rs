//! Units (`đơn vị hành chính`): provinces, districts, communes, as a tree.
//!
//! Who reviews whom is read from this tree and never assumed from the levels: until 30/6/2025 a commune is below a
//! district, afterwards directly below its province.

use crate::id::UnitCode;
use crate::vi;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The level of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Tỉnh, thành phố trực thuộc trung ương.
    Province,
    /// Huyện, quận, thị xã, thành phố thuộc tỉnh (to 30/6/2025).
    District,
    /// Xã, phường, thị trấn, đặc khu: the unit that is assessed and owns dossiers.
    Commune,
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Given once, never changed, never used again.
    pub code: UnitCode,
    /// Its level.
    pub level: Level,
    /// What it is called by kind, lower case: `phường`, `xã`, `quận`, `tỉnh` …
    pub kind: String,
    /// Its name without the kind: `Thượng Cát`.
    pub name: String,
    /// The unit directly above; `None` for a province.
    pub parent: Option<UnitCode>,
    /// Its part of an address: `thuong-cat`. Only an address, never an identity.
    pub slug: String,
}

impl Unit {
    /// A unit whose slug is made from its name.
    pub fn new(code: UnitCode, level: Level, kind: &str, name: &str, parent: Option<UnitCode>) -> Self {
        Self {
            code,
            level,
            kind: kind.to_owned(),
            name: name.to_owned(),
            parent,
            slug: vi::slug(name),
        }
    }

    /// Kind and name: `phường Thượng Cát`.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }
}

/// Why a list of units is no tree. Nothing is kept of a refused list; it has to be corrected where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Two units with one code.
    #[error("Mã đơn vị {0} bị trùng. Mỗi đơn vị phải có một mã riêng.")]
    DuplicateCode(UnitCode),
    /// A unit below one that is not in the list.
    #[error("Đơn vị {unit} thuộc đơn vị {parent}, nhưng không có đơn vị {parent}. Hãy thêm đơn vị cấp trên trước.")]
    UnknownParent {
        /// The lower one.
        unit: UnitCode,
        /// The one that is missing.
        parent: UnitCode,
    },
    /// A unit that is not of a lower level than the one above it (this also excludes cycles).
    #[error("Đơn vị {unit} không thể thuộc đơn vị {parent}: đơn vị cấp trên phải ở cấp cao hơn.")]
    LevelOrder {
        /// The lower one.
        unit: UnitCode,
        /// The one above.
        parent: UnitCode,
    },
    /// Only a province has nothing above it.
    #[error("Đơn vị {0} chưa có đơn vị cấp trên. Chỉ cấp tỉnh không có đơn vị cấp trên.")]
    NoParent(UnitCode),
    /// Two units with one address.
    #[error("Hai đơn vị {0} và {1} có cùng địa chỉ. Hãy đặt địa chỉ khác cho một trong hai.")]
    SameAddress(UnitCode, UnitCode),
}

/// All units of an installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitTree {
    units: BTreeMap<UnitCode, Unit>,
}

impl UnitTree {
    /// Checks the list and keeps it.
    ///
    /// # Errors
    /// [`UnitError`] for the first fault found; the list has to be corrected.
    pub fn new(units: impl IntoIterator<Item = Unit>) -> Result<Self, UnitError> {
        let mut tree = Self::default();
        for unit in units {
            if tree.units.contains_key(&unit.code) {
                return Err(UnitError::DuplicateCode(unit.code));
            }
            tree.units.insert(unit.code.clone(), unit);
        }
        let mut addresses = BTreeMap::new();
        for unit in tree.units.values() {
            match (&unit.parent, unit.level) {
                (None, Level::Province) => {}
                (None, _) => return Err(UnitError::NoParent(unit.code.clone())),
                (Some(parent), _) => {
                    let refs = || (unit.code.clone(), parent.clone());
                    let Some(above) = tree.units.get(parent) else {
                        let (unit, parent) = refs();
                        return Err(UnitError::UnknownParent { unit, parent });
                    };
                    if above.level >= unit.level {
                        let (unit, parent) = refs();
                        return Err(UnitError::LevelOrder { unit, parent });
                    }
                }
            }
            if let Some(other) = addresses.insert((unit.parent.clone(), &unit.slug), &unit.code) {
                return Err(UnitError::SameAddress(other.clone(), unit.code.clone()));
            }
        }
        Ok(tree)
    }

    /// A unit by its code.
    pub fn get(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.get(code)
    }

    /// All units, by code.
    pub fn all(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// The units above one, nearest first; empty for a province and for an unknown code.
    pub fn above<'a>(&'a self, code: &UnitCode) -> impl Iterator<Item = &'a Unit> {
        let next = |unit: &Unit| unit.parent.as_ref().and_then(|parent| self.units.get(parent));
        core::iter::successors(self.units.get(code).and_then(next), move |unit| next(unit))
    }

    /// Whether `upper` is above `lower` (a unit is not above itself).
    pub fn is_above(&self, upper: &UnitCode, lower: &UnitCode) -> bool {
        self.above(lower).any(|unit| unit.code == *upper)
    }

    /// The address of a unit: `ha-noi/bac-tu-liem/thuong-cat`. `None` for an unknown code.
    pub fn path(&self, code: &UnitCode) -> Option<String> {
        let unit = self.units.get(code)?;
        let mut slugs: Vec<&str> = self.above(code).map(|above| above.slug.as_str()).collect();
        slugs.reverse();
        slugs.push(&unit.slug);
        Some(slugs.join("/"))
    }

    /// The unit at an address.
    pub fn at_path(&self, path: &str) -> Option<&Unit> {
        let last = path.rsplit('/').next()?;
        self.units
            .values()
            .find(|unit| unit.slug == last && self.path(&unit.code).as_deref() == Some(path))
    }

    /// The communes a unit stands above, by code; for a commune just itself.
    pub fn communes_below<'a>(&'a self, code: &'a UnitCode) -> impl Iterator<Item = &'a Unit> {
        self.units
            .values()
            .filter(move |unit| unit.level == Level::Commune && (unit.code == *code || self.is_above(code, &unit.code)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str, level: Level, kind: &str, name: &str, parent: Option<&str>) -> Unit {
        Unit::new(code.into(), level, kind, name, parent.map(Into::into))
    }

    fn units() -> Vec<Unit> {
        vec![
            unit("hn", Level::Province, "thành phố", "Hà Nội", None),
            unit("btl", Level::District, "quận", "Bắc Từ Liêm", Some("hn")),
            unit("tc", Level::Commune, "phường", "Thượng Cát", Some("btl")),
            unit("dn", Level::Commune, "phường", "Đông Ngạc", Some("btl")),
            // After 7/2025: a commune directly below its province.
            unit("cm", Level::Province, "tỉnh", "Cà Mau", None),
            unit("dm", Level::Commune, "xã", "Đất Mũi", Some("cm")),
        ]
    }

    fn codes<'a>(units: impl Iterator<Item = &'a Unit>) -> Vec<&'a str> {
        units.map(|unit| unit.code.as_str()).collect()
    }

    #[test]
    fn the_tree_says_who_is_above() {
        let tree = UnitTree::new(units()).unwrap();
        assert_eq!(codes(tree.above(&"tc".into())), ["btl", "hn"]);
        assert_eq!(codes(tree.above(&"dm".into())), ["cm"]);
        assert_eq!(codes(tree.above(&"nowhere".into())), [""; 0]);
        assert!(tree.is_above(&"hn".into(), &"tc".into()));
        assert!(!tree.is_above(&"tc".into(), &"tc".into()));
        assert!(!tree.is_above(&"btl".into(), &"dm".into()));
        assert_eq!(codes(tree.communes_below(&"hn".into())), ["dn", "tc"]);
        assert_eq!(codes(tree.communes_below(&"cm".into())), ["dm"]);
        assert_eq!(codes(tree.communes_below(&"tc".into())), ["tc"]);
    }

    #[test]
    fn addresses() {
        let tree = UnitTree::new(units()).unwrap();
        assert_eq!(
            tree.path(&"tc".into()).as_deref(),
            Some("ha-noi/bac-tu-liem/thuong-cat")
        );
        assert_eq!(tree.path(&"dm".into()).as_deref(), Some("ca-mau/dat-mui"));
        assert_eq!(tree.path(&"nowhere".into()), None);
        assert_eq!(
            tree.at_path("ha-noi/bac-tu-liem/thuong-cat").map(|u| u.code.as_str()),
            Some("tc")
        );
        assert_eq!(tree.at_path("ca-mau/thuong-cat"), None);
        assert_eq!(
            tree.get(&"tc".into()).map(Unit::full_name).as_deref(),
            Some("phường Thượng Cát")
        );
    }

    #[test]
    fn faulty_lists_are_refused() {
        let with = |extra: Unit| UnitTree::new(units().into_iter().chain([extra])).unwrap_err();
        assert_eq!(
            with(unit("tc", Level::Commune, "xã", "Khác", Some("cm"))),
            UnitError::DuplicateCode("tc".into())
        );
        assert_eq!(
            with(unit("x", Level::Commune, "xã", "X", Some("none"))),
            UnitError::UnknownParent {
                unit: "x".into(),
                parent: "none".into()
            }
        );
        assert_eq!(
            with(unit("x", Level::District, "huyện", "X", Some("tc"))),
            UnitError::LevelOrder {
                unit: "x".into(),
                parent: "tc".into()
            }
        );
        // The same level: two communes above each other would be a circle.
        assert_eq!(
            with(unit("x", Level::Commune, "xã", "X", Some("tc"))),
            UnitError::LevelOrder {
                unit: "x".into(),
                parent: "tc".into()
            }
        );
        assert_eq!(
            with(unit("x", Level::Commune, "xã", "X", None)),
            UnitError::NoParent("x".into())
        );
        assert_eq!(
            with(unit("x", Level::Commune, "xã", "Thuong Cat", Some("btl"))),
            UnitError::SameAddress("tc".into(), "x".into())
        );
    }
}
