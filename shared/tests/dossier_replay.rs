//! *Set aside and go on*: what was refused is entered again, field by field, and nothing is thrown away silently.

mod dossier_kit;

use automerge::transaction::Transactable;
use automerge::{Automerge, ObjType, ROOT, ReadDoc};
use dossier_kit::*;
use proptest::prelude::*;
use shared::access::{Place, Reason};
use shared::dossier::layout::{Layout, WHOLE_INDICATOR};
use shared::dossier::verify::{self, Places, References, Refusal};
use shared::dossier::write;
use shared::dossier::{DossierError, Identity, Replayed, WhyLeft, create, read, replay};
use shared::id::HeadId;
use shared::scoring::{Entry, HeadDeclaration};

fn all(_: &Place) -> Result<(), Reason> {
    Ok(())
}

fn set(doc: &mut Automerge, who: u128, at: &str, key: &str, entry: &Entry) {
    write::set_entry(doc, &official(who), &number(at), key, entry, 100).unwrap();
}

fn explain(doc: &mut Automerge, who: u128, at: &str, new: &str) {
    let base = read::explanation(doc, &number(at)).unwrap();
    write::edit_explanation(doc, &official(who), &number(at), &base, new, 100).unwrap();
}

fn value(doc: &Automerge, at: &str, key: &str) -> Option<Entry> {
    read::indicator(doc, &number(at))
        .unwrap()
        .registers
        .get(key)
        .map(|register| register.current.value.clone())
}

/// Replays, and checks what a server would check: the new changes pass, are the author's, and are what was added.
fn go_on(branch: &Automerge, server: &mut Automerge, who: u128, allowed: fn(&Place) -> Result<(), Reason>) -> Replayed {
    let before = server.fork();
    let places = Places::of(&thuong_cat()).unwrap();
    let done = replay(branch, server, &official(who), allowed).unwrap();
    let mut references = References::new();
    for change in done.written.iter().map(|bytes| one_change(bytes)) {
        let owner = (change.seq() > 1).then(|| user(who));
        let touched = verify::check_change(&change, &places, user(who), owner).unwrap();
        let by_itself = [Place::Person(user(who)), Place::CriteriaVersion];
        assert!(
            touched
                .iter()
                .all(|place| done.places.contains(place) || by_itself.contains(place))
        );
        references.check(&before, &places, &change).unwrap();
    }
    let added = before.get_changes_added(server);
    assert_eq!(added.len(), done.written.len());
    done
}

#[test]
fn of_twenty_changes_the_one_that_breaks_the_shape_is_left_over() {
    let layout = Layout::of(&thuong_cat().set).unwrap();
    type Break<'a> = (&'a str, &'a dyn Fn(&mut Automerge), Refusal);
    let breaks: [Break<'_>; 4] = [
        (
            "a replaced container",
            &|doc| {
                let mut tx = doc.transaction();
                let map = tx.put_object(ROOT, "indicators", ObjType::Map).unwrap();
                let inner = tx.put_object(map, "5.4", ObjType::Map).unwrap();
                tx.put(inner, "diem", "1p").unwrap();
                tx.commit();
            },
            Refusal::ReplacedContainer,
        ),
        (
            "a replaced text",
            &|doc| {
                let mut tx = doc.transaction();
                let explanations = tx.get(ROOT, "explanations").unwrap().unwrap().1;
                tx.put(explanations, "5.4", "thay cả đoạn").unwrap();
                tx.commit();
            },
            Refusal::ReplacedContainer,
        ),
        (
            "a number where a text belongs",
            &|doc| {
                let mut tx = doc.transaction();
                tx.put(layout.entries(&number("5.4")).unwrap(), "diem", 7_i64).unwrap();
                tx.commit();
            },
            Refusal::WrongKind,
        ),
        (
            "a value nobody can read",
            &|doc| {
                let mut tx = doc.transaction();
                tx.put(layout.entries(&number("5.4")).unwrap(), "diem", "7 điểm")
                    .unwrap();
                tx.commit();
            },
            Refusal::Unreadable,
        ),
    ];
    for (name, breaks, refusal) in breaks {
        let mut branch = device();
        let mut server = device();
        set(&mut server, 2, "5.4", "diem", &points(300));
        official(1).sign(&mut branch);
        let numbers = layout.numbers();
        for (n, at) in numbers.iter().filter(|at| **at != "5.4").enumerate() {
            if n == 9 {
                breaks(&mut branch);
            }
            set(&mut branch, 1, at, "diem", &points(10 * n as i64));
        }
        let done = go_on(&branch, &mut server, 1, all);
        assert_eq!(done.written.len(), 19, "{name}");
        for (n, at) in numbers.iter().filter(|at| **at != "5.4").enumerate() {
            let register = &read::indicator(&server, &number(at)).unwrap().registers["diem"];
            assert_eq!(register.current.value, points(10 * n as i64), "{name}");
            assert_eq!((register.current.author, register.current.time_s), (Some(user(1)), 100));
            assert!(!register.is_unsettled());
        }
        assert!(!done.left_over.is_empty());
        let told = &done.left_over[0];
        assert_eq!(told.why, WhyLeft::Refused(refusal), "{name}");
        match refusal {
            Refusal::ReplacedContainer => assert!(["indicators", "5.4"].contains(&told.key.as_str())),
            _ => {
                assert_eq!(told.place, Some(Place::Score(number("5.4"))));
                assert!(told.mine.starts_with('7'));
                assert_eq!(told.theirs, points(300).encode());
            }
        }
        assert_eq!(value(&server, "5.4", "diem"), Some(points(300)), "{name}");
        assert!(read::people(&server).unwrap().contains_key(&user(1)));
    }
}

