//! What a change builds on: the values it overwrites and the characters it stands beside.
//!
//! Automerge takes the predecessors of an operation as they are written. One that is not a value of the same register, or
//! not in the change's own past, hides another official's entry, or is dropped by some devices and not by others, whose
//! stored copies then no longer load. Our own programs and Automerge's never write such a change.

use super::operation::container;
use super::{Checked, Places, Refusal, decode};
use crate::dossier::genesis::GENESIS_ACTOR;
use crate::dossier::layout::Container;
use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ReadDoc};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How many changes of the document are remembered. Editing a text refers to the same few again and again.
const MAX_KNOWN: usize = 128;

/// How many changes that passed are remembered, and how many of their operations, until [`References::is_full`].
const MAX_PASSED: usize = 512;
const MAX_MADE: usize = 100_000;

/// Where an operation wrote: a register, or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    container: Container,
    key: Option<String>,
    /// A value or a character; a deletion is never referred to.
    is_referred_to: bool,
}

impl Slot {
    fn as_referred_to(&self) -> Self {
        let is_referred_to = true;
        Self {
            is_referred_to,
            ..self.clone()
        }
    }
}

/// What is known of a change that passed lately.
#[derive(Debug, Clone)]
struct Passed {
    /// The older changes of the document it descends from, directly or through others that passed.
    base: BTreeSet<ChangeHash>,
    /// For each actor of changes that passed and that it descends from (itself included), the last operation.
    past: BTreeMap<ActorId, u64>,
}

/// Checks changes before they are applied to a document, each after those it depends on. Keep one for each document, and
/// [`References::clear`] it now and then when all the changes that passed have been applied, or thrown away. It may be
/// asked whether or not some of them have been applied.
#[derive(Debug, Clone, Default)]
pub struct References {
    passed: HashMap<ChangeHash, Passed>,
    /// The last operation of each actor among the changes that passed.
    last: HashMap<ActorId, u64>,
    made: HashMap<OpId, Slot>,
    /// Actor, number and last operation of changes that passed lately, in the document by now or not. The next ones nearly
    /// always depend on these, and asking the document for them costs much more.
    lately: HashMap<ChangeHash, (ActorId, u64, u64)>,
    /// Changes of the document that were looked into: the first operation and where each operation wrote. Changes never
    /// change, so this is kept.
    known: HashMap<ChangeHash, (u64, Vec<Option<Slot>>)>,
}

impl References {
    /// Nothing has passed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether so much is remembered that everything that passed should be applied, and forgotten.
    pub fn is_full(&self) -> bool {
        self.passed.len() > MAX_PASSED || self.made.len() > MAX_MADE
    }

    /// Forgets what has passed: it is in the document now, or never will be.
    pub fn clear(&mut self) {
        self.passed.clear();
        self.last.clear();
        self.made.clear();
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        if self.lately.len() > 2 * MAX_KNOWN {
            self.lately.clear();
        }
    }

    /// Actor, number and last operation of a change of the document, or one that passed.
    fn summary(&self, doc: &Automerge, hash: &ChangeHash) -> Option<(ActorId, u64, u64)> {
        self.lately.get(hash).cloned().or_else(|| {
            let meta = doc.get_change_meta_by_hash(hash)?;
            Some((meta.actor.into_owned(), meta.seq, meta.max_op))
        })
    }

    /// Checks a change that passed [`super::check_change`]. Its dependencies are in the document or have passed before.
    /// The genesis and migrations may be given too.
    ///
    /// # Errors
    /// [`Refusal::WrongReference`]; [`Refusal::Order`] if its operations are not numbered after those it descends from, or
    /// if it does not descend from its own actor's change before and from the migration that made the place it writes.
    pub fn check(&mut self, doc: &Automerge, places: &Places, change: &Change) -> Result<(), Refusal> {
        let operations = if places.is_common(change) {
            Vec::new()
        } else {
            decode(change)?.operations
        };
        self.check_operations(doc, places, change, &operations)
    }

    /// As [`References::check`], of a change that has been taken apart already.
    ///
    /// # Errors
    /// As [`References::check`].
    pub fn check_decoded(
        &mut self,
        doc: &Automerge,
        places: &Places,
        change: &Change,
        checked: &Checked,
    ) -> Result<(), Refusal> {
        self.check_operations(doc, places, change, &checked.operations)
    }

