//! What is kept of a connection while its document is not in memory.

use super::link::{all_until, speaks_v2};
use automerge::ChangeHash;
use automerge::sync::{Capability, State};

/// What is kept of a connection while the document is not in memory: the peer has, or is about to receive, exactly what the
/// heads stand for. A reviewer follows hundreds of dossiers, so it is small: a whole [`State`] takes 500 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resting {
    heads: Box<[ChangeHash]>,
    flags: Flags,
}

/// What a [`State`] says besides heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the booleans of Automerge's state")]
struct Flags {
    speaks_v2: bool,
    can_reset: bool,
    in_flight: bool,
    have_responded: bool,
    read_only: bool,
    peer_read_only: bool,
    needs_reset: bool,
}

impl Resting {
    /// What is kept of a state whose peer has, or is about to receive, `heads`.
    pub(crate) fn new(state: &State, heads: &[ChangeHash]) -> Self {
        let capabilities = state.their_capabilities.as_deref().unwrap_or_default();
        let flags = Flags {
            speaks_v2: speaks_v2(state),
            can_reset: capabilities.contains(&Capability::SyncReset),
            in_flight: state.in_flight,
            have_responded: state.have_responded,
            read_only: state.read_only,
            peer_read_only: state.peer_read_only,
            needs_reset: state.needs_reset,
        };
        let heads = heads.into();
        Self { heads, flags }
    }

    /// The state to go on with.
    pub(crate) fn into_state(self) -> State {
        let (heads, flags) = (self.heads.into_vec(), self.flags);
        let mut capabilities = Vec::new();
        capabilities.extend(flags.speaks_v2.then_some(Capability::MessageV2));
        capabilities.extend(flags.can_reset.then_some(Capability::SyncReset));
        State {
            last_sent_heads: heads.clone(),
            their_heads: Some(heads.clone()),
            their_need: Some(Vec::new()),
            their_have: Some(vec![all_until(&heads)]),
            shared_heads: heads,
            in_flight: flags.in_flight,
            have_responded: flags.have_responded,
            their_capabilities: Some(capabilities).filter(|known| !known.is_empty()),
            read_only: flags.read_only,
            peer_read_only: flags.peer_read_only,
            needs_reset: flags.needs_reset,
            ..State::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rested_is_as_it_was() {
        let heads = vec![ChangeHash([1; 32]), ChangeHash([2; 32])];
        for n in 0..1_u32 << 7 {
            let on = |bit: u32| n & (1 << bit) != 0;
            let mut known = Vec::new();
            known.extend(on(0).then_some(Capability::MessageV2));
            known.extend(on(1).then_some(Capability::SyncReset));
            let state = State {
                shared_heads: heads.clone(),
                last_sent_heads: heads.clone(),
                their_heads: Some(heads.clone()),
                their_need: Some(Vec::new()),
                their_have: Some(vec![all_until(&heads)]),
                in_flight: on(2),
                have_responded: on(3),
                their_capabilities: (!known.is_empty()).then_some(known),
                read_only: on(4),
                peer_read_only: on(5),
                needs_reset: on(6),
                ..State::new()
            };
            assert_eq!(Resting::new(&state, &heads).into_state(), state, "{n:b}");
        }
    }
}
