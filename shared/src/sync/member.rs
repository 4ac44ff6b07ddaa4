//! One connection in a room.

use super::history::History;
use super::incoming::Header;
use super::link::Link;
use super::resting::Resting;
use super::wire::{PeerId, Refusal, RefusalCode};
use crate::id::{DeviceId, UserId};
use automerge::ChangeHash;
use automerge::sync::{Message, State};
use std::collections::HashSet;

/// A connection, numbered by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conn(pub u64);

/// Who is at the other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// The peer id it gave itself in `join`.
    pub id: PeerId,
    /// The account.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// Whether the account may write to this document at all. If not, the link is read-only from the first message.
    pub writes: bool,
    /// Whether it announced our additions.
    pub ours: bool,
}

/// The most refused hashes remembered for one connection.
const MAX_REFUSED: usize = 20_000;

/// The most different refusals told in one answer.
const MAX_REASONS: usize = 64;

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) peer: Peer,
    pub(crate) link: Link,
    /// Messages that brought nothing since the document last changed, without the answers to news.
    pub(crate) messages: u32,
    /// Frames sent to it when the document changed, which it may still answer. It may have slept, and then answers all of
    /// them in one go.
    pub(crate) unanswered: u32,
    /// Messages received, not yet taken in.
    pub(crate) inbox: Vec<Header>,
    /// What this peer has brought since changes were last applied.
    pub(crate) delivered: HashSet<ChangeHash>,
    /// What it had brought when they were: it is not told of it.
    brought: HashSet<ChangeHash>,
    /// Refused changes, so that what builds on them is refused too.
    pub(crate) refused: HashSet<ChangeHash>,
    /// Refusals to be told.
    pub(crate) refusals: Vec<(Vec<ChangeHash>, Refusal)>,
    /// Heads it advertised that are applied.
    pub(crate) durable: Vec<ChangeHash>,
    /// It brought changes and has not been told since that they are stored.
    owed: bool,
    pub(crate) to_answer: bool,
    seeded: bool,
}

impl Member {
    pub(crate) fn new(peer: Peer) -> Self {
        let state = if peer.writes {
            State::new()
        } else {
            State::new_read_only()
        };
        Self::with(peer, Link::new(state), false)
    }

    pub(crate) fn resumed(peer: Peer, resting: Resting) -> Self {
        Self::with(peer, Link::resumed(resting), true)
    }

    fn with(peer: Peer, link: Link, seeded: bool) -> Self {
        Self {
            peer,
            link,
            messages: 0,
            unanswered: 0,
            inbox: Vec::new(),
            delivered: HashSet::new(),
            brought: HashSet::new(),
            refused: HashSet::new(),
            refusals: Vec::new(),
            durable: Vec::new(),
            owed: false,
            to_answer: false,
            seeded,
        }
    }

    /// Believes the peer's first message about what both had at the end of their last connection, if that is still here.
    /// It saves sending a Bloom filter over the whole history.
    pub(crate) fn seed(&mut self, history: &History<'_>, first: &Header) {
        if core::mem::replace(&mut self.seeded, true) {
            return;
        }
        if let Some(have) = first.have.first()
            && history.has_all(&have.last_sync)
        {
            self.link.state.shared_heads.clone_from(&have.last_sync);
        }
    }

    /// Refuses changes: from now on this link is read-only in the protocol, so that the peer learns of it, stops sending
    /// and still receives. Merely dropping them would make both ends exchange empty messages for ever.
    pub(crate) fn refuse(&mut self, hashes: Vec<ChangeHash>, refusal: Refusal) {
        self.link.state.set_read_only(true);
        let _ = self.link.orphans.take();
        if self.refused.len() < MAX_REFUSED {
            self.refused.extend(&hashes);
        }
        self.to_answer = true;
        let again = self.refusals.iter_mut().find(|(_, said)| *said == refusal);
        if let Some((said, _)) = again {
            said.extend(hashes);
        } else if self.refusals.len() < MAX_REASONS {
            self.refusals.push((hashes, refusal));
        }
    }

    /// Counts a message. Whoever brings something does not loop, however many messages come before it is applied.
    pub(crate) fn count(&mut self, brought: bool) {
        if brought {
            self.messages = 0;
        } else if self.unanswered > 0 {
            self.unanswered -= 1;
        } else {
            self.messages += 1;
        }
    }

    /// Takes in the messages whose changes are now applied. What comes from here on is for the next time.
    pub(crate) fn take_in(&mut self, history: &mut History<'_>, heads: &[ChangeHash]) {
        self.brought = core::mem::take(&mut self.delivered);
        for header in core::mem::take(&mut self.inbox) {
            self.to_answer = true;
            if header.heads == heads {
                self.unanswered = 0;
            }
            self.owed |= header.has_changes;
            self.durable.clone_from(&header.heads);
            self.durable.retain(|h| history.has(h));
            self.link.receive(history, heads, header);
        }
    }

