//! Access: every position × every relation of units × every action × every status, against a rule written apart from
//! the table.

use shared::access::{
    Action, Decision, DocumentKind, Place, Principal, Reason, Resource, decide, markdown, writes_anything,
};
use shared::id::UserId;
use shared::position::{self, Part, PositionLevel};
use shared::unit::{Level, Unit, UnitTree};
use shared::workflow::Status;
use uuid::Uuid;

/// Two provinces; in the first a commune below a district, and one directly below the province (as after 7/2025).
fn tree() -> UnitTree {
    let unit = |code: &str, level, kind, name, parent: Option<&str>| {
        Unit::new(code.into(), level, kind, name, parent.map(Into::into))
    };
    UnitTree::new([
        unit("ha-noi", Level::Province, "thành phố", "Hà Nội", None),
        unit("bac-tu-liem", Level::District, "quận", "Bắc Từ Liêm", Some("ha-noi")),
        unit("nam-tu-liem", Level::District, "quận", "Nam Từ Liêm", Some("ha-noi")),
        unit(
            "thuong-cat",
            Level::Commune,
            "phường",
            "Thượng Cát",
            Some("bac-tu-liem"),
        ),
        unit("dong-ngac", Level::Commune, "phường", "Đông Ngạc", Some("bac-tu-liem")),
        unit("me-tri", Level::Commune, "phường", "Mễ Trì", Some("nam-tu-liem")),
        unit("son-tay", Level::Commune, "phường", "Sơn Tây", Some("ha-noi")),
        unit("ca-mau", Level::Province, "tỉnh", "Cà Mau", None),
    ])
    .unwrap()
}

const ME: UserId = UserId::new(Uuid::from_u128(1));
const OTHER: UserId = UserId::new(Uuid::from_u128(2));

fn principal(position: &str, unit: Option<&str>) -> Principal {
    Principal {
        user: ME,
        unit: unit.map(Into::into),
        position: position.into(),
    }
}

fn dossier(unit: &str, state: Status) -> Resource {
    Resource {
        kind: DocumentKind::Dossier,
        unit: unit.into(),
        year: 2024,
        state,
    }
}

fn places() -> Vec<Place> {
    vec![
        Place::Score("5.4".into()),
        Place::Explanation("5.4".into()),
        Place::Declaration("chu-tich-ubnd".into()),
        Place::Person(ME),
        Place::Person(OTHER),
        Place::Evidence("5.4".into()),
        Place::CriteriaVersion,
    ]
}

#[test]
fn every_combination() {
    let tree = tree();
    let units = [
        "ha-noi",
        "bac-tu-liem",
        "nam-tu-liem",
        "thuong-cat",
        "dong-ngac",
        "me-tri",
        "son-tay",
        "ca-mau",
    ];
    // Which units stand above which commune, spelled out.
    let above = |unit: &str, commune: &str| match commune {
        "thuong-cat" | "dong-ngac" => ["ha-noi", "bac-tu-liem"].contains(&unit),
        "me-tri" => ["ha-noi", "nam-tu-liem"].contains(&unit),
        "son-tay" => unit == "ha-noi",
        _ => false,
    };
    let mut allowed = 0;
    for position in position::all() {
        for unit in units.map(Some).into_iter().chain([None]) {
            let level = unit.and_then(|unit| tree.get(&unit.into())).map(|unit| unit.level);
            let fits = match position.level {
                PositionLevel::System => unit.is_none(),
                PositionLevel::Unit(needed) => level == Some(needed),
            };
            let who = principal(position.id, unit);
            for commune in ["thuong-cat", "dong-ngac", "me-tri", "son-tay"] {
                let own = fits && unit == Some(commune);
                let reads = own || (fits && unit.is_some_and(|unit| above(unit, commune)));
                for state in Status::ALL {
                    let resource = dossier(commune, state);
                    let open = matches!(
                        state,
                        Status::Scoring | Status::Posting | Status::Agreed | Status::SupplementRequested { .. }
                    );
                    let case = format!("{} of {unit:?} at {commune} while {state}", position.id);
                    let ask = |action: &Action| decide(&tree, &who, &resource, action).is_allowed();
                    for action in [Action::List, Action::Read, Action::Export] {
                        assert_eq!(ask(&action), reads, "{action:?}: {case}");
                        allowed += usize::from(reads);
                    }
                    for place in places() {
                        let may = own
                            && open
                            && match (&place, position.part) {
                                (Place::Person(user), _) => *user == ME,
                                (_, part) => part == Part::Official,
                            };
                        assert_eq!(ask(&Action::Write(place.clone())), may, "{place:?}: {case}");
                        allowed += usize::from(may);
                    }
                    assert_eq!(writes_anything(&tree, &who, &resource), own && open, "{case}");
                }
            }
        }
    }
    assert!(
        allowed > 1_000,
        "the loop above must have met cases of both kinds: {allowed}"
    );
}