#[test]
fn a_colleagues_value_stays_beside_the_one_entered_again() {
    let mut branch = device();
    let mut server = device();
    set(&mut branch, 1, "5.4", "diem", &points(500));
    explain(&mut branch, 1, "5.4", "Của tôi.");
    set(&mut server, 2, "5.4", "diem", &points(300));
    explain(&mut server, 2, "5.4", "Của đồng nghiệp.");
    go_on(&branch, &mut server, 1, all);
    let shown = read::indicator(&server, &number("5.4")).unwrap();
    let mut values: Vec<_> = shown.registers["diem"].values().map(|v| v.value.clone()).collect();
    values.sort();
    assert_eq!(values, [points(300), points(500)]);
    assert!(shown.explanation.contains("Của tôi.") && shown.explanation.contains("Của đồng nghiệp."));
}

#[test]
fn also_when_the_colleagues_value_reached_the_device_before_the_refusal() {
    let (mut branch, mut server) = (device(), device());
    set(&mut branch, 1, "5.4", "diem", &points(500));
    set(&mut server, 2, "5.4", "diem", &points(300));
    branch.merge(&mut server.fork()).unwrap();
    // entered after having seen the colleague's: this one replaces it
    set(&mut server, 2, "5.3", "diem", &points(300));
    branch.merge(&mut server.fork()).unwrap();
    set(&mut branch, 1, "5.3", "diem", &points(200));
    go_on(&branch, &mut server, 1, all);
    assert_eq!(
        read::indicator(&server, &number("5.4")).unwrap().registers["diem"]
            .values()
            .count(),
        2
    );
    let replaced = &read::indicator(&server, &number("5.3")).unwrap().registers["diem"];
    assert_eq!((&replaced.current.value, replaced.others.len()), (&points(200), 0));
}

#[test]
fn what_may_not_be_written_is_left_over_with_both_values() {
    let (mut branch, mut server) = (device(), device());
    set(&mut branch, 1, "5.4", "diem", &points(500));
    explain(&mut branch, 1, "5.4", "Của tôi.");
    let head = HeadId::from("chu-tich-ubnd");
    write::declare_head(&mut branch, &official(1), &head, &HeadDeclaration::None, 5).unwrap();
    set(&mut server, 2, "5.4", "diem", &points(300));
    let sent = |_: &Place| Err(Reason::Locked);
    let done = go_on(&branch, &mut server.fork(), 1, sent);
    assert!(done.written.is_empty() && done.places.is_empty());
    let mut told: Vec<_> = done
        .left_over
        .iter()
        .map(|l| (l.place.clone().unwrap(), l.mine.clone(), l.theirs.clone()))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            (Place::Score(number("5.4")), points(500).encode(), points(300).encode()),
            (Place::Explanation(number("5.4")), "Của tôi.".to_owned(), String::new()),
            (
                Place::Declaration(head.clone()),
                HeadDeclaration::None.encode(),
                String::new()
            ),
        ]
    );
    assert!(
        done.left_over
            .iter()
            .all(|l| l.why == WhyLeft::NotAllowed(Reason::Locked))
    );

    let only_scores = |place: &Place| match place {
        Place::Explanation(_) => Err(Reason::NotAssigned),
        _ => Ok(()),
    };
    let done = go_on(&branch, &mut server, 1, only_scores);
    assert_eq!(done.left_over.len(), 1);
    assert_eq!(
        read::declarations(&server).unwrap()[&head].current.value,
        HeadDeclaration::None
    );
    assert_eq!(read::explanation(&server, &number("5.4")).unwrap(), "");
}

#[test]
fn what_is_on_the_server_already_is_not_left_over() {
    let (mut branch, mut server) = (device(), device());
    set(&mut branch, 1, "5.4", "diem", &points(500));
    set(&mut server, 2, "5.4", "diem", &points(500));
    assert_eq!(
        go_on(&branch, &mut server.fork(), 1, |_| Err(Reason::Locked)),
        Replayed::default()
    );
    assert_eq!(go_on(&branch, &mut server, 1, all), Replayed::default());
}

