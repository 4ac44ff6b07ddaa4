//! A change builds only on what its author had, and only in the place it writes.

mod dossier_kit;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Automerge, Change, ExpandedChange};
use dossier_kit::*;
use shared::dossier::verify::{self, Places, References, Refusal};
use shared::dossier::write::{self, Field};
use shared::dossier::{self, migrations, read};
use shared::scoring::Entry;

fn places() -> Places {
    Places::of(&thuong_cat()).unwrap()
}

/// A change taken apart, altered and put together again.
fn altered(change: &Change, alter: impl FnOnce(&mut ExpandedChange)) -> Change {
    let mut expanded = change.decode();
    alter(&mut expanded);
    Change::from(expanded)
}

fn entry(doc: &mut Automerge, who: u128, at: &str, key: &str, entry: &Entry) -> Change {
    one_change(
        &write::set_entry(doc, &official(who), &number(at), key, entry, 1)
            .unwrap()
            .unwrap(),
    )
}

fn explain(doc: &mut Automerge, who: u128, at: &str, base: &str, new: &str) -> Change {
    one_change(
        &write::edit_explanation(doc, &official(who), &number(at), base, new, 1)
            .unwrap()
            .unwrap(),
    )
}

/// Checks a change as the server does, after it knows `doc`.
fn references(doc: &Automerge, change: &Change) -> Result<(), Refusal> {
    References::new().check(doc, &places(), change)
}

#[test]
fn an_entry_of_another_place_is_not_overwritten_in_passing() {
    let mut doc = device();
    let theirs = entry(&mut doc, 2, "5.3", "diem", &points(300));
    let server = doc.fork();
    let mine = entry(&mut doc, 1, "5.4", "diem", &points(500));
    assert_eq!(references(&server, &mine), Ok(()));
    let hides = altered(&mine, |change| {
        let theirs = OpId::new(theirs.start_op().get(), theirs.actor_id());
        change.operations[0].pred = vec![theirs].into_iter().collect();
    });
    assert_eq!(
        verify::check_change(&hides, &places(), user(1), None).map(|places| places.len()),
        Ok(2),
        "each operation by itself is in order"
    );
    assert_eq!(references(&server, &hides), Err(Refusal::WrongReference));
    let nothing = altered(&mine, |change| {
        let nobody = OpId::new(3, &ActorId::from(&[9; 16][..]));
        change.operations[0].pred = vec![nobody].into_iter().collect();
    });
    assert_eq!(references(&server, &nothing), Err(Refusal::WrongReference));
    let container = altered(&mine, |change| {
        let ObjectId::Id(map) = change.operations[0].obj.clone() else {
            panic!()
        };
        change.operations[0].pred = vec![map].into_iter().collect();
    });
    assert_eq!(references(&server, &container), Err(Refusal::WrongReference));
}

#[test]
fn a_value_is_overwritten_only_by_who_has_seen_it() {
    let (mut a, mut b) = (device(), device());
    let theirs = entry(&mut b, 2, "5.4", "diem", &points(300));
    let mine = entry(&mut a, 1, "5.4", "diem", &points(500));
    let unseen = altered(&mine, |change| {
        let theirs = OpId::new(theirs.start_op().get(), theirs.actor_id());
        change.operations[0].pred = vec![theirs].into_iter().collect();
    });
    // in the document already, or in the same batch
    assert_eq!(references(&b, &unseen), Err(Refusal::WrongReference));
    let (server, mut batch) = (device(), References::new());
    assert_eq!(batch.check(&server, &places(), &theirs), Ok(()));
    assert_eq!(batch.check(&server, &places(), &unseen), Err(Refusal::WrongReference));
    assert_eq!(batch.check(&server, &places(), &mine), Ok(()));
    // also when it does not stand there any more
    let mut later = b.fork();
    entry(&mut later, 3, "5.4", "diem", &points(100));
    assert_eq!(references(&later, &unseen), Err(Refusal::WrongReference));
    assert_eq!(references(&later, &mine), Ok(()));
    // and when it has been seen
    a.merge(&mut b).unwrap();
    let over = entry(&mut a, 1, "5.4", "diem", &points(200));
    assert_eq!(over.decode().operations[0].pred.len(), 2);
    assert_eq!(batch.check(&server, &places(), &over), Ok(()));
}

