//! `/sync`: a WebSocket between one client and the hub, speaking automerge-repo's protocol.
//!
//! One task for each connection. It reads only as fast as the documents keep up and as the rate allows, so neither a fast
//! sender nor a slow reader costs more than its bounded share of memory.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::SinkExt as _;
use shared::sync::wire::{self, MAX_FRAME, Message, PROTOCOL};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};

use crate::auth::SyncCaller;
use crate::hub::{Connection, Goodbye, Hub, Outgoing, Who};
use crate::{App, assets};

/// How long a client may take to introduce itself.
const JOIN_WITHIN: Duration = Duration::from_secs(10);
/// How often a silent connection is asked whether it is still there: more often than mobile networks forget it.
const PING_EVERY: Duration = Duration::from_secs(25);
/// Pings without any sign of life until the connection is given up.
const MISSED_PINGS: u32 = 2;
/// How long a client may take to read a frame it is sent.
const SEND_WITHIN: Duration = Duration::from_secs(30);
/// Frames that cannot be read, until the connection is closed.
const MAX_UNREADABLE: u32 = 20;
/// Messages a connection may send at once, and how many are allowed again in each second.
const BURST: f64 = 2_000.0;
const PER_SECOND: f64 = 1_000.0;
/// The buffer each connection reads into: it is zeroed at every read, and most frames are a few hundred bytes.
const READ_BUFFER: usize = 8 * 1024;
/// A frame above [`MAX_FRAME`] is refused and the connection stays; one above this is not even read.
const UNREAD: usize = 2 * MAX_FRAME;

/// `GET /sync`.
pub async fn sync(State(app): State<App>, SyncCaller(caller): SyncCaller, upgrade: WebSocketUpgrade) -> Response {
    let mut session = app.accounts.sessions.watch(caller.session);
    let who = Who {
        principal: caller.principal(),
        device: caller.device,
    };
    upgrade
        .read_buffer_size(READ_BUFFER)
        .max_message_size(UNREAD)
        .max_frame_size(UNREAD)
        .on_upgrade(async move |socket| {
            let ended = async {
                tokio::select! {
                    () = session.ended() => Goodbye::SignedOut,
                    () = app.stop.stopping() => Goodbye::Stopping,
                }
            };
            let build = assets::read(app.config.dist.as_deref()).await;
            let build = build.map(|assets| assets.build).unwrap_or_default();
            serve(socket, &app.hub, who, &build, ended).await;
        })
}

/// Serves one connection until either side ends it, or `ended` completes and says why. `build` is told to clients of
/// ours, so that an old app learns that there is a newer one.
pub async fn serve(mut socket: WebSocket, hub: &Hub, who: Who, build: &str, ended: impl Future<Output = Goodbye>) {
    let mut ended = std::pin::pin!(ended);
    let introduced = tokio::select! {
        introduced = timeout(JOIN_WITHIN, introduce(&mut socket, hub, who, build)) => introduced.ok().flatten(),
        goodbye = &mut ended => return close(socket, goodbye).await,
    };
    let Some(mut connection) = introduced else { return };
    let goodbye = tokio::select! {
        goodbye = exchange(&mut socket, &mut connection) => goodbye,
        goodbye = &mut ended => Some(goodbye),
    };
    // The documents are left before the close handshake, which the other side may delay.
    drop(connection);
    if let Some(goodbye) = goodbye {
        close(socket, goodbye).await;
    }
}

/// Waits for `join` and answers it.
async fn introduce(socket: &mut WebSocket, hub: &Hub, who: Who, build: &str) -> Option<Connection> {
    let frame = loop {
        match socket.recv().await?.ok()? {
            Frame::Binary(frame) => break frame,
            Frame::Ping(_) | Frame::Pong(_) => {}
            Frame::Text(_) | Frame::Close(_) => return None,
        }
    };
    let Ok(Message::Join {
        sender,
        versions,
        metadata,
    }) = wire::decode(&frame)
    else {
        return None;
    };
    if !versions.iter().any(|version| version == PROTOCOL) {
        let message = format!("this server speaks version {PROTOCOL} of the protocol");
        send(socket, wire::encode(&Message::Error { message }, false).into()).await?;
        return None;
    }
    let answer = Message::peer(hub.peer_id().clone(), sender.clone(), build);
    send(socket, wire::encode(&answer, false).into()).await?;
    Some(hub.connect(who, sender, metadata.ours.is_some()))
}

