//! The history of one indicator: who, when, from what, to what.
//!
//! Read from the changes themselves: an operation names the ones it overwrites. The order is topological; what happened
//! apart is in the order the server received it, and what the server has not received comes last, in an order that is
//! the same on every device. A device's clock decides nothing.

use super::DossierError;
use super::layout::Layout;
use super::register::shown_time;
use crate::id::{IndicatorNumber, UserId};
use crate::scoring::{Entry, EntryError};
use crate::sorted::SortedMap;
use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ScalarValue};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// When the server received each change, in any unit that grows; changes it has not received are missing.
pub type Receipts = HashMap<ChangeHash, i64>;

/// What one change did to one register, or to the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The account; `None` for a change of an actor without author (`qua phần mềm khác`).
    pub author: Option<UserId>,
    /// The Automerge actor.
    pub actor: ActorId,
    /// What the writing device's clock said, in seconds since 1970. To be shown, never to be compared.
    pub time_s: i64,
    /// The change. One change that wrote several registers has several entries.
    pub hash: ChangeHash,
    /// What was done.
    pub what: What,
}

/// A stored value: an entry, or why it cannot be read.
pub type Read = Result<Entry, EntryError>;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A register was written.
    Entry {
        /// Its key: a sub-item's id, or [`super::layout::WHOLE_INDICATOR`].
        key: String,
        /// What stood there before: nothing, one value, or several that were written apart.
        from: Vec<Read>,
        /// What was written; `None` if another program deleted what stood there.
        to: Option<Read>,
    },
    /// The explanation was edited.
    Explanation {
        /// The characters that went, in the order of the operations.
        removed: String,
        /// The characters that came, in the order of the operations.
        added: String,
    },
}

/// The whole history of an indicator, the oldest first. Looks at every change of the document: on a phone, take
/// [`Walk`] for a long history, and go through it in pieces or in a worker.
///
/// # Errors
/// [`DossierError::UnknownIndicator`] or [`DossierError::NotADossier`]; no retry helps.
pub fn of_indicator(
    doc: &Automerge,
    number: &IndicatorNumber,
    receipts: &Receipts,
) -> Result<Vec<HistoryEntry>, DossierError> {
    let mut walk = Walk::new(doc, number, receipts)?;
    while walk.step(doc, usize::MAX) {}
    Ok(walk.finish())
}

/// A history that is being read, in pieces.
#[derive(Debug)]
pub struct Walk {
    entries_object: ObjId,
    text_object: ObjId,
    changes: std::vec::IntoIter<Change>,
    values: HashMap<OpId, Read>,
    characters: HashMap<OpId, String>,
    history: Vec<HistoryEntry>,
}

impl Walk {
    /// Begins: takes the changes out of the document and sorts them. This much is in one piece (about 4 µs a change
    /// natively).
    ///
    /// # Errors
    /// As [`of_indicator`].
    pub fn new(doc: &Automerge, number: &IndicatorNumber, receipts: &Receipts) -> Result<Self, DossierError> {
        let layout = Layout::of_document(doc)?;
        Ok(Self {
            entries_object: layout.entries(number)?,
            text_object: layout.explanation(number)?,
            changes: in_order(doc.get_changes(&[]), receipts).into_iter(),
            values: HashMap::new(),
            characters: HashMap::new(),
            history: Vec::new(),
        })
    }

    /// Reads on, at most so many changes. `true` while there is more. The document is the one it began with; changes that
    /// came since are left out.
    pub fn step(&mut self, doc: &Automerge, changes: usize) -> bool {
        for change in self.changes.by_ref().take(changes) {
            let done = read(
                &change,
                &self.entries_object,
                &self.text_object,
                &mut self.values,
                &mut self.characters,
            );
            for what in done {
                let author = doc.get_author_for_actor(change.actor_id());
                self.history.push(HistoryEntry {
                    author: author.and_then(|author| UserId::from_slice(author.as_bytes())),
                    actor: change.actor_id().clone(),
                    time_s: shown_time(change.timestamp()),
                    hash: change.hash(),
                    what,
                });
            }
        }
        self.changes.len() > 0
    }