#[test]
fn characters_stand_beside_characters_of_the_same_text() {
    let mut doc = device();
    let one = explain(&mut doc, 1, "5.4", "", "abc");
    let server = doc.fork();
    let mut other = doc.fork();
    let first = explain(&mut other, 2, "5.3", "", "x");
    assert_eq!(references(&server, &first), Ok(()));
    let id = |counter: u64| OpId::new(counter, one.actor_id());
    let beside = |alter: &dyn Fn(&mut Op)| altered(&first, |change| alter(&mut change.operations[0]));
    let in_other_text = beside(&|op| op.key = Key::Seq(ElementId::Id(id(one.start_op().get()))));
    assert_eq!(references(&server, &in_other_text), Err(Refusal::WrongReference));
    let nowhere = beside(&|op| op.key = Key::Seq(ElementId::Id(id(9_999))));
    assert_eq!(references(&server, &nowhere), Err(Refusal::WrongReference));

    let cut = explain(&mut doc, 1, "5.4", "abc", "ac");
    assert_eq!(references(&server, &cut), Ok(()));
    let more = altered(&cut, |change| {
        change.operations[0].pred = (0..3).map(|i| id(one.start_op().get() + i)).collect();
    });
    assert_eq!(references(&server, &more), Err(Refusal::WrongReference));
    let none = altered(&cut, |change| {
        change.operations[0].pred = Vec::new().into_iter().collect();
    });
    assert_eq!(references(&server, &none), Err(Refusal::WrongReference));
}

#[test]
fn a_change_follows_its_own_actor_and_knows_the_migration() {
    let mut doc = device();
    let first = entry(&mut doc, 1, "5.4", "diem", &points(500));
    let server = doc.fork();
    let second = entry(&mut doc, 1, "5.4", "diem", &points(400));
    let third = entry(&mut doc, 1, "5.3", "diem", &points(400));
    let start = migrations::chain(&thuong_cat()).unwrap()[1].hash();
    assert_eq!(references(&server, &second), Ok(()));
    let skips = altered(&third, |change| change.deps = vec![start]);
    assert_eq!(references(&server, &skips), Err(Refusal::Order));
    let mut batch = References::new();
    assert_eq!(batch.check(&server, &places(), &second), Ok(()));
    assert_eq!(batch.check(&server, &places(), &skips), Err(Refusal::Order));
    assert_eq!(batch.check(&server, &places(), &third), Ok(()));

    let genesis = dossier::genesis::genesis_change(&thuong_cat()).unwrap().hash();
    let unmigrated = altered(&first, |change| change.deps = vec![genesis]);
    assert_eq!(references(&device(), &first), Ok(()));
    assert_eq!(
        references(&device(), &unmigrated),
        Err(Refusal::Order),
        "it names itself where no names are"
    );
}

#[test]
fn settling_what_the_server_has_passes() {
    let (mut a, mut b) = (device(), device());
    entry(&mut a, 1, "5.4", "diem", &points(500));
    entry(&mut b, 2, "5.4", "diem", &points(300));
    meet(&mut a, &mut b);
    let register = read::indicator(&a, &number("5.4")).unwrap().registers["diem"].clone();
    let seen: Vec<_> = register.values().map(|value| value.hash).collect();
    for chosen in &seen {
        let field = Field::Entry {
            number: number("5.4"),
            key: "diem".to_owned(),
        };
        let settled = write::settle(&mut a.fork(), &official(1), &field, &seen, *chosen, 1)
            .unwrap()
            .unwrap();
        assert_eq!(references(&b, &one_change(&settled)), Ok(()));
    }
}

#[test]
fn operations_are_numbered_after_those_they_build_on() {
    let mut doc = device();
    entry(&mut doc, 2, "5.3", "diem", &points(300));
    let server = doc.fork();
    let mine = entry(&mut doc, 1, "5.4", "diem", &points(500));
    let earlier = altered(&mine, |change| change.start_op = 72.try_into().unwrap());
    assert!(earlier.start_op() < mine.start_op());
    assert_eq!(references(&server, &earlier), Err(Refusal::Order));
    let start = migrations::chain(&thuong_cat()).unwrap()[1].hash();
    // what was made apart may have the same numbers
    let apart = altered(&earlier, |change| change.deps = vec![start]);
    assert_eq!(references(&server, &apart), Ok(()));
}

/// Automerge keeps a deletion only in what it deletes: the document would have the change, but could not say it again.
#[test]
fn nothing_is_not_deleted() {
    let mut doc = device();
    entry(&mut doc, 1, "5.4", "diem", &points(500));
    let server = doc.fork();
    let put = entry(&mut doc, 1, "5.4", "diem", &points(400));
    for of_nothing in [0, 1] {
        let with_deletion = altered(&put, |change| {
            let mut deletion = change.operations[0].clone();
            deletion.action = OpType::Delete;
            deletion.pred = Vec::new().into_iter().collect();
            change.operations.insert(of_nothing, deletion);
        });
        let checked = verify::check_change(&with_deletion, &places(), user(1), Some(user(1)));
        assert!(checked.is_ok(), "each operation by itself is in order");
        assert_eq!(references(&server, &with_deletion), Err(Refusal::WrongReference));
    }
    let deletion = altered(&put, |change| change.operations[0].action = OpType::Delete);
    assert_eq!(references(&server, &deletion), Ok(()));
}