#[test]
fn of_a_broken_register_the_last_value_is_told() {
    let layout = Layout::of(&thuong_cat().set).unwrap();
    let mut branch = device();
    official(1).sign(&mut branch);
    for value in ["7 điểm", "8 điểm"] {
        let mut tx = branch.transaction();
        tx.put(layout.entries(&number("5.4")).unwrap(), "diem", value).unwrap();
        tx.commit();
    }
    let done = go_on(&branch, &mut device(), 1, all);
    let told: Vec<_> = done
        .left_over
        .iter()
        .map(|left| (left.key.as_str(), left.mine.as_str()))
        .collect();
    assert_eq!(told, [("diem", "8 điểm")]);
}

#[test]
fn an_explanation_that_grew_too_long_stops_nothing_else() {
    let (mut branch, mut other) = (device(), device());
    explain(&mut branch, 1, "5.4", &"a".repeat(15_000));
    explain(&mut other, 1, "5.4", &"b".repeat(15_000));
    branch.merge(&mut other).unwrap();
    set(&mut branch, 1, "5.3", "diem", &points(500));
    let mut server = device();
    let done = go_on(&branch, &mut server, 1, all);
    assert_eq!(value(&server, "5.3", "diem"), Some(points(500)));
    assert_eq!(done.left_over.len(), 1);
    assert_eq!(done.left_over[0].mine.len(), 30_000);
    assert_eq!(done.left_over[0].why, WhyLeft::Refused(Refusal::TooLarge));
    assert_eq!(done.places, [Place::Score(number("5.3"))]);
}

#[test]
fn nothing_arising_stays_whole() {
    let (mut branch, mut server) = (device(), device());
    set(&mut server, 1, "1.1", "day-du", &Entry::Pass);
    branch.merge(&mut server.fork()).unwrap();
    set(&mut branch, 1, "1.1", WHOLE_INDICATOR, &Entry::NoCase);
    go_on(&branch, &mut server, 1, all);
    assert_eq!(value(&server, "1.1", WHOLE_INDICATOR), Some(Entry::NoCase));
    assert_eq!(value(&server, "1.1", "day-du"), Some(Entry::Cleared));
    assert!(!read::indicator(&server, &number("1.1")).unwrap().is_unsettled());
}

#[test]
fn a_branch_of_the_first_release_and_of_another_dossier() {
    let mut old = shared::dossier::genesis(&thuong_cat()).unwrap();
    set(&mut old, 1, "5.4", "diem", &points(500));
    let mut server = device();
    go_on(&old, &mut server, 1, all);
    assert_eq!(value(&server, "5.4", "diem"), Some(points(500)));
    let other = create(&Identity {
        year: 2023,
        ..thuong_cat()
    })
    .unwrap();
    assert!(matches!(
        replay(&other, &mut server, &official(1), all),
        Err(DossierError::NotADossier(_))
    ));
    // nothing to do
    let mut same = device();
    assert_eq!(go_on(&device(), &mut same, 1, all), Replayed::default());
}

#[test]
fn changes_that_are_somebody_elses_are_not_entered_under_this_name() {
    let (mut branch, mut server) = (device(), device());
    set(&mut branch, 2, "5.4", "diem", &points(500));
    let done = go_on(&branch, &mut server, 1, all);
    assert!(done.written.is_empty());
    let told = done
        .left_over
        .iter()
        .find(|l| l.place == Some(Place::Score(number("5.4"))))
        .unwrap();
    assert_eq!(
        (told.why, &told.mine),
        (WhyLeft::Refused(Refusal::ForeignActor), &points(500).encode())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Replaying a branch nothing is wrong with gives what a merge gives: the same values of every register, and the same
    /// words in every explanation.
    #[test]
    fn replaying_is_like_merging(
        steps in proptest::collection::vec((0..2_usize, 0..3_usize, 0..3_i64, any::<bool>()), 1..40),
    ) {
        const AT: [&str; 3] = ["5.2", "5.3", "5.4"];
        let mut docs = [device(), device()];
        for (who, at, n, meets) in steps {
            if meets {
                // the device hears of the server's, and cannot send
                let mut server = docs[1].fork();
                docs[0].merge(&mut server).unwrap();
            } else if n == 0 {
                let word = ["mot", "hai"][who];
                let text = read::explanation(&docs[who], &number(AT[at])).unwrap();
                explain(&mut docs[who], who as u128, AT[at], &format!("{word} {text}"));
            } else {
                set(&mut docs[who], who as u128, AT[at], "diem", &points(n * 100));
            }
        }
        let [branch, mut server] = docs;
        let mut merged = server.fork();
        merged.merge(&mut branch.fork()).unwrap();
        let done = go_on(&branch, &mut server, 0, all);
        prop_assert_eq!(done.left_over, Vec::new());
        for at in AT {
            let of = |doc: &Automerge| {
                let shown = read::indicator(doc, &number(at)).unwrap();
                let mut values: Vec<_> = shown.registers.get("diem").into_iter().flat_map(|r| r.values()).map(|v| v.value.clone()).collect();
                values.sort();
                values.dedup();
                let mut words: Vec<String> = shown.explanation.split(' ').map(str::to_owned).collect();
                words.sort();
                (values, words)
            };
            prop_assert_eq!(of(&server), of(&merged));
        }
    }
}
