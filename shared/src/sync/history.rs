//! A document together with the changes accepted for it lately, not all of which are applied yet.
//!
//! For a batch of changes Automerge walks over everything that was ever written in the maps they write to, and that takes
//! as long for one change as for a hundred. So changes that are known to fit are stored and passed on at once, and
//! applied many at a time, or when something has to be looked up that only the document knows. What is asked again and
//! again, what the latest changes build on, is remembered here: to ask the document would be to walk over its history.

use automerge::{Automerge, Change, ChangeHash};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

/// How many changes are remembered after they have been applied.
const MAX_REMEMBERED: usize = 512;

/// So many changes, or bytes of them, are applied together at the latest. More would not make each much cheaper, and what
/// waits is in memory twice.
const MAX_WAITING: usize = 256;
const MAX_WAITING_BYTES: usize = 256 * 1024;

/// The changes accepted lately.
#[derive(Debug, Default)]
pub(crate) struct Latest {
    /// Those not yet applied, each after those it depends on.
    waiting: Vec<Change>,
    waiting_bytes: usize,
    /// The heads of the document with what waits, ascending. Says nothing while nothing waits.
    heads: Vec<ChangeHash>,
    /// The last that were accepted, waiting or not.
    known: HashMap<ChangeHash, Known>,
    /// Their order.
    order: VecDeque<ChangeHash>,
    accepted: u64,
    /// Automerge did not take what had passed every check.
    broken: bool,
}

/// What is remembered of a change.
#[derive(Debug)]
struct Known {
    /// How many were accepted before it.
    number: u64,
    /// The number of its last operation.
    max_op: u64,
    deps: Box<[ChangeHash]>,
}

/// A document, and what was accepted for it lately.
pub(crate) struct History<'a> {
    doc: &'a mut Automerge,
    latest: Option<&'a mut Latest>,
}

impl Latest {
    /// Whether no change waits to be applied.
    pub(crate) fn is_applied(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether enough changes wait to be applied together.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting.len() >= MAX_WAITING || self.waiting_bytes >= MAX_WAITING_BYTES
    }

    /// The number of the last operation of a change that was accepted lately.
    pub(crate) fn max_op(&self, hash: &ChangeHash) -> Option<u64> {
        Some(self.known.get(hash)?.max_op)
    }

    /// Whether Automerge did not take what waited: the document is not to be trusted.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// The heads of `doc` with what waits, ascending.
    pub(crate) fn heads(&self, doc: &Automerge) -> Vec<ChangeHash> {
        if self.waiting.is_empty() {
            doc.get_heads()
        } else {
            self.heads.clone()
        }
    }

    /// Whether a change is in `doc` or waits.
    pub(crate) fn has(&self, doc: &Automerge, hash: &ChangeHash) -> bool {
        self.known.contains_key(hash) || super::link::has(doc, hash)
    }

    /// Accepts changes that are neither in `doc` nor wait, each after those it depends on.
    pub(crate) fn accept(&mut self, doc: &Automerge, changes: impl Iterator<Item = Change>) {
        self.heads = self.heads(doc);
        for change in changes {
            let hash = change.hash();
            self.heads.retain(|head| !change.deps().contains(head));
            self.heads.push(hash);
            let known = Known {
                number: self.accepted,
                max_op: change.max_op(),
                deps: change.deps().into(),
            };
            self.accepted += 1;
            self.known.insert(hash, known);
            self.order.push_back(hash);
            self.waiting_bytes += change.raw_bytes().len();
            self.waiting.push(change);
        }
        self.heads.sort_unstable();
    }

    /// Applies what waits.
    pub(crate) fn apply(&mut self, doc: &mut Automerge) {
        if self.waiting.is_empty() {
            return;
        }
        self.waiting_bytes = 0;
        let applied = doc.apply_changes_batch(core::mem::take(&mut self.waiting));
        self.broken |= applied.is_err() || doc.get_heads() != self.heads;
        while self.order.len() > MAX_REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }

    /// Which of `asked` are `heads` or behind them. `None` where one of them is not remembered: those that are remembered
    /// were accepted after those that are not, and so was everything on the way to them.
    fn behind(&self, heads: &[ChangeHash], asked: &BTreeSet<ChangeHash>) -> Option<HashSet<ChangeHash>> {
        let numbers = asked.iter().map(|hash| Some(self.known.get(hash)?.number));
        let oldest = numbers.collect::<Option<Vec<u64>>>()?.into_iter().min()?;
        let mut found = HashSet::new();
        let mut next = heads.to_vec();
        while let Some(hash) = next.pop() {
            if let Some(known) = self.known.get(&hash)
                && known.number >= oldest
                && found.insert(hash)
            {
                next.extend(&known.deps);
            }
        }
        Some(found)
    }
}

impl<'a> From<&'a mut Automerge> for History<'a> {
    /// A document in which everything is.
    fn from(doc: &'a mut Automerge) -> Self {
        Self { doc, latest: None }
    }
}

impl<'a> History<'a> {
    /// A document, and what was accepted for it.
    pub(crate) fn new(doc: &'a mut Automerge, latest: &'a mut Latest) -> Self {
        let latest = Some(latest);
        Self { doc, latest }
    }

    /// Whether a change is in the document or waits.
    pub(crate) fn has(&self, hash: &ChangeHash) -> bool {
        match &self.latest {
            Some(latest) => latest.has(self.doc, hash),
            None => super::link::has(self.doc, hash),
        }
    }

    /// Whether all of these are in the document or wait.
    pub(crate) fn has_all(&self, hashes: &[ChangeHash]) -> bool {
        hashes.iter().all(|hash| self.has(hash))
    }

    /// Strikes from `hashes` what is `heads` (which are all known) or behind them.
    pub(crate) fn strike_behind(&mut self, heads: &[ChangeHash], hashes: &mut BTreeSet<ChangeHash>) {
        if hashes.is_empty() {
            return;
        }
        if let Some(behind) = self.latest.as_ref().and_then(|latest| latest.behind(heads, hashes)) {
            hashes.retain(|hash| !behind.contains(hash));
        } else {
            let after: HashSet<ChangeHash> = super::link::after(self.whole(), heads).collect();
            hashes.retain(|hash| after.contains(hash));
        }
    }

    /// The document with everything in it: what waits is applied first.
    pub(crate) fn whole(&mut self) -> &Automerge {
        if let Some(latest) = &mut self.latest {
            latest.apply(self.doc);
        }
        self.doc
    }
}
