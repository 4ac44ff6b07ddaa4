//! With samod, which is not ours: as client of our room, and as server of our session, over a line in memory.

mod sync_net;

use automerge::transaction::Transactable;
use automerge::{Automerge, ChangeHash, ROOT, ReadDoc};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use samod::{BackoffConfig, DialError, Dialer, DocHandle, DocumentId, Repo, ShareConfig, Transport, Url};
use shared::sync::wire::{Message, decode};
use shared::sync::{Input, Output};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync_net::*;

/// A message that is not on its way by then is not on its way.
const QUIET: Duration = Duration::from_millis(150);
const STOP: Duration = Duration::from_secs(20);

fn line() -> (Transport, UnboundedSender<Vec<u8>>, UnboundedReceiver<Vec<u8>>) {
    let (to_samod, at_samod) = unbounded();
    let (from_samod, here) = unbounded();
    let transport = Transport::new(at_samod.map(Ok::<_, Infallible>), from_samod);
    (transport, to_samod, here)
}

struct Line(Mutex<Option<Transport>>);

impl Dialer for Line {
    type Error = Infallible;

    fn url(&self) -> Url {
        Url::parse("memory:room").unwrap()
    }

    fn connect(&self) -> BoxFuture<'static, Result<Transport, DialError<Infallible>>> {
        let transport = self.0.lock().unwrap().take();
        async move { transport.ok_or_else(|| DialError::transient(std::io::Error::other("once"))) }.boxed()
    }
}

fn doc_id() -> DocumentId {
    DOC.to_string().parse().unwrap()
}

async fn repo(policy: ShareConfig) -> Repo {
    Repo::build_tokio().with_share_policy(policy).load().await
}

fn write(handle: &DocHandle, key: &str) -> ChangeHash {
    handle.with_document(|doc| {
        let mut tx = doc.transaction();
        tx.put(ROOT, key, 1).unwrap();
        tx.commit().0.unwrap()
    })
}

fn has(handle: &DocHandle, hash: ChangeHash) -> bool {
    handle.with_document(|doc| doc.get_change_by_hash(&hash).is_some())
}

/// Our server with samod, connection 1, and a colleague with our session, connection 2.
struct WithRoom {
    net: Net,
    writes: bool,
    to_samod: UnboundedSender<Vec<u8>>,
    from_samod: UnboundedReceiver<Vec<u8>>,
}

impl WithRoom {
    async fn new(writes: bool) -> (Self, Repo) {
        let (transport, to_samod, from_samod) = line();
        let repo = repo(ShareConfig::read_write()).await;
        repo.dial(BackoffConfig::default(), Arc::new(Line(Mutex::new(Some(transport)))))
            .unwrap();
        let mut net = Net::new(Server::with(genesis()));
        net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));
        let room = Self {
            net,
            writes,
            to_samod,
            from_samod,
        };
        (room, repo)
    }

    /// Carries frames until it is quiet; how many.
    async fn settle(&mut self) -> usize {
        let mut carried = 0;
        while let Ok(Some(frame)) = tokio::time::timeout(QUIET, self.from_samod.next()).await {
            carried += 1;
            assert!(carried < 60, "never quiet");
            if let Message::Join { sender, .. } = decode(&frame).unwrap() {
                // The room has to know the name samod gives itself: it closes the connection over any other.
                self.net.server.join_as(1, sender, 1, self.writes, false);
            }
            for (conn, answer) in self.net.server.frame(1, &frame) {
                carried += 1;
                if conn == 1 {
                    self.to_samod.unbounded_send(answer).unwrap();
                } else {
                    let frames = self.net.clients.get_mut(&conn).unwrap().handle(Input::Frame(answer));
                    self.carry_colleague(frames);
                }
            }
        }
        carried
    }

    fn carry_colleague(&mut self, frames: Vec<Vec<u8>>) {
        for frame in frames {
            for (conn, answer) in self.net.server.frame(2, &frame) {
                if conn == 1 {
                    self.to_samod.unbounded_send(answer).unwrap();
                } else {
                    let more = self.net.clients.get_mut(&conn).unwrap().handle(Input::Frame(answer));
                    self.carry_colleague(more);
                }
            }
        }
    }

    fn colleague_writes(&mut self, key: &str) -> ChangeHash {
        let client = self.net.clients.get_mut(&2).unwrap();
        let hash = put(client.doc(), key, 1);
        let frames = client.handle(Input::Changed { doc: DOC });
        self.carry_colleague(frames);
        hash
    }

    fn stored(&self, hash: ChangeHash) -> bool {
        self.net.server.disk.iter().any(|change| change.hash == hash)
    }
}

