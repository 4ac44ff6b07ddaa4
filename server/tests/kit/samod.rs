//! samod, a client of automerge-repo's protocol that is not ours, over a real WebSocket.

use super::client::PATIENCE;
use automerge::{Automerge, ChangeHash, ReadDoc as _};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::BoxFuture;
use futures::{FutureExt as _, SinkExt as _, StreamExt as _};
use samod::{BackoffConfig, DialError, Dialer, DocHandle, Repo, ShareConfig, Transport, Url};
use shared::sync::DocumentId;
use shared::sync::wire::{self, Message as Said};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// A repository of samod's in memory, and its one connection.
pub struct Samod {
    pub repo: Repo,
    line: Arc<Line>,
    inject: UnboundedSender<Vec<u8>>,
}

/// What went over the connection.
#[derive(Default)]
struct Line {
    /// Messages about documents, both ways.
    messages: AtomicU32,
    closed: AtomicBool,
}

impl Samod {
    /// Connects to our server with a ticket.
    pub async fn connect(url: &str, ticket: &str) -> Self {
        let url = format!("{}/sync?ticket={ticket}", url.replacen("http", "ws", 1));
        let (socket, _) = connect_async(url).await.unwrap();
        let repo = repo(ShareConfig::read_write()).await;
        let (transport, line, inject) = carry(socket);
        let dialer = Arc::new(Once(Mutex::new(Some(transport))));
        let dialled = repo.dial(BackoffConfig::default(), dialer).unwrap();
        // A document that is looked for before there is a peer is not found.
        let established = timeout(PATIENCE, dialled.established()).await;
        assert!(established.is_ok_and(|peer| peer.is_ok()), "samod is not let in");
        Self { repo, line, inject }
    }

    /// Finds a document at the server; `None`: it gives none.
    pub async fn find(&self, document: DocumentId) -> Option<DocHandle> {
        find(&self.repo, document).await
    }

    /// Puts a frame on the connection, as if samod had sent it.
    pub fn send(&self, frame: Vec<u8>) {
        self.inject.unbounded_send(frame).unwrap();
    }

    /// Messages about documents so far, both ways.
    pub fn messages(&self) -> u32 {
        self.line.messages.load(Ordering::Relaxed)
    }

    pub fn is_connected(&self) -> bool {
        !self.line.closed.load(Ordering::Relaxed)
    }

    /// Waits until nothing has gone over the connection for this long.
    pub async fn settle(&self, quiet: Duration) {
        loop {
            let before = self.messages();
            tokio::time::sleep(quiet).await;
            if self.messages() == before {
                return;
            }
            assert!(before < 1_000, "never quiet");
        }
    }
}

/// A repository in memory.
pub async fn repo(policy: ShareConfig) -> Repo {
    Repo::build_tokio().with_share_policy(policy).load().await
}

/// Finds a document in a repository or at its peers.
pub async fn find(repo: &Repo, document: DocumentId) -> Option<DocHandle> {
    let id: samod::DocumentId = document.to_string().parse().unwrap();
    timeout(PATIENCE, repo.find(id)).await.unwrap().unwrap()
}

/// samod as a server: takes one WebSocket on a port of its own, whose address is returned.
pub async fn listening(repo: &Repo) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let acceptor = repo.make_acceptor(Url::parse(&address).unwrap()).unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        acceptor.accept(carry(socket).0).unwrap();
    });
    address
}

/// Whether samod's document has a change.
pub fn has(handle: &DocHandle, change: ChangeHash) -> bool {
    handle.with_document(|doc| doc.get_change_by_hash(&change).is_some())
}

/// Waits until it has.
pub async fn until_has(handle: &DocHandle, change: ChangeHash) {
    let waiting = async {
        while !has(handle, change) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, waiting).await.expect("the change arrives at samod");
}

/// Changes samod's document, which then sends the change by itself. The change's hash.
pub fn change(handle: &DocHandle, change: impl FnOnce(&mut Automerge)) -> ChangeHash {
    handle.with_document(|doc| {
        change(doc);
        doc.get_last_local_change().unwrap().hash()
    })
}

/// A line that is there once.
struct Once(Mutex<Option<Transport>>);

impl Dialer for Once {
    type Error = Infallible;

    fn url(&self) -> Url {
        Url::parse("ws://server/sync").unwrap()
    }

    fn connect(&self) -> BoxFuture<'static, Result<Transport, DialError<Infallible>>> {
        let transport = self.0.lock().unwrap().take();
        async move { transport.ok_or_else(|| DialError::transient(std::io::Error::other("once"))) }.boxed()
    }
}

/// Carries frames between a socket and samod, counts them, and lets others be put in.
fn carry<S>(socket: tokio_tungstenite::WebSocketStream<S>) -> (Transport, Arc<Line>, UnboundedSender<Vec<u8>>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (to_samod, at_samod) = unbounded();
    let (from_samod, here) = unbounded();
    let (inject, injected) = unbounded();
    let line = Arc::new(Line::default());
    let transport = Transport::new(at_samod.map(Ok::<_, Infallible>), from_samod);
    tokio::spawn(pump(socket, to_samod, here, injected, line.clone()));
    (transport, line, inject)
}

async fn pump<S>(
    mut socket: tokio_tungstenite::WebSocketStream<S>,
    to_samod: UnboundedSender<Vec<u8>>,
    mut from_samod: UnboundedReceiver<Vec<u8>>,
    mut injected: UnboundedReceiver<Vec<u8>>,
    line: Arc<Line>,
) where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    loop {
        let out = tokio::select! {
            Some(frame) = from_samod.next() => frame,
            Some(frame) = injected.next() => frame,
            frame = socket.next() => match frame {
                Some(Ok(Message::Binary(frame))) => {
                    line.count(&frame);
                    if to_samod.unbounded_send(frame.into()).is_err() {
                        break;
                    }
                    continue;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Text(_))) => continue,
                _ => break,
            },
        };
        line.count(&out);
        if socket.send(Message::Binary(out.into())).await.is_err() {
            break;
        }
    }
    line.closed.store(true, Ordering::Relaxed);
}

impl Line {
    fn count(&self, frame: &[u8]) {
        // What cannot be read, such as an injected frame that is too long, counts too.
        let counts = match wire::decode(frame) {
            Ok(said) => matches!(
                said,
                Said::Sync { .. } | Said::Unavailable { .. } | Said::Refused { .. }
            ),
            Err(_) => true,
        };
        self.messages.fetch_add(u32::from(counts), Ordering::Relaxed);
    }
}
