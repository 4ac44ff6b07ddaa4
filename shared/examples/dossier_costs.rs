//! What a dossier costs by the length of its history: bytes on the wire, and milliseconds to load. One line of JSON:
//!
//! ```text
//! cargo run --release -p shared --example dossier_costs
//! ```
//! The bytes are those of both directions together, on the network of the tests; the time is the median of some loads, on
//! this machine as it is. `cargo xtask bench` runs it and shows it with the rest.
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

#[path = "../tests/sync_net/mod.rs"]
mod sync_net;

use automerge::{Automerge, Change};
use serde_json::json;
use std::time::Instant;
use sync_net::{Client, Net, Server, dossier as sample};

/// Loads of which the median is taken.
const LOADS: usize = 9;

/// Bytes of one score change up, and of everything that comes back to its author.
fn one_change(history: u32) -> usize {
    let base = sample::dossier(history);
    let mut net = Net::new(Server::open(base.clone()));
    net.connect(1, 1, true, Client::new("client01", base));
    let me = sample::official(1);
    // The first change of a page also brings its author's name: the second is the one that comes again and again.
    for n in 0..2 {
        sample::score(net.clients.get_mut(&1).expect("connected above").doc(), &me, 90_000 + n);
        net.reset_counts();
        net.changed(1);
    }
    net.up.0 + net.down.0
}

fn offline(history: u32, changes: u32) -> usize {
    let net = sample::offline_and_back(history, changes);
    net.up.0 + net.down.0
}

fn median_ms(mut load: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..LOADS)
        .map(|_| {
            let begin = Instant::now();
            load();
            begin.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times.get(LOADS / 2).copied().unwrap_or_default() * 10.0).round() / 10.0
}

/// From a compacted device, and from one that holds each change in a row of its own.
fn load(history: u32) -> serde_json::Value {
    let doc = sample::dossier(history);
    let snapshot = doc.save();
    let rows: Vec<Vec<u8>> = doc
        .get_changes(&[])
        .iter()
        .map(|change| change.raw_bytes().to_vec())
        .collect();
    let from_snapshot = median_ms(|| drop(Automerge::load(&snapshot).expect("just saved")));
    let from_rows = median_ms(|| {
        let changes: Vec<Change> = rows
            .iter()
            .map(|row| Change::from_bytes(row.clone()).expect("just read"))
            .collect();
        let mut doc = Automerge::new();
        doc.apply_changes_batch(changes).expect("in order");
    });
    json!({
        "snapshot_bytes": snapshot.len(),
        "rows_bytes": rows.iter().map(Vec::len).sum::<usize>(),
        "snapshot_ms": from_snapshot,
        "rows_ms": from_rows,
    })
}

fn main() {
    let figures = json!({
        "one_change_bytes": one_change(5_000),
        "offline_200_on_5000_bytes": offline(5_000, 200),
        "offline_200_on_20000_bytes": offline(20_000, 200),
        "load_5000": load(5_000),
        "load_20000": load(20_000),
    });
    println!("{figures}");
}
