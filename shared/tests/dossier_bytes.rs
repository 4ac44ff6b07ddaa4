//! Changes whose bytes were altered and whose checksum is right: the checks never panic, and what passes them does not
//! break the document, in memory or on disk.

mod dossier_kit;

use automerge::{Automerge, Change, ReadDoc};
use dossier_kit::*;
use sha2::{Digest, Sha256};
use shared::dossier::verify::{self, Places, References, Refusal};
use shared::dossier::write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The same chunk with another byte, and the checksum that belongs to it.
fn altered(raw: &[u8], at: usize, with: u8) -> Vec<u8> {
    let mut bytes = raw.to_vec();
    bytes[at] ^= with;
    // magic (4), checksum (4), then what is hashed: type, length, content
    let sum = Sha256::digest(&bytes[8..]);
    bytes[4..8].copy_from_slice(&sum[..4]);
    bytes
}

#[test]
fn no_altered_byte_breaks_the_server() {
    let places = Places::of(&thuong_cat()).unwrap();
    let mut doc = device();
    write::set_entry(&mut doc, &official(2), &number("5.4"), "diem", &points(300), 1).unwrap();
    write::edit_explanation(&mut doc, &official(2), &number("5.4"), "", "abcd", 1).unwrap();
    let server = doc.fork();
    let mut author = doc.fork();
    let first = write::set_entry(&mut author, &official(1), &number("5.4"), "diem", &points(500), 1).unwrap();
    let text = write::edit_explanation(&mut author.fork(), &official(1), &number("5.4"), "abcd", "aXd", 1).unwrap();
    let (mut refused, mut passed, mut malformed) = (0, 0, 0);
    for raw in [first, text] {
        let raw = raw.unwrap();
        for at in 9..raw.len() {
            for with in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x7f, 0xff] {
                let parsed = catch_unwind(|| Change::from_bytes(altered(&raw, at, with)));
                let Ok(Ok(change)) = parsed else { continue };
                let known = |hash| server.get_change_by_hash(hash).is_some();
                if !change.deps().iter().all(known) || change.start_op().get() > server.stats().num_ops + 100 {
                    continue; // an orphan, or counted on wrongly: the room's matter
                }
                let mut check = References::new();
                let verdict = verify::check_change(&change, &places, user(1), None)
                    .and_then(|_| check.check(&server, &places, &change));
                if let Err(refusal) = verdict {
                    malformed += usize::from(refusal == Refusal::Malformed);
                    refused += 1;
                    continue;
                }
                passed += 1;
                let mut next = server.fork();
                let applied = catch_unwind(AssertUnwindSafe(|| {
                    next.apply_changes([change.clone()]).unwrap();
                    Automerge::load(&next.save()).unwrap().get_heads() == next.get_heads()
                }));
                assert!(
                    applied.is_ok_and(|same| same),
                    "byte {at} with {with:#x}: {:?}",
                    change.decode()
                );
            }
        }
    }
    assert!(refused > 100 && passed > 100, "{refused} refused, {passed} passed");
    assert!(malformed > 0, "among them such as Automerge panics on");
}