    /// What was read, the oldest first.
    pub fn finish(self) -> Vec<HistoryEntry> {
        self.history
    }
}

/// What one change did to the registers and the text of the indicator.
fn read(
    change: &Change,
    entries: &ObjId,
    text: &ObjId,
    values: &mut HashMap<OpId, Read>,
    characters: &mut HashMap<OpId, String>,
) -> Vec<What> {
    let mut registers: SortedMap<String, (Vec<Read>, Option<Read>)> = SortedMap::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let change = change.decode();
    for (counter, operation) in (change.start_op.get()..).zip(&change.operations) {
        let id = OpId::new(counter, &change.actor_id);
        if is_object(&operation.obj, entries) {
            let Key::Map(key) = &operation.key else { continue };
            let (from, to) = registers.get_or_insert_with(key.to_string(), Default::default);
            // settling deletes what stood there and writes again: together that is one step
            let own = |id: &&OpId| id.actor() != &change.actor_id || id.counter() < change.start_op.get();
            from.extend(
                operation
                    .pred
                    .iter()
                    .filter(own)
                    .filter_map(|id| values.get(id).cloned()),
            );
            *to = text_of(operation).map(Entry::decode);
            if let Some(value) = to {
                values.insert(id, value.clone());
            }
        } else if is_object(&operation.obj, text) {
            if let Some(put) = text_of(operation) {
                added.push_str(put);
                characters.insert(id, put.to_owned());
            }
            let gone = operation.pred.iter().filter_map(|id| characters.get(id));
            removed.extend(gone.map(String::as_str));
        }
    }
    let mut done: Vec<What> = registers
        .into_iter()
        .map(|(key, (from, to))| What::Entry { key, from, to })
        .collect();
    if !(removed.is_empty() && added.is_empty()) {
        done.push(What::Explanation { removed, added });
    }
    done
}

fn is_object(object: &ObjectId, wanted: &ObjId) -> bool {
    match (object, wanted) {
        (ObjectId::Id(id), ObjId::Id(counter, actor, _)) => id.counter() == *counter && id.actor() == actor,
        _ => false,
    }
}

fn text_of(operation: &Op) -> Option<&str> {
    match &operation.action {
        OpType::Put(ScalarValue::Str(text)) => Some(text),
        _ => None,
    }
}

/// The changes, each after those it depends on; of those that could come next, the one the server received first, then
/// the one with the lower operation number, then by hash.
fn in_order(changes: Vec<Change>, receipts: &Receipts) -> Vec<Change> {
    let place = |index: usize, change: &Change| {
        let received = receipts.get(&change.hash()).copied().unwrap_or(i64::MAX);
        Reverse((received, change.start_op(), change.hash(), index))
    };
    let mut unmet: Vec<usize> = changes.iter().map(|change| change.deps().len()).collect();
    let mut dependents: HashMap<ChangeHash, Vec<usize>> = HashMap::with_capacity(changes.len());
    let mut ready = BinaryHeap::new();
    for (index, change) in changes.iter().enumerate() {
        for dep in change.deps() {
            dependents.entry(*dep).or_default().push(index);
        }
        if change.deps().is_empty() {
            ready.push(place(index, change));
        }
    }
    let mut order = Vec::with_capacity(changes.len());
    let mut changes: Vec<Option<Change>> = changes.into_iter().map(Some).collect();
    while let Some(Reverse((_, _, hash, index))) = ready.pop() {
        order.extend(changes.get_mut(index).and_then(Option::take));
        for index in dependents.remove(&hash).unwrap_or_default() {
            if let (Some(left), Some(Some(change))) = (unmet.get_mut(index), changes.get(index)) {
                *left -= 1;
                if *left == 0 {
                    ready.push(place(index, change));
                }
            }
        }
    }
    order
}
