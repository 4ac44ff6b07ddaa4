//! Changes that have passed every check and wait to be applied.

use super::actors::Actors;
use super::history::Latest;
use super::member::Member;
use super::order;
use super::wire::{Refusal, RefusalCode};
use super::{Apply, Gate};
use crate::id::{DeviceId, UserId};
use automerge::{ActorId, Automerge, Change, ChangeHash};
use std::collections::HashMap;

/// A change, and what its receipt says.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) change: Change,
    /// `None`: nobody's (genesis, migrations).
    pub(crate) user: Option<UserId>,
    pub(crate) device: DeviceId,
    pub(crate) apply: Apply,
}

/// What waits, and whose actor is whose, including those of what waits.
#[derive(Debug)]
pub(crate) struct Pending {
    actors: Actors,
    taken: Vec<Taken>,
    /// What is in `taken`, with the number of each change's last operation.
    waiting: HashMap<ChangeHash, u64>,
}

impl Pending {
    pub(crate) fn new(doc: &Automerge, owners: &HashMap<ActorId, UserId>) -> Self {
        Self {
            actors: Actors::of(doc, owners),
            taken: Vec::new(),
            waiting: HashMap::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// What is to be applied, each change after those it depends on.
    pub(crate) fn take(&mut self) -> Vec<Taken> {
        self.waiting.clear();
        core::mem::take(&mut self.taken)
    }

    fn knows(&self, doc: &Automerge, latest: &Latest, hash: &ChangeHash) -> bool {
        self.waiting.contains_key(hash) || latest.has(doc, hash)
    }

    /// Sorts what a connection has brought into what is taken, what is held as orphans, and what is refused. Whether
    /// anything is taken.
    pub(crate) fn check(
        &mut self,
        doc: &Automerge,
        latest: &Latest,
        member: &mut Member,
        mut changes: Vec<Change>,
        gate: &mut dyn Gate,
    ) -> bool {
        member.delivered.extend(changes.iter().map(Change::hash));
        changes.extend(member.link.orphans.take());
        if member.link.state.read_only {
            let new: Vec<_> = changes
                .iter()
                .map(Change::hash)
                .filter(|h| !self.knows(doc, latest, h))
                .collect();
            if !new.is_empty() {
                member.refuse(new, RefusalCode::ReadOnly.into());
            }
            return false;
        }
        let sorted = order::sort(changes, |hash| {
            self.knows(doc, latest, hash) || member.refused.contains(hash)
        });
        let (mut taken, mut refused) = (false, Vec::new());
        for change in sorted.ready {
            let hash = change.hash();
            match self.take_one(doc, latest, member, change, gate) {
                Ok(()) => taken = true,
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
        taken
    }

    /// Checks a change whose dependencies are known, or refused.
    fn take_one(
        &mut self,
        doc: &Automerge,
        latest: &Latest,
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
            self.check_numbers(doc, latest, &change)?;
        }
        let owner = self.actors.owner(change.actor_id());
        let apply = gate.check(doc, &change, &member.peer, owner)?;
        let user = (!common).then_some(member.peer.user);
        self.actors.accept(&change, user);
        self.waiting.insert(change.hash(), change.max_op());
        self.taken.push(Taken {
            change,
            user,
            device: member.peer.device,
            apply,
        });
        Ok(())
    }

    /// Whether a change counts on from what it says it follows.
    fn check_numbers(&self, doc: &Automerge, latest: &Latest, change: &Change) -> Result<(), RefusalCode> {
        // The document is asked last: it costs more than all other checks of the numbers.
        let lately = |dep: &ChangeHash| self.waiting.get(dep).copied().or_else(|| latest.max_op(dep));
        let max_op = |dep: &ChangeHash| lately(dep).or_else(|| Some(doc.get_change_meta_by_hash(dep)?.max_op));
        let dependencies = change.deps().iter().filter_map(max_op).max().unwrap_or_default();
        self.actors.check(change, dependencies)
    }
}
