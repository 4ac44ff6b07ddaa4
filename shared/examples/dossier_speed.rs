//! How long the dossier's own functions take on long histories. `cargo run --release -p shared --example dossier_speed`
//!
//! Four officials score the twenty indicators over and over; every tenth edit goes into an explanation.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a tool that measures")]

use automerge::{Automerge, ReadDoc};
use shared::dossier::{self, Author, Identity, Person, read, write};
use shared::id::{IndicatorNumber, UserId};
use shared::points::Points;
use shared::scoring::{Entry, Judged};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    for changes in [200, 5_000, 20_000] {
        let doc = history(changes);
        println!("{changes} changes, {} operations", doc.stats().num_ops);
        measure(&doc);
    }
}

fn author(n: u128) -> Author {
    Author {
        user: UserId::new(uuid::Uuid::from_u128(n)),
        person: Person::new("Nguyễn Thị Hà", "Công chức Tư pháp - Hộ tịch"),
        criteria_version: "1".to_owned(),
    }
}

/// A document with so many changes, loaded as from disk.
fn history(changes: usize) -> Automerge {
    let identity = Identity::dossier("x-ha-noi-bac-tu-liem-thuong-cat".into(), 2024, "QD25_2021".into());
    let numbers = dossier::genesis::numbers(&identity.set).unwrap();
    let mut devices: Vec<Automerge> = (0..4).map(|_| dossier::create(&identity).unwrap()).collect();
    let mut made = 0;
    let mut step = 0_usize;
    while made < changes {
        let who = step % 4;
        let number = IndicatorNumber::from(numbers[step * 7 % numbers.len()]);
        let doc = &mut devices[who];
        let author = author(who as u128);
        let written = if step % 10 == 9 {
            let base = read::explanation(doc, &number).unwrap();
            let tail: String = base.chars().skip(200).collect();
            write::edit_explanation(
                doc,
                &author,
                &number,
                &base,
                &format!("{tail} Lần ghi thứ {step} của năm."),
                1,
            )
        } else {
            let points = Judged::new(Points::from_hundredths((step % 500) as i64), "theo hồ sơ").unwrap();
            write::set_entry(doc, &author, &number, "diem", &Entry::Judged(points), step as i64)
        };
        made += usize::from(written.unwrap().is_some());
        step += 1;
        if step.is_multiple_of(40) {
            let (first, rest) = devices.split_at_mut(1);
            for other in rest.iter_mut() {
                first[0].merge(other).unwrap();
            }
            for other in rest.iter_mut() {
                other.merge(&mut first[0]).unwrap();
            }
        }
    }
    let (first, rest) = devices.split_at_mut(1);
    for other in rest {
        first[0].merge(other).unwrap();
    }
    Automerge::load(&first[0].save()).unwrap()
}

fn timed<T>(name: &str, times: u32, mut work: impl FnMut() -> T) {
    black_box(work());
    let start = Instant::now();
    for _ in 0..times {
        black_box(work());
    }
    println!(
        "  {name:<44} {:>10.1} µs",
        start.elapsed().as_secs_f64() * 1e6 / f64::from(times)
    );
}

fn measure(doc: &Automerge) {
    let at = IndicatorNumber::from("5.4");
    timed("read::indicator", 200, || read::indicator(doc, &at).unwrap());
    timed("people", 200, || read::people(doc).unwrap());
    let heads = doc.get_heads();
    timed("get_change_by_hash", 200, || doc.get_change_by_hash(&heads[0]).unwrap());
    timed("get_changes of all", 3, || doc.get_changes(&[]));
    timed("get_changes_meta of all", 3, || doc.get_changes_meta(&[]).len());
    let object = dossier::layout::Layout::of_document(doc).unwrap().entries(&at).unwrap();
    timed("get_all", 200, || doc.get_all(&object, "diem").unwrap().len());
    timed("get_all_at heads", 200, || {
        doc.get_all_at(&object, "diem", &heads).unwrap().len()
    });
    let before = doc.get_change_by_hash(&heads[0]).unwrap().deps().to_vec();
    timed("get_all_at before", 200, || {
        doc.get_all_at(&object, "diem", &before).unwrap().len()
    });
    timed("get_changes_meta since before", 200, || {
        doc.get_changes_meta(&before).len()
    });
    timed("Identity::of", 200, || Identity::of(doc).unwrap());
    let mut doc = doc.fork();
    let mut n = 0;
    timed("write::set_entry", 50, || {
        n += 1;
        let points = Judged::new(Points::from_hundredths(n), "").unwrap();
        write::set_entry(&mut doc, &author(9), &at, "diem", &Entry::Judged(points), 1)
            .unwrap()
            .unwrap()
    });
}
