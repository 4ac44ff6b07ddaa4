//! Keeps a connection while the page is seen, and a minute longer; tries again when it is lost.

use super::super::http::{self, HttpError};
use super::super::notice::Notice;
use super::super::space::Space;
use super::super::status::Network;
use super::super::time;
use super::super::wake::{Wake, within_ms};
use super::backoff;
use super::connection::{Connection, Happened, socket_address};
use core::cell::{Cell, RefCell};
use futures::channel::mpsc;
use shared::sync::{Input, PeerId, Session};
use std::rc::{Rc, Weak};

/// How long a hidden page keeps its socket.
const HIDDEN_MS: i64 = 60_000;
/// How long an answer the server owes may take before the connection counts as dead.
const OWED_MS: i64 = 15_000;

/// The state of one account's way to the server.
pub(in super::super) struct Link {
    /// The protocol's end here.
    pub(in super::super) session: RefCell<Session>,
    /// Frames to the open socket; none while there is no connection.
    pub(in super::super) out: RefCell<Option<mpsc::UnboundedSender<Vec<u8>>>>,
    /// Whether the server has introduced itself on this connection.
    pub(in super::super) introduced: Cell<bool>,
    /// Cuts waiting short.
    pub(in super::super) wake: Wake,
    /// Ends the present connection, so that the next one begins with a clean state.
    pub(in super::super) renew: Cell<bool>,
    /// The server speaks a newer protocol than this build.
    pub(in super::super) too_old: Cell<bool>,
    /// Ends everything: the account is closed.
    pub(in super::super) closed: Cell<bool>,
}

impl Link {
    /// Ends the present connection at once: nothing more is sent or taken in on it.
    pub(in super::super) fn hang_up(&self) {
        // A connection without a way out ends (see `Connection::next`).
        self.out.replace(None);
        self.wake.wake();
    }

    pub(in super::super) fn new(build: &str) -> Self {
        Self {
            session: RefCell::new(Session::client(PeerId::from_random(time::random()), build)),
            out: RefCell::default(),
            introduced: Cell::new(false),
            wake: Wake::default(),
            renew: Cell::new(false),
            too_old: Cell::new(false),
            closed: Cell::new(false),
        }
    }
}

/// How a try to connect ended.
enum Ended {
    /// There was a connection.
    Lost,
    /// There was none.
    Unreachable,
    /// The session is over, or another account's.
    SignInNeeded,
    /// This build is too old for the server.
    TooOld,
    /// The page has not been seen for a minute.
    NotNeeded,
}

/// Runs for as long as the account is open.
pub(in super::super) async fn keep(space: Weak<Space>) {
    let mut attempt = 0;
    loop {
        let Some(space) = space.upgrade().filter(|space| !space.link.closed.get()) else {
            return;
        };
        let wake = space.link.wake.clone();
        let ended = if hidden_for_ms() > HIDDEN_MS {
            Ended::NotNeeded
        } else {
            connect(&space).await
        };
        match ended {
            Ended::Lost => {
                attempt = 0;
                space.set_network(Network::Offline);
            }
            Ended::Unreachable => {
                attempt += 1;
                space.set_network(Network::Offline);
            }
            Ended::SignInNeeded => space.set_network(Network::SignInNeeded),
            Ended::TooOld => space.set_network(Network::AppTooOld),
            Ended::NotNeeded => {}
        }
        drop(space);
        match ended {
            Ended::Lost | Ended::Unreachable => {
                wake.sleep_ms(backoff::delay_ms(attempt, u32::from_le_bytes(time::random())))
                    .await;
            }
            Ended::SignInNeeded | Ended::TooOld => wake.sleep_ms(60_000).await,
            Ended::NotNeeded => wake.woken().await,
        }
    }
}

async fn connect(space: &Rc<Space>) -> Ended {
    // Whose session is it? A socket under another account's cookie would have every change refused.
    match within_ms(10_000, http::who_am_i())
        .await
        .unwrap_or(Err(HttpError::Unreachable))
    {
        Ok(answer) if answer.account.user.id == space.user() => space.greeted(answer),
        Ok(answer) => {
            space.notify(Notice::other_account(&answer.account.user.name));
            return Ended::SignInNeeded;
        }
        Err(HttpError::SignInNeeded) => return Ended::SignInNeeded,
        Err(_) => return Ended::Unreachable,
    }
    let Some((mut connection, sender)) = socket_address().and_then(|address| Connection::open(&address)) else {
        return Ended::Unreachable;
    };
    let link = &space.link;
    link.out.replace(Some(sender));
    link.renew.set(false);
    space.feed(Input::Opened);
    loop {
        let happened = connection.next().await;
        if link.out.borrow().is_none() {
            break;
        }
        match happened {
            Happened::Frame(frame) => space.feed(Input::Frame(frame)),
            Happened::Quiet => {
                let silent_ms = time::machine_ms() - connection.heard_ms;
                let owed = !link.introduced.get() || space.answer_owed();
                if owed && silent_ms > OWED_MS || hidden_for_ms() > HIDDEN_MS || link.closed.get() {
                    break;
                }
            }
            Happened::Gone => break,
        }
        if link.renew.get() {
            break;
        }
    }
    link.out.replace(None);
    let had_answer = link.introduced.replace(false);
    space.feed(Input::Closed);
    if link.too_old.replace(false) {
        return Ended::TooOld;
    }
    match hidden_for_ms() > HIDDEN_MS {
        true => Ended::NotNeeded,
        false if had_answer => Ended::Lost,
        false => Ended::Unreachable,
    }
}

thread_local! {
    /// When the page was last hidden, in ms of this machine's clock; `None` while it is seen.
    static HIDDEN_SINCE: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Notes that the page was hidden or is seen again.
pub(in super::super) fn note_visibility(hidden: bool) {
    HIDDEN_SINCE.set(hidden.then(time::machine_ms));
}

fn hidden_for_ms() -> i64 {
    HIDDEN_SINCE.get().map_or(0, |since| time::machine_ms() - since)
}
