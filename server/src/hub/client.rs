//! One connection, as documents see it: who it is, and where its frames go.

use super::locked;
use axum::body::Bytes;
use shared::access::Principal;
use shared::id::DeviceId;
use shared::sync::{Conn, PeerId};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use tokio::sync::mpsc;

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
    /// `None` once the connection is to be closed: then the other end wakes up and looks why.
    outbox: Mutex<Option<mpsc::Sender<Bytes>>>,
    waiting: AtomicUsize,
    goodbye: OnceLock<Goodbye>,
}

impl Client {
    /// The client, and what its socket has to send.
    pub(super) fn new(conn: Conn, who: Who, peer: PeerId, ours: bool) -> (Self, mpsc::Receiver<Bytes>) {
        let (outbox, frames) = mpsc::channel(MAX_FRAMES);
        let client = Self {
            conn,
            who,
            peer,
            ours,
            outbox: Mutex::new(Some(outbox)),
            waiting: AtomicUsize::new(0),
            goodbye: OnceLock::new(),
        };
        (client, frames)
    }

    /// Sends a frame. A connection that lets too much pile up is closed: it comes back and asks for what it lacks.
    pub(super) fn send(&self, frame: Vec<u8>) {
        let size = frame.len();
        let before = self.waiting.fetch_add(size, Ordering::Relaxed);
        let sent = match &*locked(&self.outbox) {
            Some(outbox) => before + size <= MAX_WAITING && outbox.try_send(Bytes::from(frame)).is_ok(),
            None => return,
        };
        if !sent {
            self.close(Goodbye::TooSlow);
        }
    }

    /// A frame of this size has gone out.
    pub(super) fn sent(&self, size: usize) {
        self.waiting.fetch_sub(size, Ordering::Relaxed);
    }

    /// Closes the connection; the first reason counts.
    pub(super) fn close(&self, goodbye: Goodbye) {
        let _ = self.goodbye.set(goodbye);
        *locked(&self.outbox) = None;
    }

    /// Why the connection is to be closed, if it is.
    pub(super) fn goodbye(&self) -> Option<Goodbye> {
        self.goodbye.get().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::{DeviceId, UserId};

    #[test]
    fn what_waits_for_a_slow_connection_is_bounded() {
        let principal = Principal {
            user: UserId::from_slice(&[1; 16]).unwrap(),
            unit: None,
            position: "phong-tu-phap".into(),
        };
        let device = DeviceId::from_slice(&[2; 16]).unwrap();
        let who = Who { principal, device };
        let (client, mut frames) = Client::new(Conn(1), who, PeerId::new("slow0000"), true);
        client.send(vec![0; MAX_WAITING / 2]);
        client.send(vec![0; MAX_WAITING / 2]);
        assert_eq!(client.goodbye(), None);
        // What has gone out makes room.
        client.sent(frames.try_recv().unwrap().len());
        client.send(vec![0; MAX_WAITING / 2]);
        assert_eq!(client.goodbye(), None);
        client.send(vec![0; 1]);
        client.send(vec![0; 1]);
        client.close(Goodbye::SignedOut);
        assert_eq!(client.goodbye(), Some(Goodbye::TooSlow), "the first reason counts");
        let mut waiting = 0;
        while let Ok(frame) = frames.try_recv() {
            waiting += frame.len();
        }
        assert_eq!(waiting, MAX_WAITING);
    }
}
