//! The history of an indicator.

mod dossier_kit;

use automerge::transaction::Transactable;
use automerge::{Automerge, ReadDoc};
use dossier_kit::*;
use proptest::prelude::*;
use shared::dossier::history::{self, HistoryEntry, Receipts, What};
use shared::dossier::layout::{Layout, WHOLE_INDICATOR};
use shared::dossier::write::{self, Field};
use shared::dossier::{migrations, read};
use shared::scoring::Entry;

fn set(doc: &mut Automerge, who: u128, key: &str, entry: &Entry, time_s: i64) -> automerge::ChangeHash {
    let bytes = write::set_entry(doc, &official(who), &number("5.4"), key, entry, time_s)
        .unwrap()
        .unwrap();
    one_change(&bytes).hash()
}

fn of(doc: &Automerge, receipts: &Receipts) -> Vec<HistoryEntry> {
    history::of_indicator(doc, &number("5.4"), receipts).unwrap()
}

/// Short: key, from, to.
fn steps(history: &[HistoryEntry]) -> Vec<(&str, Vec<Entry>, Option<Entry>)> {
    history
        .iter()
        .map(|entry| match &entry.what {
            What::Entry { key, from, to } => {
                let from = from.iter().map(|value| value.clone().unwrap()).collect();
                (key.as_str(), from, to.clone().map(Result::unwrap))
            }
            What::Explanation { .. } => ("giai-trinh", Vec::new(), None),
        })
        .collect()
}

#[test]
fn each_step_says_who_when_from_and_to() {
    let mut doc = device();
    let first = set(&mut doc, 1, "diem", &points(500), 100);
    write::set_entry(&mut doc, &official(1), &number("5.3"), "diem", &points(100), 101).unwrap();
    let mut doc = Automerge::load(&doc.save()).unwrap();
    // two years wrong, and still the second step
    set(&mut doc, 2, "diem", &points(400), -63_000_000);
    set(&mut doc, 2, WHOLE_INDICATOR, &Entry::NoCase, 102);
    let history = of(&doc, &Receipts::new());
    assert_eq!(
        steps(&history),
        [
            ("diem", vec![], Some(points(500))),
            ("diem", vec![points(500)], Some(points(400))),
            (WHOLE_INDICATOR, vec![], Some(Entry::NoCase)),
            ("diem", vec![points(400)], Some(Entry::Cleared)),
        ]
    );
    assert_eq!(
        (history[0].author, history[0].time_s, history[0].hash),
        (Some(user(1)), 100, first)
    );
    assert_eq!((history[1].author, history[1].time_s), (Some(user(2)), -63_000_000));
    assert_eq!(history[2].hash, history[3].hash, "one change");
}

#[test]
fn what_happened_apart_is_in_the_order_the_server_received_it() {
    let (mut a, mut b) = (device(), device());
    let one = set(&mut a, 1, "diem", &points(100), 50);
    let two = set(&mut a, 1, "diem", &points(200), 51);
    let three = set(&mut b, 2, "diem", &points(300), 1);
    meet(&mut a, &mut b);
    let hashes = |receipts: &[(automerge::ChangeHash, i64)]| -> Vec<_> {
        of(&a, &receipts.iter().copied().collect())
            .iter()
            .map(|entry| entry.hash)
            .collect()
    };
    assert_eq!(hashes(&[(one, 7), (two, 7), (three, 6)]), [three, one, two]);
    assert_eq!(hashes(&[(one, 5), (two, 7), (three, 6)]), [one, three, two]);
    assert_eq!(
        hashes(&[(three, 9)]),
        [three, one, two],
        "what the server has comes before what it has not"
    );
    assert_eq!(
        of(&a, &Receipts::new()),
        of(&b, &Receipts::new()),
        "the same on every device"
    );
}

