//! Sorting changes so that each comes after those it depends on.

use automerge::{Change, ChangeHash};
use std::collections::{HashMap, HashSet, VecDeque};

/// Changes, sorted.
pub(crate) struct Sorted {
    /// Each after those it depends on; dependencies are known or earlier in the list.
    pub(crate) ready: Vec<Change>,
    /// Those of which something is missing.
    pub(crate) orphans: Vec<Change>,
}

/// Sorts `changes`, dropping those that are `known` or there twice.
pub(crate) fn sort(changes: Vec<Change>, known: impl Fn(&ChangeHash) -> bool) -> Sorted {
    let mut seen = HashSet::with_capacity(changes.len());
    let mut changes: Vec<Option<Change>> = changes
        .into_iter()
        .filter(|c| seen.insert(c.hash()) && !known(&c.hash()))
        .map(Some)
        .collect();
    let mut unmet = vec![0_usize; changes.len()];
    let mut waiting: HashMap<ChangeHash, Vec<usize>> = HashMap::new();
    let mut next: VecDeque<usize> = VecDeque::new();
    for (at, (change, unmet)) in changes.iter().flatten().zip(unmet.iter_mut()).enumerate() {
        for dep in change.deps() {
            if !known(dep) {
                *unmet += 1;
                waiting.entry(*dep).or_default().push(at);
            }
        }
        if *unmet == 0 {
            next.push_back(at);
        }
    }
    let mut ready = Vec::with_capacity(changes.len());
    while let Some(at) = next.pop_front() {
        let Some(change) = changes.get_mut(at).and_then(Option::take) else {
            continue;
        };
        for at in waiting.remove(&change.hash()).unwrap_or_default() {
            if let Some(left) = unmet.get_mut(at) {
                *left -= 1;
                if *left == 0 {
                    next.push_back(at);
                }
            }
        }
        ready.push(change);
    }
    Sorted {
        ready,
        orphans: changes.into_iter().flatten().collect(),
    }
}
