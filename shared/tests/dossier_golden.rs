//! Golden documents: what a release made must load, and be made again byte for byte, for ever.
//!
//! A golden file is the raw bytes of a document's changes, one after another (no compression, so that another version
//! of the compressor changes nothing). To add one: `GOLDEN=write cargo test -p shared --test dossier_golden`.

mod dossier_kit;

use automerge::{ActorId, Automerge, ReadDoc};
use dossier_kit::{meet, number, official, points, ratio, thuong_cat};
use shared::dossier::layout::WHOLE_INDICATOR;
use shared::dossier::{self, Author, Identity, migrations, read, write};
use shared::id::HeadId;
use shared::scoring::{Discipline, Entry, HeadDeclaration};
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// Compares with the file; writes it first when asked to.
fn golden(name: &str, made: &[u8]) -> Vec<u8> {
    if std::env::var_os("GOLDEN").is_some_and(|v| v == "write") {
        std::fs::write(file(name), made).unwrap();
    }
    let kept = std::fs::read(file(name)).unwrap();
    assert!(kept == made, "{name}: the bytes differ from the release that wrote it");
    kept
}

fn raw(doc: &Automerge) -> Vec<u8> {
    doc.get_changes(&[])
        .iter()
        .flat_map(|change| change.raw_bytes().to_vec())
        .collect()
}

#[test]
fn the_genesis_is_the_same_for_ever() {
    for set in dossier::genesis::sets() {
        let identity = Identity {
            set: set.clone(),
            ..thuong_cat()
        };
        let kept = golden(
            &format!("genesis-v0-{set}.automerge"),
            &raw(&dossier::genesis(&identity).unwrap()),
        );
        let loaded = Automerge::load(&kept).unwrap();
        assert_eq!(Identity::of(&loaded).unwrap(), identity);
    }
}

#[test]
fn the_hash_of_the_genesis_is_known() {
    let change = dossier::genesis::genesis_change(&thuong_cat()).unwrap();
    assert_eq!(
        change.hash().to_string(),
        "270ca8ad6d8e89a2aca7d5e971aa9c41ce63f8bd90d223ef0442ede03868473a"
    );
    assert_eq!(change.timestamp(), 0);
    assert_eq!(change.author(), None);
}

#[test]
fn a_new_dossier_is_the_same_for_ever() {
    for set in dossier::genesis::sets() {
        let identity = Identity {
            set: set.clone(),
            ..thuong_cat()
        };
        let kept = golden(
            &format!("migration-1-{set}.automerge"),
            &raw(&dossier::create(&identity).unwrap()),
        );
        let loaded = Automerge::load(&kept).unwrap();
        assert_eq!(loaded.get_heads(), dossier::create(&identity).unwrap().get_heads());
    }
}

#[test]
fn a_document_of_the_first_release_is_migrated_in_place() {
    let mut old = Automerge::load(&std::fs::read(file("genesis-v0-QD25_2021.automerge")).unwrap()).unwrap();
    let added = migrations::apply(&mut old).unwrap();
    assert_eq!(added.len(), 1);
    assert_eq!(old.get_heads(), dossier::create(&thuong_cat()).unwrap().get_heads());
    assert!(migrations::apply(&mut old).unwrap().is_empty());
}

