//! How long the dossier's own functions take on long histories. `cargo run --release -p shared --example dossier_speed`
//!
//! Four officials score the twenty indicators over and over; every tenth edit goes into an explanation.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a tool that measures")]

use automerge::{Automerge, Change, ReadDoc};
use shared::access::Place;
use shared::criteria;
use shared::dossier::verify::{self, Places, References};
use shared::dossier::{self, Author, Identity, Person, Standing, history, read, write};
use shared::id::{IndicatorNumber, UserId};
use shared::points::Points;
use shared::scoring::{Context, Entry, Judged};
use std::collections::HashMap;
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
            let tail: String = base.chars().skip(base.chars().count().saturating_sub(200)).collect();
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
    let set = criteria::set(&"QD25_2021".into()).unwrap();
    let identity = Identity::of(doc).unwrap();
    let places = Places::of(&identity).unwrap();
    timed("read::summary", 100, || {
        read::summary(doc, set, Context::default()).unwrap()
    });
    let mut standing = Standing::read(doc).unwrap();
    let written = [Place::Score(at.clone())];
    timed("Standing::reread and summary", 100, || {
        standing.reread(doc, &written).unwrap();
        standing.summary(set, Context::default())
    });
    timed("read::indicator", 100, || read::indicator(doc, &at).unwrap());
    timed("read::people", 100, || read::people(doc).unwrap());
    timed("Identity::of", 20, || Identity::of(doc).unwrap());
    timed("Places::of", 20, || Places::of(&identity).unwrap());
    timed("history::of_indicator", 2, || {
        history::of_indicator(doc, &at, &HashMap::new()).unwrap()
    });

    let mut later = doc.fork();
    let mut n = 0;
    let mut bytes = Vec::new();
    timed("write::set_entry", 100, || {
        n += 1;
        let points = Judged::new(Points::from_hundredths(n), "").unwrap();
        bytes = write::set_entry(&mut later, &author(9), &at, "diem", &Entry::Judged(points), 1)
            .unwrap()
            .unwrap();
    });
    let changes = later.get_changes(&doc.get_heads());
    let (first, last) = (changes.first().unwrap(), changes.last().unwrap());
    let user = author(9).user;
    timed("Change::from_bytes", 100, || Change::from_bytes(bytes.clone()).unwrap());
    timed("verify::check_change", 100, || {
        verify::check_change(last, &places, user, Some(user)).unwrap()
    });
    timed("verify::References, at the heads", 100, || {
        References::new().check(doc, &places, first).unwrap();
    });
    let mut references = References::new();
    timed("verify::References, a batch of 100", 1, || {
        references.clear();
        changes
            .iter()
            .for_each(|change| references.check(doc, &places, change).unwrap());
    });
    // a colleague's change while another one came in
    let mut apart = doc.fork();
    let points = Judged::new(Points::from_hundredths(1), "").unwrap();
    write::set_entry(&mut apart, &author(8), &at, "diem", &Entry::Judged(points), 1)
        .unwrap()
        .unwrap();
    let concurrent = apart.get_last_local_change().unwrap();
    let mut server = doc.fork();
    server.apply_changes([first.clone()]).unwrap();
    timed("verify::References, concurrent", 100, || {
        References::new().check(&server, &places, &concurrent).unwrap();
    });
}
