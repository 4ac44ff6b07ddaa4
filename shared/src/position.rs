//! Positions (`chức danh`): what an account is in its unit, and what that lets it do in the procedure.
//!
//! A position is a role given by the unit, not a person. After 7/2025 there is no title `Tư pháp - Hộ tịch` any more:
//! the ids stay, the capabilities carry the meaning.

use crate::id::PositionId;
use crate::unit::{Level, Unit};

/// At what level a position exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PositionLevel {
    /// In a unit of this level.
    Unit(Level),
    /// Of the installation, in no unit: accounts and criteria, no dossier.
    System,
}

/// What a commune's position may enter in the commune's own dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Scores, explanations, declarations, evidence (công chức, Trưởng Công an, lãnh đạo UBND).
    Official,
    /// Evidence of the indicators it coordinates, nothing else (MTTQ, đoàn thể, Đài truyền thanh).
    Associate,
    /// Nothing: reads (district, province) or is outside (system).
    None,
}

/// One position of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its id, as accounts carry it.
    pub id: &'static str,
    /// Its title; `{kind}` stands for the kind of the unit (`phường`, `quận` …).
    pub title: &'static str,
    /// Its title in a xã where that differs (NĐ 33/2023).
    pub title_in_xa: Option<&'static str>,
    /// Where it exists.
    pub level: PositionLevel,
    /// What it may enter in its commune's dossier.
    pub part: Part,
    /// Puts the commune's results together (đầu mối tổng hợp; TT 09/2021 Điều 6.5).
    pub aggregates: bool,
    /// Sends the dossier in its own name (Chủ tịch, or KT. Phó Chủ tịch).
    pub sends: bool,
    /// Sends it when a signed scan is attached.
    pub sends_with_signed_scan: bool,
    /// What stands above the signature when signing for somebody.
    pub signs_as: Option<&'static str>,
    /// Checks dossiers (rà soát: Phòng Tư pháp; TT 09/2021 Điều 3.2.a).
    pub reviews: bool,
    /// Votes in the Hội đồng (TT 09/2021 Điều 5).
    pub votes: bool,
    /// Writes the Hội đồng's minutes.
    pub minutes: bool,
    /// Decides on recognition (Chủ tịch UBND cấp huyện; QĐ 25/2021 Điều 5.3).
    pub decides: bool,
    /// Inspects (Sở Tư pháp).
    pub inspects: bool,
}

const BASE: Position = Position {
    id: "",
    title: "",
    title_in_xa: None,
    level: PositionLevel::System,
    part: Part::None,
    aggregates: false,
    sends: false,
    sends_with_signed_scan: false,
    signs_as: None,
    reviews: false,
    votes: false,
    minutes: false,
    decides: false,
    inspects: false,
};

const fn official(id: &'static str, title: &'static str) -> Position {
    Position {
        id,
        title,
        level: PositionLevel::Unit(Level::Commune),
        part: Part::Official,
        ..BASE
    }
}

const fn associate(id: &'static str, title: &'static str) -> Position {
    Position {
        part: Part::Associate,
        ..official(id, title)
    }
}

const fn district(id: &'static str, title: &'static str) -> Position {
    Position {
        id,
        title,
        level: PositionLevel::Unit(Level::District),
        ..BASE
    }
}

