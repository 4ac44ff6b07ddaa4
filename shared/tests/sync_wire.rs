//! The frames: ours, those of the JavaScript client (kept in `corpus/wire`, written by cbor-x as automerge-repo 2.5 sets
//! it up), and what is not a message at all.

use automerge::ChangeHash;
use minicbor::Encoder;
use shared::sync::wire::{self, MAX_FRAME, Message, Metadata, WireError, decode, encode};
use shared::sync::{DocumentId, PeerId, Refusal, RefusalCode};
use std::convert::Infallible;

const DOC: DocumentId = DocumentId([9; 16]);

fn hash(n: u8) -> ChangeHash {
    ChangeHash([n; 32])
}

fn sync(payload: Vec<u8>, durable: Vec<ChangeHash>) -> Message {
    Message::Sync {
        document: DOC,
        sender: PeerId::new("client01"),
        target: PeerId::new("SERVER00"),
        request: false,
        payload,
        durable,
    }
}

fn js(name: &str) -> Message {
    let path = format!("{}/tests/corpus/wire/{name}.cbor", env!("CARGO_MANIFEST_DIR"));
    decode(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn every_message_comes_back_as_it_was() {
    let messages = [
        Message::join(PeerId::new("client01"), "1a2b"),
        Message::peer(PeerId::new("SERVER00"), PeerId::new("client01"), "1a2b"),
        sync(vec![1, 2, 3], vec![hash(1), hash(2)]),
        sync(vec![7; 5_000], vec![]),
        Message::Unavailable {
            document: DOC,
            sender: PeerId::new("SERVER00"),
            target: PeerId::new("client01"),
        },
        Message::Refused {
            document: DOC,
            hashes: vec![hash(3)],
            refusal: Refusal {
                code: RefusalCode::Shape,
                text: "Giá trị không đúng kiểu".to_owned(),
            },
        },
        Message::Error {
            message: "no".to_owned(),
        },
        Message::Leave,
    ];
    for message in messages {
        assert_eq!(decode(&encode(&message, true)).unwrap(), message);
    }
}

#[test]
fn what_is_ours_goes_to_ours_only() {
    let message = sync(vec![7; 5_000], vec![hash(1)]);
    let plain = encode(&message, false);
    assert!(plain.len() > 5_000);
    assert_eq!(decode(&plain).unwrap(), sync(vec![7; 5_000], vec![]));
    assert!(encode(&message, true).len() < 300);
}

#[test]
fn the_frames_of_the_javascript_client_are_understood() {
    let peer = || PeerId::new("peer-abcdefgh");
    assert_eq!(
        js("js-join"),
        Message::Join {
            sender: peer(),
            versions: vec!["1".to_owned()],
            metadata: Metadata {
                ephemeral: true,
                ours: None
            },
        }
    );
    assert!(matches!(js("js-join-bare"), Message::Join { metadata, .. } if metadata == Metadata::default()));
    assert!(matches!(js("js-peer"), Message::Peer { version, metadata, .. }
        if version == wire::PROTOCOL && metadata.ours.is_none()));
    for (name, asks) in [("js-sync", false), ("js-request", true), ("js-sync-tagged", false)] {
        let Message::Sync {
            document,
            sender,
            request,
            payload,
            ..
        } = js(name)
        else {
            panic!("{name}");
        };
        assert_eq!((document.to_string().len(), sender, request), (28, peer(), asks));
        automerge::sync::Message::decode(&payload).unwrap();
    }
    assert!(matches!(js("js-unavailable"), Message::Unavailable { .. }));
    assert!(matches!(js("js-error"), Message::Error { message } if message.starts_with("unsupported")));
    assert_eq!(js("js-leave"), Message::Leave);
    for name in ["js-ephemeral", "js-subscribe", "js-heads"] {
        assert_eq!(js(name), Message::Ignored);
    }
}

fn cbor(write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>>) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    write(&mut out).unwrap();
    out.into_writer()
}

#[test]
fn unknown_keys_types_and_lengths_are_no_trouble() {
    let frame = cbor(|out| {
        out.begin_map()?
            .str("later")?
            .map(1)?
            .str("x")?
            .array(2)?
            .f64(1.5)?
            .null()?;
        out.str("type")?.str("a type of later")?.end()?;
        Ok(())
    });
    assert_eq!(decode(&frame).unwrap(), Message::Ignored);
    let frame = cbor(|out| {
        out.map(6)?.str("type")?.str("sync")?.str("senderId")?.str("a")?;
        out.str("targetId")?.str("b")?.str("documentId")?.bytes(&DOC.0)?;
        out.str("durable")?.undefined()?.str("data")?.bytes(&[1])?;
        Ok(())
    });
    assert!(matches!(decode(&frame).unwrap(), Message::Sync { document: DOC, .. }));
}

#[test]
fn what_is_not_a_message_is_refused_without_allocating_what_it_claims() {
    assert_eq!(decode(&vec![0; MAX_FRAME + 1]), Err(WireError::TooLarge));
    // An array of 2^40 hashes, a map of 2^60 keys, bytes of 2^62.
    let array = cbor(|out| {
        out.map(2)?.str("type")?.str("refused")?.str("hashes")?.array(1 << 40)?;
        Ok(())
    });
    let map = [0xbb, 0x10, 0, 0, 0, 0, 0, 0, 0];
    let bytes = cbor(|out| {
        out.map(2)?.str("type")?.str("sync")?.str("data")?;
        Ok(())
    });
    let bytes = [&bytes[..], &[0x5b, 0x40, 0, 0, 0, 0, 0, 0, 0]].concat();
    let wrong_id = cbor(|out| {
        out.map(2)?.str("type")?.str("doc-unavailable")?;
        out.str("documentId")?.str("not a document id")?;
        Ok(())
    });
    let bomb = cbor(|out| {
        let zeros = vec![0; 60 << 20];
        let mut encoder = flate2::bufread::DeflateEncoder::new(&zeros, flate2::Compression::best());
        let mut deflated = Vec::new();
        std::io::Read::read_to_end(&mut encoder, &mut deflated).unwrap();
        out.map(6)?.str("type")?.str("sync")?.str("senderId")?.str("a")?;
        out.str("targetId")?.str("b")?.str("documentId")?.bytes(&DOC.0)?;
        out.str("z")?.bool(true)?.str("data")?.bytes(&deflated)?;
        Ok(())
    });
    assert_eq!(decode(&bomb), Err(WireError::TooLarge));
    for frame in [&[][..], &[0xff], &map, &array, &bytes, &wrong_id] {
        assert!(matches!(decode(frame), Err(WireError::Malformed(_))), "{frame:?}");
    }
    // Nesting is not recursion.
    let deep = [&[0xa1, 0x61, b'x'][..], &vec![0x81; 1 << 20]].concat();
    assert!(decode(&deep).is_err());
}

#[test]
fn peer_ids_are_eight_characters_and_all_different() {
    let ids: std::collections::BTreeSet<_> = (0..=255).map(|n| PeerId::from_random([n, 0, 7, 0, 0, !n])).collect();
    assert_eq!(ids.len(), 256);
    assert!(ids.iter().all(|id| id.as_str().len() == 8));
}
