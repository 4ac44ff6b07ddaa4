//! The state of one document on one connection, the same at both ends.
//!
//! It stays what Automerge's own `receive_sync_message` and `generate_sync_message` would make of it, so a peer that
//! runs those never notices. What differs is the work: Automerge's receiving walks the whole history at each message, to
//! strike from `sent_hashes` what the peer now has; here only the changes after the peer's heads are looked at. And where
//! the peer is known to have, or to have been sent, everything ([`Link::covered`]), an answer is put together from what
//! has just come in.

use super::history::History;
use super::incoming::Header;
use super::orphans::Orphans;
use super::resting::Resting;
use automerge::sync::{
    BloomFilter, Capability, ChunkList, Have, Message, MessageFlags, MessageVersion, State, SyncDoc,
};
use automerge::{Automerge, Change, ChangeHash, ReadDoc};

/// The state of one document on one connection.
#[derive(Debug, Default)]
pub(crate) struct Link {
    pub(crate) state: State,
    pub(crate) orphans: Orphans,
    /// The peer has, or was sent on this connection, every change of the document.
    covered: bool,
}

/// Changes that have just been added to the document, each after those it depends on.
pub(crate) type News<'a> = [(ChangeHash, &'a [u8])];

impl Link {
    pub(crate) fn new(state: State) -> Self {
        Self {
            state,
            ..Self::default()
        }
    }

    /// A link to a peer of which only what both had last is known.
    pub(crate) fn begun_with(shared_heads: Vec<ChangeHash>) -> Self {
        Self::new(State {
            shared_heads,
            ..State::new()
        })
    }

    /// A link whose peer was in step when the document was last in memory.
    pub(crate) fn resumed(resting: Resting) -> Self {
        Self {
            state: resting.into_state(),
            covered: true,
            ..Self::default()
        }
    }

    /// Whether the peer said last that it has exactly what the document has, and was answered.
    pub(crate) fn is_in_step(&self, heads: &[ChangeHash]) -> bool {
        self.is_level(heads) && self.is_told(heads)
    }

    /// Whether the peer said last that it has exactly what the document has.
    pub(crate) fn is_level(&self, heads: &[ChangeHash]) -> bool {
        self.is_plain() && self.state.their_heads.as_deref() == Some(heads)
    }

    /// Whether the peer has, or was sent on this connection, exactly what the document has.
    pub(crate) fn is_told(&self, heads: &[ChangeHash]) -> bool {
        self.is_plain() && self.state.last_sent_heads == heads
    }

    /// Whether the peer has, or was sent on this connection, or sent itself, everything the document has: there is
    /// nothing to tell it but that its news has come. What it was sent it answers itself.
    pub(crate) fn is_all_told(&self, heads: &[ChangeHash]) -> bool {
        let state = &self.state;
        let theirs = state.their_heads.as_deref().unwrap_or_default();
        let told = |head: &ChangeHash| theirs.contains(head) || state.last_sent_heads.contains(head);
        self.is_plain() && !state.peer_read_only && heads.iter().all(told)
    }

    /// Whether nothing is asked for and nothing is held.
    fn is_plain(&self) -> bool {
        let asked = &self.state.their_need;
        self.covered && self.orphans.is_empty() && asked.as_ref().is_some_and(Vec::is_empty)
    }

    /// What has to be kept of a link while the document is not in memory. The peer has, or is about to receive, `heads`.
    pub(crate) fn rest(&self, heads: &[ChangeHash]) -> Resting {
        Resting::new(&self.state, heads)
    }

    /// Takes in a message whose heads are `heads`, and answers it, without the document.
    pub(crate) fn answer_in_step(&mut self, heads: &[ChangeHash], flags: Option<MessageFlags>) -> Message {
        self.take_flags(flags);
        let state = &mut self.state;
        state.shared_heads = heads.to_vec();
        state.last_sent_heads = heads.to_vec();
        state.their_heads = Some(heads.to_vec());
        state.their_have = Some(vec![all_until(heads)]);
        state.their_need = Some(Vec::new());
        state.have_responded = true;
        state.in_flight = true;
        in_step_message(heads, speaks_v2(state), state.read_only)
    }