async fn found(room: &mut WithRoom, repo: &Repo) -> DocHandle {
    let find = tokio::spawn(repo.find(doc_id()));
    room.settle().await;
    tokio::time::timeout(STOP, find)
        .await
        .unwrap()
        .unwrap()
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn samod_is_a_client_of_our_room() {
    let (mut room, repo) = WithRoom::new(true).await;
    let handle = found(&mut room, &repo).await;
    let theirs = write(&handle, "5.4");
    room.settle().await;
    assert!(room.stored(theirs));
    let ours = room.colleague_writes("5.3");
    room.settle().await;
    assert!(has(&handle, ours));

    // A change that is refused: samod stops, and still receives.
    let bad = write(&handle, "cấm");
    assert!(room.settle().await <= 6);
    assert!(!room.stored(bad));
    let ours = room.colleague_writes("5.2");
    assert!(room.settle().await <= 5);
    assert!(has(&handle, ours));
}

#[tokio::test]
async fn samod_reads_only() {
    let (mut room, repo) = WithRoom::new(false).await;
    let handle = found(&mut room, &repo).await;
    let theirs = write(&handle, "5.4");
    assert!(room.settle().await <= 5);
    assert!(!room.stored(theirs));
    let ours = room.colleague_writes("5.3");
    assert!(room.settle().await <= 5);
    assert!(has(&handle, ours));
}

/// Our session as client of samod.
struct WithSession {
    client: Client,
    to_samod: UnboundedSender<Vec<u8>>,
    from_samod: UnboundedReceiver<Vec<u8>>,
}

impl WithSession {
    fn new(repo: &Repo, doc: Automerge) -> Self {
        let (transport, to_samod, from_samod) = line();
        let acceptor = repo.make_acceptor(Url::parse("memory:session").unwrap()).unwrap();
        acceptor.accept(transport).unwrap();
        let mut session = Self {
            client: Client::new("client01", doc),
            to_samod,
            from_samod,
        };
        session.input(Input::Opened);
        session.input(Input::Open {
            doc: DOC,
            saved_state: None,
        });
        session
    }

    fn input(&mut self, input: Input) {
        for frame in self.client.handle(input) {
            self.to_samod.unbounded_send(frame).unwrap();
        }
    }

    async fn settle(&mut self) -> usize {
        let mut carried = 0;
        while let Ok(Some(frame)) = tokio::time::timeout(QUIET, self.from_samod.next()).await {
            carried += 1;
            assert!(carried < 60, "never quiet");
            self.input(Input::Frame(frame));
        }
        carried
    }
}

#[tokio::test]
async fn samod_is_a_server_of_our_session() {
    let repo = repo(ShareConfig::read_write()).await;
    let mut session = WithSession::new(&repo, opened(genesis(), 1, 0));
    session.settle().await;
    let ours = put(session.client.doc(), "5.4", 1);
    session.input(Input::Changed { doc: DOC });
    session.settle().await;
    let found = tokio::time::timeout(STOP, repo.find(doc_id())).await.unwrap();
    let handle = found.unwrap().unwrap();
    assert!(has(&handle, ours));
    let theirs = write(&handle, "5.3");
    session.settle().await;
    let doc = session.client.doc();
    assert!(doc.get_change_by_hash(&theirs).is_some());
    let info = Output::ServerInfo {
        build: String::new(),
        protocol: 0,
    };
    assert!(session.client.outputs.contains(&info));
    // It is not ours: it promises nothing.
    assert_eq!(session.client.durable(), []);
}

#[tokio::test]
async fn samod_lets_our_session_read_only() {
    let repo = repo(ShareConfig::read_only()).await;
    let mut session = WithSession::new(&repo, opened(genesis(), 1, 0));
    session.settle().await;
    put(session.client.doc(), "5.4", 1);
    session.input(Input::Changed { doc: DOC });
    assert!(session.settle().await <= 5);
    let on = Output::ReadOnly { doc: DOC, on: true };
    assert!(session.client.outputs.contains(&on));
}
