//! From frame to message. Nothing is allocated by a length that a peer merely claims.

use super::super::inflate;
use super::{
    MAX_FRAME, MAX_HASHES, MAX_PAYLOAD, MAX_TEXT, Message, Metadata, Ours, PeerId, Refusal, RefusalCode, WireError,
};
use crate::sync::DocumentId;
use automerge::ChangeHash;
use minicbor::Decoder;
use minicbor::data::Type;

/// The keys of a frame, as far as we know them.
#[derive(Default)]
struct Fields<'a> {
    kind: &'a str,
    sender: Option<&'a str>,
    target: Option<&'a str>,
    document: Option<DocumentId>,
    versions: Vec<String>,
    version: Option<&'a str>,
    metadata: Metadata,
    data: Option<&'a [u8]>,
    deflated: bool,
    durable: Vec<ChangeHash>,
    hashes: Vec<ChangeHash>,
    code: Option<&'a str>,
    text: Option<&'a str>,
    message: Option<&'a str>,
}

/// The message of a frame. Unknown message types become [`Message::Ignored`], unknown keys are skipped, `undefined` and
/// `null` count as absent.
///
/// # Errors
/// See [`WireError`]. Nothing of the frame was taken.
pub fn decode(frame: &[u8]) -> Result<Message, WireError> {
    if frame.len() > MAX_FRAME {
        return Err(WireError::TooLarge);
    }
    read_fields(frame)?.into_message()
}

fn bad(_: minicbor::decode::Error) -> WireError {
    WireError::Malformed("not the CBOR of a message")
}

fn read_fields(frame: &[u8]) -> Result<Fields<'_>, WireError> {
    let mut d = Decoder::new(frame);
    let mut fields = Fields::default();
    each_key(&mut d, |key, d| {
        if absent(d)? {
            return Ok(());
        }
        match key {
            "type" => fields.kind = text(d)?,
            "senderId" => fields.sender = Some(text(d)?),
            "targetId" => fields.target = Some(text(d)?),
            "documentId" => fields.document = Some(document(d)?),
            "supportedProtocolVersions" => fields.versions = texts(d)?,
            "selectedProtocolVersion" => fields.version = Some(text(d)?),
            "peerMetadata" | "metadata" => fields.metadata = metadata(d)?,
            "data" => fields.data = Some(bytes(d)?),
            "z" => fields.deflated = d.bool().map_err(bad)?,
            "durable" => fields.durable = hashes(d)?,
            "hashes" => fields.hashes = hashes(d)?,
            "code" => fields.code = Some(text(d)?),
            "text" => fields.text = Some(text(d)?),
            "message" => fields.message = Some(text(d)?),
            _ => d.skip().map_err(bad)?,
        }
        Ok(())
    })?;
    Ok(fields)
}

impl<'a> Fields<'a> {
    fn into_message(self) -> Result<Message, WireError> {
        let peer = |name: Option<&'a str>| {
            name.map(PeerId::new)
                .ok_or(WireError::Malformed("a peer id is missing"))
        };
        let document = self.document.ok_or(WireError::Malformed("the document id is missing"));
        Ok(match self.kind {
            "join" => Message::Join {
                sender: peer(self.sender)?,
                versions: self.versions,
                metadata: self.metadata,
            },
            "peer" => Message::Peer {
                sender: peer(self.sender)?,
                target: peer(self.target)?,
                version: self.version.unwrap_or_default().to_owned(),
                metadata: self.metadata,
            },
            "sync" | "request" => {
                let data = self.data.ok_or(WireError::Malformed("the payload is missing"))?;
                Message::Sync {
                    document: document?,
                    sender: peer(self.sender)?,
                    target: peer(self.target)?,
                    request: self.kind == "request",
                    payload: if self.deflated {
                        inflate::inflate(data, MAX_PAYLOAD).map_err(|e| match e {
                            inflate::InflateError::TooLarge => WireError::TooLarge,
                            inflate::InflateError::Malformed(what) => WireError::Malformed(what),
                        })?
                    } else {
                        data.to_vec()
                    },
                    durable: self.durable,
                }
            }
            "doc-unavailable" => Message::Unavailable {
                document: document?,
                sender: peer(self.sender)?,
                target: peer(self.target)?,
            },
            "refused" => Message::Refused {
                document: document?,
                hashes: self.hashes,
                refusal: Refusal {
                    code: RefusalCode::parse(self.code.unwrap_or_default()),
                    text: self.text.unwrap_or_default().to_owned(),
                },
            },
            "error" => Message::Error {
                message: self.message.unwrap_or_default().to_owned(),
            },
            "leave" => Message::Leave,
            "" => return Err(WireError::Malformed("the type is missing")),
            _ => Message::Ignored,
        })
    }
}

