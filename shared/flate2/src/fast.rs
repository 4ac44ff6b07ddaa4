//! The library for every other machine.

use crate::{Damaged, Inflate, Step};
use std::io::{Error, Result as IoResult};
use zlib_rs::{DeflateConfig, InflateFlush, ReturnCode, Status, compress_bound, compress_slice};

/// The window of 32 KiB that every deflate may use.
const WINDOW_BITS: u8 = 15;

pub(crate) struct Inflating(zlib_rs::Inflate);

impl Inflating {
    pub(crate) fn new() -> Self {
        Self(zlib_rs::Inflate::new(false, WINDOW_BITS))
    }
}

impl Inflate for Inflating {
    fn step(&mut self, deflated: &[u8], into: &mut [u8]) -> Result<Step, Damaged> {
        let (read, written) = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(deflated, into, InflateFlush::NoFlush);
        let since = |before: u64, now: u64| usize::try_from(now - before).unwrap_or(usize::MAX);
        Ok(Step {
            end: status.map_err(|_| Damaged)? == Status::StreamEnd,
            read: since(read, self.0.total_in()),
            written: since(written, self.0.total_out()),
        })
    }
}

/// # Errors
/// None that is known of: there is room for whatever may come out.
pub(crate) fn deflate(plain: &[u8], level: u8) -> IoResult<Vec<u8>> {
    let config = DeflateConfig {
        level: i32::from(level),
        // Below nothing: without a header.
        window_bits: -i32::from(WINDOW_BITS),
        ..DeflateConfig::default()
    };
    let mut deflated = vec![0; compress_bound(plain.len())];
    let (written, code) = compress_slice(&mut deflated, plain, config);
    if code != ReturnCode::Ok {
        return Err(Error::other("not deflated"));
    }
    let length = written.len();
    deflated.truncate(length);
    Ok(deflated)
}
