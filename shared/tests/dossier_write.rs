//! Writing and reading: one write is one change, nothing equal is written twice, nothing concurrent is lost.

mod dossier_kit;

use automerge::{Automerge, ReadDoc};
use dossier_kit::*;
use shared::dossier::layout::WHOLE_INDICATOR;
use shared::dossier::write::{self, Field};
use shared::dossier::{self, DossierError, read};
use shared::id::HeadId;
use shared::scoring::{Discipline, Entry, HeadDeclaration};

fn set(doc: &mut Automerge, who: u128, at: &str, key: &str, entry: &Entry) -> Option<Vec<u8>> {
    write::set_entry(doc, &official(who), &number(at), key, entry, 1_700_000_000).unwrap()
}

fn current(doc: &Automerge, at: &str, key: &str) -> Option<Entry> {
    read::indicator(doc, &number(at))
        .unwrap()
        .registers
        .get(key)
        .map(|register| register.current.value.clone())
}

#[test]
fn a_write_is_one_change_and_an_equal_write_is_none() {
    let mut doc = device();
    let changes = |doc: &Automerge| doc.get_changes(&[]).len();
    let before = changes(&doc);
    let bytes = set(&mut doc, 1, "5.4", "diem", &points(500)).unwrap();
    assert_eq!(changes(&doc), before + 1);
    assert_eq!([one_change(&bytes).hash()], doc.get_heads()[..]);
    assert_eq!(one_change(&bytes).timestamp(), 1_700_000_000);
    assert_eq!(set(&mut doc, 1, "5.4", "diem", &points(500)), None);
    assert_eq!(
        set(&mut doc, 2, "5.4", "diem", &points(500)),
        None,
        "nor by somebody else"
    );
    assert_eq!(changes(&doc), before + 1);
    let again = set(&mut doc, 1, "5.4", "diem", &points(450)).unwrap();
    assert_eq!(
        one_change(&again).len(),
        1,
        "one operation, and the name is not repeated"
    );
    assert_eq!(current(&doc, "5.4", "diem"), Some(points(450)));
}

#[test]
fn the_first_change_says_who_writes() {
    let mut doc = device();
    let first = one_change(&set(&mut doc, 1, "5.4", "diem", &points(500)).unwrap());
    assert_eq!(first.seq(), 1);
    assert_eq!(first.author().unwrap().as_bytes(), user(1).as_bytes());
    assert_eq!(first.len(), 3, "the entry, the name, the criteria version");
    assert_eq!(read::people(&doc).unwrap()[&user(1)], official(1).person);
    assert_eq!(read::criteria_version(&doc).unwrap().unwrap().current.value, "1");

    // loaded again: another actor of the same author, which has nothing new to say about itself
    let mut reloaded = Automerge::load(&doc.save()).unwrap();
    let next = one_change(&set(&mut reloaded, 1, "5.4", "diem", &points(400)).unwrap());
    assert_eq!((next.seq(), next.len()), (1, 1));
    assert_ne!(next.actor_id(), first.actor_id());
    assert_eq!(next.author().unwrap().as_bytes(), user(1).as_bytes());

    // another official: introduced, the version stays
    let other = one_change(&set(&mut reloaded, 2, "5.3", "diem", &points(400)).unwrap());
    assert_eq!(other.len(), 2);
    let stamped = &read::indicator(&reloaded, &number("5.3")).unwrap().registers["diem"].current;
    assert_eq!((stamped.author, stamped.hash), (Some(user(2)), other.hash()));
    assert_eq!((stamped.time_s, &stamped.actor), (1_700_000_000, other.actor_id()));
}

#[test]
fn a_changed_name_is_written_with_the_next_first_change() {
    let mut doc = device();
    set(&mut doc, 1, "5.4", "diem", &points(500));
    let mut moved = official(1);
    moved.person.position = "Công chức Văn phòng - Thống kê".to_owned();
    assert_eq!(write::set_person(&mut doc, &official(1), 5).unwrap(), None);
    assert!(write::set_person(&mut doc, &moved, 5).unwrap().is_some());
    assert_eq!(read::people(&doc).unwrap()[&user(1)], moved.person);
}

