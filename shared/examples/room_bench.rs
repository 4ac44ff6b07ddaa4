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
use shared::dossier::{self, Identity};
use shared::id::{DeviceId, SetId, UnitCode, UserId};
use shared::sync::{Conn, DocumentId, Documents, Gate, Input, Output, Peer, PeerId, Refusal, Room, Session, wire};
use std::collections::HashMap;
use std::time::{Duration, Instant};

const DOC: DocumentId = DocumentId([7; 16]);

struct Owners;

impl Gate for Owners {
    fn is_common(&self, _: &Change) -> bool {
        false
    }

    fn check(&mut self, _: &Automerge, _: &Change, who: &Peer, owner: Option<UserId>) -> Result<(), Refusal> {
        match owner {
            Some(owner) if owner != who.user => Err(shared::sync::RefusalCode::Author.into()),
            _ => Ok(()),
        }
    }
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
            let value = format!("1r{}\u{1f}{}", n % 90, n % 90 + 3);
            let _ = tx.put(&indicator, format!("nd{}", n % 3), value);
        }
    }
    tx.commit_with(CommitOptions::default().with_time(1_700_000_000 + n as i64));
}

fn user(n: u8) -> UserId {
    UserId::new(uuid::Uuid::from_bytes([n; 16]))
}

/// A document of `changes` changes by eight tabs of four officials.
fn history(changes: usize) -> Automerge {
    let identity = Identity::dossier(UnitCode::from("thuong-cat"), 2024, SetId::from("QD25_2021"));
    let mut doc = dossier::create(&identity).unwrap_or_default();
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

fn open(doc: &Automerge) -> Room {
    let mut room = Room::open(DOC, PeerId::new("SERVER00"), doc.clone(), &HashMap::new(), Vec::new());
    for n in 0..2_u8 {
        let peer = Peer {
            id: PeerId::new(format!("client{n:02}")),
            user: user(n),
            device: DeviceId::new(uuid::Uuid::from_bytes([n; 16])),
            writes: true,
            ours: true,
        };
        room.join(Conn(u64::from(n)), peer);
    }
    room
}

type Frames = Vec<(u64, Vec<u8>)>;

fn serve(room: &mut Room, frames: &Frames) -> Vec<(Conn, Vec<u8>)> {
    for (conn, frame) in frames {
        if let Ok(wire::Message::Sync { payload, .. }) = wire::decode(frame) {
            let _ = room.receive(Conn(*conn), &payload, &mut Owners);
        }
    }
    let _ = room.apply();
    room.committed()
}

/// The clients' side, and what they have sent in each round.
struct Record {
    room: Room,
    clients: Vec<Client>,
    rounds: Vec<Frames>,
}

impl Record {
    fn new(doc: &Automerge) -> Self {
        let client = |n: u8| {
            let mut doc = doc.clone();
            doc.set_author(Some(Author::from(user(n).as_bytes().to_vec())));
            doc.set_actor(ActorId::from(&[n; 16][..]));
            let session = Some(Session::client(PeerId::new(format!("client{n:02}")), "bench"));
            let mut client = Client { doc, session };
            let _ = client.handle(Input::Open {
                doc: DOC,
                saved_state: None,
            });
            client
        };
        let mut record = Self {
            room: open(doc),
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
        record
    }

    /// Frames to the server, answers to the clients, until it is quiet.
    fn round(&mut self, mut frames: Frames) {
        while !frames.is_empty() {
            let answers = serve(&mut self.room, &frames);
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
                .map(|client| client.write(n))
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

fn main() {
    const EACH: usize = 400;
    let start = Instant::now();
    println!("history  in turn/CPU-s  at once/CPU-s");
    for changes in [200, 5_000, 20_000] {
        let doc = history(changes);
        let rate = |at_once: bool| {
            let mut record = Record::new(&doc);
            let opening = record.rounds.len();
            for n in 0..EACH {
                if at_once {
                    record.write(0..2, n);
                } else {
                    record.write(0..1, n);
                    record.write(1..2, n);
                }
            }
            let mut room = open(&doc);
            let (opening, writing) = record.rounds.split_at(opening);
            for frames in opening {
                serve(&mut room, frames);
            }
            let before = now(start);
            for frames in writing {
                serve(&mut room, frames);
            }
            2.0 * EACH as f64 / (now(start) - before).as_secs_f64()
        };
        println!("{changes:7}  {:13.0}  {:13.0}", rate(false), rate(true));
    }
}
