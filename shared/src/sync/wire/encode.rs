//! From message to frame.

use super::super::inflate;
use super::{Message, Metadata, PROTOCOL, PeerId};
use crate::sync::DocumentId;
use automerge::ChangeHash;
use minicbor::Encoder;

type Out = Encoder<Vec<u8>>;
type Done = Result<(), minicbor::encode::Error<core::convert::Infallible>>;

/// The frame of a message. `to_ours` says whether the receiver announced our additions: only then `durable` and deflated
/// payloads are used. A [`Message::Refused`] is never to be sent to any other peer.
pub fn encode(message: &Message, to_ours: bool) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    // Writing into a Vec cannot fail.
    let _ = write(message, to_ours, &mut out);
    out.into_writer()
}

fn write(message: &Message, to_ours: bool, out: &mut Out) -> Done {
    match message {
        Message::Join {
            sender,
            versions,
            metadata,
        } => {
            out.map(4)?.str("type")?.str("join")?;
            out.str("senderId")?.str(sender.as_str())?;
            out.str("supportedProtocolVersions")?.array(versions.len() as u64)?;
            for version in versions {
                out.str(version)?;
            }
            write_metadata(metadata, out)?;
        }
        Message::Peer {
            sender,
            target,
            version,
            metadata,
        } => {
            out.map(5)?.str("type")?.str("peer")?;
            write_ends(sender, target, out)?;
            out.str("selectedProtocolVersion")?.str(version)?;
            write_metadata(metadata, out)?;
        }
        Message::Sync {
            document,
            sender,
            target,
            request,
            payload,
            durable,
        } => {
            let deflated = if to_ours { inflate::deflate(payload) } else { None };
            let durable = if to_ours { durable.as_slice() } else { &[] };
            let keys = 5 + u64::from(deflated.is_some()) + u64::from(!durable.is_empty());
            out.map(keys)?
                .str("type")?
                .str(if *request { "request" } else { "sync" })?;
            write_document(*document, out)?;
            write_ends(sender, target, out)?;
            if !durable.is_empty() {
                write_hashes("durable", durable, out)?;
            }
            if deflated.is_some() {
                out.str("z")?.bool(true)?;
            }
            out.str("data")?.bytes(deflated.as_deref().unwrap_or(payload))?;
        }
        Message::Unavailable {
            document,
            sender,
            target,
        } => {
            out.map(4)?.str("type")?.str("doc-unavailable")?;
            write_document(*document, out)?;
            write_ends(sender, target, out)?;
        }
        Message::Refused {
            document,
            hashes,
            refusal,
        } => {
            out.map(5)?.str("type")?.str("refused")?;
            write_document(*document, out)?;
            write_hashes("hashes", hashes, out)?;
            out.str("code")?.str(refusal.code.as_str())?;
            out.str("text")?.str(&refusal.text)?;
        }
        Message::Error { message } => {
            out.map(2)?.str("type")?.str("error")?.str("message")?.str(message)?;
        }
        Message::Leave | Message::Ignored => {
            out.map(1)?.str("type")?.str("leave")?;
        }
    }
    Ok(())
}

fn write_ends(sender: &PeerId, target: &PeerId, out: &mut Out) -> Done {
    out.str("senderId")?.str(sender.as_str())?;
    out.str("targetId")?.str(target.as_str())?;
    Ok(())
}

fn write_document(document: DocumentId, out: &mut Out) -> Done {
    out.str("documentId")?.str(&document.to_string())?;
    Ok(())
}

fn write_hashes(key: &str, hashes: &[ChangeHash], out: &mut Out) -> Done {
    out.str(key)?.array(hashes.len() as u64)?;
    for hash in hashes {
        out.bytes(hash.as_ref())?;
    }
    Ok(())
}

fn write_metadata(metadata: &Metadata, out: &mut Out) -> Done {
    out.str("peerMetadata")?.map(1 + u64::from(metadata.ours.is_some()))?;
    out.str("isEphemeral")?.bool(metadata.ephemeral)?;
    if let Some(ours) = &metadata.ours {
        out.str("chuanTcpl")?.map(2)?;
        out.str("v")?.u32(ours.version)?;
        out.str("build")?.str(&ours.build)?;
    }
    Ok(())
}

impl Message {
    /// The client's `join`, announcing our additions.
    pub fn join(sender: PeerId, build: &str) -> Self {
        Self::Join {
            sender,
            versions: vec![PROTOCOL.to_owned()],
            metadata: Metadata::ours(build),
        }
    }

    /// The server's answer to a `join`, announcing our additions.
    pub fn peer(sender: PeerId, target: PeerId, build: &str) -> Self {
        Self::Peer {
            sender,
            target,
            version: PROTOCOL.to_owned(),
            metadata: Metadata::ours(build),
        }
    }
}

impl Metadata {
    /// The metadata of a peer of ours, of this build.
    pub fn ours(build: &str) -> Self {
        Self {
            ephemeral: false,
            ours: Some(super::Ours {
                version: super::OUR_VERSION,
                build: build.to_owned(),
            }),
        }
    }
}