    fn check_operations(
        &mut self,
        doc: &Automerge,
        places: &Places,
        change: &Change,
        operations: &[Op],
    ) -> Result<(), Refusal> {
        let mut seen = self.seen_by(doc, change);
        let mut made: Vec<Slot> = Vec::new();
        if !places.is_common(change) {
            if !self.counts_on(doc, change) || !self.follows_itself(&seen, change) {
                return Err(Refusal::Order);
            }
            for operation in operations {
                let slot = slot(operation, places)?;
                if !seen.has_migration(places, slot.container.since()) {
                    return Err(Refusal::Order);
                }
                let own = |id: &OpId| {
                    let index = id.counter().checked_sub(change.start_op().get())?;
                    let own = id.actor() == change.actor_id();
                    own.then(|| made.get(usize::try_from(index).ok()?)).flatten()
                };
                let mut standing = None;
                let wrote = |id: &OpId| {
                    if let Some(made) = own(id) {
                        return Some(made.clone());
                    }
                    if let Some(made) = self.made.get(id) {
                        return seen.descends_from(id).then(|| made.clone());
                    }
                    // the usual case, and much cheaper than looking into the change
                    if standing.get_or_insert_with(|| seen.standing(operation)).contains(id) {
                        return seen.had(id).then(|| slot.as_referred_to());
                    }
                    self.slot_of(&mut seen, places, id)
                };
                if !stays_in(&slot, operation, wrote) {
                    return Err(Refusal::WrongReference);
                }
                made.push(slot);
            }
        }
        let Seen { base, mut past, .. } = seen;
        let actor = change.actor_id();
        past.insert(actor.clone(), change.max_op());
        self.last.insert(actor.clone(), change.max_op());
        let ids = (change.start_op().get()..).map(|counter| OpId::new(counter, actor));
        self.made.extend(ids.zip(made));
        let summary = (actor.clone(), change.seq(), change.max_op());
        self.lately.insert(change.hash(), summary);
        self.passed.insert(change.hash(), Passed { base, past });
        Ok(())
    }

    /// What the author of a change had before them.
    fn seen_by<'a>(&self, doc: &'a Automerge, change: &Change) -> Seen<'a> {
        let (mut base, mut past) = (BTreeSet::new(), BTreeMap::new());
        for dep in change.deps() {
            let Some(passed) = self.passed.get(dep) else {
                base.insert(*dep);
                continue;
            };
            base.extend(&passed.base);
            for (actor, last) in &passed.past {
                let known = past.entry(actor.clone()).or_insert(*last);
                *known = (*last).max(*known);
            }
        }
        Seen {
            doc,
            base,
            past,
            unseen: None,
        }
    }

    /// Whether the operations of a change are numbered after those it descends from. Otherwise the document could be
    /// written to disk and not be read again.
    fn counts_on(&self, doc: &Automerge, change: &Change) -> bool {
        let start = change.start_op().get();
        change
            .deps()
            .iter()
            .all(|dep| self.summary(doc, dep).is_some_and(|(_, _, last)| last < start))
    }

    /// Whether a change descends from the change its actor made before it.
    fn follows_itself(&self, seen: &Seen<'_>, change: &Change) -> bool {
        let actor = change.actor_id();
        if let Some(last) = self.last.get(actor) {
            return seen.past.get(actor) == Some(last);
        }
        let is_before = |hash: &ChangeHash| {
            let summary = self.summary(seen.doc, hash);
            summary.is_some_and(|(by, seq, _)| by == *actor && seq + 1 == change.seq())
        };
        if change.seq() == 1 || seen.base.iter().any(is_before) {
            return true;
        }
        !seen
            .doc
            .get_changes_meta(&seen.heads())
            .iter()
            .any(|meta| *meta.actor == *actor)
    }

    /// Where an operation of the document wrote, if the author of the change had it before them.
    fn slot_of(&mut self, seen: &mut Seen<'_>, places: &Places, id: &OpId) -> Option<Slot> {
        let hash = seen.doc.hash_for_opid(&object_id(id))?;
        if !seen.has(&hash) {
            return None;
        }
        let (start, slots) = match self.known.entry(hash) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let change = seen.doc.get_change_by_hash(&hash)?;
                let operations = decode(&change).ok()?.operations;
                let slots = operations
                    .iter()
                    .map(|operation| slot(operation, places).ok())
                    .collect();
                unknown.insert((change.start_op().get(), slots))
            }
        };
        slots
            .get(usize::try_from(id.counter().checked_sub(*start)?).ok()?)?
            .clone()
    }
}