    fn take_flags(&mut self, flags: Option<MessageFlags>) {
        let Some(flags) = flags else {
            return;
        };
        // Whoever sends flags at all speaks the second version of the message.
        let mut capabilities = vec![Capability::MessageV2];
        if flags.contains(MessageFlags::SUPPORTS_SYNC_RESET) {
            capabilities.push(Capability::SyncReset);
        }
        self.state.their_capabilities = Some(capabilities);
        if flags.contains(MessageFlags::SYNC_RESET) {
            self.state.sent_hashes.clear();
            self.covered = false;
        }
        self.state.peer_read_only = flags.contains(MessageFlags::READ_ONLY);
    }

    /// Takes in what a message says, after its changes have been applied (or left, if the link is read-only).
    pub(crate) fn receive(&mut self, history: &mut History<'_>, heads: &[ChangeHash], message: Header) {
        self.take_flags(message.flags);
        self.state.in_flight = false;

        let (known, unknown): (Vec<ChangeHash>, Vec<ChangeHash>) = message.heads.iter().partition(|h| history.has(h));
        let in_step = message.heads == heads;
        let state = &mut self.state;
        if in_step {
            state.sent_hashes.clear();
        } else if !known.is_empty() {
            history.strike_behind(&known, &mut state.sent_hashes);
        }
        if !message.has_changes && in_step {
            state.last_sent_heads.clone_from(&message.heads);
        }
        if unknown.is_empty() {
            state.shared_heads.clone_from(&message.heads);
            if message.heads.is_empty() {
                state.last_sent_heads.clear();
                state.sent_hashes.clear();
            }
        } else if !known.is_empty() {
            // Only what is not already behind the known heads: a peer whose branch was refused would otherwise make this
            // list grow for ever.
            let after: std::collections::HashSet<ChangeHash> = after(history.whole(), &known).collect();
            state.shared_heads.retain(|h| after.contains(h));
            state.shared_heads.extend(known);
            state.shared_heads.sort_unstable();
            state.shared_heads.dedup();
        }
        if in_step {
            self.covered = true;
        } else if message.heads.is_empty() || !unknown.is_empty() {
            self.covered = false;
        }
        state.their_have = Some(message.have);
        state.their_heads = Some(message.heads);
        state.their_need = Some(message.need);
    }

    /// What the peer neither has nor was sent, each change after those it depends on; `None` where only Automerge's own
    /// exchange can tell.
    pub(crate) fn unsent(&self, history: &mut History<'_>) -> Option<Vec<Change>> {
        let state = &self.state;
        let mut known = state.their_heads.clone()?;
        known.extend(&state.last_sent_heads);
        (self.is_simple(history) && history.has_all(&known)).then(|| history.whole().get_changes(&known))
    }

    /// The next message to the peer, if there is anything to say. `heads` are the document's; `news` is everything that was
    /// added to it since the last message, without what this peer itself brought; `None` where the caller does not know.
    pub(crate) fn generate(
        &mut self,
        history: &mut History<'_>,
        heads: &[ChangeHash],
        news: Option<&News<'_>>,
    ) -> Option<Message> {
        if let Some(news) = news
            && self.is_simple(history)
            && (news.is_empty() || !self.state.peer_read_only)
        {
            return self.generate_covered(history, heads, news);
        }
        self.covered = false;
        let doc = history.whole();
        let mut message = doc.generate_sync_message(&mut self.state)?;
        if !self.orphans.is_empty() && !self.state.read_only {
            let their_heads = self.state.their_heads.as_deref().unwrap_or_default();
            let has = |h: &ChangeHash| has(doc, h);
            message.need = self.orphans.missing(their_heads, has);
            if !message.need.iter().all(|h| their_heads.contains(h)) {
                message.have = Vec::new();
            }
        }
        Some(message)
    }