#[test]
fn two_devices_make_the_same_year_and_merge() {
    let (mut a, mut b) = (device(), device());
    set(&mut a, 1, "5.4", "diem", &points(500));
    set(&mut b, 2, "5.3", "diem", &points(300));
    meet(&mut a, &mut b);
    for doc in [&a, &b] {
        assert_eq!(current(doc, "5.4", "diem"), Some(points(500)));
        assert_eq!(current(doc, "5.3", "diem"), Some(points(300)));
        assert_eq!(read::people(doc).unwrap().len(), 2);
        let version = read::criteria_version(doc).unwrap().unwrap();
        assert!(
            !version.is_unsettled(),
            "the same version written twice is no disagreement"
        );
        assert_eq!(doc.keys(automerge::ROOT).count(), 5 + 6, "nothing doubled");
    }
}

#[test]
fn both_values_of_a_ratio_are_kept_whole_and_settled_everywhere() {
    let (mut a, mut b) = (device(), device());
    set(&mut a, 1, "2.5", "ty-le", &ratio(9, 10));
    set(&mut b, 2, "2.5", "ty-le", &ratio(14, 20));
    meet(&mut a, &mut b);
    let shown = read::indicator(&b, &number("2.5")).unwrap();
    let register = &shown.registers["ty-le"];
    assert!(shown.is_unsettled());
    let mut values: Vec<_> = register
        .values()
        .map(|v| (v.author.unwrap(), v.value.clone()))
        .collect();
    values.sort();
    assert_eq!(values, [(user(1), ratio(9, 10)), (user(2), ratio(14, 20))]);
    assert_eq!(shown, read::indicator(&a, &number("2.5")).unwrap());

    // whichever is chosen, the winner or the other, it is written again and everybody sees who chose
    for winner in [true, false] {
        let (mut a, mut b) = (a.fork(), b.fork());
        let chosen = if winner { &register.current } else { &register.others[0] };
        let seen: Vec<_> = register.values().map(|v| v.hash).collect();
        let field = Field::Entry {
            number: number("2.5"),
            key: "ty-le".to_owned(),
        };
        let bytes = write::settle(&mut b, &official(3), &field, &seen, chosen.hash, 9)
            .unwrap()
            .unwrap();
        a.apply_changes([one_change(&bytes)]).unwrap();
        for doc in [&a, &b] {
            let settled = &read::indicator(doc, &number("2.5")).unwrap().registers["ty-le"];
            assert!(!settled.is_unsettled());
            assert_eq!(
                (&settled.current.value, settled.current.author),
                (&chosen.value, Some(user(3)))
            );
        }
    }
}

#[test]
fn nothing_unseen_is_settled_away() {
    let (mut a, mut b, mut c) = (device(), device(), device());
    set(&mut a, 1, "5.4", "diem", &points(500));
    set(&mut b, 2, "5.4", "diem", &points(400));
    meet(&mut a, &mut b);
    let register = read::indicator(&a, &number("5.4")).unwrap().registers["diem"].clone();
    let seen: Vec<_> = register.values().map(|v| v.hash).collect();
    set(&mut c, 3, "5.4", "diem", &points(300));
    meet(&mut a, &mut c);
    let field = Field::Entry {
        number: number("5.4"),
        key: "diem".to_owned(),
    };
    let result = write::settle(&mut a, &official(1), &field, &seen, register.current.hash, 9);
    assert!(matches!(result, Err(DossierError::ValuesChanged)));
    // entering a value oneself is a choice too: over all of them
    set(&mut a, 1, "5.4", "diem", &points(200));
    assert!(!read::indicator(&a, &number("5.4")).unwrap().is_unsettled());
}

#[test]
fn the_same_value_of_a_third_is_not_unseen() {
    let (mut a, mut b, mut c) = (device(), device(), device());
    set(&mut a, 1, "5.4", "diem", &points(500));
    set(&mut b, 2, "5.4", "diem", &points(400));
    set(&mut c, 3, "5.4", "diem", &points(500));
    meet(&mut a, &mut b);
    meet(&mut a, &mut c);
    let register = read::indicator(&a, &number("5.4")).unwrap().registers["diem"].clone();
    let seen: Vec<_> = register.values().map(|v| v.hash).collect();
    let field = Field::Entry {
        number: number("5.4"),
        key: "diem".to_owned(),
    };
    assert!(
        write::settle(&mut a, &official(1), &field, &seen, seen[0], 9)
            .unwrap()
            .is_some()
    );
    assert!(!read::indicator(&a, &number("5.4")).unwrap().is_unsettled());
}

