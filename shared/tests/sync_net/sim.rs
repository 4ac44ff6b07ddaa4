//! A simulated network: devices that edit, lose their memory and come back, a server that loses what was not flushed to
//! its disk, and wires that lose, repeat and swap frames.

use super::*;
use automerge::ReadDoc;
use automerge::sync::{Message as SyncMessage, State, SyncDoc};
use shared::sync::{Resting, answer_unloaded};
use std::collections::{BTreeSet, VecDeque};

/// What runs on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Our session.
    Ours,
    /// Our session, on an account that only reads.
    OurReader,
    /// Automerge's own functions behind automerge-repo's messages, as other clients have it.
    Plain,
    /// The same, on an account that only reads.
    PlainReader,
}

impl Kind {
    fn writes(self) -> bool {
        matches!(self, Self::Ours | Self::Plain)
    }

    fn ours(self) -> bool {
        matches!(self, Self::Ours | Self::OurReader)
    }
}

enum Brain {
    Ours(Box<Client>),
    Plain { doc: Box<Automerge>, state: State },
}

/// A device.
pub struct Device {
    kind: Kind,
    user: u8,
    actors: u8,
    brain: Brain,
    /// Safe through a crash.
    disk: Vec<Vec<u8>>,
    /// Received, stored, and gone if the device crashes.
    unflushed: Vec<Vec<u8>>,
    conn: Option<u64>,
    pub up: VecDeque<Vec<u8>>,
    pub down: VecDeque<Vec<u8>>,
    /// Frames of this connection were lost, repeated or swapped, which TCP never does: the peers may not get anywhere
    /// until they connect again.
    pub bad_line: bool,
}

impl Device {
    fn new(kind: Kind, user: u8, base: &Automerge) -> Self {
        let mut device = Self {
            kind,
            user,
            actors: 0,
            brain: Brain::Plain {
                doc: Box::default(),
                state: State::new(),
            },
            disk: base.get_changes(&[]).iter().map(|c| c.raw_bytes().to_vec()).collect(),
            unflushed: Vec::new(),
            conn: None,
            up: VecDeque::new(),
            down: VecDeque::new(),
            bad_line: false,
        };
        device.start(None);
        device
    }

    /// Starts from the disk, as a new actor.
    fn start(&mut self, saved: Option<Vec<u8>>) {
        let doc = shared::sync::load(self.disk.iter().map(Vec::as_slice)).unwrap();
        let doc = opened(doc, self.user, self.actors);
        self.actors += 1;
        self.brain = if self.kind.ours() {
            let mut client = Client::new(&format!("client{:02}", self.user), doc);
            client.saved.clone_from(&saved);
            client.handle(Input::Open {
                doc: DOC,
                saved_state: saved,
            });
            Brain::Ours(Box::new(client))
        } else {
            Brain::Plain {
                doc: Box::new(doc),
                state: State::new(),
            }
        };
    }

    pub fn doc(&mut self) -> &mut Automerge {
        match &mut self.brain {
            Brain::Ours(client) => client.doc(),
            Brain::Plain { doc, .. } => doc,
        }
    }

    fn send(&mut self, payload: &SyncMessage) {
        let message = wire::Message::Sync {
            document: DOC,
            sender: PeerId::new(format!("client{:02}", self.user)),
            target: server_id(),
            request: false,
            payload: payload.clone().encode(),
            durable: Vec::new(),
        };
        self.up.push_back(wire::encode(&message, false));
    }

    fn speak(&mut self) {
        if let Brain::Plain { doc, state } = &mut self.brain
            && let Some(message) = doc.generate_sync_message(state)
        {
            self.send(&message);
        }
    }
}

/// Everything.
pub struct Sim {
    pub devices: Vec<Device>,
    room: Option<Room>,
    resting: BTreeMap<Conn, (Peer, Resting)>,
    /// Flushed.
    pub disk: Vec<StoredChange>,
    /// Written, not flushed: gone if the server crashes.
    written: Option<Batch>,
    conns: u64,
    /// Own writes of devices, which are flushed there before anything else.
    pub made: BTreeSet<ChangeHash>,
    /// What a device was told is on the server's disk.
    pub promised: BTreeSet<ChangeHash>,
    /// How often somebody asked for a change by its hash, because a Bloom filter made the other leave it out.
    pub asked: usize,
    /// How often the server answered without the document.
    pub unloaded_answers: usize,
    keys: usize,
}

