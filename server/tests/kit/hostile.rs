//! What no program of ours sends: one list of hostile changes and messages, for every kind of client.

use automerge::sync::{State, SyncDoc as _};
use automerge::transaction::Transactable as _;
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjType, ROOT, ReadDoc as _, ScalarValue};
use shared::dossier::layout::{EXPLANATIONS, INDICATORS, Layout};
use shared::dossier::{self, Author, DocumentId, Identity};
use shared::id::UserId;
use shared::sync::wire::{self, MAX_FRAME, Message};
use shared::sync::{PeerId, RefusalCode};
use std::io::Read as _;

/// Who is hostile, in which dossier.
pub struct Villain {
    pub author: Author,
    /// Somebody else who writes in the dossier; there are changes of theirs in it.
    pub other: UserId,
    pub identity: Identity,
}

/// One hostile thing.
pub struct Hostile {
    pub name: &'static str,
    pub make: Make,
    /// What the server says; `None`: the message is dropped, and not even read.
    pub code: Option<RefusalCode>,
}

/// How it is made.
pub enum Make {
    /// A change in the client's own document, which its program then sends by itself.
    Change(fn(&mut Automerge, &Villain)),
    /// Bytes in the place of a sync message's payload, put on the client's connection.
    Payload(fn(&Villain) -> Vec<u8>),
    /// A frame, put on the client's connection.
    Frame(fn() -> Vec<u8>),
}

use Make::{Change as InDocument, Frame, Payload};

const fn hostile(name: &'static str, code: RefusalCode, make: Make) -> Hostile {
    let code = Some(code);
    Hostile { name, make, code }
}

/// All of them.
pub const ALL: [Hostile; 15] = [
    hostile("a forged author", RefusalCode::Author, InDocument(forged_author)),
    hostile(
        "another's actor, continued",
        RefusalCode::Author,
        InDocument(continued_actor),
    ),
    hostile(
        "a replaced container",
        RefusalCode::Shape,
        InDocument(replaced_container),
    ),
    hostile("a replaced Text", RefusalCode::Shape, InDocument(replaced_text)),
    hostile("a container of its own", RefusalCode::Shape, InDocument(new_container)),
    hostile(
        "a number where a text belongs",
        RefusalCode::Shape,
        InDocument(wrong_kind),
    ),
    hostile("a value nobody reads", RefusalCode::Shape, InDocument(unreadable)),
    hostile("another's name", RefusalCode::Access, InDocument(others_name)),
    hostile("a text of two megabytes", RefusalCode::TooLarge, InDocument(inflated)),
    hostile(
        "a chunk that inflates a thousandfold",
        RefusalCode::TooLarge,
        Payload(bomb),
    ),
    hostile("the genesis of another unit", RefusalCode::Genesis, Payload(other_unit)),
    hostile("the genesis of another year", RefusalCode::Genesis, Payload(other_year)),
    hostile("a genesis of its own", RefusalCode::Genesis, Payload(own_genesis)),
    hostile(
        "a payload that cannot be read",
        RefusalCode::Malformed,
        Payload(malformed),
    ),
    Hostile {
        name: "a frame that is too long",
        make: Frame(too_long),
        code: None,
    },
];

/// The list as it has to be for a client that cannot put bytes on its connection by itself.
pub fn changes() -> impl Iterator<Item = (&'static Hostile, fn(&mut Automerge, &Villain))> {
    ALL.iter().filter_map(|hostile| match hostile.make {
        InDocument(make) => Some((hostile, make)),
        Payload(_) | Frame(_) => None,
    })
}

/// A sync message about a document with this payload, from anybody.
pub fn frame(document: DocumentId, payload: Vec<u8>) -> Vec<u8> {
    let message = Message::Sync {
        document,
        sender: PeerId::new("villain"),
        target: PeerId::new("server"),
        request: false,
        payload,
        durable: Vec::new(),
    };
    wire::encode(&message, false)
}

/// A sync message with these changes, from a peer that says nothing of what else it has.
pub fn payload_of(changes: &[Change]) -> Vec<u8> {
    payload(
        changes.iter().map(Change::hash).collect(),
        changes.iter().map(|change| change.raw_bytes().to_vec()).collect(),
    )
}

fn payload(mut heads: Vec<ChangeHash>, chunks: Vec<Vec<u8>>) -> Vec<u8> {
    heads.sort_unstable();
    let mut message = Automerge::new().generate_sync_message(&mut State::new()).unwrap();
    message.heads = heads;
    message.changes = chunks.into();
    message.encode()
}

/// Puts a value at indicator 5.4 as whoever the document writes as.
pub fn put(doc: &mut Automerge, value: impl Into<ScalarValue>) {
    let entries = Layout::of_document(doc).unwrap().entries(&"5.4".into()).unwrap();
    let mut transaction = doc.transaction();
    transaction.put(entries, "diem", value).unwrap();
    transaction.commit();
}

