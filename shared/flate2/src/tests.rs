//! Both libraries beside each other.

use crate::{
    Compression, Inflate,
    bufread::{self, DeflateDecoder, DeflateEncoder},
    fast, small,
};
use proptest::{prelude::*, sample::Index};
use std::io::{ErrorKind, Read};

/// What is deflated and inflated: some that repeats, near and far, some that does not; up to nine windows.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let noise = proptest::collection::vec(any::<u8>(), 0..2_000);
    let part = (noise, 1..40_usize).prop_map(|(noise, times)| noise.repeat(times));
    proptest::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
}

/// What is read by pieces of so many bytes, and the error that ended it.
type Outcome = (Vec<u8>, Option<ErrorKind>);

fn inflated(mut state: impl Inflate, mut deflated: &[u8], size: usize) -> Outcome {
    let (mut all, mut piece) = (Vec::new(), vec![0; size]);
    loop {
        match bufread::read(&mut state, &mut deflated, &mut piece) {
            Ok(0) => return (all, None),
            Ok(read) => all.extend_from_slice(&piece[..read]),
            Err(problem) => return (all, Some(problem.kind())),
        }
    }
}

fn both(deflated: &[u8], size: usize) -> [Outcome; 2] {
    [
        inflated(fast::Inflating::new(), deflated, size),
        inflated(small::Inflating::new(), deflated, size),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_reads_what_the_other_wrote(plain in content(), level in 0..=9_u8, size in 1..70_000_usize) {
        let (fast, small) = (fast::deflate(&plain, level).unwrap(), small::deflate(&plain, level).unwrap());
        for deflated in [&fast, &small] {
            for outcome in both(deflated, size) {
                prop_assert!(outcome == (plain.clone(), None));
            }
        }
    }

    #[test]
    fn what_is_cut_off_ends_in_the_same_error(plain in content(), at in any::<Index>(), size in 1..70_000_usize) {
        let deflated = small::deflate(&plain, 6).unwrap();
        for (part, problem) in both(&deflated[..at.index(deflated.len())], size) {
            prop_assert_eq!(problem, Some(ErrorKind::UnexpectedEof));
            prop_assert!(plain.starts_with(&part));
        }
    }

    #[test]
    fn what_is_damaged_and_still_read_by_the_fast_is_read_alike(
        plain in content(),
        damage in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let mut deflated = fast::deflate(&plain, 6).unwrap();
        for (at, byte) in damage {
            let at = at.index(deflated.len());
            deflated[at] = byte;
        }
        let [fast, small] = both(&deflated, 5_000);
        prop_assert!(fast == small || fast.1.is_some());
    }

    #[test]
    fn noise_that_the_fast_reads_is_read_alike(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
        let [fast, small] = both(&noise, 5_000);
        prop_assert!(fast == small || fast.1.is_some());
    }

    #[test]
    fn what_is_read_is_what_was_deflated(plain in content(), take in 0..3_000_u64) {
        let mut deflated = Vec::new();
        DeflateEncoder::new(&plain, Compression::default()).read_to_end(&mut deflated).unwrap();
        let mut back = Vec::new();
        DeflateDecoder::new(&deflated).read_to_end(&mut back).unwrap();
        prop_assert!(back == plain);
        back.clear();
        DeflateDecoder::new(&deflated).take(take).read_to_end(&mut back).unwrap();
        prop_assert!(back == plain[..plain.len().min(take as usize)]);
    }
}

#[test]
fn what_follows_the_end_is_left_unread() {
    let mut more = small::deflate(b"dossier", 6).unwrap();
    more.extend_from_slice(b"more");
    for outcome in both(&more, 100) {
        assert_eq!(outcome, (b"dossier".to_vec(), None));
    }
}

#[test]
fn a_megabyte_of_nothing_is_inflated_no_further_than_it_is_read() {
    let bomb = small::deflate(&vec![0; 1 << 20], 9).unwrap();
    assert!(bomb.len() < 2_000);
    fn a_little(mut state: impl Inflate, mut rest: &[u8]) -> (usize, bool) {
        let read = bufread::read(&mut state, &mut rest, &mut [1; 100]).unwrap();
        (read, rest.is_empty())
    }
    assert_eq!(a_little(small::Inflating::new(), &bomb), (100, false));
    assert_eq!(a_little(fast::Inflating::new(), &bomb), (100, false));
}
