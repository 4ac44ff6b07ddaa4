//! Reading bytes and LEB128 numbers without ever looking past the end.

use super::inflate::InflateError;

const CUT: InflateError = InflateError::Malformed("cut off");
const NUMBER: InflateError = InflateError::Malformed("a number is too long");

/// A position in a slice.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], InflateError> {
        let end = self.at.checked_add(length).ok_or(CUT)?;
        let taken = self.bytes.get(self.at..end).ok_or(CUT)?;
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, InflateError> {
        let byte = *self.bytes.get(self.at).ok_or(CUT)?;
        self.at += 1;
        Ok(byte)
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, InflateError> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            let low = u64::from(byte & 0x7f);
            if shift == 63 && low > 1 {
                return Err(NUMBER);
            }
            number |= low << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(NUMBER)
    }

    pub(crate) fn signed(&mut self) -> Result<i64, InflateError> {
        let mut number = 0_i64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            number |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if shift < 57 && byte & 0x40 != 0 {
                    number |= -1 << (shift + 7);
                }
                return Ok(number);
            }
        }
        Err(NUMBER)
    }

    /// A number that is used as a length.
    pub(crate) fn length(&mut self) -> Result<usize, InflateError> {
        usize::try_from(self.unsigned()?).map_err(|_| CUT)
    }

    /// Skips bytes that are preceded by their length.
    pub(crate) fn skip_prefixed(&mut self) -> Result<(), InflateError> {
        let length = self.length()?;
        self.take(length).map(|_| ())
    }
}