/// What the author of a change had before them.
struct Seen<'a> {
    doc: &'a Automerge,
    base: BTreeSet<ChangeHash>,
    past: BTreeMap<ActorId, u64>,
    /// The changes of the document the author did not have; not yet looked up if `None`.
    unseen: Option<HashSet<ChangeHash>>,
}

impl Seen<'_> {
    fn heads(&self) -> Vec<ChangeHash> {
        self.base.iter().copied().collect()
    }

    /// Whether the author had a change of the document.
    fn has(&mut self, hash: &ChangeHash) -> bool {
        if self.base.contains(hash) {
            return true;
        }
        if self.unseen.is_none() && self.doc.get_heads() == self.heads() {
            self.unseen = Some(HashSet::new());
        }
        if self.unseen.is_none() {
            let metas = self.doc.get_changes_meta(&self.heads());
            self.unseen = Some(metas.iter().map(|meta| meta.hash).collect());
        }
        self.unseen.as_ref().is_some_and(|unseen| !unseen.contains(hash))
    }

    /// Whether the author had an operation of the document.
    fn had(&mut self, id: &OpId) -> bool {
        let hash = self.doc.hash_for_opid(&object_id(id));
        hash.is_some_and(|hash| self.has(&hash))
    }

    /// Whether the author had an operation of a change that passed.
    fn descends_from(&self, id: &OpId) -> bool {
        self.past.get(id.actor()) >= Some(&id.counter())
    }

    /// The values that stand in the register an operation writes, as the document has it.
    fn standing(&self, operation: &Op) -> HashSet<OpId> {
        let (ObjectId::Id(object), Key::Map(key)) = (&operation.obj, &operation.key) else {
            return HashSet::new();
        };
        let id = |id: ObjId| match id {
            ObjId::Id(counter, actor, _) => Some(OpId(counter, actor)),
            ObjId::Root => None,
        };
        let values = self.doc.get_all(object_id(object), key.as_str()).unwrap_or_default();
        values.into_iter().filter_map(|(_, found)| id(found)).collect()
    }

    /// Whether the author had a migration (0: the genesis).
    fn has_migration(&mut self, places: &Places, migration: usize) -> bool {
        let in_document = |hash: &ChangeHash| self.has(hash);
        migration == 0
            || places.chain.get(migration).is_some_and(in_document)
            || self.past.contains_key(&ActorId::from(&GENESIS_ACTOR[..]))
    }
}

fn object_id(id: &OpId) -> ObjId {
    ObjId::Id(id.counter(), id.actor().clone(), 0)
}

fn slot(operation: &Op, places: &Places) -> Result<Slot, Refusal> {
    let container = container(&operation.obj, &places.layout)?;
    let (key, is_referred_to) = match &operation.key {
        Key::Map(key) => (Some(key.to_string()), operation.action != OpType::Delete),
        Key::Seq(_) => (None, operation.insert),
    };
    Ok(Slot {
        container,
        key,
        is_referred_to,
    })
}

/// Whether everything an operation refers to was written where it writes. `wrote` says where an operation wrote.
fn stays_in(slot: &Slot, operation: &Op, mut wrote: impl FnMut(&OpId) -> Option<Slot>) -> bool {
    let mut here = |id: &OpId| {
        wrote(id)
            .is_some_and(|found| found.is_referred_to && (found.container, &found.key) == (slot.container, &slot.key))
    };
    match &operation.key {
        // Automerge keeps a deletion only in what it deletes: one of nothing would be gone, and the change could not be made again
        Key::Map(_) if operation.action == OpType::Delete && operation.pred.is_empty() => false,
        Key::Map(_) => operation.pred.iter().all(here),
        Key::Seq(ElementId::Head) => operation.insert && operation.pred.is_empty(),
        Key::Seq(ElementId::Id(id)) if operation.insert => operation.pred.is_empty() && here(id),
        // a character is removed by naming it twice
        Key::Seq(ElementId::Id(id)) => operation.pred.len() == 1 && operation.pred.get(0) == Some(id) && here(id),
    }
}
