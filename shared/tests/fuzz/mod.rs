//! Fuzz targets as plain functions, and a small deterministic mutator to drive them. A fuzzer can call the same
//! functions for a longer run.
#![allow(unreachable_pub)]

pub mod mutate;

use automerge::{Automerge, Change, ChangeHash, ReadDoc};
use sha2::{Digest, Sha256};
use shared::dossier::verify::{self, Places, References};
use shared::dossier::{Identity, read, write};
use shared::id::{DeviceId, IndicatorNumber, SetId, UnitCode, UserId};
use shared::sync::{
    Apply, Conn, DocumentId, Documents, Gate, Input, Output, Peer, PeerId, Refusal, Room, Session, inflate, wire,
};
use std::collections::HashMap;

/// A frame, as it comes from the socket.
pub fn frame(bytes: &[u8]) {
    if let Ok(message) = wire::decode(bytes) {
        let again = wire::encode(&message, true);
        if matches!(message, wire::Message::Sync { .. } | wire::Message::Refused { .. }) {
            assert_eq!(wire::decode(&again).unwrap(), message);
        }
    }
}

/// Chunks: changes and documents, before Automerge sees them.
pub fn chunks(bytes: &[u8]) {
    let _ = inflate::chunks(bytes, &inflate::DOSSIER);
}

/// A document, as from a device's disk or a hand-over file: whatever loads can be read.
pub fn document(bytes: &[u8]) {
    if inflate::chunks(bytes, &inflate::DOSSIER).is_err() {
        return;
    }
    let Ok(Ok(doc)) = std::panic::catch_unwind(|| Automerge::load(bytes)) else {
        return;
    };
    if Identity::of(&doc).is_ok() {
        for number in ["1.1", "5.4"] {
            let _ = read::indicator(&doc, &IndicatorNumber::from(number));
        }
        let _ = read::people(&doc);
        let _ = read::declarations(&doc);
        let _ = read::explanation(&doc, &IndicatorNumber::from("5.4"));
    }
}

/// A criteria file.
pub fn criteria(bytes: &[u8]) {
    if let Ok(text) = core::str::from_utf8(bytes) {
        let _ = shared::criteria::load("fuzz.toml", text);
    }
}

/// The payload of a sync message, at the server's end and at the client's. Whatever comes, the server's document can be
/// stored and loaded again, and a colleague can go on.
pub struct Payload {
    identity: Identity,
    doc: Automerge,
    places: Places,
}

struct DossierGate<'a> {
    places: &'a Places,
    references: References,
}

impl Gate for DossierGate<'_> {
    fn is_common(&self, change: &Change) -> bool {
        self.places.is_common(change)
    }

    fn check(&mut self, doc: &Automerge, change: &Change, who: &Peer, owner: Option<UserId>) -> Result<Apply, Refusal> {
        let checked = verify::checked(change, self.places, who.user, owner)?;
        self.references.check_decoded(doc, self.places, change, &checked)?;
        Ok(if checked.is_plain() { Apply::Later } else { Apply::Now })
    }
}

struct One(Automerge);

impl Documents for One {
    fn get(&mut self, _: &DocumentId) -> Option<&mut Automerge> {
        Some(&mut self.0)
    }
}

pub fn user(n: u8) -> UserId {
    UserId::from_slice(&[n; 16]).unwrap()
}

pub fn identity() -> Identity {
    Identity::dossier(UnitCode::from("thuong-cat"), 2024, SetId::from("QD25_2021"))
}

impl Payload {
    pub fn new(doc: Automerge) -> Self {
        let identity = identity();
        Self {
            places: Places::of(&identity).unwrap(),
            identity,
            doc,
        }
    }

    /// Runs one payload. Gives back how many changes were taken.
    pub fn run(&self, payload: &[u8]) -> usize {
        let id = self.identity.document_id();
        let owners = self.doc.get_changes_meta(&[]);
        let owners: HashMap<_, _> = owners
            .iter()
            .filter_map(|c| {
                Some((
                    c.actor.clone().into_owned(),
                    UserId::from_slice(c.author.as_ref()?.as_bytes())?,
                ))
            })
            .collect();
        let mut room = Room::open(id, PeerId::new("SERVER00"), self.doc.clone(), &owners, Vec::new());
        room.join(
            Conn(1),
            Peer {
                id: PeerId::new("client01"),
                user: user(1),
                device: DeviceId::from_slice(&[1; 16]).unwrap(),
                writes: true,
                ours: true,
            },
        );
        let mut gate = DossierGate {
            places: &self.places,
            references: References::new(),
        };
        room.receive(Conn(1), payload, &mut gate).unwrap();
        let batch = room.apply().unwrap();
        // Also what was let wait: Automerge takes it.
        let taken = room.document().unwrap();
        assert_eq!(taken.get_heads(), batch.heads);
        for change in &batch.changes {
            let again = taken
                .get_change_by_hash(&change.hash)
                .map(|again| again.raw_bytes().to_vec());
            assert_eq!(again.as_deref(), Some(&*change.bytes), "it cannot be passed on");
        }
        let mut session = Session::client(PeerId::new("client01"), "");
        let mut client = One(self.doc.clone());
        let peer = wire::Message::peer(PeerId::new("SERVER00"), PeerId::new("client01"), "");
        session.handle(
            Input::Open {
                doc: id,
                saved_state: None,
            },
            &mut client,
        );
        session.handle(Input::Frame(wire::encode(&peer, false)), &mut client);
        for (_, frame) in room.committed().unwrap() {
            for output in session.handle(Input::Frame(frame), &mut client) {
                assert!(!matches!(output, Output::Unmergeable { .. }), "{output:?}");
            }
        }
        if !batch.changes.is_empty() {
            let stored = self.doc.get_changes(&[]);
            let stored = stored.iter().map(Change::raw_bytes);
            let again = shared::sync::load(stored.chain(batch.changes.iter().map(|c| &*c.bytes))).unwrap();
            assert_eq!(again.get_heads(), batch.heads);
            assert!(Automerge::load(&again.save()).is_ok(), "what is stored does not load");
            document(&again.save());
            let mut colleague = again;
            let author = author(2);
            let number = IndicatorNumber::from("5.4");
            write::edit_explanation(&mut colleague, &author, &number, "", "của đồng nghiệp", 1).unwrap();
        }
        batch.changes.len()
    }
}

pub fn author(n: u8) -> shared::dossier::people::Author {
    shared::dossier::people::Author {
        user: user(n),
        person: shared::dossier::people::Person::new("Lê Văn Tám", "Công chức Tư pháp"),
        criteria_version: "1".to_owned(),
    }
}

/// A chunk around this content (0 a document, 1 a change), with the right length and checksum; and its hash.
pub fn chunk(kind: u8, content: &[u8]) -> (ChangeHash, Vec<u8>) {
    let mut header = vec![kind];
    let mut length = content.len();
    while length > 0x7f {
        header.push((length & 0x7f | 0x80) as u8);
        length >>= 7;
    }
    header.push(length as u8);
    let hash: [u8; 32] = Sha256::new()
        .chain_update(&header)
        .chain_update(content)
        .finalize()
        .into();
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83];
    chunk.extend(&hash[..4]);
    chunk.extend(&header);
    chunk.extend(content);
    (ChangeHash(hash), chunk)
}

/// The content of a chunk.
pub fn content_of(raw: &[u8]) -> &[u8] {
    let mut at = 9;
    while raw[at] & 0x80 != 0 {
        at += 1;
    }
    &raw[at + 1..]
}