/// Calls `take` for each key of the map that begins here; `take` consumes the value.
fn each_key<'a>(
    d: &mut Decoder<'a>,
    mut take: impl FnMut(&'a str, &mut Decoder<'a>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let mut left = d.map().map_err(bad)?;
    loop {
        match &mut left {
            Some(0) => return Ok(()),
            Some(n) => *n -= 1,
            None if d.datatype().map_err(bad)? == Type::Break => return d.skip().map_err(bad),
            None => {}
        }
        let key = text(d)?;
        take(key, d)?;
    }
}

/// Calls `take` for each item of the array that begins here.
fn each_item<'a>(
    d: &mut Decoder<'a>,
    mut take: impl FnMut(&mut Decoder<'a>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let mut left = d.array().map_err(bad)?;
    loop {
        match &mut left {
            Some(0) => return Ok(()),
            Some(n) => *n -= 1,
            None if d.datatype().map_err(bad)? == Type::Break => return d.skip().map_err(bad),
            None => {}
        }
        take(d)?;
    }
}

/// Skips `undefined` or `null`, which JavaScript writes for a key without value.
fn absent(d: &mut Decoder<'_>) -> Result<bool, WireError> {
    let absent = matches!(d.datatype().map_err(bad)?, Type::Undefined | Type::Null);
    if absent {
        d.skip().map_err(bad)?;
    }
    Ok(absent)
}

fn text<'a>(d: &mut Decoder<'a>) -> Result<&'a str, WireError> {
    let text = d.str().map_err(bad)?;
    if text.len() > MAX_TEXT {
        return Err(WireError::Malformed("a text is too long"));
    }
    Ok(text)
}

fn texts(d: &mut Decoder<'_>) -> Result<Vec<String>, WireError> {
    let mut found = Vec::new();
    each_item(d, |d| {
        if found.len() == 16 {
            return Err(WireError::Malformed("too many versions"));
        }
        found.push(text(d)?.to_owned());
        Ok(())
    })?;
    Ok(found)
}

/// A byte string, with or without the tag by which cbor-x marks a `Uint8Array`.
fn bytes<'a>(d: &mut Decoder<'a>) -> Result<&'a [u8], WireError> {
    if d.datatype().map_err(bad)? == Type::Tag {
        d.tag().map_err(bad)?;
    }
    d.bytes().map_err(bad)
}

fn hashes(d: &mut Decoder<'_>) -> Result<Vec<ChangeHash>, WireError> {
    let mut found = Vec::new();
    each_item(d, |d| {
        if found.len() == MAX_HASHES {
            return Err(WireError::Malformed("too many hashes"));
        }
        let hash = ChangeHash::try_from(bytes(d)?).map_err(|_| WireError::Malformed("a hash has 32 bytes"))?;
        found.push(hash);
        Ok(())
    })?;
    Ok(found)
}

/// The id as text, as everybody sends it, or as its sixteen bytes.
fn document(d: &mut Decoder<'_>) -> Result<DocumentId, WireError> {
    let wrong = WireError::Malformed("not a document id");
    if matches!(d.datatype().map_err(bad)?, Type::String) {
        text(d)?.parse().map_err(|_| wrong)
    } else {
        <[u8; 16]>::try_from(bytes(d)?).map(DocumentId).map_err(|_| wrong)
    }
}

fn metadata(d: &mut Decoder<'_>) -> Result<Metadata, WireError> {
    let mut metadata = Metadata::default();
    each_key(d, |key, d| {
        if absent(d)? {
            return Ok(());
        }
        match key {
            "isEphemeral" => metadata.ephemeral = d.bool().map_err(bad)?,
            "chuanTcpl" => metadata.ours = Some(ours(d)?),
            _ => d.skip().map_err(bad)?,
        }
        Ok(())
    })?;
    Ok(metadata)
}

fn ours(d: &mut Decoder<'_>) -> Result<Ours, WireError> {
    let mut ours = Ours {
        version: 0,
        build: String::new(),
    };
    each_key(d, |key, d| {
        if absent(d)? {
            return Ok(());
        }
        match key {
            "v" => ours.version = d.u32().map_err(bad)?,
            "build" => ours.build = text(d)?.to_owned(),
            _ => d.skip().map_err(bad)?,
        }
        Ok(())
    })?;
    Ok(ours)
}