#[test]
fn entering_the_winning_value_again_settles_it() {
    let (mut a, mut b) = (device(), device());
    set(&mut a, 1, "5.4", "diem", &points(500));
    set(&mut b, 2, "5.4", "diem", &points(400));
    meet(&mut a, &mut b);
    let winner = current(&a, "5.4", "diem").unwrap();
    assert!(set(&mut a, 3, "5.4", "diem", &winner).is_some());
    let register = &read::indicator(&a, &number("5.4")).unwrap().registers["diem"];
    assert!(!register.is_unsettled());
    assert_eq!(register.current.author, Some(user(3)));
}

#[test]
fn nothing_arising_and_an_entry_exclude_each_other_in_one_change() {
    let mut doc = device();
    set(&mut doc, 1, "1.1", "day-du", &Entry::Pass);
    set(&mut doc, 1, "1.1", "dung-quy-dinh", &Entry::Fail);
    let no_case = one_change(&set(&mut doc, 1, "1.1", WHOLE_INDICATOR, &Entry::NoCase).unwrap());
    assert_eq!(no_case.len(), 3);
    assert_eq!(current(&doc, "1.1", "day-du"), Some(Entry::Cleared));
    assert_eq!(current(&doc, "1.1", "dung-quy-dinh"), Some(Entry::Cleared));
    assert_eq!(set(&mut doc, 1, "1.1", WHOLE_INDICATOR, &Entry::NoCase), None);
    let back = one_change(&set(&mut doc, 1, "1.1", "day-du", &Entry::Pass).unwrap());
    assert_eq!(back.len(), 2);
    assert_eq!(current(&doc, "1.1", WHOLE_INDICATOR), Some(Entry::Cleared));
    assert_eq!(current(&doc, "1.1", "dung-quy-dinh"), Some(Entry::Cleared));
    assert!(!read::indicator(&doc, &number("1.1")).unwrap().is_unsettled());
}

#[test]
fn a_contradiction_after_a_merge_is_shown_and_either_side_settles_it() {
    let (mut a, mut b) = (device(), device());
    set(&mut a, 1, "1.1", WHOLE_INDICATOR, &Entry::NoCase);
    set(&mut b, 2, "1.1", "day-du", &Entry::Pass);
    meet(&mut a, &mut b);
    let shown = read::indicator(&a, &number("1.1")).unwrap();
    assert!(shown.contradiction() && shown.is_unsettled());
    assert!(shown.entries().contradiction());
    let mut no_case = a.fork();
    assert!(set(&mut no_case, 3, "1.1", WHOLE_INDICATOR, &Entry::NoCase).is_some());
    assert!(!read::indicator(&no_case, &number("1.1")).unwrap().is_unsettled());
    assert_eq!(current(&no_case, "1.1", "day-du"), Some(Entry::Cleared));
    let mut entered = a.fork();
    assert!(set(&mut entered, 3, "1.1", "day-du", &Entry::Pass).is_some());
    assert!(!read::indicator(&entered, &number("1.1")).unwrap().is_unsettled());
    assert_eq!(current(&entered, "1.1", WHOLE_INDICATOR), Some(Entry::Cleared));
}