    /// Whether something is to be said to the peer: an answer, or `news`. Nothing before it has spoken itself.
    pub(crate) fn is_to_be_told(&self, news: bool) -> bool {
        self.to_answer || news && self.link.state.their_heads.is_some()
    }

    /// What of the changes just applied is new to the peer, and what it may take for stored.
    pub(crate) fn answer<'a>(
        &mut self,
        history: &mut History<'_>,
        heads: &[ChangeHash],
        applied: impl Iterator<Item = (ChangeHash, &'a [u8])>,
    ) -> Option<(Message, Vec<ChangeHash>)> {
        let brought = core::mem::take(&mut self.brought);
        let news: Vec<_> = applied.filter(|(hash, _)| !brought.contains(hash)).collect();
        self.to_answer = false;
        let durable = core::mem::take(&mut self.durable);
        // A later message of the same batch may have said that the peer is in step, so that the protocol has nothing to
        // answer; what it brought is confirmed all the same.
        let owed = self.owed && self.peer.ours && !durable.is_empty();
        let message = self.link.generate(history, heads, Some(&news));
        let message = message.or_else(|| owed.then(|| self.link.repeat(history, heads)))?;
        self.owed = false;
        Some((message, durable))
    }

    pub(crate) fn is_in_step(&self, heads: &[ChangeHash]) -> bool {
        // A session of ours does not say at once that it has what it was sent; the connection keeps the order.
        let told = if self.peer.ours {
            self.link.is_told(heads)
        } else {
            self.link.is_in_step(heads)
        };
        self.inbox.is_empty() && !self.to_answer && told
    }

    pub(crate) fn rest(self, heads: &[ChangeHash]) -> Resting {
        self.link.rest(heads)
    }
}

/// The answer to the first message about a document that is not in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The payload of the `sync` frame to send.
    pub payload: Vec<u8>,
    /// The heads the sender advertised: all of them are stored. For the key `durable`.
    pub durable: Vec<ChangeHash>,
    /// To be given to [`super::Room::resume`] when the document is loaded.
    pub resting: Resting,
}

/// Answers the first message of a connection about a document from its stored heads alone. `None`: the document has to be
/// loaded, because the peer has or lacks something, or because the message is not plain. `heads` need not be sorted;
/// `writes` as in [`Peer`].
pub fn answer_unloaded(payload: &[u8], heads: &[ChangeHash], writes: bool) -> Option<Reply> {
    let message = Message::decode(payload).ok()?;
    let mut heads = heads.to_vec();
    heads.sort_unstable();
    let plain = message.changes.is_empty() && message.need.is_empty() && message.have.len() == 1;
    if !plain || message.heads != heads || heads.is_empty() {
        return None;
    }
    let mut link = Link::new(if writes { State::new() } else { State::new_read_only() });
    let reply = link.answer_in_step(&heads, message.flags);
    Some(Reply {
        payload: reply.encode(),
        resting: link.rest(&heads),
        durable: heads,
    })
}

impl From<RefusalCode> for Refusal {
    /// The code with its usual words.
    fn from(code: RefusalCode) -> Self {
        let text = match code {
            RefusalCode::Author => "Thay đổi này mang tên người khác.",
            RefusalCode::Access => "Tài khoản không được ghi vào mục này.",
            RefusalCode::ReadOnly => "Tài khoản chỉ được xem hồ sơ này.",
            RefusalCode::Shape => "Giá trị không đúng kiểu của mục này.",
            RefusalCode::Order => "Thứ tự thay đổi của máy này bị lặp hoặc thiếu.",
            RefusalCode::Genesis => "Không phải hồ sơ của đơn vị và năm này.",
            RefusalCode::Malformed => "Dữ liệu gửi lên không đọc được.",
            RefusalCode::TooLarge => "Dữ liệu gửi lên quá lớn.",
            RefusalCode::Descends => "Thay đổi này dựa trên một thay đổi không được nhận.",
            RefusalCode::Orphans => "Thiếu quá nhiều thay đổi đi trước.",
            RefusalCode::Other => "Máy chủ không nhận thay đổi này.",
        };
        Self {
            code,
            text: text.to_owned(),
        }
    }
}

impl From<super::inflate::InflateError> for Refusal {
    fn from(error: super::inflate::InflateError) -> Self {
        match error {
            super::inflate::InflateError::TooLarge => RefusalCode::TooLarge,
            super::inflate::InflateError::Malformed(_) => RefusalCode::Malformed,
        }
        .into()
    }
}
