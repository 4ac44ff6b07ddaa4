//! The library for the browser.

use crate::{Damaged, Inflate, Step};
use miniz_oxide::{
    DataFormat, MZError, MZFlush, MZStatus,
    deflate::compress_to_vec,
    inflate::stream::{InflateState, inflate},
};
use std::io::Result as IoResult;

pub(crate) struct Inflating(Box<InflateState>);

impl Inflating {
    pub(crate) fn new() -> Self {
        Self(InflateState::new_boxed(DataFormat::Raw))
    }
}

impl Inflate for Inflating {
    fn step(&mut self, deflated: &[u8], into: &mut [u8]) -> Result<Step, Damaged> {
        let done = inflate(&mut self.0, deflated, into, MZFlush::None);
        let end = match done.status {
            Ok(status) => status == MZStatus::StreamEnd,
            Err(MZError::Buf) => false,
            Err(_) => return Err(Damaged),
        };
        Ok(Step {
            read: done.bytes_consumed,
            written: done.bytes_written,
            end,
        })
    }
}

pub(crate) fn deflate(plain: &[u8], level: u8) -> IoResult<Vec<u8>> {
    Ok(compress_to_vec(plain, level))
}