impl Sim {
    pub fn new(kinds: &[Kind], history: usize) -> Self {
        let mut base = opened(genesis(), 200, 0);
        for n in 0..history {
            put(&mut base, &format!("h{}", n % 20), n as i64);
        }
        let server = Server::with(base.clone());
        let device = |(n, kind): (usize, &Kind)| Device::new(*kind, n as u8 + 1, &base);
        Self {
            devices: kinds.iter().enumerate().map(device).collect(),
            room: Some(server.room),
            resting: BTreeMap::new(),
            disk: server.disk,
            written: None,
            conns: 0,
            made: BTreeSet::new(),
            promised: BTreeSet::new(),
            asked: 0,
            unloaded_answers: 0,
            keys: 0,
        }
    }

    fn peer(&self, device: usize) -> Peer {
        let device = &self.devices[device];
        Peer {
            id: PeerId::new(format!("client{:02}", device.user)),
            user: user(device.user),
            device: super::device(device.user),
            writes: device.kind.writes(),
            ours: device.kind.ours(),
        }
    }

    fn by_conn(&self, conn: Conn) -> Option<usize> {
        self.devices.iter().position(|d| d.conn == Some(conn.0))
    }

    pub fn edit(&mut self, at: usize) {
        if !self.devices[at].kind.writes() {
            return;
        }
        self.keys += 1;
        let (key, value) = (format!("k{}", self.keys % 11), self.keys as i64);
        let device = &mut self.devices[at];
        let hash = put(device.doc(), &key, value);
        let raw = device.doc().get_change_by_hash(&hash).unwrap().raw_bytes().to_vec();
        // A strict write flushes everything stored before it too.
        let unflushed = core::mem::take(&mut device.unflushed);
        device.disk.extend(unflushed);
        device.disk.push(raw);
        self.made.insert(hash);
        if device.conn.is_some() {
            match &mut device.brain {
                Brain::Ours(client) => {
                    let frames = client.handle(Input::Changed { doc: DOC });
                    device.up.extend(frames);
                }
                Brain::Plain { .. } => device.speak(),
            }
        }
    }

    /// Changes by many tabs of one official that knew nothing of each other: two each, the second on the first.
    pub fn edit_in_tabs(&mut self, at: usize, tabs: u8) {
        let device = &mut self.devices[at];
        let base = device.doc().get_heads();
        for _ in 0..tabs {
            let mut tab = device.doc().fork_at(&base).unwrap();
            tab = opened(tab, device.user, device.actors);
            device.actors += 1;
            for key in ["a", "b"] {
                self.keys += 1;
                self.made.insert(put(&mut tab, key, self.keys as i64));
            }
            let made = tab.get_changes(&base);
            device.disk.extend(made.iter().map(|c| c.raw_bytes().to_vec()));
            device.doc().apply_changes(made).unwrap();
        }
    }

    pub fn connect(&mut self, at: usize) {
        if self.devices[at].conn.is_some() {
            return;
        }
        self.conns += 1;
        let conn = Conn(self.conns);
        let peer = self.peer(at);
        if let Some(room) = &mut self.room {
            room.join(conn, peer);
        }
        let device = &mut self.devices[at];
        device.conn = Some(conn.0);
        device.bad_line = false;
        match &mut device.brain {
            Brain::Ours(client) => {
                // The handshake is not lost: a socket on which it fails is closed by both ends.
                let mut frames = client.handle(Input::Opened);
                assert_eq!(frames.len(), 1);
                let peer = wire::Message::peer(server_id(), PeerId::new("x"), "test");
                frames = client.handle(Input::Frame(wire::encode(&peer, false)));
                device.up.extend(frames);
            }
            Brain::Plain { state, .. } => {
                *state = State::decode(&state.encode()).unwrap();
                device.speak();
            }
        }
    }

