//! From the payload of a `sync` message to single changes, without touching the document.

use super::inflate::{self, Chunk, InflateError, Limits};
use super::leb::Reader;
use super::wire::MAX_PAYLOAD;
use automerge::sync::{Have, Message, MessageFlags};
use automerge::{Automerge, Change, ChangeHash};

/// What a sync message says, apart from its changes.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) heads: Vec<ChangeHash>,
    pub(crate) need: Vec<ChangeHash>,
    pub(crate) have: Vec<Have>,
    pub(crate) flags: Option<MessageFlags>,
    pub(crate) has_changes: bool,
}

/// A sync message, read.
pub(crate) struct Incoming {
    pub(crate) header: Header,
    /// The changes, each whole and with a right checksum; or why they are not taken.
    pub(crate) changes: Result<Vec<Change>, InflateError>,
}

/// The most hashes in one list of a sync message. A dossier has a few heads.
const MAX_LIST: usize = 50_000;

/// Reads a payload. The header and the changes are judged apart: where the changes are too large, the peer is still
/// answered.
///
/// # Errors
/// [`InflateError`] if not even the header can be read.
pub(crate) fn read(payload: &[u8], limits: &Limits) -> Result<Incoming, InflateError> {
    if payload.len() > MAX_PAYLOAD {
        return Err(InflateError::TooLarge);
    }
    let message = Message::decode(payload).map_err(|_| InflateError::Malformed("not a sync message"))?;
    if message.heads.len() > MAX_LIST || message.need.len() > MAX_LIST || message.have.len() > 8 {
        return Err(InflateError::TooLarge);
    }
    message.have.iter().try_for_each(check_have)?;
    let bytes: Vec<u8> = message.changes.iter().flatten().copied().collect();
    let changes = changes(&bytes, limits);
    Ok(Incoming {
        header: Header {
            heads: message.heads,
            need: message.need,
            have: message.have,
            flags: message.flags,
            has_changes: !message.changes.is_empty(),
        },
        changes,
    })
}

/// The changes in concatenated chunks: single ones parsed one by one, whole documents by loading them into a scratch
/// document. Automerge stops with a failed assertion on some bytes; that is one more way of not being readable.
pub(crate) fn changes(bytes: &[u8], limits: &Limits) -> Result<Vec<Change>, InflateError> {
    let chunks = inflate::chunks(bytes, limits)?;
    std::panic::catch_unwind(|| parse(&chunks))
        .unwrap_or(Err(InflateError::Malformed("a chunk on which Automerge stops")))
}

fn parse(chunks: &[Chunk<'_>]) -> Result<Vec<Change>, InflateError> {
    let mut found = Vec::new();
    for chunk in chunks {
        match chunk {
            Chunk::Change(bytes) => found.push(read_change(bytes)?),
            Chunk::Document(bytes) => {
                let scratch =
                    Automerge::load(bytes).map_err(|_| InflateError::Malformed("a document that does not load"))?;
                found.extend(scratch.get_changes(&[]));
            }
        }
    }
    Ok(found)
}

/// One change. [`Change::from_bytes`] does not compare the checksum, and the raw bytes go to disk and to other peers.
///
/// # Errors
/// [`InflateError::Malformed`]: not a change, or not the one its checksum was made of.
pub fn read_change(bytes: &[u8]) -> Result<Change, InflateError> {
    let change = Change::try_from(bytes).map_err(|_| InflateError::Malformed("a change that does not parse"))?;
    if change.raw_bytes().get(4..8) != change.hash().as_ref().get(..4) {
        return Err(InflateError::Malformed("a change with a wrong checksum"));
    }
    Ok(change)
}

/// Refuses Bloom filters on which Automerge would divide by zero or allocate without limit: it takes their parameters
/// from the wire.
fn check_have(have: &Have) -> Result<(), InflateError> {
    let strange = InflateError::Malformed("a strange Bloom filter");
    if have.last_sync.len() > MAX_LIST {
        return Err(InflateError::TooLarge);
    }
    let bytes = have.bloom.to_bytes();
    if bytes.is_empty() {
        return Ok(());
    }
    let mut r = Reader::new(&bytes);
    let (entries, bits, probes) = (r.unsigned()?, r.unsigned()?, r.unsigned()?);
    if entries > 10_000_000 || !(1..=64).contains(&bits) || !(1..=64).contains(&probes) {
        return Err(strange);
    }
    Ok(())
}
