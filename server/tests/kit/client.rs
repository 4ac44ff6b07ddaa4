//! A real client: our session and real documents over a real WebSocket.

use automerge::{Automerge, ChangeHash};
use futures::{SinkExt as _, StreamExt as _};
use server::demo::{Demo, DemoAccount};
use shared::dossier::{self, Author, Identity, Person, write};
use shared::id::{IndicatorNumber, UserId};
use shared::points::Points;
use shared::scoring::{Entry, Judged};
use shared::sync::{DocumentId, Documents, Input, Output, PeerId, Refusal, Session};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

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

/// The dossier of a demonstration account's own commune.
pub fn dossier_of(account: &DemoAccount, year: u16) -> Identity {
    Identity::dossier(account.unit.clone().unwrap(), year, "QD25_2021".into())
}

/// What a document's messages came to.
#[derive(Debug, Default)]
pub struct Heard {
    /// Heads said to be on the server's disk.
    pub durable: BTreeSet<ChangeHash>,
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
    socket: Option<Socket>,
    /// Bytes of all frames, out and in.
    pub wire: (usize, usize),
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
            socket: None,
            wire: (0, 0),
        }
    }

    /// Connects with a ticket, and opens every document it holds. `false`: the server cannot be reached.
    pub async fn connect(&mut self, url: &str, ticket: &str) -> bool {
        let url = format!("{}/sync?ticket={ticket}", url.replacen("http", "ws", 1));
        let Ok((socket, _)) = connect_async(url).await else {
            return false;
        };
        self.connect_over(socket).await;
        true
    }

    /// The same over a socket that is open.
    pub async fn connect_over(&mut self, socket: Socket) {
        self.socket = Some(socket);
        self.session = session();
        self.input(Input::Opened).await;
        let held: Vec<DocumentId> = self.documents.0.keys().copied().collect();
        for doc in held {
            let saved_state = self.heard.entry(doc).or_default().saved_state.clone();
            self.input(Input::Open { doc, saved_state }).await;
        }
    }

    /// Takes the socket away without a word, as a dead link does.
    pub async fn cut(&mut self) {
        self.socket = None;
        self.input(Input::Closed).await;
    }

    /// Whether there is a connection.
    pub fn is_connected(&self) -> bool {
        self.socket.is_some()
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
        let entry = Entry::Judged(Judged::new(Points::from_hundredths(hundredths), "theo hồ sơ").unwrap());
        let (document, number) = (self.documents.0.get_mut(&doc).unwrap(), IndicatorNumber::from(number));
        let raw = write::set_entry(document, &self.author, &number, "diem", &entry, 1_700_000_000).unwrap();
        automerge::Change::from_bytes(raw.expect("a new value")).unwrap().hash()
    }

    /// Whether everything the device has of a document was said to be on the server's disk.
    pub fn is_durable(&self, doc: DocumentId) -> bool {
        let document = self.doc(doc);
        let durable: Vec<ChangeHash> = self.heard(doc).durable.iter().copied().collect();
        document.get_changes_meta(&durable).is_empty()
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
            assert!(self.take(within).await, "no connection, or too late: {what}");
        }
    }

    /// Takes frames until nothing has come for this long, or the connection ends.
    pub async fn settle(&mut self, quiet: Duration) {
        while self.take(Instant::now() + quiet).await {}
    }

    /// Takes one frame. `false`: none came in time, or the connection ended.
    pub async fn take(&mut self, within: Instant) -> bool {
        let Some(socket) = &mut self.socket else { return false };
        match timeout_at(within, socket.next()).await {
            Err(_) => false,
            Ok(Some(Ok(Message::Binary(frame)))) => {
                self.wire.1 += frame.len();
                self.count(&frame, |heard| heard.came += 1);
                self.input(Input::Frame(frame.into())).await;
                true
            }
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => true,
            Ok(_) => {
                self.cut().await;
                false
            }
        }
    }

    /// Sends any frame.
    pub async fn send(&mut self, frame: Vec<u8>) {
        self.wire.0 += frame.len();
        self.count(&frame, |heard| heard.sent += 1);
        if let Some(socket) = &mut self.socket
            && socket.send(Message::Binary(frame.into())).await.is_err()
        {
            self.socket = None;
        }
    }

    fn count(&mut self, frame: &[u8], count: impl Fn(&mut Heard)) {
        use shared::sync::wire::Message as M;
        if let Ok(M::Sync { document, .. } | M::Refused { document, .. } | M::Unavailable { document, .. }) =
            shared::sync::wire::decode(frame)
        {
            self.heard.get_mut(&document).iter_mut().for_each(|heard| count(heard));
        }
    }

    async fn input(&mut self, input: Input) {
        for output in self.session.handle(input, &mut self.documents) {
            match output {
                Output::Send(frame) => self.send(frame).await,
                Output::Durable { doc, heads } => self.heard.entry(doc).or_default().durable.extend(heads),
                Output::StateToSave { doc, bytes } => self.heard.entry(doc).or_default().saved_state = Some(bytes),
                Output::Refused { doc, hashes, refusal } => {
                    self.heard.entry(doc).or_default().refused.push((hashes, refusal));
                }
                Output::Unavailable { doc } => self.heard.entry(doc).or_default().unavailable += 1,
                Output::ReadOnly { doc, on } => self.heard.entry(doc).or_default().read_only = on,
                Output::Close { .. } => self.socket = None,
                Output::DocumentChanged { .. } | Output::ServerInfo { .. } => {}
                Output::Unmergeable { what, .. } => panic!("unmergeable: {what}"),
            }
        }
    }
}

fn session() -> Session {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let bytes: [u8; 8] = n.to_be_bytes();
    Session::client(
        PeerId::from_random([bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]),
        "test",
    )
}
