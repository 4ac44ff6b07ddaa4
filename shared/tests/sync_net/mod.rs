//! What the tests of synchronisation share: clients, a server, and the wires between them.
#![allow(dead_code, unreachable_pub)]

pub mod dossier;
pub mod sim;
pub mod trouble;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Author, Automerge, Change, ChangeHash, ROOT};
use shared::id::{DeviceId, UserId};
use shared::sync::{
    Apply, Batch, Conn, DocumentId, Documents, Gate, Input, Output, Peer, PeerId, Refusal, RefusalCode, Room, Session,
    StoredChange, wire,
};
use std::collections::{BTreeMap, HashMap};

pub const DOC: DocumentId = DocumentId([7; 16]);

/// A gate with the rules the protocol needs, and one made-up rule: nobody writes the key `cấm`.
pub struct TestGate;

impl Gate for TestGate {
    fn is_common(&self, change: &Change) -> bool {
        change.actor_id().to_bytes() == [0; 16]
    }

    fn check(&mut self, _: &Automerge, change: &Change, who: &Peer, owner: Option<UserId>) -> Result<Apply, Refusal> {
        if self.is_common(change) {
            return Ok(Apply::Now);
        }
        let forged = change
            .author()
            .is_some_and(|author| author.as_bytes() != who.user.as_bytes());
        if forged || owner.is_some_and(|owner| owner != who.user) || (owner.is_none() && change.seq() != 1) {
            return Err(RefusalCode::Author.into());
        }
        let forbidden = change
            .decode()
            .operations
            .iter()
            .any(|op| matches!(&op.key, automerge::legacy::Key::Map(key) if key.starts_with("cấm")));
        if forbidden {
            return Err(RefusalCode::Access.into());
        }
        // Most may wait, some not, so that whatever happens happens with and without changes waiting.
        let now = change.hash().as_ref().first().is_some_and(|byte| byte % 16 == 0);
        Ok(if now { Apply::Now } else { Apply::Later })
    }
}

/// The same rules; every change may wait.
pub struct Patient;

impl Gate for Patient {
    fn is_common(&self, change: &Change) -> bool {
        TestGate.is_common(change)
    }

    fn check(&mut self, doc: &Automerge, change: &Change, who: &Peer, owner: Option<UserId>) -> Result<Apply, Refusal> {
        TestGate.check(doc, change, who, owner)?;
        Ok(Apply::Later)
    }
}

pub fn user(n: u8) -> UserId {
    UserId::from_slice(&[n; 16]).unwrap()
}

pub fn device(n: u8) -> DeviceId {
    DeviceId::from_slice(&[n; 16]).unwrap()
}

/// The same first change everywhere.
pub fn genesis() -> Automerge {
    let mut doc = Automerge::new().with_actor(ActorId::from(&[0_u8; 16][..]));
    let mut tx = doc.transaction();
    tx.put(ROOT, "kind", "test").unwrap();
    tx.commit_with(CommitOptions::default().with_time(0));
    doc
}

/// An actor of a user's, the n-th.
pub fn actor(user: u8, n: u8) -> ActorId {
    let mut bytes = [user; 16];
    bytes[15] = n;
    ActorId::from(&bytes[..])
}

/// A genesis document that `user` goes on writing, as its n-th actor.
pub fn opened(mut doc: Automerge, by: u8, n: u8) -> Automerge {
    doc.set_author(Some(Author::from(user(by).as_bytes().to_vec())));
    doc.set_actor(actor(by, n));
    doc
}

/// One change: one register.
pub fn put(doc: &mut Automerge, key: &str, value: impl Into<automerge::ScalarValue>) -> ChangeHash {
    let mut tx = doc.transaction();
    tx.put(ROOT, key, value).unwrap();
    let (hash, _) = tx.commit_with(CommitOptions::default().with_time(1_700_000_000));
    hash.unwrap()
}

pub struct Docs(pub BTreeMap<DocumentId, Automerge>);

impl Documents for Docs {
    fn get(&mut self, doc: &DocumentId) -> Option<&mut Automerge> {
        self.0.get_mut(doc)
    }
}