    pub fn cut(&mut self, at: usize) {
        let device = &mut self.devices[at];
        if let Some(conn) = device.conn.take() {
            device.up.clear();
            device.down.clear();
            if let Brain::Ours(client) = &mut device.brain {
                client.handle(Input::Closed);
            }
            self.resting.remove(&Conn(conn));
            if let Some(room) = &mut self.room {
                room.leave(Conn(conn));
            }
        }
    }

    /// The device loses its memory and whatever was not flushed.
    pub fn crash(&mut self, at: usize) {
        self.cut(at);
        let device = &mut self.devices[at];
        device.unflushed.clear();
        let saved = match &device.brain {
            Brain::Ours(client) => client.saved.clone(),
            Brain::Plain { .. } => None,
        };
        device.start(saved);
    }

    /// The device's disk flushes what it received.
    pub fn flush(&mut self, at: usize) {
        let device = &mut self.devices[at];
        let unflushed = core::mem::take(&mut device.unflushed);
        device.disk.extend(unflushed);
    }

    fn open_room(&mut self) {
        if self.room.is_none() {
            let mut room = Server::reopened(self.disk.clone()).room;
            for (conn, (peer, resting)) in core::mem::take(&mut self.resting) {
                room.resume(conn, peer, resting);
            }
            self.room = Some(room);
        }
    }

    /// The server takes one frame of a device.
    pub fn serve(&mut self, at: usize) {
        let Some(frame) = self.devices[at].up.pop_front() else {
            return;
        };
        let conn = Conn(self.devices[at].conn.unwrap());
        let wire::Message::Sync { payload, .. } = wire::decode(&frame).unwrap() else {
            panic!("not a sync message");
        };
        self.note(&payload);
        if self.room.is_none() && !self.resting.contains_key(&conn) {
            let peer = self.peer(at);
            let heads = shared::sync::load(self.disk.iter().map(|c| &*c.bytes))
                .unwrap()
                .get_heads();
            if let Some(reply) = answer_unloaded(&payload, &heads, peer.writes) {
                self.unloaded_answers += 1;
                let message = wire::Message::Sync {
                    document: DOC,
                    sender: server_id(),
                    target: peer.id.clone(),
                    request: false,
                    payload: reply.payload,
                    durable: reply.durable,
                };
                self.devices[at].down.push_back(wire::encode(&message, peer.ours));
                self.resting.insert(conn, (peer, reply.resting));
                return;
            }
        }
        self.open_room();
        let peer = self.peer(at);
        let room = self.room.as_mut().unwrap();
        if !room.has_joined(conn) {
            room.join(conn, peer);
        }
        match room.receive(conn, &payload, &mut TestGate) {
            Ok(()) => {}
            Err(shared::sync::Fault::Looping) => {
                assert!(self.devices[at].bad_line, "loops on a line that loses nothing");
                self.cut(at);
            }
            Err(fault) => panic!("{fault}"),
        }
    }

    fn note(&mut self, payload: &[u8]) {
        // Heads of the other end are always asked for; what lies before them only if it was left out, and then `have` is
        // held back.
        let message = SyncMessage::decode(payload).unwrap();
        self.asked += usize::from(!message.need.is_empty() && message.have.is_empty());
    }

    /// The server applies and writes what has come.
    pub fn apply(&mut self) {
        if self.written.is_none()
            && let Some(room) = &mut self.room
        {
            self.written = Some(room.apply().unwrap());
        }
    }

    /// The disk flushes, and the server answers.
    pub fn commit(&mut self) {
        if let Some(batch) = self.written.take() {
            self.disk.extend(batch.changes);
            let answers = self.room.as_mut().unwrap().committed().unwrap();
            for (conn, frame) in answers {
                if let Some(at) = self.by_conn(conn) {
                    self.devices[at].down.push_back(frame);
                }
            }
        }
    }

    /// Writing fails: the room is thrown away, its connections are closed.
    pub fn commit_fails(&mut self) {
        if self.written.take().is_some() {
            for conn in self.room.take().unwrap().failed() {
                if let Some(at) = self.by_conn(conn) {
                    self.cut(at);
                }
            }
        }
    }

