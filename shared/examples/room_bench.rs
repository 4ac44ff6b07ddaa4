//! How many changes a room takes in a second of one CPU, by the length of the history:
//!
//! ```text
//! cargo run --release -p shared --example room_bench
//! ```
//! Two clients with our session write in turn, or both at once. What they send is recorded; then the server's side alone
//! is run again on the record and timed: `receive`, `apply`, `committed`, and the CBOR of both. Nothing is written to disk.
//! The time is CPU time of this thread where the system tells it, so other work on the machine does not count.
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Author, Automerge, Change, ROOT, ReadDoc};
use shared::dossier::verify::{self, Places, References};
use shared::dossier::{self, Identity};
use shared::id::{DeviceId, SetId, UnitCode, UserId};
use shared::scoring::Entry;
use shared::sync::{
    Apply, Conn, DocumentId, Documents, Gate, Input, Output, Peer, PeerId, Refusal, Room, Session, wire,
};
use std::collections::HashMap;
use std::time::{Duration, Instant};

const DOC: DocumentId = DocumentId([7; 16]);

/// The checks of a dossier, as the server makes them, but for the table of who may write where.
struct DossierGate {
    places: Places,
    references: References,
}

impl Gate for DossierGate {
    fn is_common(&self, change: &Change) -> bool {
        self.places.is_common(change)
    }

    fn check(&mut self, doc: &Automerge, change: &Change, who: &Peer, owner: Option<UserId>) -> Result<Apply, Refusal> {
        let checked = verify::checked(change, &self.places, who.user, owner)?;
        self.references.check_decoded(doc, &self.places, change, &checked)?;
        Ok(if checked.is_plain() { Apply::Later } else { Apply::Now })
    }
}

/// The server's side of the dossier.
struct Server {
    room: Room,
    gate: DossierGate,
}

struct Client {
    doc: Automerge,
    session: Option<Session>,
}

impl Documents for Client {
    fn get(&mut self, _: &DocumentId) -> Option<&mut Automerge> {
        Some(&mut self.doc)
    }
}

impl Client {
    fn handle(&mut self, input: Input) -> Vec<Vec<u8>> {
        let Some(mut session) = self.session.take() else {
            return Vec::new();
        };
        let outputs = session.handle(input, self);
        self.session = Some(session);
        let frame = |output| match output {
            Output::Send(frame) => Some(frame),
            _ => None,
        };
        outputs.into_iter().filter_map(frame).collect()
    }

    fn write(&mut self, n: usize) -> Vec<Vec<u8>> {
        put(&mut self.doc, n);
        self.handle(Input::Changed { doc: DOC })
    }
}

fn put(doc: &mut Automerge, n: usize) {
    let mut tx = doc.transaction();
    if let Ok(Some((_, indicators))) = tx.get(ROOT, "indicators") {
        let numbers: Vec<String> = tx.keys(&indicators).collect();
        let number = numbers.get(n * 7 % numbers.len().max(1)).cloned().unwrap_or_default();
        if let Ok(Some((_, indicator))) = tx.get(&indicators, number) {
            let entry = Entry::Ratio {
                done: n as u32 % 997,
                total: n as u32 % 997 + 3,
                judged: None,
            };
            let _ = tx.put(&indicator, format!("nd{}", n % 3), entry.encode());
        }
    }
    tx.commit_with(CommitOptions::default().with_time(1_700_000_000 + n as i64));
}

fn identity() -> Identity {
    Identity::dossier(UnitCode::from("thuong-cat"), 2024, SetId::from("QD25_2021"))
}

fn user(n: u8) -> UserId {
    UserId::new(uuid::Uuid::from_bytes([n; 16]))
}

/// A document of `changes` changes by eight tabs of four officials.
fn history(changes: usize) -> Automerge {
    let mut doc = dossier::create(&identity()).unwrap_or_default();
    for n in 0..changes {
        if n % (changes / 8) == 0 {
            let tab = (n / (changes / 8)) as u8;
            doc.set_author(Some(Author::from(user(10 + tab % 4).as_bytes().to_vec())));
            doc.set_actor(ActorId::from(&[100 + tab; 16][..]));
        }
        put(&mut doc, n);
    }
    doc
}

fn open(doc: Automerge) -> Option<Server> {
    let mut room = Room::open(DOC, PeerId::new("SERVER00"), doc, &HashMap::new(), Vec::new());
    for n in 0..2_u8 {
        let peer = Peer {
            id: PeerId::new(format!("client{n:02}")),
            user: user(n + 1),
            device: DeviceId::new(uuid::Uuid::from_bytes([n; 16])),
            writes: true,
            ours: true,
        };
        room.join(Conn(u64::from(n)), peer);
    }
    let gate = DossierGate {
        places: Places::of(&identity()).ok()?,
        references: References::new(),
    };
    Some(Server { room, gate })
}

type Frames = Vec<(u64, Vec<u8>)>;