#[test]
fn containers_are_where_the_layout_says() {
    use dossier::layout::{Container, Layout};
    for set in dossier::genesis::sets() {
        let identity = Identity {
            set: set.clone(),
            ..thuong_cat()
        };
        let doc = dossier::create(&identity).unwrap();
        let layout = Layout::of(&set).unwrap();
        let at = |path: &[&str]| {
            let mut id = automerge::ROOT;
            for key in path {
                id = doc.get(&id, *key).unwrap().unwrap().1;
            }
            id
        };
        let kind = |id: &automerge::ObjId| match id {
            automerge::ObjId::Id(counter, _, _) => layout.container(*counter),
            automerge::ObjId::Root => Some(Container::Fixed),
        };
        for number in layout.numbers() {
            let n = (*number).into();
            for (id, path, container) in [
                (
                    layout.entries(&n).unwrap(),
                    ["indicators", *number],
                    Container::Entries(number),
                ),
                (
                    layout.explanation(&n).unwrap(),
                    ["explanations", *number],
                    Container::Explanation(number),
                ),
                (
                    layout.evidence(&n).unwrap(),
                    ["evidence", *number],
                    Container::Evidence(number),
                ),
            ] {
                assert_eq!(id, at(&path));
                assert_eq!(kind(&id), Some(container));
            }
        }
        for (id, key, container) in [
            (layout.declarations(), "declarations", Container::Declarations),
            (layout.people(), "people", Container::People),
            (layout.meta(), "meta", Container::Meta),
            (at(&["indicators"]), "indicators", Container::Fixed),
            (at(&["explanations"]), "explanations", Container::Fixed),
            (at(&["evidence"]), "evidence", Container::Fixed),
        ] {
            assert_eq!(id, at(&[key]));
            assert_eq!(kind(&id), Some(container));
        }
        let operations = doc.stats().num_ops;
        assert_eq!(layout.container(operations + 1), None);
        let made = (1..=operations).filter(|c| layout.container(*c).is_some()).count();
        assert_eq!(
            made as u64,
            operations - 5,
            "every container is known, the five scalars are none"
        );
    }
}

/// A small dossier in which everything occurs once. Its actors are fixed, which no real one's are.
fn small_dossier() -> Automerge {
    let device = |author: &Author, n: u8| {
        let mut doc = dossier::create(&thuong_cat()).unwrap();
        author.sign(&mut doc);
        doc.set_actor(ActorId::from(&[n; 16][..]));
        doc
    };
    let (ha, binh) = (official(0), official(1));
    let (mut a, mut b) = (device(&ha, 1), device(&binh, 2));
    let at = 1_704_700_000;
    write::set_entry(&mut a, &ha, &number("5.4"), "diem", &points(500), at).unwrap();
    write::set_entry(&mut b, &binh, &number("5.4"), "diem", &points(450), at + 60).unwrap();
    write::set_entry(&mut b, &binh, &number("2.5"), "ty-le", &ratio(9, 10), at + 90).unwrap();
    meet(&mut a, &mut b);
    write::set_entry(&mut a, &ha, &number("1.1"), "day-du", &Entry::Pass, at + 120).unwrap();
    write::set_entry(&mut a, &ha, &number("1.1"), WHOLE_INDICATOR, &Entry::NoCase, at + 180).unwrap();
    write::edit_explanation(&mut b, &binh, &number("2.5"), "", "Đã mở 02 lớp tập huấn.", at + 200).unwrap();
    let discipline = Discipline::new("khiển trách", "12/QĐ-UBND", None).unwrap();
    let heads = [HeadId::from("bi-thu-cap-uy"), HeadId::from("chu-tich-ubnd")];
    write::declare_head(&mut b, &binh, &heads[0], &HeadDeclaration::None, at + 220).unwrap();
    write::declare_head(&mut b, &binh, &heads[1], &HeadDeclaration::Yes(discipline), at + 230).unwrap();
    meet(&mut a, &mut b);
    write::edit_explanation(
        &mut a,
        &ha,
        &number("2.5"),
        "Đã mở 02 lớp tập huấn.",
        "Đã mở 03 lớp.",
        at + 300,
    )
    .unwrap();
    a
}

#[test]
fn a_small_dossier_is_read_and_written_alike_for_ever() {
    let made = small_dossier();
    let kept = golden("dossier-1.automerge", &raw(&made));
    let loaded = Automerge::load(&kept).unwrap();
    assert_eq!(loaded.get_heads(), made.get_heads());
    assert_eq!(Identity::of(&loaded).unwrap(), thuong_cat());
    let shown = read::indicator(&loaded, &number("5.4")).unwrap();
    assert_eq!(shown.registers["diem"].values().count(), 2);
    assert_eq!(
        read::indicator(&loaded, &number("1.1")).unwrap().registers["day-du"]
            .current
            .value,
        Entry::Cleared
    );
    assert_eq!(read::explanation(&loaded, &number("2.5")).unwrap(), "Đã mở 03 lớp.");
    assert_eq!(read::declarations(&loaded).unwrap().len(), 2);
    assert_eq!(read::people(&loaded).unwrap().len(), 2);
    let again = Automerge::load(&loaded.save()).unwrap();
    assert_eq!(again.get_heads(), loaded.get_heads());
}