/// A device with our session.
pub struct Client {
    pub docs: Docs,
    pub session: Session,
    pub outputs: Vec<Output>,
    pub saved: Option<Vec<u8>>,
}

impl Client {
    pub fn new(name: &str, doc: Automerge) -> Self {
        Self {
            docs: Docs([(DOC, doc)].into()),
            session: Session::client(PeerId::new(name), "test"),
            outputs: Vec::new(),
            saved: None,
        }
    }

    pub fn doc(&mut self) -> &mut Automerge {
        self.docs.0.get_mut(&DOC).unwrap()
    }

    /// Gives the session an input; the frames to send come back, everything else is kept in `outputs`.
    pub fn handle(&mut self, input: Input) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        for output in self.session.handle(input, &mut self.docs) {
            match output {
                Output::Send(frame) => frames.push(frame),
                other => {
                    if let Output::StateToSave { bytes, .. } = &other {
                        self.saved = Some(bytes.clone());
                    }
                    self.outputs.push(other);
                }
            }
        }
        frames
    }

    pub fn durable(&self) -> Vec<ChangeHash> {
        let mut found = Vec::new();
        for output in &self.outputs {
            if let Output::Durable { heads, .. } = output {
                found.extend(heads);
            }
        }
        found
    }
}

/// A server of one document, with a disk that can be inspected.
pub struct Server {
    pub room: Room,
    pub disk: Vec<StoredChange>,
    pub stored_heads: Vec<ChangeHash>,
    /// Whether the gate is [`Patient`].
    pub patient: bool,
}

pub fn server_id() -> PeerId {
    PeerId::new("SERVER00")
}

impl Server {
    /// A server with a stored document whose actors belong to the users of [`actor`].
    pub fn with(doc: Automerge) -> Self {
        let owners: HashMap<ActorId, UserId> = doc
            .get_changes_meta(&[])
            .iter()
            .map(|c| c.actor.clone().into_owned())
            .filter(|a| a.to_bytes() != [0; 16])
            .map(|a| (a.clone(), user(a.to_bytes()[0])))
            .collect();
        let disk = doc
            .get_changes(&[])
            .iter()
            .map(|c| StoredChange {
                hash: c.hash(),
                actor: c.actor_id().clone(),
                user: owners.get(c.actor_id()).copied(),
                device: device(0),
                bytes: c.raw_bytes().into(),
            })
            .collect();
        let stored_heads = doc.get_heads();
        Self {
            room: Room::open(DOC, server_id(), doc, &owners, Vec::new()),
            disk,
            stored_heads,
            patient: false,
        }
    }

    /// A server with a stored document; whose its actors are is not known.
    pub fn open(doc: Automerge) -> Self {
        let disk = doc.get_changes(&[]);
        let disk = disk.iter().map(|c| StoredChange {
            hash: c.hash(),
            actor: c.actor_id().clone(),
            user: None,
            device: device(0),
            bytes: c.raw_bytes().into(),
        });
        let (disk, stored_heads) = (disk.collect(), doc.get_heads());
        Self {
            room: Room::open(DOC, server_id(), doc, &HashMap::new(), Vec::new()),
            disk,
            stored_heads,
            patient: false,
        }
    }

    /// The room again, from disk.
    pub fn reopened(disk: Vec<StoredChange>) -> Self {
        let doc = shared::sync::load(disk.iter().map(|c| &*c.bytes)).unwrap();
        let owners = disk.iter().filter_map(|c| Some((c.actor.clone(), c.user?))).collect();
        let stored_heads = doc.get_heads();
        Self {
            room: Room::open(DOC, server_id(), doc, &owners, Vec::new()),
            disk,
            stored_heads,
            patient: false,
        }
    }

    pub fn join(&mut self, conn: u64, by: u8, writes: bool, ours: bool) {
        self.join_as(conn, PeerId::new(format!("client{conn:02}")), by, writes, ours);
    }

    pub fn join_as(&mut self, conn: u64, id: PeerId, by: u8, writes: bool, ours: bool) {
        let peer = Peer {
            id,
            user: user(by),
            device: device(by),
            writes,
            ours,
        };
        self.room.join(Conn(conn), peer);
    }

