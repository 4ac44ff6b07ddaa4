//! What the tests of the dossier share.
#![allow(dead_code, reason = "each test file uses a part")]

use automerge::Automerge;
use shared::dossier::{self, Author, Identity, Person};
use shared::id::{IndicatorNumber, UserId};
use shared::points::Points;
use shared::scoring::{Entry, Judged};
use uuid::Uuid;

/// Thượng Cát 2024 under QĐ 25.
pub(crate) fn thuong_cat() -> Identity {
    Identity::dossier("x-ha-noi-bac-tu-liem-thuong-cat".into(), 2024, "QD25_2021".into())
}

/// An official of the commune.
pub(crate) fn official(n: u128) -> Author {
    let name = ["Nguyễn Thị Hà", "Trần Văn Bình", "Lê Minh Đức"][n as usize % 3];
    Author {
        user: user(n),
        person: Person::new(name, "Công chức Tư pháp - Hộ tịch"),
        criteria_version: "1".to_owned(),
    }
}

pub(crate) fn user(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n))
}

pub(crate) fn number(text: &str) -> IndicatorNumber {
    IndicatorNumber::from(text)
}

pub(crate) fn points(hundredths: i64) -> Entry {
    Entry::Judged(Judged::new(Points::from_hundredths(hundredths), "theo hồ sơ").unwrap())
}

pub(crate) fn ratio(done: u32, total: u32) -> Entry {
    Entry::Ratio {
        done,
        total,
        judged: None,
    }
}

/// A new dossier as another device makes it, apart.
pub(crate) fn device() -> Automerge {
    dossier::create(&thuong_cat()).unwrap()
}

/// Both documents learn what the other knows.
pub(crate) fn meet(a: &mut Automerge, b: &mut Automerge) {
    a.merge(b).unwrap();
    b.merge(a).unwrap();
    assert_eq!(a.get_heads(), b.get_heads());
}

/// What the other peers make of raw bytes: they must be one readable change.
pub(crate) fn one_change(bytes: &[u8]) -> automerge::Change {
    automerge::Change::from_bytes(bytes.to_vec()).unwrap()
}
