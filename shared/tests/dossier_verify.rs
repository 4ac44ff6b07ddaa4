//! What the server refuses, change by change, and that it refuses nothing honest.

mod dossier_kit;

use automerge::legacy::{Key, ObjectId, OpId, OpType};
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, Change, ChangeHash, ExpandedChange, ObjType, ROOT, ReadDoc, ScalarValue};
use dossier_kit::*;
use shared::access::Place;
use shared::dossier::layout::{Layout, WHOLE_INDICATOR};
use shared::dossier::verify::{self, Places, Refusal};
use shared::dossier::{self, Identity, migrations, write};
use shared::id::{HeadId, UserId};
use shared::scoring::{Entry, HeadDeclaration};

fn places() -> Places {
    Places::of(&thuong_cat()).unwrap()
}

fn layout() -> Layout {
    Layout::of(&thuong_cat().set).unwrap()
}

/// The change a foreign program makes on a document, as the account `who`.
fn foreign(doc: &mut Automerge, who: u128, make: impl FnOnce(&mut Transaction<'_>)) -> Change {
    official(who).sign(doc);
    let mut tx = doc.transaction();
    make(&mut tx);
    tx.commit_with(CommitOptions::default().with_time(7));
    doc.get_last_local_change().unwrap()
}

fn check(change: &Change) -> Result<Vec<Place>, Refusal> {
    verify::check_change(change, &places(), user(1), None)
}

/// What the server says to a change a foreign program makes on a new dossier.
fn verdict(make: impl FnOnce(&mut Transaction<'_>)) -> Result<Vec<Place>, Refusal> {
    check(&foreign(&mut device(), 1, make))
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

#[test]
fn what_our_own_program_writes_passes_and_names_its_places() {
    let mut doc = device();
    let person = Place::Person(user(1));
    assert_eq!(
        check(&entry(&mut doc, 1, "5.4", "diem", &points(500))),
        Ok(vec![
            Place::Score(number("5.4")),
            person.clone(),
            Place::CriteriaVersion
        ])
    );
    let later = |change: &Change| verify::check_change(change, &places(), user(1), Some(user(1)));
    let no_case = entry(&mut doc, 1, "5.4", WHOLE_INDICATOR, &Entry::NoCase);
    assert_eq!(later(&no_case), Ok(vec![Place::Score(number("5.4"))]));
    let text = explain(&mut doc, 1, "1.2", "", "Có 12 quyết định, 𝕏 👍.");
    assert_eq!(later(&text), Ok(vec![Place::Explanation(number("1.2"))]));
    let shorter = explain(&mut doc, 1, "1.2", "Có 12 quyết định, 𝕏 👍.", "");
    assert_eq!(later(&shorter), Ok(vec![Place::Explanation(number("1.2"))]));
    let head = HeadId::from("chu-tich-ubnd");
    let declared = write::declare_head(&mut doc, &official(1), &head, &HeadDeclaration::None, 1)
        .unwrap()
        .unwrap();
    assert_eq!(later(&one_change(&declared)), Ok(vec![Place::Declaration(head)]));
    let mut other = device();
    let first = one_change(&write::set_person(&mut other, &official(1), 1).unwrap().unwrap());
    assert_eq!(check(&first), Ok(vec![person]));
}

#[test]
fn the_genesis_and_the_migrations_are_taken_from_anybody_and_only_as_they_are() {
    for change in migrations::chain(&thuong_cat()).unwrap() {
        assert_eq!(check(&change), Ok(Vec::new()));
        let touched = altered(&change, |change| change.time = 1);
        assert_eq!(check(&touched), Err(Refusal::Genesis));
    }
    // somebody goes on with the actor of the genesis
    let mut doc = device();
    doc.set_actor(ActorId::from(&[0; 16][..]));
    let mut tx = doc.transaction();
    tx.put(layout().entries(&number("1.1")).unwrap(), "diem", "1p").unwrap();
    tx.commit();
    assert_eq!(check(&doc.get_last_local_change().unwrap()), Err(Refusal::Genesis));
}

#[test]
fn an_unknown_document_must_begin_with_its_own_genesis() {
    let id = thuong_cat().document_id();
    let genesis = dossier::genesis::genesis_change(&thuong_cat()).unwrap();
    assert_eq!(verify::opening(&id, &genesis), Ok(thuong_cat()));
    let of = |identity: &Identity| dossier::genesis::genesis_change(identity).unwrap();
    let year = Identity {
        year: 2023,
        ..thuong_cat()
    };
    let unit = Identity {
        unit: "x-ha-noi-bac-tu-liem-lien-mac".into(),
        ..thuong_cat()
    };
    let set = Identity {
        set: "QD619_2017".into(),
        ..thuong_cat()
    };
    for other in [year, unit, set] {
        assert_eq!(verify::opening(&id, &of(&other)), Err(Refusal::Genesis));
        assert_eq!(verify::opening(&other.document_id(), &of(&other)), Ok(other));
    }
    // an impossible year, an unknown set, another version, an operation too many
    let at = |index: usize, value: ScalarValue| {
        altered(&genesis, |change| change.operations[index].action = OpType::Put(value))
    };
    let more = altered(&genesis, |change| {
        let mut op = change.operations[0].clone();
        op.key = Key::Map("more".into());
        change.operations.push(op);
    });
    let first = entry(&mut device(), 1, "5.4", "diem", &points(500));
    for change in [
        at(0, ScalarValue::Uint(1)),
        at(1, ScalarValue::Str("".into())),
        at(2, ScalarValue::Uint(70_000)),
        at(3, ScalarValue::Str("QD99".into())),
        at(4, ScalarValue::Null),
        more,
        first,
        migrations::chain(&thuong_cat()).unwrap().remove(1),
    ] {
        assert_eq!(verify::opening(&id, &change), Err(Refusal::Genesis));
    }
}

#[test]
fn nobody_writes_under_another_name() {
    let mut doc = device();
    let first = entry(&mut doc, 2, "5.4", "diem", &points(500));
    let second = entry(&mut doc, 2, "5.4", "diem", &points(400));
    let by = |change: &Change, owner: Option<UserId>| verify::check_change(change, &places(), user(1), owner);
    assert_eq!(by(&first, None), Err(Refusal::Author));
    assert_eq!(by(&second, Some(user(2))), Err(Refusal::ForeignActor));
    assert_eq!(by(&second, None), Err(Refusal::UnknownActor));
    // an author on a later change stops Automerge with a failed assertion
    let footer = second
        .decode()
        .extra_bytes
        .is_empty()
        .then(|| first.decode().extra_bytes)
        .unwrap();
    let late = altered(&second, |change| change.extra_bytes.clone_from(&footer));
    assert_eq!(
        verify::check_change(&late, &places(), user(2), Some(user(2))),
        Err(Refusal::Author)
    );
    let mut longer = footer;
    longer.push(0);
    let odd = altered(&first, |change| change.extra_bytes = longer);
    assert_eq!(
        verify::check_change(&odd, &places(), user(2), None),
        Err(Refusal::Malformed)
    );
    // another program does not write an author at all: the receipt says whose change it is
    let mut other = device();
    let mut tx = other.transaction();
    tx.put(layout().entries(&number("5.4")).unwrap(), "diem", points(500).encode())
        .unwrap();
    tx.commit();
    let change = other.get_last_local_change().unwrap();
    assert_eq!(by(&change, None), Ok(vec![Place::Score(number("5.4"))]));
}

#[test]
fn a_clock_may_be_years_wrong_but_not_beyond_numbers() {
    let first = entry(&mut device(), 1, "5.4", "diem", &points(500));
    let at = |time: i64| check(&altered(&first, |change| change.time = time)).err();
    assert_eq!(at(0), None);
    assert_eq!(at(1_767_225_600_000), None, "milliseconds");
    assert_eq!(at(-62_135_596_800), None);
    assert_eq!(at(i64::MAX), Some(Refusal::Malformed));
    assert_eq!(at(i64::MIN), Some(Refusal::Malformed));
}

#[test]
fn containers_and_texts_are_not_replaced() {
    use Refusal::{ReplacedContainer, UnknownObject, WrongKind};
    let at = |doc: &Automerge, path: &[&str]| path.iter().fold(ROOT, |id, key| doc.get(&id, *key).unwrap().unwrap().1);
    let refused = |path: &[&str], key: &str, refusal: Refusal| {
        let object = at(&device(), path);
        let put = |value: &str| verdict(|tx| tx.put(&object, key, value).unwrap());
        assert_eq!(put("1p"), Err(refusal), "{path:?}/{key} put");
        for kind in [ObjType::Map, ObjType::List, ObjType::Text] {
            let made = verdict(|tx| drop(tx.put_object(&object, key, kind).unwrap()));
            let expected = if refusal == ReplacedContainer {
                ReplacedContainer
            } else {
                WrongKind
            };
            assert_eq!(made, Err(expected), "{path:?}/{key} make");
        }
        if refusal == ReplacedContainer && at(&device(), path) != ROOT || key != "new" {
            let deleted = verdict(|tx| tx.delete(&object, key).unwrap());
            assert_eq!(deleted, Err(refusal), "{path:?}/{key} delete");
        }
    };
    for key in ["unit", "year", "indicators", "explanations", "people", "meta", "new"] {
        refused(&[], key, ReplacedContainer);
    }
    refused(&["indicators"], "5.4", ReplacedContainer);
    refused(&["explanations"], "5.4", ReplacedContainer);
    refused(&["evidence"], "5.4", ReplacedContainer);
    refused(&["evidence", "5.4"], "new", WrongKind);
    // writing into an object the change makes itself, or anybody else made
    let entries = layout().entries(&number("5.4")).unwrap();
    let nested = foreign(&mut device(), 1, |tx| {
        let map = tx.put_object(&entries, "diem", ObjType::Map).unwrap();
        tx.put(map, "x", "1p").unwrap();
    });
    assert_eq!(check(&nested), Err(WrongKind));
    let inside = altered(&nested, |change| drop(change.operations.remove(0)));
    assert_eq!(check(&inside), Err(UnknownObject));
    let beyond = altered(&nested, |change| {
        change.operations.truncate(1);
        change.operations[0].obj = ObjectId::Id(OpId::new(10_000, &ActorId::from(&[0; 16][..])));
    });
    assert_eq!(check(&beyond), Err(UnknownObject));
}

#[test]
fn a_register_takes_only_what_can_be_read_again() {
    let entries = layout().entries(&number("5.4")).unwrap();
    let put = |key: &str, value: ScalarValue| verdict(|tx| tx.put(&entries, key, value).unwrap());
    assert_eq!(put("diem", "1p".into()), Ok(vec![Place::Score(number("5.4"))]));
    for value in [
        ScalarValue::Int(5),
        ScalarValue::Null,
        ScalarValue::counter(1),
        ScalarValue::Bytes(vec![1]),
    ] {
        assert_eq!(put("diem", value), Err(Refusal::WrongKind));
    }
    for value in [
        "",
        "5",
        "2p",
        "1j\u{1f}99999999999\u{1f}",
        &format!("1j\u{1f}1\u{1f}{}", "a".repeat(100_000)),
    ] {
        assert_eq!(put("diem", value.into()), Err(Refusal::Unreadable));
    }
    assert_eq!(put(WHOLE_INDICATOR, "1n".into()), Ok(vec![Place::Score(number("5.4"))]));
    assert_eq!(put(WHOLE_INDICATOR, "1p".into()), Err(Refusal::Unreadable));
    for key in ["", "Điểm", "a/b", &"x".repeat(33)] {
        if !key.is_empty() {
            assert_eq!(put(key, "1p".into()), Err(Refusal::UnknownKey));
        }
    }
    let declarations = layout().declarations();
    assert_eq!(
        verdict(|tx| tx.put(&declarations, "chu-tich-ubnd", "1q").unwrap()),
        Err(Refusal::Unreadable)
    );
    let meta = layout().meta();
    assert_eq!(
        verdict(|tx| tx.put(&meta, "other", "1").unwrap()),
        Err(Refusal::UnknownKey)
    );
    assert_eq!(
        verdict(|tx| tx.put(&meta, "criteria", "x".repeat(17)).unwrap()),
        Err(Refusal::Unreadable)
    );
    let people = layout().people();
    let name = |who: u128, text: &str| verdict(|tx| tx.put(&people, user(who).to_string(), text).unwrap());
    assert_eq!(name(1, "1Hà\u{1f}Công chức"), Ok(vec![Place::Person(user(1))]));
    assert_eq!(name(2, "1Hà\u{1f}Công chức"), Err(Refusal::OtherPerson));
    assert_eq!(name(1, "Hà"), Err(Refusal::Unreadable));
}

#[test]
fn a_text_takes_characters_and_nothing_else() {
    let text = layout().explanation(&number("5.4")).unwrap();
    let typed = foreign(&mut device(), 1, |tx| tx.splice_text(&text, 0, 0, "ệ𝕏").unwrap());
    assert_eq!(check(&typed), Ok(vec![Place::Explanation(number("5.4"))]));
    let wide = altered(&typed, |change| change.operations[0].action = OpType::Put("ab".into()));
    assert_eq!(check(&wide), Err(Refusal::WrongKind));
    let number_in = altered(&typed, |change| {
        change.operations[0].action = OpType::Put(ScalarValue::Int(1));
    });
    assert_eq!(check(&number_in), Err(Refusal::WrongKind));
    assert_eq!(
        verdict(|tx| drop(tx.insert_object(&text, 0, ObjType::Map).unwrap())),
        Err(Refusal::WrongKind)
    );
    let mark = |tx: &mut Transaction<'_>| {
        tx.splice_text(&text, 0, 0, "ab").unwrap();
        let bold = automerge::marks::Mark::new("bold".to_owned(), true, 0, 2);
        tx.mark(&text, bold, automerge::marks::ExpandMark::Both).unwrap();
    };
    assert_eq!(verdict(mark), Err(Refusal::WrongKind));
    let put_over = |tx: &mut Transaction<'_>| {
        tx.splice_text(&text, 0, 0, "ab").unwrap();
        tx.put(&text, 0, "x").unwrap();
    };
    assert_eq!(verdict(put_over), Err(Refusal::WrongKind));
    assert_eq!(
        verdict(|tx| tx.splice_text(&text, 0, 0, &"a".repeat(20_001)).unwrap()),
        Err(Refusal::TooLarge)
    );
    let entries = layout().entries(&number("5.4")).unwrap();
    let writes = |count: usize| {
        verdict(|tx| {
            for key in (0..count).rev() {
                tx.put(&entries, format!("k{key:04}"), "1p").unwrap();
            }
        })
        .map(|places| places.len())
    };
    assert_eq!(writes(verify::MAX_REGISTERS), Ok(1));
    assert_eq!(writes(verify::MAX_REGISTERS + 1), Err(Refusal::TooLarge));
    let long = altered(&typed, |change| change.message = Some("m".repeat(257)));
    assert_eq!(check(&long), Err(Refusal::TooLarge));
}

#[test]
fn a_change_names_each_change_it_builds_on_once_and_not_thousands() {
    let mut doc = device();
    entry(&mut doc, 1, "5.4", "diem", &points(500));
    let change = entry(&mut doc, 1, "5.4", "diem", &points(400));
    let with = |deps: Vec<ChangeHash>| {
        let change = altered(&change, |change| change.deps = deps);
        verify::check_change(&change, &places(), user(1), Some(user(1)))
    };
    let named = |count: u16| -> Vec<ChangeHash> {
        let hash = |n: u16| ChangeHash([n.to_be_bytes(); 16].concat().try_into().unwrap());
        (0..count).map(hash).collect()
    };
    assert!(with(named(1_000)).is_ok());
    assert_eq!(with(named(1_001)), Err(Refusal::TooLarge));
    let twice = change.deps().repeat(2);
    assert_eq!(with(twice), Err(Refusal::Malformed));
}
