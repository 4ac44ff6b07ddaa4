//! One WebSocket: frames in, frames out, and when it counts as dead.

use super::super::time;
use futures::channel::mpsc;
use futures::{FutureExt, SinkExt, StreamExt, select_biased};
use gloo_net::websocket::{Message, futures::WebSocket};

/// The address of the socket: same host as the page.
pub(in super::super) fn socket_address() -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "http:" {
        "ws"
    } else {
        "wss"
    };
    Some(format!("{scheme}://{}/sync", location.host().ok()?))
}

/// What has happened on a connection.
pub(in super::super) enum Happened {
    /// A frame has come.
    Frame(Vec<u8>),
    /// Nothing for a second: time to look whether the connection is still wanted and alive.
    Quiet,
    /// It is gone.
    Gone,
}

/// An open (or opening) socket.
pub(in super::super) struct Connection {
    sink: futures::stream::SplitSink<WebSocket, Message>,
    stream: futures::stream::Fuse<futures::stream::SplitStream<WebSocket>>,
    to_send: mpsc::UnboundedReceiver<Vec<u8>>,
    /// When the last frame came (or the socket was made), in ms of this machine's clock.
    pub(in super::super) heard_ms: i64,
}

impl Connection {
    /// Opens a socket; frames put into the returned sender go out once it is open. `None` if the browser refuses.
    pub(in super::super) fn open(address: &str) -> Option<(Self, mpsc::UnboundedSender<Vec<u8>>)> {
        let (sink, stream) = WebSocket::open(address).ok()?.split();
        let (sender, to_send) = mpsc::unbounded();
        Some((
            Self {
                sink,
                stream: stream.fuse(),
                to_send,
                heard_ms: time::machine_ms(),
            },
            sender,
        ))
    }

    /// Sends what is to be sent until something happens.
    pub(in super::super) async fn next(&mut self) -> Happened {
        let mut quiet = core::pin::pin!(time::sleep_ms(1000).fuse());
        loop {
            select_biased! {
                frame = self.stream.next() => match frame {
                    Some(Ok(Message::Bytes(bytes))) => {
                        self.heard_ms = time::machine_ms();
                        return Happened::Frame(bytes);
                    }
                    Some(Ok(Message::Text(_))) => {}
                    Some(Err(_)) | None => return Happened::Gone,
                },
                frame = self.to_send.next() => match frame {
                    Some(frame) => {
                        if self.sink.send(Message::Bytes(frame)).await.is_err() {
                            return Happened::Gone;
                        }
                    }
                    None => return Happened::Gone,
                },
                () = quiet => return Happened::Quiet,
            }
        }
    }
}
