//! Looks into chunks before Automerge does, because Automerge inflates and unrolls without limit: a change of 95 KB
//! took 322 MB of memory.
//!
//! A chunk is `85 6f 4a 83`, four bytes of checksum, one byte of type, its length in LEB128 and its content
//! (<https://automerge.org/automerge-binary-format-spec/>). Types: 0 a whole document, whose columns may be deflated one by
//! one; 1 a change; 2 a deflated change; 3 a bundle (experimental: refused). Columns are run-length encoded: a few
//! bytes can stand for a milliard of operations, so their items are counted here too.

use super::columns::{self, Budget};
use super::leb::Reader;
use std::io::Read;

/// What one chunk may come to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one change, inflated.
    pub change_bytes: usize,
    /// Operations (items of a column) of one change.
    pub change_items: u64,
    /// Bytes of one whole document, inflated.
    pub document_bytes: usize,
    /// Items of a column of one whole document.
    pub document_items: u64,
}

/// The limits of a dossier. 20,000 score changes are some 60,000 operations, and as many explanations as anybody would
/// type fit beside them.
pub const DOSSIER: Limits = Limits {
    change_bytes: 512 * 1024,
    change_items: crate::dossier::verify::MAX_OPERATIONS as u64,
    document_bytes: 8 * 1024 * 1024,
    document_items: 250_000,
};

/// Why a chunk is not taken. Sending it again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// More bytes or items than the limits allow.
    #[error("too large once inflated")]
    TooLarge,
    /// Not what the format says.
    #[error("not readable: {0}")]
    Malformed(&'static str),
}

/// One chunk, measured and within the limits; nothing of it is checked beyond its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunk<'a> {
    /// A change, plain or deflated, with its header.
    Change(&'a [u8]),
    /// A whole document, with its header.
    Document(&'a [u8]),
}

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Payloads below this are mostly hashes, which do not deflate.
const WORTH_DEFLATING: usize = 400;

/// The chunks of concatenated bytes, each within `limits`.
///
/// # Errors
/// [`InflateError`], about the first chunk that is refused; nothing may be parsed then.
pub fn chunks<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Vec<Chunk<'a>>, InflateError> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let mut r = Reader::new(rest);
        if r.take(4)? != MAGIC {
            return Err(InflateError::Malformed("a chunk does not begin with the magic bytes"));
        }
        r.take(4)?;
        let kind = r.byte()?;
        let length = r.length()?;
        let content = r.take(length)?;
        let (whole, after) = rest
            .split_at_checked(r.position())
            .ok_or(InflateError::Malformed("a chunk is cut off"))?;
        found.push(match kind {
            0 => {
                measure_document(content, limits)?;
                Chunk::Document(whole)
            }
            1 => {
                measure_change(content, limits)?;
                Chunk::Change(whole)
            }
            2 => {
                measure_change(&inflate(content, limits.change_bytes)?, limits)?;
                Chunk::Change(whole)
            }
            _ => return Err(InflateError::Malformed("a bundle or an unknown kind of chunk")),
        });
        rest = after;
    }
    Ok(found)
}

/// Inflates raw deflate into at most `cap` bytes.
///
/// # Errors
/// [`InflateError::TooLarge`] as soon as `cap` is passed; no more than that is ever held.
pub fn inflate(deflated: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    let mut out = Vec::new();
    flate2::bufread::DeflateDecoder::new(deflated)
        .take(cap as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|_| InflateError::Malformed("damaged deflate data"))?;
    if out.len() > cap {
        return Err(InflateError::TooLarge);
    }
    Ok(out)
}

/// Deflates a payload; `None` where that saves nothing.
pub fn deflate(payload: &[u8]) -> Option<Vec<u8>> {
    if payload.len() < WORTH_DEFLATING {
        return None;
    }
    let mut out = Vec::new();
    flate2::bufread::DeflateEncoder::new(payload, flate2::Compression::default())
        .read_to_end(&mut out)
        .ok()?;
    (out.len() + 8 < payload.len()).then_some(out)
}

fn measure_change(content: &[u8], limits: &Limits) -> Result<(), InflateError> {
    if content.len() > limits.change_bytes {
        return Err(InflateError::TooLarge);
    }
    let mut r = Reader::new(content);
    let dependencies = r.length()?;
    r.take(dependencies.checked_mul(32).ok_or(InflateError::TooLarge)?)?;
    r.skip_prefixed()?; // actor
    r.unsigned()?; // sequence number
    r.unsigned()?; // first operation
    r.signed()?; // time
    r.skip_prefixed()?; // message
    for _ in 0..r.length()? {
        r.skip_prefixed()?; // other actors
    }
    let specs = columns::specs(&mut r)?;
    let mut budget = Budget::new(limits.change_items, limits.change_bytes);
    for (spec, length) in specs {
        if spec & columns::DEFLATED != 0 {
            return Err(InflateError::Malformed("a change has no deflated columns"));
        }
        columns::measure(spec, r.take(length)?, &mut budget)?;
    }
    Ok(())
}

fn measure_document(content: &[u8], limits: &Limits) -> Result<(), InflateError> {
    if content.len() > limits.document_bytes {
        return Err(InflateError::TooLarge);
    }
    let mut r = Reader::new(content);
    for _ in 0..r.length()? {
        r.skip_prefixed()?; // actors
    }
    let heads = r.length()?;
    r.take(heads.checked_mul(32).ok_or(InflateError::TooLarge)?)?;
    let mut specs = columns::specs(&mut r)?; // of the changes
    specs.extend(columns::specs(&mut r)?); // of the operations
    let mut budget = Budget::new(limits.document_items, limits.document_bytes);
    for (spec, length) in specs {
        let column = r.take(length)?;
        if spec & columns::DEFLATED != 0 {
            let column = inflate(column, budget.bytes_left())?;
            columns::measure(spec, &column, &mut budget)?;
        } else {
            columns::measure(spec, column, &mut budget)?;
        }
    }
    Ok(())
}