    /// One frame in; everything applied, stored and answered at once.
    pub fn frame(&mut self, conn: u64, frame: &[u8]) -> Vec<(u64, Vec<u8>)> {
        match wire::decode(frame).unwrap() {
            wire::Message::Join { sender, .. } => {
                let peer = wire::Message::peer(server_id(), sender, "test");
                vec![(conn, wire::encode(&peer, false))]
            }
            wire::Message::Sync { payload, .. } => {
                let gate: &mut dyn Gate = if self.patient { &mut Patient } else { &mut TestGate };
                self.room.receive(Conn(conn), &payload, gate).unwrap();
                self.commit()
            }
            other => panic!("the server got {other:?}"),
        }
    }

    pub fn commit(&mut self) -> Vec<(u64, Vec<u8>)> {
        let batch = self.room.apply().unwrap();
        self.store(batch);
        self.room
            .committed()
            .unwrap()
            .into_iter()
            .map(|(conn, frame)| (conn.0, frame))
            .collect()
    }

    pub fn store(&mut self, batch: Batch) {
        self.disk.extend(batch.changes);
        self.stored_heads = batch.heads;
    }
}

/// Clients on one server; frames are carried at once and counted.
pub struct Net {
    pub server: Server,
    pub clients: BTreeMap<u64, Client>,
    /// Bytes and frames, client to server and back.
    pub up: (usize, usize),
    pub down: (usize, usize),
    /// The bytes of the last frame up, and of the last frame down to each.
    pub last_up: usize,
    last_down: BTreeMap<u64, usize>,
}

impl Net {
    pub fn new(server: Server) -> Self {
        Self {
            server,
            clients: BTreeMap::new(),
            up: (0, 0),
            down: (0, 0),
            last_up: 0,
            last_down: BTreeMap::new(),
        }
    }

    pub fn last_down_to(&self, conn: u64) -> usize {
        self.last_down[&conn]
    }

    pub fn connect(&mut self, conn: u64, by: u8, writes: bool, mut client: Client) {
        self.server.join(conn, by, writes, true);
        let saved = client.saved.clone();
        let mut frames = client.handle(Input::Opened);
        frames.extend(client.handle(Input::Open {
            doc: DOC,
            saved_state: saved,
        }));
        self.clients.insert(conn, client);
        self.carry(conn, frames);
    }

    pub fn disconnect(&mut self, conn: u64) -> Client {
        self.server.room.leave(Conn(conn));
        let mut client = self.clients.remove(&conn).unwrap();
        client.handle(Input::Closed);
        client
    }

    pub fn changed(&mut self, conn: u64) {
        let frames = self.clients.get_mut(&conn).unwrap().handle(Input::Changed { doc: DOC });
        self.carry(conn, frames);
    }

    /// Carries frames back and forth until it is quiet. Panics if it never is.
    pub fn carry(&mut self, from: u64, frames: Vec<Vec<u8>>) {
        let mut queue: std::collections::VecDeque<(u64, bool, Vec<u8>)> =
            frames.into_iter().map(|frame| (from, true, frame)).collect();
        let mut carried = 0;
        while let Some((conn, up, frame)) = queue.pop_front() {
            carried += 1;
            assert!(carried < 1000, "never quiet");
            if up {
                self.last_up = frame.len();
                self.up = (self.up.0 + frame.len(), self.up.1 + 1);
                let answers = self.server.frame(conn, &frame);
                queue.extend(answers.into_iter().map(|(conn, frame)| (conn, false, frame)));
            } else {
                self.last_down.insert(conn, frame.len());
                self.down = (self.down.0 + frame.len(), self.down.1 + 1);
                let answers = self.clients.get_mut(&conn).unwrap().handle(Input::Frame(frame));
                queue.extend(answers.into_iter().map(|frame| (conn, true, frame)));
            }
        }
    }

    pub fn reset_counts(&mut self) {
        self.up = (0, 0);
        self.down = (0, 0);
    }
}