#[test]
fn declarations_are_kept_and_settled_like_entries() {
    let head = HeadId::from("chu-tich-ubnd");
    let yes = HeadDeclaration::Yes(Discipline::new("khiển trách", "12/QĐ-UBND", None).unwrap());
    let (mut a, mut b) = (device(), device());
    assert!(read::declarations(&a).unwrap().is_empty());
    write::declare_head(&mut a, &official(1), &head, &HeadDeclaration::None, 1)
        .unwrap()
        .unwrap();
    assert_eq!(
        write::declare_head(&mut a, &official(1), &head, &HeadDeclaration::None, 2).unwrap(),
        None
    );
    write::declare_head(&mut b, &official(2), &head, &yes, 1)
        .unwrap()
        .unwrap();
    meet(&mut a, &mut b);
    let register = read::declarations(&a).unwrap()[&head].clone();
    assert_eq!(register.values().count(), 2);
    let seen: Vec<_> = register.values().map(|v| v.hash).collect();
    let chosen = register.values().find(|v| v.value == yes).unwrap().hash;
    let field = Field::Declaration(head.clone());
    write::settle(&mut a, &official(1), &field, &seen, chosen, 3)
        .unwrap()
        .unwrap();
    let settled = &read::declarations(&a).unwrap()[&head];
    assert_eq!((&settled.current.value, settled.others.len()), (&yes, 0));
}

#[test]
fn what_cannot_be_stored_is_refused_and_changes_nothing() {
    let mut doc = device();
    let heads = doc.get_heads();
    let mut refused = |at: &str, key: &str, entry: &Entry| {
        write::set_entry(&mut doc, &official(1), &number(at), key, entry, 1).unwrap_err()
    };
    assert!(matches!(
        refused("9.9", "diem", &Entry::Pass),
        DossierError::UnknownIndicator(_)
    ));
    for key in ["", "Điểm", "a b", &"x".repeat(33)] {
        assert!(
            matches!(refused("1.1", key, &Entry::Pass), DossierError::BadValue(_)),
            "{key:?}"
        );
    }
    assert!(matches!(
        refused("1.1", WHOLE_INDICATOR, &Entry::Pass),
        DossierError::BadValue(_)
    ));
    assert_eq!(doc.get_heads(), heads);
}

#[test]
fn a_document_of_the_first_release_holds_scores_and_is_read_without_the_rest() {
    let mut old = dossier::genesis(&thuong_cat()).unwrap();
    let first = one_change(&set(&mut old, 1, "5.4", "diem", &points(500)).unwrap());
    assert_eq!(first.len(), 1);
    assert_eq!(current(&old, "5.4", "diem"), Some(points(500)));
    assert!(read::people(&old).unwrap().is_empty());
    assert!(read::declarations(&old).unwrap().is_empty());
    assert_eq!(read::criteria_version(&old).unwrap(), None);
    assert_eq!(read::explanation(&old, &number("5.4")).unwrap(), "");
    let edit = write::edit_explanation(&mut old, &official(1), &number("5.4"), "", "x", 1);
    assert!(matches!(edit, Err(DossierError::NotMigrated)));
    let head = write::declare_head(
        &mut old,
        &official(1),
        &"chu-tich-ubnd".into(),
        &HeadDeclaration::None,
        1,
    );
    assert!(matches!(head, Err(DossierError::NotMigrated)));
}

#[test]
fn devices_at_different_heads_migrate_apart_and_an_old_client_keeps_syncing() {
    let genesis = || dossier::genesis(&thuong_cat()).unwrap();
    let (mut a, mut b, mut old) = (genesis(), genesis(), genesis());
    set(&mut a, 1, "5.4", "diem", &points(500));
    set(&mut b, 2, "5.3", "diem", &points(300));
    let added = dossier::migrations::apply(&mut a).unwrap();
    assert_eq!(
        added,
        dossier::migrations::apply(&mut b).unwrap(),
        "the same bytes at other heads"
    );
    meet(&mut a, &mut b);
    set(&mut old, 3, "5.2", "diem", &points(700));
    meet(&mut a, &mut old);
    // the old client has the migration now, knows nothing of it, and goes on scoring
    set(&mut old, 3, "5.2", "diem", &points(600));
    write::edit_explanation(&mut b, &official(2), &number("5.3"), "", "Không có ai bị kỷ luật.", 4)
        .unwrap()
        .unwrap();
    meet(&mut b, &mut old);
    meet(&mut a, &mut b);
    for (at, hundredths) in [("5.4", 500), ("5.3", 300), ("5.2", 600)] {
        assert_eq!(current(&a, at, "diem"), Some(points(hundredths)));
    }
    assert_eq!(
        read::explanation(&a, &number("5.3")).unwrap(),
        "Không có ai bị kỷ luật."
    );
    assert!(dossier::migrations::apply(&mut a).unwrap().is_empty());
}