const TABLE: &[Position] = &[
    Position {
        aggregates: true,
        sends_with_signed_scan: true,
        ..official("tu-phap-ho-tich", "Công chức Tư pháp - Hộ tịch")
    },
    official("van-phong-thong-ke", "Công chức Văn phòng - Thống kê"),
    Position {
        title_in_xa: Some("Công chức Địa chính - Nông nghiệp - Xây dựng và Môi trường"),
        ..official(
            "dia-chinh-xay-dung",
            "Công chức Địa chính - Xây dựng - Đô thị và Môi trường",
        )
    },
    official("van-hoa-xa-hoi", "Công chức Văn hóa - Xã hội"),
    official("tai-chinh-ke-toan", "Công chức Tài chính - Kế toán"),
    official("chinh-sach-xa-hoi", "Công chức Chính sách - Xã hội"),
    official("truong-cong-an", "Trưởng Công an {kind}"),
    Position {
        sends: true,
        ..official("chu-tich-xa", "Chủ tịch UBND {kind}")
    },
    Position {
        sends: true,
        signs_as: Some("KT. CHỦ TỊCH"),
        ..official("pho-chu-tich-xa", "Phó Chủ tịch UBND {kind}")
    },
    associate("mttq", "Ủy ban Mặt trận Tổ quốc Việt Nam"),
    associate("doan-the", "Tổ chức chính trị - xã hội"),
    associate("dai-truyen-thanh", "Đài truyền thanh"),
    Position {
        reviews: true,
        ..district("phong-tu-phap", "Công chức Phòng Tư pháp")
    },
    Position {
        reviews: true,
        ..district("truong-phong-tu-phap", "Trưởng Phòng Tư pháp")
    },
    Position {
        votes: true,
        ..district("hoi-dong", "Thành viên Hội đồng đánh giá chuẩn tiếp cận pháp luật")
    },
    Position {
        minutes: true,
        ..district("thu-ky-hoi-dong", "Thư ký Hội đồng đánh giá chuẩn tiếp cận pháp luật")
    },
    Position {
        decides: true,
        ..district("chu-tich-huyen", "Chủ tịch UBND {kind}")
    },
    Position {
        id: "so-tu-phap",
        title: "Công chức Sở Tư pháp",
        level: PositionLevel::Unit(Level::Province),
        inspects: true,
        ..BASE
    },
    Position {
        id: "quan-tri",
        title: "Quản trị hệ thống",
        level: PositionLevel::System,
        ..BASE
    },
];

/// All positions, communes' first.
pub fn all() -> &'static [Position] {
    TABLE
}

/// A position by its id.
pub fn get(id: &PositionId) -> Option<&'static Position> {
    TABLE.iter().find(|position| position.id == id.as_str())
}

impl Position {
    /// The title in a unit of this kind: `Trưởng Công an phường`, `Chủ tịch UBND huyện`.
    pub fn title_for(&self, unit_kind: &str) -> String {
        match self.title_in_xa {
            Some(title) if unit_kind == "xã" => title.to_owned(),
            _ => self.title.replace("{kind}", unit_kind),
        }
    }

    /// Whether this position can exist in a unit (or, for a system position, in none).
    pub fn fits(&self, unit: Option<&Unit>) -> bool {
        match (self.level, unit) {
            (PositionLevel::System, None) => true,
            (PositionLevel::Unit(level), Some(unit)) => unit.level == level,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<_> = all().iter().map(|position| position.id).collect();
        assert_eq!(ids.len(), all().len());
        assert_eq!(all().len(), 19);
    }

    #[test]
    fn titles_follow_the_kind_of_the_unit() {
        let title = |id: &str, kind: &str| get(&id.into()).unwrap().title_for(kind);
        assert_eq!(title("truong-cong-an", "phường"), "Trưởng Công an phường");
        assert_eq!(title("chu-tich-huyen", "quận"), "Chủ tịch UBND quận");
        assert_eq!(
            title("dia-chinh-xay-dung", "xã"),
            "Công chức Địa chính - Nông nghiệp - Xây dựng và Môi trường"
        );
        assert_eq!(
            title("dia-chinh-xay-dung", "thị trấn"),
            "Công chức Địa chính - Xây dựng - Đô thị và Môi trường"
        );
        assert!(get(&"unknown".into()).is_none());
    }

    #[test]
    fn a_position_belongs_to_a_level() {
        let commune = Unit::new("x".into(), Level::Commune, "xã", "X", Some("h".into()));
        assert!(get(&"mttq".into()).unwrap().fits(Some(&commune)));
        assert!(!get(&"mttq".into()).unwrap().fits(None));
        assert!(!get(&"phong-tu-phap".into()).unwrap().fits(Some(&commune)));
        assert!(get(&"quan-tri".into()).unwrap().fits(None));
        assert!(!get(&"quan-tri".into()).unwrap().fits(Some(&commune)));
    }
}