#[test]
fn a_refusal_says_why() {
    let tree = tree();
    let ask = |position: &str, unit: Option<&str>, state, action: &Action| {
        decide(&tree, &principal(position, unit), &dossier("thuong-cat", state), action)
    };
    let score = Action::Write(Place::Score("1.1".into()));
    let evidence = Action::Write(Place::Evidence("4.1".into()));
    let other_name = Action::Write(Place::Person(OTHER));
    let ward = Some("thuong-cat");
    let open = Status::Scoring;
    for (position, unit, state, action, reason) in [
        (
            "tu-phap-ho-tich",
            Some("dong-ngac"),
            open,
            &Action::Read,
            Reason::OtherUnit,
        ),
        (
            "phong-tu-phap",
            Some("nam-tu-liem"),
            open,
            &Action::List,
            Reason::OtherUnit,
        ),
        ("so-tu-phap", Some("ca-mau"), open, &Action::Read, Reason::OtherUnit),
        (
            "phong-tu-phap",
            Some("bac-tu-liem"),
            open,
            &score,
            Reason::AboveReadsOnly,
        ),
        ("so-tu-phap", Some("ha-noi"), open, &other_name, Reason::AboveReadsOnly),
        ("mttq", ward, open, &score, Reason::EvidenceOnly),
        ("mttq", ward, open, &evidence, Reason::NotAssigned),
        ("dai-truyen-thanh", ward, open, &other_name, Reason::OtherPerson),
        ("tu-phap-ho-tich", ward, open, &other_name, Reason::OtherPerson),
        ("tu-phap-ho-tich", ward, Status::Sent, &score, Reason::Locked),
        ("quan-tri", None, open, &Action::List, Reason::System),
        // Accounts that cannot be: a ward's position in a district, a position nobody knows, a unit nobody knows.
        (
            "tu-phap-ho-tich",
            Some("bac-tu-liem"),
            open,
            &Action::Read,
            Reason::Account,
        ),
        ("phong-tu-phap", ward, open, &Action::Read, Reason::Account),
        ("quan-tri", ward, open, &Action::Read, Reason::Account),
        ("tu-phap-ho-tich", None, open, &Action::Read, Reason::Account),
        ("vua", ward, open, &Action::Read, Reason::Account),
        ("tu-phap-ho-tich", Some("nowhere"), open, &Action::Read, Reason::Account),
    ] {
        assert_eq!(
            ask(position, unit, state, action),
            Decision::Deny(reason),
            "{position} of {unit:?}: {action:?}"
        );
        assert!(reason.to_string().contains("Hãy") || reason == Reason::OtherPerson || reason == Reason::Locked);
    }
    // A dossier belongs to a commune, never to a district or to nothing.
    for unit in ["bac-tu-liem", "ha-noi", "nowhere"] {
        let who = principal("so-tu-phap", Some("ha-noi"));
        assert_eq!(
            decide(&tree, &who, &dossier(unit, open), &Action::Read),
            Decision::Deny(Reason::NoSuchUnit)
        );
    }
}

#[test]
fn the_tree_decides_and_not_the_level() {
    let tree = tree();
    let reads = |position: &str, unit: &str, commune: &str| {
        decide(
            &tree,
            &principal(position, Some(unit)),
            &dossier(commune, Status::Scoring),
            &Action::Read,
        )
        .is_allowed()
    };
    // Without a district in between, the province reviews; the districts beside it do not.
    assert!(reads("so-tu-phap", "ha-noi", "son-tay"));
    assert!(!reads("phong-tu-phap", "bac-tu-liem", "son-tay"));
    assert!(reads("phong-tu-phap", "bac-tu-liem", "thuong-cat"));
    assert!(!reads("phong-tu-phap", "bac-tu-liem", "me-tri"));
}

#[test]
fn the_table_prints() {
    assert_eq!(
        markdown(),
        "\
| standing to a dossier | list | read | export | write scores | write explanations | declare (condition 3) | write name and position | write evidence | write criteria version |
|---|---|---|---|---|---|---|---|---|---|
| official of the commune | yes | yes | yes | while open | while open | while open | own, while open | while open | while open |
| MTTQ, mass organisation, radio of the commune | yes | yes | yes | – | – | – | own, while open | of coordinated indicators, while open | – |
| of a unit above the commune (reviewers) | yes | yes | yes | – | – | – | – | – | – |
| of any other unit | – | – | – | – | – | – | – | – | – |
| administrator of the installation | – | – | – | – | – | – | – | – | – |
"
    );
}