#[test]
fn settling_is_one_step_from_all_the_values() {
    let (mut a, mut b) = (device(), device());
    set(&mut a, 1, "diem", &points(100), 1);
    set(&mut b, 2, "diem", &points(300), 1);
    meet(&mut a, &mut b);
    let register = read::indicator(&a, &number("5.4")).unwrap().registers["diem"].clone();
    for chosen in register.values() {
        let mut doc = a.fork();
        let seen: Vec<_> = register.values().map(|value| value.hash).collect();
        let field = Field::Entry {
            number: number("5.4"),
            key: "diem".to_owned(),
        };
        write::settle(&mut doc, &official(3), &field, &seen, chosen.hash, 5).unwrap();
        let history = of(&doc, &Receipts::new());
        let last = steps(&history).pop().unwrap();
        assert_eq!(last.2, Some(chosen.value.clone()));
        let mut from = last.1;
        from.sort();
        assert_eq!(from, [points(100), points(300)]);
        assert_eq!(history.last().unwrap().author, Some(user(3)));
    }
}

#[test]
fn edits_of_the_explanation_are_told_by_what_came_and_went() {
    let mut doc = device();
    let at = number("5.4");
    write::edit_explanation(&mut doc, &official(1), &at, "", "Đạt 9 tháng", 1).unwrap();
    write::edit_explanation(&mut doc, &official(2), &at, "Đạt 9 tháng", "Đạt 12 tháng liền", 2).unwrap();
    let told: Vec<_> = of(&doc, &Receipts::new())
        .into_iter()
        .map(|entry| (entry.author, entry.what))
        .collect();
    let edit = |removed: &str, added: &str| What::Explanation {
        removed: removed.into(),
        added: added.into(),
    };
    assert_eq!(
        told,
        [
            (Some(user(1)), edit("", "Đạt 9 tháng")),
            (Some(user(2)), edit("9", "12 liền"))
        ]
    );
}

#[test]
fn other_programs_have_no_author_and_may_delete() {
    let mut doc = device();
    let entries = Layout::of_document(&doc).unwrap().entries(&number("5.4")).unwrap();
    let mut tx = doc.transaction();
    tx.put(&entries, "diem", "1p").unwrap();
    tx.commit();
    let mut tx = doc.transaction();
    tx.delete(&entries, "diem").unwrap();
    tx.commit();
    let history = of(&doc, &Receipts::new());
    assert_eq!(
        steps(&history),
        [("diem", vec![], Some(Entry::Pass)), ("diem", vec![Entry::Pass], None)]
    );
    assert!(history.iter().all(|entry| entry.author.is_none()));
}

#[test]
fn an_impossible_clock_is_shown_as_a_possible_one() {
    let mut doc = device();
    set(&mut doc, 1, "diem", &points(100), i64::MIN);
    set(&mut doc, 1, "diem", &points(200), i64::MAX);
    let times: Vec<_> = of(&doc, &Receipts::new()).iter().map(|entry| entry.time_s).collect();
    assert_eq!(times, [-62_135_596_800, 253_402_300_799]);
    let shown = read::indicator(&doc, &number("5.4")).unwrap();
    assert_eq!(shown.registers["diem"].current.time_s, 253_402_300_799);
}

#[test]
fn a_history_can_be_read_in_pieces() {
    let mut doc = device();
    for n in 1..40 {
        set(&mut doc, 1, "diem", &points(n), n);
    }
    let mut walk = history::Walk::new(&doc, &number("5.4"), &Receipts::new()).unwrap();
    let mut pieces = 1;
    while walk.step(&doc, 7) {
        pieces += 1;
    }
    let chain = migrations::chain(&thuong_cat()).unwrap().len();
    assert_eq!(pieces, (39 + chain).div_ceil(7));
    assert_eq!(walk.finish(), of(&doc, &Receipts::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Each step starts from what the one before left, wherever two devices did not write apart.
    #[test]
    fn the_steps_of_one_line_join(values in proptest::collection::vec((0..3_u128, 0..5_i64), 1..30)) {
        let mut doc = device();
        let mut expected = Vec::new();
        let mut standing = Vec::new();
        for (who, n) in values {
            let value = points(n);
            if write::set_entry(&mut doc, &official(who), &number("5.4"), "diem", &value, n).unwrap().is_some() {
                expected.push(("diem", standing, Some(value.clone())));
            }
            standing = vec![value];
        }
        let history = of(&doc, &Receipts::new());
        prop_assert_eq!(steps(&history), expected);
        prop_assert_eq!(doc.get_missing_deps(&[]), Vec::new());
    }
}
