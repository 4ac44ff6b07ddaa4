//! The messages on the WebSocket: automerge-repo's protocol, version 1, one CBOR map in each binary frame.
//!
//! What we add goes only to peers that announced it with the key `chuanTcpl` in the metadata of their `join` or `peer`
//! message: the message type `refused`, and on `sync` messages the keys `durable` (change hashes) and `z` (the payload is
//! raw deflate). Every automerge-repo peer skips keys it does not know; some close the connection on an unknown type.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::encode;

use super::DocumentId;
use automerge::ChangeHash;
use core::fmt;

/// The version of automerge-repo's WebSocket protocol that is spoken here.
pub const PROTOCOL: &str = "1";

/// The version of our additions, announced as `chuanTcpl: {v: 1}`.
pub const OUR_VERSION: u32 = 1;

/// The longest frame taken, in bytes as received. A dossier of 20,000 changes is about 150 KB as a document and 3 MB as
/// single changes; nothing honest is larger.
pub const MAX_FRAME: usize = 4 * 1024 * 1024;

/// The longest payload of a `sync` message after inflating, in bytes.
pub const MAX_PAYLOAD: usize = 8 * 1024 * 1024;

/// The longest peer id, name or text taken from a peer, in bytes.
pub const MAX_TEXT: usize = 1024;

/// The most hashes taken in one of our own lists (`durable`, `hashes`).
pub const MAX_HASHES: usize = 4096;

/// The name of one end of a connection. Ours are 8 characters, because both travel in every message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(String);

impl PeerId {
    /// Wraps a name as it is.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// An id of 8 characters out of 6 random bytes, which the caller provides.
    pub fn from_random(bytes: [u8; 6]) -> Self {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let symbol = |at: u32| {
            ALPHABET
                .get((bits >> (42 - 6 * at) & 63) as usize)
                .map(|c| char::from(*c))
        };
        Self((0..8).filter_map(symbol).collect())
    }

    /// The name as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a peer says about itself in `join` and `peer`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// Whether the peer keeps nothing (automerge-repo's `isEphemeral`).
    pub ephemeral: bool,
    /// Our own announcement; `None` for every peer that is not ours.
    pub ours: Option<Ours>,
}

/// The value of `chuanTcpl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// The version of the additions, [`OUR_VERSION`].
    pub version: u32,
    /// The build of the sender, as stamped into the app or the server. May be empty.
    pub build: String,
}

/// Why the server refuses changes. The code is for programs and stays stable; the text beside it is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalCode {
    /// The actor belongs to another account, or the first change names another author.
    Author,
    /// The account may not write at this place, or not in this state of the dossier.
    Access,
    /// The account reads this document only.
    ReadOnly,
    /// The place does not take a value of this kind, or a shared container was replaced.
    Shape,
    /// The actor's numbering is broken: a number used twice, skipped, or operations out of order.
    Order,
    /// The first change is not the genesis of this document.
    Genesis,
    /// The bytes could not be read.
    Malformed,
    /// Too large, encoded or inflated.
    TooLarge,
    /// Depends on a change that was refused.
    Descends,
    /// Too many changes whose dependencies never came.
    Orphans,
    /// A code this version does not know.
    Other,
}

impl RefusalCode {
    const ALL: [(Self, &'static str); 11] = [
        (Self::Author, "author"),
        (Self::Access, "access"),
        (Self::ReadOnly, "read-only"),
        (Self::Shape, "shape"),
        (Self::Order, "order"),
        (Self::Genesis, "genesis"),
        (Self::Malformed, "malformed"),
        (Self::TooLarge, "too-large"),
        (Self::Descends, "descends"),
        (Self::Orphans, "orphans"),
        (Self::Other, "other"),
    ];

    /// The code as it travels.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(code, _)| *code == self)
            .map_or("other", |(_, text)| text)
    }

    /// The code of this text; [`RefusalCode::Other`] if it is not known.
    pub fn parse(text: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == text)
            .map_or(Self::Other, |(code, _)| *code)
    }
}

/// One refusal, as sent and as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: RefusalCode,
    /// For the official, in Vietnamese.
    pub text: String,
}

/// A message, decoded. Whatever is not needed here (ephemeral, remote heads, types of later versions) is [`Message::Ignored`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The client's first message.
    Join {
        /// The client.
        sender: PeerId,
        /// The protocol versions the client speaks.
        versions: Vec<String>,
        /// What the client says about itself.
        metadata: Metadata,
    },
    /// The server's answer to `join`.
    Peer {
        /// The server.
        sender: PeerId,
        /// The client.
        target: PeerId,
        /// The version chosen.
        version: String,
        /// What the server says about itself.
        metadata: Metadata,
    },
    /// A sync message about a document; `request` when the sender does not have the document.
    Sync {
        /// The document.
        document: DocumentId,
        /// The sender.
        sender: PeerId,
        /// The receiver.
        target: PeerId,
        /// Whether the type is `request`.
        request: bool,
        /// An encoded [`automerge::sync::Message`], inflated.
        payload: Vec<u8>,
        /// The heads the receiver advertised that are now on the sender's disk. Only from our server.
        durable: Vec<ChangeHash>,
    },
    /// The sender does not have the document, or does not give it.
    Unavailable {
        /// The document.
        document: DocumentId,
        /// The sender.
        sender: PeerId,
        /// The receiver.
        target: PeerId,
    },
    /// Changes were refused. Only between peers of ours.
    Refused {
        /// The document.
        document: DocumentId,
        /// The changes; empty if the message could not be read at all.
        hashes: Vec<ChangeHash>,
        /// Why.
        refusal: Refusal,
    },
    /// Something went wrong at the other end.
    Error {
        /// In the words of the other end.
        message: String,
    },
    /// The other end is going away.
    Leave,
    /// Nothing for us.
    Ignored,
}

/// A frame that could not be taken. The connection can stay: the frame is dropped and counted against the sender. Sending
/// the same frame again does not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Longer than [`MAX_FRAME`], or longer than [`MAX_PAYLOAD`] once inflated.
    #[error("the message is too large; nothing was taken, and sending it again will not help")]
    TooLarge,
    /// Not a message of the protocol.
    #[error("the message cannot be read ({0}); nothing was taken, and sending it again will not help")]
    Malformed(&'static str),
}
