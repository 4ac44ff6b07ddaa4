//! Changes that have passed every check and wait to be applied.

use super::Gate;
use super::actors::Actors;
use super::link;
use super::member::Member;
use super::order;
use super::wire::{Refusal, RefusalCode};
use crate::id::{DeviceId, UserId};
use automerge::{ActorId, Automerge, Change, ChangeHash};
use std::collections::{HashMap, HashSet};

/// A change, and what its receipt says.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) change: Change,
    /// `None`: nobody's (genesis, migrations).
    pub(crate) user: Option<UserId>,
    pub(crate) device: DeviceId,
}

/// What waits, and whose actor is whose, including those of what waits.
#[derive(Debug)]
pub(crate) struct Pending {
    actors: Actors,
    taken: Vec<Taken>,
    /// What is in `taken`.
    waiting: HashSet<ChangeHash>,
    /// The number of the last operation of changes taken lately. The next ones nearly always depend on these, and asking
    /// the document costs more than all other checks of the numbers.
    max_ops: HashMap<ChangeHash, u64>,
}

/// How many changes are remembered after they were applied.
const MAX_REMEMBERED: usize = 256;

impl Pending {
    pub(crate) fn new(doc: &Automerge, owners: &HashMap<ActorId, UserId>) -> Self {
        Self {
            actors: Actors::of(doc, owners),
            taken: Vec::new(),
            waiting: HashSet::new(),
            max_ops: HashMap::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// What is to be applied, each change after those it depends on.
    pub(crate) fn take(&mut self) -> Vec<Taken> {
        self.waiting.clear();
        if self.max_ops.len() > MAX_REMEMBERED {
            let taken = self.taken.iter().map(|taken| &taken.change);
            self.max_ops = taken.map(|change| (change.hash(), change.max_op())).collect();
        }
        core::mem::take(&mut self.taken)
    }

    fn knows(&self, doc: &Automerge, hash: &ChangeHash) -> bool {
        self.waiting.contains(hash) || link::has(doc, hash)
    }

    /// Sorts what a connection has brought into what is taken, what is held as orphans, and what is refused.
    pub(crate) fn check(
        &mut self,
        doc: &Automerge,
        member: &mut Member,
        mut changes: Vec<Change>,
        gate: &mut dyn Gate,
    ) {
        member.delivered.extend(changes.iter().map(Change::hash));
        changes.extend(member.link.orphans.take());
        if member.link.state.read_only {
            let new: Vec<_> = changes
                .iter()
                .map(Change::hash)
                .filter(|h| !self.knows(doc, h))
                .collect();
            if !new.is_empty() {
                member.refuse(new, RefusalCode::ReadOnly.into());
            }
            return;
        }
        let sorted = order::sort(changes, |hash| self.knows(doc, hash) || member.refused.contains(hash));
        let mut refused = Vec::new();
        for change in sorted.ready {
            let hash = change.hash();
            match self.take_one(doc, member, change, gate) {
                // Whoever brings something does not loop, however many messages come before they are applied.
                Ok(()) => member.messages = 0,
                Err(refusal) => {
                    member.refused.insert(hash);
                    refused.push((hash, refusal));
                }
            }
        }
        for orphan in sorted.orphans {
            let hash = orphan.hash();
            if member.link.orphans.hold(orphan).is_err() {
                refused.push((hash, RefusalCode::Orphans.into()));
            }
        }
        for (hash, refusal) in refused {
            member.refuse(vec![hash], refusal);
        }
    }

    /// Checks a change whose dependencies are known, or refused.
    fn take_one(
        &mut self,
        doc: &Automerge,
        member: &Member,
        change: Change,
        gate: &mut dyn Gate,
    ) -> Result<(), Refusal> {
        if change.deps().iter().any(|dep| member.refused.contains(dep)) {
            return Err(RefusalCode::Descends.into());
        }
        let common = gate.is_common(&change);
        if !common {
            // The first change of another document. Its numbers would be told to be wrong, which says nothing.
            if change.deps().is_empty() {
                return Err(RefusalCode::Genesis.into());
            }
            self.check_numbers(doc, &change)?;
        }
        let owner = self.actors.owner(change.actor_id());
        gate.check(doc, &change, &member.peer, owner)?;
        let user = (!common).then_some(member.peer.user);
        self.actors.accept(&change, user);
        self.waiting.insert(change.hash());
        self.max_ops.insert(change.hash(), change.max_op());
        self.taken.push(Taken {
            change,
            user,
            device: member.peer.device,
        });
        Ok(())
    }

    /// Whether a change counts on from what it says it follows.
    fn check_numbers(&self, doc: &Automerge, change: &Change) -> Result<(), RefusalCode> {
        let max_op = |dep: &ChangeHash| match self.max_ops.get(dep) {
            Some(max_op) => Some(*max_op),
            None => Some(doc.get_change_meta_by_hash(dep)?.max_op),
        };
        let dependencies = change.deps().iter().filter_map(max_op).max().unwrap_or_default();
        self.actors.check(change, dependencies)
    }
}