/// An actor of this account that stands in the document.
pub fn actor_of(doc: &Automerge, user: UserId) -> ActorId {
    let theirs = |change: &Change| {
        let author = doc.get_author_for_actor(change.actor_id());
        author.is_some_and(|author| author.as_bytes() == user.as_bytes())
    };
    let changes = doc.get_changes(&[]);
    changes.iter().find(|change| theirs(change)).unwrap().actor_id().clone()
}

fn forged_author(doc: &mut Automerge, villain: &Villain) {
    doc.set_author(Some(automerge::Author::from(villain.other.as_bytes().to_vec())));
    put(doc, "1p");
}

fn continued_actor(doc: &mut Automerge, villain: &Villain) {
    doc.set_actor(actor_of(doc, villain.other));
    put(doc, "1p");
    let last = doc.get_last_local_change().unwrap();
    assert!(last.seq() > 1 && last.author().is_none());
}

fn replaced_container(doc: &mut Automerge, villain: &Villain) {
    villain.author.sign(doc);
    let mut transaction = doc.transaction();
    let map = transaction.put_object(ROOT, INDICATORS, ObjType::Map).unwrap();
    let inner = transaction.put_object(map, "5.4", ObjType::Map).unwrap();
    transaction.put(inner, "diem", "1p").unwrap();
    transaction.commit();
}

fn replaced_text(doc: &mut Automerge, villain: &Villain) {
    villain.author.sign(doc);
    let (_, explanations) = doc.get(ROOT, EXPLANATIONS).unwrap().unwrap();
    let mut transaction = doc.transaction();
    let text = transaction.put_object(explanations, "5.4", ObjType::Text).unwrap();
    transaction.splice_text(text, 0, 0, "thay cả đoạn").unwrap();
    transaction.commit();
}

fn new_container(doc: &mut Automerge, villain: &Villain) {
    villain.author.sign(doc);
    let entries = Layout::of_document(doc).unwrap().entries(&"5.4".into()).unwrap();
    let mut transaction = doc.transaction();
    transaction.put_object(entries, "diem", ObjType::List).unwrap();
    transaction.commit();
}

fn wrong_kind(doc: &mut Automerge, villain: &Villain) {
    villain.author.sign(doc);
    put(doc, 7_i64);
}

fn unreadable(doc: &mut Automerge, villain: &Villain) {
    villain.author.sign(doc);
    put(doc, "bảy điểm");
}

fn others_name(doc: &mut Automerge, villain: &Villain) {
    villain.author.sign(doc);
    let people = Layout::of_document(doc).unwrap().people();
    let mut transaction = doc.transaction();
    transaction
        .put(people, villain.other.to_string(), "1Tên khác\u{1f}Chức khác")
        .unwrap();
    transaction.commit();
}

fn inflated(doc: &mut Automerge, villain: &Villain) {
    villain.author.sign(doc);
    put(doc, "a".repeat(2 << 20));
}

/// A megabyte of zeros as a deflated change.
fn bomb(_: &Villain) -> Vec<u8> {
    let zeros = vec![0; 1 << 20];
    let mut encoder = flate2::bufread::DeflateEncoder::new(&zeros, flate2::Compression::best());
    let mut deflated = Vec::new();
    encoder.read_to_end(&mut deflated).unwrap();
    assert!(deflated.len() * 1000 < 1 << 20);
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 2];
    chunk.extend([(deflated.len() & 0x7f | 0x80) as u8, (deflated.len() >> 7) as u8]);
    chunk.extend(deflated);
    payload(Vec::new(), vec![chunk])
}

fn other_unit(villain: &Villain) -> Vec<u8> {
    let Identity { year, set, .. } = villain.identity.clone();
    beginning(&Identity::dossier("x-ha-noi-bac-tu-liem-lien-mac".into(), year, set))
}

fn other_year(villain: &Villain) -> Vec<u8> {
    let Identity { unit, year, set, .. } = villain.identity.clone();
    beginning(&Identity::dossier(unit, year - 1, set))
}

fn beginning(identity: &Identity) -> Vec<u8> {
    payload_of(&dossier::create(identity).unwrap().get_changes(&[]))
}

/// A first change like a dossier's, but made by somebody.
fn own_genesis(villain: &Villain) -> Vec<u8> {
    let mut doc = Automerge::new();
    villain.author.sign(&mut doc);
    let mut transaction = doc.transaction();
    transaction.put_object(ROOT, INDICATORS, ObjType::Map).unwrap();
    transaction.commit();
    payload_of(&doc.get_changes(&[]))
}

fn malformed(_: &Villain) -> Vec<u8> {
    vec![0xff; 40]
}

fn too_long() -> Vec<u8> {
    vec![0; MAX_FRAME + 1]
}