    /// The server's power fails.
    pub fn crash_server(&mut self) {
        self.written = None;
        self.room = None;
        (0..self.devices.len()).for_each(|at| self.cut(at));
        self.resting.clear();
    }

    /// The server unloads the document if nobody would notice.
    pub fn unload(&mut self) {
        if self.written.is_none() && self.room.as_ref().is_some_and(Room::can_rest) {
            let room = self.room.take().unwrap();
            for (conn, resting) in room.rest() {
                let at = self.by_conn(conn).unwrap();
                self.resting.insert(conn, (self.peer(at), resting));
            }
        }
    }

    /// A device takes one frame of the server.
    pub fn hear(&mut self, at: usize) {
        let Some(frame) = self.devices[at].down.pop_front() else {
            return;
        };
        if let wire::Message::Sync { payload, .. } = wire::decode(&frame).unwrap() {
            self.note(&payload);
        }
        let device = &mut self.devices[at];
        match &mut device.brain {
            Brain::Ours(client) => {
                let frames = client.handle(Input::Frame(frame));
                device.up.extend(frames);
                for output in core::mem::take(&mut client.outputs) {
                    match output {
                        Output::DocumentChanged { new_changes, .. } => device.unflushed.extend(new_changes),
                        Output::Durable { heads, .. } => {
                            let stored = |hash: &ChangeHash| self.disk.iter().any(|change| change.hash == *hash);
                            assert!(heads.iter().all(stored), "promised before it was on disk");
                            self.promised.extend(heads);
                        }
                        Output::StateToSave { .. } | Output::ReadOnly { .. } | Output::ServerInfo { .. } => {}
                        other => panic!("unexpected {other:?}"),
                    }
                }
            }
            Brain::Plain { doc, state } => {
                let wire::Message::Sync { payload, durable, .. } = wire::decode(&frame).unwrap() else {
                    panic!("not for this client");
                };
                assert!(durable.is_empty());
                let heads = doc.get_heads();
                doc.receive_sync_message(state, SyncMessage::decode(&payload).unwrap())
                    .unwrap();
                let new = doc.get_changes(&heads);
                device.unflushed.extend(new.iter().map(|c| c.raw_bytes().to_vec()));
                device.speak();
            }
        }
    }

    /// Carries everything until it is quiet.
    pub fn settle(&mut self) {
        for round in 0.. {
            assert!(round < 2_000, "never quiet");
            for at in 0..self.devices.len() {
                self.serve(at);
                self.hear(at);
            }
            // What was written before may still have to be flushed.
            self.apply();
            self.commit();
            self.apply();
            self.commit();
            if self.devices.iter().all(|d| d.up.is_empty() && d.down.is_empty()) {
                break;
            }
        }
    }

    /// Everybody comes back on a good line. Then all must be the same, and nothing may be missing.
    pub fn heal_and_check(&mut self) {
        (0..self.devices.len()).for_each(|at| self.cut(at));
        (0..self.devices.len()).for_each(|at| self.connect(at));
        self.settle();
        let stored = shared::sync::load(self.disk.iter().map(|c| &*c.bytes)).unwrap();
        let heads = stored.get_heads();
        for (at, device) in self.devices.iter_mut().enumerate() {
            assert_eq!(device.doc().get_heads(), heads, "device {at} is not in step");
            if let Brain::Ours(client) = &mut device.brain {
                let doc = client.docs.0.remove(&DOC).unwrap();
                assert!(
                    client.session.is_in_step(&DOC, &doc),
                    "device {at} does not know that it is"
                );
                client.docs.0.insert(DOC, doc);
            }
        }
        let missing = |hashes: &BTreeSet<ChangeHash>| {
            let hashes: Vec<_> = hashes.iter().copied().collect();
            stored.get_missing_deps(&hashes)
        };
        assert_eq!(missing(&self.promised), [], "promised and lost");
        assert_eq!(missing(&self.made), [], "made and lost");
        for change in &self.disk {
            let by = change.actor.to_bytes()[0];
            assert_eq!(change.user, (by != 0).then(|| user(by)), "credited to somebody else");
        }
    }
}
