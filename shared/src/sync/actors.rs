//! Whose actor is whose, and how far each has counted.
//!
//! Automerge trusts the numbering inside a change. A change that counts wrongly (a number used twice, operations with
//! numbers already given) would be refused by every colleague's device later, or break the document there; so it is
//! refused here.

use super::wire::RefusalCode;
use crate::id::UserId;
use automerge::{ActorId, Automerge, Change};
use std::collections::HashMap;

/// What is known of one actor.
#[derive(Debug, Clone, Copy)]
struct Actor {
    /// `None`: nobody's, the actor of the genesis and of migrations.
    owner: Option<UserId>,
    /// The number of its last change.
    seq: u64,
    /// The number of its last operation.
    max_op: u64,
}

/// The actors of one document.
#[derive(Debug, Default)]
pub(crate) struct Actors {
    known: HashMap<ActorId, Actor>,
    /// The highest operation number in the document.
    max_op: u64,
}

impl Actors {
    /// Counts the changes of a loaded document. `owners` is the stored table actor → user.
    pub(crate) fn of(doc: &Automerge, owners: &HashMap<ActorId, UserId>) -> Self {
        let mut actors = Self::default();
        for change in doc.get_changes_meta(&[]) {
            let owner = owners.get(&*change.actor).copied();
            actors.count(&change.actor, owner, change.seq, change.max_op);
        }
        actors.known.shrink_to_fit();
        actors
    }

    fn count(&mut self, actor: &ActorId, owner: Option<UserId>, seq: u64, max_op: u64) {
        self.max_op = self.max_op.max(max_op);
        match self.known.get_mut(actor) {
            Some(known) => {
                known.seq = known.seq.max(seq);
                known.max_op = known.max_op.max(max_op);
            }
            None => {
                self.known.insert(actor.clone(), Actor { owner, seq, max_op });
            }
        }
    }

    /// Takes note of an accepted change.
    pub(crate) fn accept(&mut self, change: &Change, owner: Option<UserId>) {
        self.count(change.actor_id(), owner, change.seq(), change.max_op());
    }

    /// The user of an actor; `None` for one that is new or nobody's.
    pub(crate) fn owner(&self, actor: &ActorId) -> Option<UserId> {
        self.known.get(actor).and_then(|known| known.owner)
    }

    /// Whether the change counts on from what its actor wrote last and from what it depends on (`dependencies` is their
    /// highest operation number), and names only actors the document knows.
    pub(crate) fn check(&self, change: &Change, dependencies: u64) -> Result<(), RefusalCode> {
        let before = self.known.get(change.actor_id());
        let (seq, own_max) = before.map_or((0, 0), |known| (known.seq, known.max_op));
        let start = change.start_op().get();
        let in_order = change.seq() == seq + 1 && start > own_max && start > dependencies && start <= self.max_op + 1;
        let actors_known = change.other_actor_ids().iter().all(|a| self.known.contains_key(a));
        if in_order && actors_known {
            Ok(())
        } else {
            Err(RefusalCode::Order)
        }
    }
}