impl Server {
    fn serve(&mut self, frames: &Frames) -> (usize, Vec<(Conn, Vec<u8>)>) {
        for (conn, frame) in frames {
            if let Ok(wire::Message::Sync { payload, .. }) = wire::decode(frame) {
                let _ = self.room.receive(Conn(*conn), &payload, &mut self.gate);
            }
        }
        let taken = self.room.apply().map(|batch| batch.changes.len());
        if self.room.is_settled() {
            self.gate.references.clear();
        }
        (taken.unwrap_or_default(), self.room.committed().unwrap_or_default())
    }
}

/// The clients' side, and what they have sent in each round.
struct Record {
    server: Server,
    clients: Vec<Client>,
    rounds: Vec<Frames>,
}

impl Record {
    fn new(doc: &Automerge) -> Option<Self> {
        let client = |n: u8| {
            let mut doc = doc.clone();
            doc.set_author(Some(Author::from(user(n + 1).as_bytes().to_vec())));
            doc.set_actor(ActorId::from(&[n + 1; 16][..]));
            let session = Some(Session::client(PeerId::new(format!("client{n:02}")), "bench"));
            let mut client = Client { doc, session };
            let _ = client.handle(Input::Open {
                doc: DOC,
                saved_state: None,
            });
            client
        };
        let mut record = Self {
            server: open(doc.clone())?,
            clients: vec![client(0), client(1)],
            rounds: Vec::new(),
        };
        let mut frames = Vec::new();
        for (n, client) in (0_u64..).zip(&mut record.clients) {
            let peer = wire::Message::peer(PeerId::new("SERVER00"), PeerId::new(format!("client{n:02}")), "bench");
            let first = client.handle(Input::Frame(wire::encode(&peer, false)));
            frames.extend(first.into_iter().map(|frame| (n, frame)));
        }
        record.round(frames);
        Some(record)
    }

    /// Frames to the server, answers to the clients, until it is quiet.
    fn round(&mut self, mut frames: Frames) {
        while !frames.is_empty() {
            let (_, answers) = self.server.serve(&frames);
            self.rounds.push(core::mem::take(&mut frames));
            for (conn, frame) in answers {
                let more = self
                    .clients
                    .get_mut(conn.0 as usize)
                    .map(|c| c.handle(Input::Frame(frame)));
                frames.extend(more.into_iter().flatten().map(|frame| (conn.0, frame)));
            }
        }
    }

    fn write(&mut self, clients: core::ops::Range<usize>, n: usize) {
        let mut frames = Vec::new();
        for c in clients {
            let sent = self
                .clients
                .get_mut(c)
                .map(|client| client.write(2 * n + c))
                .unwrap_or_default();
            frames.extend(sent.into_iter().map(|frame| (c as u64, frame)));
        }
        self.round(frames);
    }
}

/// CPU time of this thread in nanoseconds, or the clock's.
fn now(start: Instant) -> Duration {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = schedstat.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Changes taken in a second of CPU time.
fn rate(doc: &Automerge, at_once: bool) -> Option<f64> {
    const EACH: usize = 400;
    let start = Instant::now();
    let mut record = Record::new(doc)?;
    let opening = record.rounds.len();
    for n in 0..EACH {
        if at_once {
            record.write(0..2, n);
        } else {
            record.write(0..1, n);
            record.write(1..2, n);
        }
    }
    let mut server = open(doc.clone())?;
    let (opening, writing) = record.rounds.split_at(opening);
    for frames in opening {
        server.serve(frames);
    }
    let before = now(start);
    let mut taken = 0;
    for frames in writing {
        taken += server.serve(frames).0;
    }
    let spent = now(start) - before;
    assert_eq!(taken, 2 * EACH, "not every change was taken");
    Some(taken as f64 / spent.as_secs_f64())
}

/// Resident memory of a room, in KB: the mean of some, loaded from a snapshot (single changes leave more holes behind).
fn memory(doc: &Automerge) -> Option<usize> {
    const ROOMS: usize = 40;
    let saved = doc.save();
    let load = || {
        let doc = Automerge::load(&saved).ok()?;
        open(doc)
    };
    // What the allocator keeps for later is there before.
    drop(load());
    let before = resident_kb()?;
    let rooms: Vec<Server> = (0..ROOMS).filter_map(|_| load()).collect();
    let after = resident_kb()?;
    Some((after - before) / rooms.len())
}

fn resident_kb() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split(' ').nth(1)?.parse::<usize>().ok()? * 4)
}

fn main() {
    println!("history  in turn/CPU-s  at once/CPU-s  KB/room");
    for changes in [200, 5_000, 20_000] {
        let doc = history(changes);
        let memory = memory(&doc).unwrap_or_default();
        let [in_turn, at_once] = [false, true].map(|at_once| rate(&doc, at_once).unwrap_or_default());
        println!("{changes:7}  {in_turn:13.0}  {at_once:13.0}  {memory:7}");
    }
}
