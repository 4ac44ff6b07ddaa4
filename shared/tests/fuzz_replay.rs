//! Replays the kept corpus and a fixed set of mutations of it through every decoder.

mod fuzz;

use automerge::Automerge;
use automerge::sync::{Message, State, SyncDoc};
use fuzz::mutate::{Random, mutate};
use fuzz::{Payload, chunk, content_of};
use std::time::{Duration, Instant};

/// Mutations of each target; the time is a stop for slow machines, not a target.
const MUTATIONS: usize = 10_000;
const STOP: Duration = Duration::from_secs(60);

fn corpus(folder: &str) -> Vec<Vec<u8>> {
    let path = format!("{}/tests/corpus/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(path).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[allow(clippy::disallowed_methods, reason = "a bound on the time of a test")]
fn replay(seed: u64, seeds: &[Vec<u8>], mutations: usize, mut target: impl FnMut(&[u8])) {
    for bytes in seeds {
        target(bytes);
    }
    let start = Instant::now();
    let mut random = Random(seed);
    for _ in 0..mutations {
        let mut bytes = seeds[random.below(seeds.len())].clone();
        let other = &seeds[random.below(seeds.len())];
        mutate(&mut random, &mut bytes, other);
        target(&bytes);
        if start.elapsed() > STOP {
            break;
        }
    }
}

/// A dossier that user 2 has scored, and the same after user 1 has gone on: scores, an explanation changed, a declaration.
/// Kept, because actors are random and the same bytes are to be tried each time.
fn dossier() -> (Automerge, Automerge) {
    let load = |name: &str| {
        let path = format!("{}/tests/corpus/dossier/{name}.bin", env!("CARGO_MANIFEST_DIR"));
        Automerge::load(&std::fs::read(path).unwrap()).unwrap()
    };
    (load("before"), load("after"))
}

#[test]
fn frames() {
    replay(1, &corpus("wire"), MUTATIONS, fuzz::frame);
}

#[test]
fn chunks() {
    let (_, doc) = dossier();
    let mut seeds = corpus("chunks");
    seeds.extend([doc.save(), doc.save_nocompress()]);
    seeds.extend(doc.get_changes(&[]).iter().map(|c| c.raw_bytes().to_vec()));
    seeds.extend(doc.get_changes(&[]).iter_mut().map(|c| c.bytes().into_owned()));
    replay(2, &seeds, MUTATIONS, fuzz::chunks);
}

#[test]
fn documents() {
    let (_, doc) = dossier();
    let mut seeds = corpus("chunks");
    let saved = [doc.save(), doc.save_nocompress()];
    seeds.extend(saved.clone());
    replay(3, &seeds, MUTATIONS / 5, fuzz::document);
    // With a right checksum, so that it is looked into.
    let contents = saved.map(|saved| content_of(&saved).to_vec());
    replay(7, &contents, MUTATIONS / 5, |content| {
        fuzz::document(&chunk(0, content).1);
    });
}

#[test]
fn criteria_files() {
    let files: Vec<_> = shared::criteria::files()
        .map(|(_, text)| text.as_bytes().to_vec())
        .collect();
    replay(4, &files, MUTATIONS / 20, fuzz::criteria);
}

#[test]
fn payloads() {
    let (base, doc) = dossier();
    let mut seeds = corpus("payloads");
    let mut empty = State::new();
    seeds.push(doc.generate_sync_message(&mut empty).unwrap().encode());
    let target = Payload::new(base);
    replay(5, &seeds, MUTATIONS / 4, |bytes| {
        target.run(bytes);
    });
}

/// Changes with a right checksum whose content is not what a program of ours would write: each is taken or refused, and
/// in both cases the dossier can be stored, loaded and written on.
#[test]
fn well_formed_changes_with_strange_content() {
    let (base, doc) = dossier();
    let honest = doc.get_changes(&base.get_heads());
    let target = Payload::new(base.clone());
    let (mut all, mut strange) = (0, 0);
    for (at, change) in honest.iter().enumerate() {
        // Those before it go along, so that it does not fail for want of them.
        let before: Vec<_> = honest[..at].iter().map(|c| c.raw_bytes().to_vec()).collect();
        let seeds: Vec<_> = [change, &honest[0]].map(|c| content_of(c.raw_bytes()).to_vec()).into();
        replay(6 + at as u64, &seeds[..], MUTATIONS / 2 / honest.len(), |content| {
            let (hash, chunk) = chunk(1, content);
            let mut message: Message = base.generate_sync_message(&mut State::new()).unwrap();
            message.heads = vec![hash];
            message.changes = before.iter().cloned().chain([chunk]).collect::<Vec<_>>().into();
            all += 1;
            strange += usize::from(target.run(&message.encode()) > at);
        });
    }
    assert!(strange > 50 && strange < all / 2, "{strange} of {all} taken");
}
