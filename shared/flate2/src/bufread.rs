//! Readers of what is in memory.

use crate::{
    Compression, Inflate,
    library::{Inflating, deflate},
};
use std::io::{Error, ErrorKind, Read, Result};

/// Inflates raw deflate piece by piece as it is read: no more than is asked for, and a window of 32 KiB, is held.
pub struct DeflateDecoder<'a> {
    rest: &'a [u8],
    state: Inflating,
}

impl<'a> DeflateDecoder<'a> {
    /// Of `deflated`. What follows the end of it is ignored.
    #[must_use]
    pub fn new(deflated: &'a [u8]) -> Self {
        Self {
            rest: deflated,
            state: Inflating::new(),
        }
    }
}

impl Read for DeflateDecoder<'_> {
    /// # Errors
    /// `UnexpectedEof` for what is cut off, `InvalidInput` for what is no deflate.
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        read(&mut self.state, &mut self.rest, into)
    }
}

pub(crate) fn read(state: &mut impl Inflate, rest: &mut &[u8], into: &mut [u8]) -> Result<usize> {
    if into.is_empty() {
        return Ok(0);
    }
    let step = state
        .step(rest, into)
        .map_err(|_| Error::new(ErrorKind::InvalidInput, "corrupt deflate stream"))?;
    *rest = rest.get(step.read..).unwrap_or_default();
    if step.written == 0 && !step.end {
        return Err(Error::new(ErrorKind::UnexpectedEof, "incomplete deflate stream"));
    }
    Ok(step.written)
}

/// Deflates; all at once when first read.
pub struct DeflateEncoder<'a> {
    plain: &'a [u8],
    level: Compression,
    /// What came out, and how much of it was read.
    deflated: Option<(Vec<u8>, usize)>,
}

impl<'a> DeflateEncoder<'a> {
    /// Of `plain`.
    #[must_use]
    pub fn new(plain: &'a [u8], level: Compression) -> Self {
        Self {
            plain,
            level,
            deflated: None,
        }
    }
}

impl Read for DeflateEncoder<'_> {
    /// # Errors
    /// None that is known of.
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let (deflated, at) = match &mut self.deflated {
            Some(done) => done,
            none => none.insert((deflate(self.plain, self.level.0)?, 0)),
        };
        let read = deflated.get(*at..).unwrap_or_default().read(into)?;
        *at += read;
        Ok(read)
    }
}
