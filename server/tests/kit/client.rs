//! A real client: our session and real documents over a real WebSocket.

use automerge::{Automerge, ChangeHash};
use futures::{SinkExt as _, StreamExt as _};
use server::demo::{Demo, DemoAccount};
use server::hub::{Connection, Hub, Outgoing, Who};
use shared::access::Principal;
use shared::dossier::{self, Author, Identity, Person, write};
use shared::id::{DeviceId, IndicatorNumber, UserId};
use shared::points::Points;
use shared::scoring::{Entry, Judged};
use shared::sync::wire::{self, Message};
use shared::sync::{DocumentId, Documents, Input, Output, PeerId, Refusal, Session};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What carries the frames.
enum Link {
    Socket(Box<Socket>),
    /// A socket that is written and read by tasks of its own, which note when.
    Noted(Box<Noted>),
    /// A hub in this process, without a socket.
    Hub(Box<Connection>),
}

/// A socket in the hands of two tasks.
struct Noted {
    out: UnboundedSender<Frame>,
    /// When each frame went out, before it was written.
    went: UnboundedReceiver<Instant>,
    came: UnboundedReceiver<(Instant, <Socket as futures::Stream>::Item)>,
    tasks: [AbortHandle; 2],
}

impl Noted {
    fn new(socket: Socket) -> Self {
        let (mut sink, mut frames) = socket.split();
        let (out, mut outgoing) = unbounded_channel();
        let (noted_out, went) = unbounded_channel();
        let (noted, came) = unbounded_channel();
        let writer = tokio::spawn(async move {
            while let Some(frame) = outgoing.recv().await {
                let sent = noted_out.send(Instant::now()).is_ok() && sink.send(frame).await.is_ok();
                if !sent {
                    return;
                }
            }
        });
        let reader = tokio::spawn(async move {
            while let Some(frame) = frames.next().await {
                if noted.send((Instant::now(), frame)).is_err() {
                    return;
                }
            }
        });
        Self {
            out,
            went,
            came,
            tasks: [writer.abort_handle(), reader.abort_handle()],
        }
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// The longest a client waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The demonstration's account of this name.
pub fn account(username: &str) -> DemoAccount {
    let accounts = Demo::load().unwrap().accounts;
    accounts
        .into_iter()
        .find(|account| account.username == username)
        .unwrap()
}

/// What `shared::access` knows of a demonstration account.
pub fn principal(account: &DemoAccount) -> Principal {
    Principal {
        user: account.id(),
        unit: account.unit.clone(),
        position: account.position.clone(),
    }
}

/// The dossier of a demonstration account's own commune.
pub fn dossier_of(account: &DemoAccount, year: u16) -> Identity {
    Identity::dossier(account.unit.clone().unwrap(), year, "QD25_2021".into())
}

/// What a document's messages came to.
#[derive(Debug, Default)]
pub struct Heard {
    /// Heads said to be on the server's disk.
    pub durable: BTreeSet<ChangeHash>,
    /// The heads said last to be on the server's disk.
    pub last_durable: Vec<ChangeHash>,
    /// When the frame that said so came, as far as the client notes it: [`Client::note_times`].
    pub durable_at: Option<Instant>,
    pub refused: Vec<(Vec<ChangeHash>, Refusal)>,
    pub unavailable: u32,
    pub read_only: bool,
    /// Frames about it that were sent.
    pub sent: u32,
    /// Frames about it that came.
    pub came: u32,
    pub saved_state: Option<Vec<u8>>,
}

/// The documents of a device.
#[derive(Default)]
struct Held(BTreeMap<DocumentId, Automerge>);

impl Documents for Held {
    fn get(&mut self, doc: &DocumentId) -> Option<&mut Automerge> {
        self.0.get_mut(doc)
    }
}

/// One device of one account. What it holds survives its connections.
pub struct Client {
    pub author: Author,
    documents: Held,
    heard: BTreeMap<DocumentId, Heard>,
    session: Session,
    link: Option<Link>,
    /// What the server said when it closed the last connection.
    pub goodbye: Option<String>,
    /// When the frame that is being taken came, if that is noted.
    came_at: Option<Instant>,
    /// Bytes of all frames, out and in.
    pub wire: (usize, usize),
    /// Frames of which the server said that it cannot take them.
    pub errors: u32,
}

impl Client {
    /// A device of a demonstration account, with nothing on it.
    pub fn new(username: &str) -> Self {
        let account = account(username);
        let person = Person::new(&account.name, "Công chức Tư pháp - Hộ tịch");
        Self::of(account.id(), person)
    }

    /// A device of any account.
    pub fn of(user: UserId, person: Person) -> Self {
        let author = Author {
            user,
            person,
            criteria_version: "1".to_owned(),
        };
        let (documents, heard) = (Held::default(), BTreeMap::new());
        Self {
            author,
            documents,
            heard,
            session: session(),
            link: None,
            goodbye: None,
            came_at: None,
            wire: (0, 0),
            errors: 0,
        }
    }

    /// Connects with a ticket, and opens every document it holds. `false`: the server cannot be reached.
    pub async fn connect(&mut self, url: &str, ticket: &str) -> bool {
        let url = format!("{}/sync?ticket={ticket}", url.replacen("http", "ws", 1));
        // Like a browser's, the socket does not hold small frames back until earlier ones are acknowledged.
        let Ok((socket, _)) = connect_async_with_config(url, None, true).await else {
            return false;
        };
        self.link = Some(Link::Socket(Box::new(socket)));
        self.start().await;
        true
    }

    /// From now on the socket is written and read by tasks of the runtime that this is called in, whatever the client itself
    /// is doing, and the time of each frame is noted.
    pub fn note_times(&mut self) {
        self.link = self.link.take().map(|link| match link {
            Link::Socket(socket) => Link::Noted(Box::new(Noted::new(*socket))),
            other => other,
        });
    }

    /// When the first frame since the last call went out, as far as that is noted.
    pub fn went_out(&mut self) -> Option<Instant> {
        let Some(Link::Noted(noted)) = &mut self.link else {
            return None;
        };
        let first = noted.went.try_recv().ok();
        while noted.went.try_recv().is_ok() {}
        first
    }

    /// Connects to a hub in this process.
    pub async fn connect_to(&mut self, hub: &Hub, principal: Principal) {
        let (device, peer) = (DeviceId::new(self.author.user.uuid()), new_peer_id());
        let who = Who { principal, device };
        let introduced = Message::peer(hub.peer_id().clone(), peer.clone(), "test");
        self.link = Some(Link::Hub(Box::new(hub.connect(who, peer, true))));
        self.start().await;
        self.input(Input::Frame(wire::encode(&introduced, false))).await;
    }

    async fn start(&mut self) {
        self.session = session();
        self.input(Input::Opened).await;
        let held: Vec<DocumentId> = self.documents.0.keys().copied().collect();
        for doc in held {
            let saved_state = self.heard.entry(doc).or_default().saved_state.clone();
            self.input(Input::Open { doc, saved_state }).await;
        }
    }

    /// Takes the link away without a word, as a dead network does.
    pub async fn cut(&mut self) {
        self.link = None;
        self.input(Input::Closed).await;
    }

    /// Whether there is a connection.
    pub fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    /// Holds a dossier from now on: its genesis and migrations, as a device makes them without any server.
    pub async fn begin(&mut self, identity: &Identity) -> DocumentId {
        self.hold(identity.document_id(), dossier::create(identity).unwrap())
            .await
    }

    /// Holds a document from now on.
    pub async fn hold(&mut self, doc: DocumentId, document: Automerge) -> DocumentId {
        self.documents.0.insert(doc, document);
        self.heard.entry(doc).or_default();
        self.input(Input::Open { doc, saved_state: None }).await;
        doc
    }

    /// Holds a document no more, as if another device had been taken up.
    pub fn forget(&mut self, doc: DocumentId) {
        self.documents.0.remove(&doc);
        self.heard.remove(&doc);
    }

    /// The document as it is on this device.
    pub fn doc(&self, doc: DocumentId) -> &Automerge {
        &self.documents.0[&doc]
    }

    /// The document, to be changed by hand; [`Client::changed`] sends what was changed.
    pub fn doc_mut(&mut self, doc: DocumentId) -> &mut Automerge {
        self.documents.0.get_mut(&doc).unwrap()
    }

    pub async fn changed(&mut self, doc: DocumentId) {
        self.input(Input::Changed { doc }).await;
    }

    /// What was said about a document.
    pub fn heard(&self, doc: DocumentId) -> &Heard {
        &self.heard[&doc]
    }

    /// Judges an indicator's one sub-item and sends it. The hash of the change.
    pub async fn score(&mut self, doc: DocumentId, number: &str, hundredths: i64) -> ChangeHash {
        let hash = self.score_offline(doc, number, hundredths);
        self.changed(doc).await;
        hash
    }

    /// Judges an indicator's one sub-item without sending it.
    pub fn score_offline(&mut self, doc: DocumentId, number: &str, hundredths: i64) -> ChangeHash {
        let entry =
            Entry::Judged(Judged::new(Points::from_hundredths(hundredths), &format!("theo hồ sơ {}", next())).unwrap());
        let (document, number) = (self.documents.0.get_mut(&doc).unwrap(), IndicatorNumber::from(number));
        let raw = write::set_entry(document, &self.author, &number, "diem", &entry, 1_700_000_000).unwrap();
        automerge::Change::from_bytes(raw.expect("a new value")).unwrap().hash()
    }

    /// Whether everything the device has of a document was said to be on the server's disk.
    pub fn is_durable(&self, doc: DocumentId) -> bool {
        let (document, heard) = (self.doc(doc), self.heard(doc));
        // What was said last is nearly always all of it, and much sooner compared.
        document.get_heads() == heard.last_durable
            || document.get_changes_meta(&heard.last_durable).is_empty()
            || document
                .get_changes_meta(&heard.durable.iter().copied().collect::<Vec<_>>())
                .is_empty()
    }

    /// Whether a change is among what was said to be on the server's disk.
    pub fn was_durable(&self, doc: DocumentId, change: &ChangeHash) -> bool {
        let durable: Vec<ChangeHash> = self.heard(doc).durable.iter().copied().collect();
        !self
            .doc(doc)
            .get_changes_meta(&durable)
            .iter()
            .any(|later| later.hash == *change)
    }

    /// Waits until everything of a document is durable.
    pub async fn until_durable(&mut self, doc: DocumentId) {
        self.until("everything is durable", |client| client.is_durable(doc))
            .await;
    }

    /// Waits until the document has a change.
    pub async fn until_has(&mut self, doc: DocumentId, change: ChangeHash) {
        let has = |client: &Self| client.doc(doc).get_change_meta_by_hash(&change).is_some();
        self.until("the change is here", has).await;
    }

    /// Takes frames until something is so.
    ///
    /// # Panics
    /// When it takes too long, or the connection ends before.
    pub async fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let within = Instant::now() + PATIENCE;
        while !done(self) {
            let taken = self.take(within).await;
            assert!(
                taken,
                "not in time: {what}; connected: {}, {:?}",
                self.is_connected(),
                self.goodbye
            );
        }
    }

    /// Takes frames until nothing has come for this long, or the connection ends.
    pub async fn settle(&mut self, quiet: Duration) {
        while self.take(Instant::now() + quiet).await {}
    }

    /// Takes one frame. `false`: none came in time, or the connection ended.
    pub async fn take(&mut self, within: Instant) -> bool {
        let frame = match &mut self.link {
            None => return false,
            Some(Link::Hub(connection)) => match timeout_at(within, connection.next()).await {
                Err(_) => return false,
                Ok(Outgoing::Frame(frame)) => Some(Ok(Frame::Binary(frame))),
                Ok(Outgoing::Close(goodbye)) => {
                    self.goodbye = Some(goodbye.close_code().1.to_owned());
                    self.cut().await;
                    return false;
                }
            },
            Some(Link::Socket(socket)) => match timeout_at(within, socket.next()).await {
                Err(_) => return false,
                Ok(came) => came,
            },
            Some(Link::Noted(noted)) => match timeout_at(within, noted.came.recv()).await {
                Err(_) => return false,
                Ok(came) => came.map(|(at, frame)| {
                    self.came_at = Some(at);
                    frame
                }),
            },
        };
        let frame = match frame {
            Some(Ok(Frame::Binary(frame))) => frame,
            Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => return true,
            closed => {
                self.goodbye = Some(format!("{closed:?}"));
                self.cut().await;
                return false;
            }
        };
        self.wire.1 += frame.len();
        self.count(&frame, |heard| heard.came += 1);
        let said = wire::decode(&frame);
        self.errors += u32::from(matches!(said, Ok(Message::Error { .. })));
        self.input(Input::Frame(frame.into())).await;
        true
    }

    /// Sends any frame.
    pub async fn send(&mut self, frame: Vec<u8>) {
        self.wire.0 += frame.len();
        self.count(&frame, |heard| heard.sent += 1);
        let sent = match &mut self.link {
            None => return,
            Some(Link::Hub(connection)) => {
                if let Ok(Message::Sync { document, payload, .. }) = wire::decode(&frame) {
                    connection.receive(document, payload).await;
                }
                return;
            }
            Some(Link::Socket(socket)) => socket.send(Frame::Binary(frame.into())).await,
            Some(Link::Noted(noted)) => {
                // The reader says when the connection has ended.
                let _ = noted.out.send(Frame::Binary(frame.into()));
                return;
            }
        };
        if sent.is_err() {
            self.link = None;
        }
    }

    fn count(&mut self, frame: &[u8], count: impl FnMut(&mut Heard)) {
        let about = match wire::decode(frame) {
            Ok(Message::Sync { document, .. }) => document,
            Ok(Message::Refused { document, .. } | Message::Unavailable { document, .. }) => document,
            _ => return,
        };
        self.heard.get_mut(&about).into_iter().for_each(count);
    }

    async fn input(&mut self, input: Input) {
        for output in self.session.handle(input, &mut self.documents) {
            match output {
                Output::Send(frame) => self.send(frame).await,
                Output::Durable { doc, heads } => {
                    let heard = self.heard.entry(doc).or_default();
                    heard.durable.extend(&heads);
                    heard.last_durable = heads;
                    heard.durable_at = self.came_at;
                }
                Output::StateToSave { doc, bytes } => self.heard.entry(doc).or_default().saved_state = Some(bytes),
                Output::Refused { doc, hashes, refusal } => {
                    self.heard.entry(doc).or_default().refused.push((hashes, refusal));
                }
                Output::Unavailable { doc } => self.heard.entry(doc).or_default().unavailable += 1,
                Output::ReadOnly { doc, on } => self.heard.entry(doc).or_default().read_only = on,
                Output::Close { .. } => self.link = None,
                Output::DocumentChanged { .. } | Output::ServerInfo { .. } => {}
                Output::Unmergeable { what, .. } => panic!("unmergeable: {what}"),
            }
        }
    }
}

fn session() -> Session {
    Session::client(new_peer_id(), "test")
}

fn new_peer_id() -> PeerId {
    let [a, b, c, d] = next().to_be_bytes();
    PeerId::from_random([0, 0, a, b, c, d])
}

/// A number that was not given before: no two entries are the same, so each is a change.
fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
