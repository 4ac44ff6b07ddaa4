//! Chunks that are larger than they look, and chunks that are not what they say.

use automerge::transaction::Transactable;
use automerge::{AutoCommit, Change, ObjType, ROOT};
use shared::sync::inflate::{Chunk, DOSSIER, InflateError, Limits, chunks, inflate};

fn leb(mut n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

fn sleb(mut n: i64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        if (n == 0 && byte & 0x40 == 0) || (n == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

fn chunk(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, kind];
    out.extend(leb(content.len() as u64));
    out.extend(content);
    out
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = flate2::bufread::DeflateEncoder::new(bytes, flate2::Compression::best());
    std::io::Read::read_to_end(&mut encoder, &mut out).unwrap();
    out
}

/// A change with one column.
fn change_with(spec: u64, column: &[u8]) -> Vec<u8> {
    let mut out = vec![0, 1, 9, 1, 1, 0, 0, 0]; // no deps, actor 09, seq 1, op 1, time 0, no message, no actors
    out.extend([1]);
    out.extend(leb(spec));
    out.extend(leb(column.len() as u64));
    out.extend(column);
    out
}

fn document() -> AutoCommit {
    let mut doc = AutoCommit::new();
    let text = doc.put_object(ROOT, "text", ObjType::Text).unwrap();
    doc.splice_text(&text, 0, 0, &"Kết quả tự chấm điểm của xã. ".repeat(40))
        .unwrap();
    for n in 0..300 {
        doc.put(ROOT, format!("k{}", n % 20), n).unwrap();
        doc.commit();
    }
    doc
}

#[test]
fn honest_chunks_pass_and_are_found_one_by_one() {
    let mut doc = document();
    let saved = doc.save();
    assert_eq!(chunks(&saved, &DOSSIER).unwrap(), [Chunk::Document(&saved)]);
    assert_eq!(chunks(&doc.save_nocompress(), &DOSSIER).unwrap().len(), 1);
    let mut changes: Vec<Change> = doc.get_changes(&[]);
    let raw: Vec<u8> = changes.iter().flat_map(|c| c.raw_bytes().to_vec()).collect();
    assert_eq!(chunks(&raw, &DOSSIER).unwrap().len(), changes.len());
    // The first one is long enough to be deflated.
    let deflated = changes[0].bytes().into_owned();
    assert_eq!(deflated[8], 2);
    assert_eq!(chunks(&deflated, &DOSSIER).unwrap(), [Chunk::Change(&deflated)]);
}

#[test]
fn deflated_bombs_are_stopped_before_they_are_large() {
    let bomb = chunk(2, &deflate(&vec![0; 50 << 20]));
    assert!(bomb.len() < 60_000);
    assert_eq!(chunks(&bomb, &DOSSIER), Err(InflateError::TooLarge));
    assert_eq!(inflate(&deflate(&[0; 1_001]), 1_000), Err(InflateError::TooLarge));
    assert_eq!(inflate(&deflate(&[0; 1_000]), 1_000).unwrap().len(), 1_000);
}

#[test]
fn a_documents_columns_are_limited_together() {
    let mut content = vec![0, 0]; // no actors, no heads
    let column = deflate(&vec![0; 6 << 20]);
    // Two deflated columns of raw values of 6 MB each.
    content.extend([2]);
    for id in [5_u64, 6] {
        content.extend(leb(id << 4 | 0b1000 | 7));
        content.extend(leb(column.len() as u64));
    }
    content.extend([0]);
    content.extend([&column[..], &column[..]].concat());
    assert_eq!(chunks(&chunk(0, &content), &DOSSIER), Err(InflateError::TooLarge));
}

#[test]
fn runs_are_counted_without_being_unrolled() {
    let integers = [sleb(1 << 40), leb(7)].concat();
    let nulls = [sleb(0), leb(1 << 50)].concat();
    let booleans = leb(1 << 40);
    let long_text = [sleb(10_000), leb(1_000), vec![b'x'; 1_000]].concat();
    let many_runs = [sleb(30_000), leb(1), sleb(31_000), leb(2)].concat();
    for (spec, column) in [
        (4 << 4 | 2, &integers),
        (4 << 4 | 2, &nulls),
        (4 << 4 | 2, &many_runs),
        (1 << 4 | 1, &integers),
        (7 << 4, &integers),
        (1 << 4 | 3, &integers),
        (5 << 4 | 6, &integers),
        (3 << 4 | 4, &booleans),
        (1 << 4 | 5, &long_text),
        (63 << 4 | 2, &integers), // a column of later
    ] {
        let bomb = chunk(1, &change_with(spec, column));
        assert_eq!(chunks(&bomb, &DOSSIER), Err(InflateError::TooLarge), "{spec}");
        let bomb = chunk(2, &deflate(&change_with(spec, column)));
        assert_eq!(chunks(&bomb, &DOSSIER), Err(InflateError::TooLarge), "{spec}");
    }
}

#[test]
fn what_is_not_as_the_format_says_is_refused() {
    let good = document().get_changes(&[])[3].raw_bytes().to_vec();
    let malformed = |bytes: &[u8]| {
        let found = chunks(bytes, &DOSSIER);
        assert!(matches!(found, Err(InflateError::Malformed(_))), "{bytes:?}");
    };
    for end in 1..good.len() {
        malformed(&good[..end]);
    }
    let mut magic = good.clone();
    magic[0] = 0x84;
    malformed(&magic);
    for kind in [3, 4, 255] {
        let mut bytes = good.clone();
        bytes[8] = kind;
        malformed(&bytes);
    }
    malformed(&[&good[..], b"more"].concat());
    malformed(&chunk(1, &change_with(4 << 4 | 0b1000 | 2, &[])));
    malformed(&chunk(2, &[0xff; 9]));
    // A length of 2^64 - 1.
    malformed(&[&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1][..], &[0xff; 9], &[1]].concat());
    assert_eq!(chunks(&[], &DOSSIER), Ok(vec![]));
    let small = Limits {
        change_bytes: 20,
        ..DOSSIER
    };
    assert_eq!(chunks(&good, &small), Err(InflateError::TooLarge));
}
