//! One connection, as documents see it: who it is, and where its frames go.

use axum::body::Bytes;
use shared::access::Principal;
use shared::id::DeviceId;
use shared::sync::{Conn, PeerId};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, watch};

/// The most bytes that wait for a slow connection before it is closed. A first download of the largest dossier is 3 MB.
const MAX_WAITING: usize = 16 * 1024 * 1024;
/// The most frames that wait for a slow connection.
const MAX_FRAMES: usize = 4096;

/// Who is at the other end of a socket, as the sign-in says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The account, its unit and position.
    pub principal: Principal,
    /// The device.
    pub device: DeviceId,
}

/// Why the server closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goodbye {
    /// It does not take what is sent to it.
    TooSlow,
    /// It sends message after message without a change.
    Looping,
    /// A document has to be read again from disk; what was not confirmed is asked for again on the next connection.
    Again,
    /// The session is over.
    SignedOut,
    /// The server stops.
    Stopping,
}

impl Goodbye {
    /// The WebSocket close code and reason. Codes from 4000 on are ours, and stay what they are.
    pub fn close_code(self) -> (u16, &'static str) {
        match self {
            Self::Stopping => (1001, "the server stops; come back later"),
            Self::Looping => (1008, "too many messages without a change"),
            Self::Again => (1012, "come back and send again what was not confirmed"),
            Self::TooSlow => (1013, "too slow; come back and ask for what is missing"),
            Self::SignedOut => (4401, "the session is over; sign in again"),
        }
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) conn: Conn,
    pub(super) who: Who,
    pub(super) peer: PeerId,
    /// Whether it announced our additions to the protocol.
    pub(super) ours: bool,
    outbox: mpsc::Sender<Bytes>,
    waiting: AtomicUsize,
    goodbye: watch::Sender<Option<Goodbye>>,
}

/// The other end of [`Client`]: what the socket has to send.
#[derive(Debug)]
pub(super) struct Outbox {
    pub(super) frames: mpsc::Receiver<Bytes>,
    pub(super) goodbye: watch::Receiver<Option<Goodbye>>,
}

impl Client {
    pub(super) fn new(conn: Conn, who: Who, peer: PeerId, ours: bool) -> (Self, Outbox) {
        let (outbox, frames) = mpsc::channel(MAX_FRAMES);
        let (goodbye, told) = watch::channel(None);
        let client = Self {
            conn,
            who,
            peer,
            ours,
            outbox,
            waiting: AtomicUsize::new(0),
            goodbye,
        };
        (client, Outbox { frames, goodbye: told })
    }

    /// Sends a frame. A connection that lets too much pile up is closed: it comes back and asks for what it lacks.
    pub(super) fn send(&self, frame: Vec<u8>) {
        let size = frame.len();
        let before = self.waiting.fetch_add(size, Ordering::Relaxed);
        if before + size > MAX_WAITING || self.outbox.try_send(Bytes::from(frame)).is_err() {
            self.close(Goodbye::TooSlow);
        }
    }

    /// A frame of this size has gone out.
    pub(super) fn sent(&self, size: usize) {
        self.waiting.fetch_sub(size, Ordering::Relaxed);
    }

    /// Closes the connection; the first reason counts.
    pub(super) fn close(&self, goodbye: Goodbye) {
        self.goodbye.send_if_modified(|said| {
            let first = said.is_none();
            said.get_or_insert(goodbye);
            first
        });
    }
}