/// Frames in, frames out. Ends with why the server closes the connection; `None` if it is gone already.
async fn exchange(socket: &mut WebSocket, connection: &mut Connection) -> Option<Goodbye> {
    let mut rate = Rate::new();
    let mut unreadable = 0;
    let mut silent = 0;
    let mut ping = pings();
    loop {
        tokio::select! {
            outgoing = connection.next() => match outgoing {
                Outgoing::Frame(frame) => send_all(socket, connection, frame).await?,
                Outgoing::Close(goodbye) => return Some(goodbye),
            },
            frame = socket.recv() => {
                silent = 0;
                let message = match frame?.ok()? {
                    Frame::Binary(frame) => wire::decode(&frame),
                    Frame::Ping(_) | Frame::Pong(_) | Frame::Text(_) => continue,
                    Frame::Close(_) => return None,
                };
                rate.wait().await;
                match message {
                    Ok(Message::Sync { document, payload, .. }) => connection.receive(document, payload).await,
                    Ok(Message::Leave) => return None,
                    Ok(_) => {}
                    Err(error) => {
                        unreadable += 1;
                        if unreadable > MAX_UNREADABLE {
                            return Some(Goodbye::Looping);
                        }
                        if connection.is_ours() {
                            let message = Message::Error { message: error.to_string() };
                            send(socket, wire::encode(&message, true).into()).await?;
                        }
                    }
                }
            },
            _ = ping.tick() => {
                silent += 1;
                if silent > MISSED_PINGS {
                    return None;
                }
                timeout(SEND_WITHIN, socket.send(Frame::Ping(Bytes::new()))).await.ok()?.ok()?;
            }
        }
    }
}

/// Sends a frame and all that wait behind it, in one write where they are small.
async fn send_all(socket: &mut WebSocket, connection: &mut Connection, first: Bytes) -> Option<()> {
    let mut next = Some(first);
    while let Some(frame) = next {
        connection.sent(frame.len());
        // Whoever reads slowly but steadily is not cut off because more and more waits.
        timeout(SEND_WITHIN, socket.feed(Frame::Binary(frame)))
            .await
            .ok()?
            .ok()?;
        next = connection.more();
    }
    timeout(SEND_WITHIN, socket.flush()).await.ok()?.ok()
}

async fn send(socket: &mut WebSocket, frame: Bytes) -> Option<()> {
    timeout(SEND_WITHIN, socket.send(Frame::Binary(frame))).await.ok()?.ok()
}

fn pings() -> Interval {
    let mut ping = interval(PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once.
    ping.reset();
    ping
}

/// Says why, if the other side still listens.
async fn close(mut socket: WebSocket, goodbye: Goodbye) {
    let (code, reason) = goodbye.close_code();
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    // Whether it arrives does not matter: the connection ends either way.
    let _ = timeout(SEND_WITHIN, socket.send(Frame::Close(Some(frame)))).await;
}

/// How many messages a connection may send: a bucket that fills up again with time.
struct Rate {
    left: f64,
    at: Instant,
}

impl Rate {
    fn new() -> Self {
        Self {
            left: BURST,
            at: Instant::now(),
        }
    }

    /// Waits until one more message may be taken.
    async fn wait(&mut self) {
        if self.left < 1.0 {
            let now = Instant::now();
            let since = now.duration_since(self.at).as_secs_f64();
            self.at = now;
            self.left = (self.left + since * PER_SECOND).min(BURST);
            if self.left < 1.0 {
                tokio::time::sleep(Duration::from_secs_f64((1.0 - self.left) / PER_SECOND)).await;
            }
        }
        self.left -= 1.0;
    }
}
