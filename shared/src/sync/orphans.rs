//! Changes whose dependencies have not come yet. They are held by the connection that brought them and never enter the
//! document's own queue: there, an orphan would later be credited to whoever brings its parent.

use automerge::{Change, ChangeHash};
use std::collections::HashMap;

/// How much one connection may make us hold for one document.
const MAX_CHANGES: usize = 20_000;
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The held changes of one connection.
#[derive(Debug, Default)]
pub(crate) struct Orphans {
    held: HashMap<ChangeHash, Change>,
    bytes: usize,
}

/// More orphans than are held for one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

impl Orphans {
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    pub(crate) fn hold(&mut self, change: Change) -> Result<(), TooMany> {
        let bytes = self.bytes + change.raw_bytes().len();
        if self.held.len() >= MAX_CHANGES || bytes > MAX_BYTES {
            return Err(TooMany);
        }
        if self.held.insert(change.hash(), change).is_none() {
            self.bytes = bytes;
        }
        Ok(())
    }

    /// All that is held, to be looked at again together with what has just come.
    pub(crate) fn take(&mut self) -> Vec<Change> {
        self.bytes = 0;
        self.held.drain().map(|(_, change)| change).collect()
    }

    /// What has to be asked for to reach `heads`: the first hashes on each way back that are neither known nor held.
    pub(crate) fn missing(&self, heads: &[ChangeHash], known: impl Fn(&ChangeHash) -> bool) -> Vec<ChangeHash> {
        let mut stack = heads.to_vec();
        let mut seen = std::collections::HashSet::new();
        let mut missing = Vec::new();
        while let Some(hash) = stack.pop() {
            if known(&hash) || !seen.insert(hash) {
                continue;
            }
            match self.held.get(&hash) {
                Some(change) => stack.extend_from_slice(change.deps()),
                None => missing.push(hash),
            }
        }
        missing.sort_unstable();
        missing
    }
}