    /// Whether nothing but news has to be told.
    fn is_simple(&self, history: &History<'_>) -> bool {
        let state = &self.state;
        let Some(have) = state.their_have.as_ref().and_then(|have| have.first()) else {
            return false;
        };
        self.is_plain() && !state.needs_reset && history.has_all(&have.last_sync)
    }

    /// What the document has, without changes: may be sent at any time, and asks for no answer from a peer that has the same.
    pub(crate) fn repeat(&self, history: &mut History<'_>, heads: &[ChangeHash]) -> Message {
        let state = &self.state;
        let mut message = in_step_message(heads, speaks_v2(state), state.read_only);
        message.have = vec![Have {
            last_sync: state.shared_heads.clone(),
            bloom: if state.shared_heads == heads {
                BloomFilter::default()
            } else if self.covered && state.their_heads.as_ref() == Some(&state.shared_heads) {
                // What the peer's heads do not stand for is on its way.
                BloomFilter::from_hashes(state.sent_hashes.iter())
            } else {
                BloomFilter::from_hashes(after(history.whole(), &state.shared_heads))
            },
        }];
        message
    }

    /// The message to a peer that has everything but the news, or is about to receive it.
    fn generate_covered(
        &mut self,
        history: &mut History<'_>,
        heads: &[ChangeHash],
        news: &News<'_>,
    ) -> Option<Message> {
        let state = &mut self.state;
        let news: Vec<_> = news.iter().filter(|(h, _)| !state.sent_hashes.contains(h)).collect();
        if state.last_sent_heads == heads && state.have_responded && news.is_empty() {
            return None;
        }
        let v2 = speaks_v2(state);
        state.sent_hashes.extend(news.iter().map(|(h, _)| *h));
        let mut message = self.repeat(history, heads);
        let state = &mut self.state;
        message.changes = if news.is_empty() {
            ChunkList::empty()
        } else if v2 {
            news.iter()
                .flat_map(|(_, raw)| raw.iter().copied())
                .collect::<Vec<u8>>()
                .into()
        } else {
            news.iter().map(|(_, raw)| raw.to_vec()).collect::<Vec<_>>().into()
        };
        state.have_responded = true;
        state.last_sent_heads = heads.to_vec();
        state.in_flight = true;
        Some(message)
    }
}

/// What a peer says that has exactly what `heads` stand for.
pub(super) fn all_until(heads: &[ChangeHash]) -> Have {
    Have {
        last_sync: heads.to_vec(),
        bloom: BloomFilter::default(),
    }
}

/// The changes that are not behind `known`.
pub(super) fn after(doc: &Automerge, known: &[ChangeHash]) -> impl ExactSizeIterator<Item = ChangeHash> {
    doc.get_changes_meta(known).into_iter().map(|meta| meta.hash)
}

/// Whether the document has this change.
pub(crate) fn has(doc: &Automerge, hash: &ChangeHash) -> bool {
    doc.get_missing_deps(&[*hash]).is_empty()
}

pub(super) fn speaks_v2(state: &State) -> bool {
    let capabilities = state.their_capabilities.as_deref().unwrap_or_default();
    capabilities.contains(&Capability::MessageV2)
}

/// The answer to a message whose heads equal those of a document that is not in memory: heads, the same as last common
/// heads, an empty Bloom filter.
pub(crate) fn in_step_message(heads: &[ChangeHash], v2: bool, read_only: bool) -> Message {
    let mut flags = MessageFlags::new();
    flags.set(MessageFlags::SUPPORTS_SYNC_RESET);
    if read_only {
        flags.set(MessageFlags::READ_ONLY);
    }
    Message {
        heads: heads.to_vec(),
        need: Vec::new(),
        have: vec![all_until(heads)],
        changes: ChunkList::empty(),
        flags: Some(flags),
        version: if v2 { MessageVersion::V2 } else { MessageVersion::V1 },
    }
}

#[cfg(test)]
mod tests;
