//! What stands in a dossier, kept up by the changes themselves.

use super::DossierError;
use super::layout::{Container, Layout};
use super::register;
use super::standing::Standing;
use super::verify::Checked;
use super::verify::operation::container;
use crate::id::IndicatorNumber;
use crate::scoring::{Entry, HeadDeclaration};
use crate::sorted::SortedMap;
use automerge::legacy::{Key, Op, OpId, OpType};
use automerge::{Automerge, ObjId, ReadDoc, ScalarValue};
use std::collections::HashSet;

/// A [`Standing`] that follows changes without the document: for a server, which need not have applied a change to know
/// the figures it leads to.
///
/// Every value of every register is kept with the operation that wrote it. An operation removes the values it names and
/// puts its own beside those that are left: what Automerge does, as long as each change comes after those it depends on.
#[derive(Debug, Clone)]
pub struct Tally {
    layout: Layout,
    standing: Standing,
    entries: SortedMap<&'static str, Registers<Entry>>,
    declarations: Registers<HeadDeclaration>,
}

impl Tally {
    /// Reads a document.
    ///
    /// # Errors
    /// [`DossierError::NotADossier`]; no retry helps.
    pub fn read(doc: &Automerge) -> Result<Self, DossierError> {
        let layout = Layout::of_document(doc)?;
        let mut tally = Self {
            standing: Standing::nothing(layout.clone()),
            entries: SortedMap::new(),
            declarations: Registers::read(doc, &layout.declarations(), declaration)?,
            layout,
        };
        for number in tally.layout.numbers() {
            let registers = Registers::read(doc, &tally.layout.entries(&IndicatorNumber::from(*number))?, entry)?;
            tally.standing.set_entries((*number).into(), registers.values());
            tally.entries.insert(*number, registers);
        }
        tally.standing.set_declarations(tally.declarations.values());
        Ok(tally)
    }

    /// Takes in changes that passed every check, and says in which indicators they write. Each comes after those it
    /// depends on, and after the migrations.
    pub fn take_in(&mut self, changes: &[Checked]) -> Vec<&'static str> {
        let mut scored: Vec<&'static str> = Vec::new();
        let mut declared = false;
        for (id, operation) in changes.iter().flat_map(Checked::operations) {
            match container(&operation.obj, &self.layout) {
                Ok(Container::Entries(number)) => {
                    let registers = self.entries.get_or_insert_with(number, Registers::default);
                    registers.take_in(id, operation, entry);
                    if !scored.contains(&number) {
                        scored.push(number);
                    }
                }
                Ok(Container::Declarations) => {
                    self.declarations.take_in(id, operation, declaration);
                    declared = true;
                }
                _ => {}
            }
        }
        for number in scored.iter().copied() {
            if let Some(registers) = self.entries.get(number) {
                self.standing.set_entries(number.into(), registers.values());
            }
        }
        if declared {
            self.standing.set_declarations(self.declarations.values());
        }
        scored
    }

    /// What stands.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }
}

fn entry(text: &str) -> Option<Entry> {
    Entry::decode(text).ok()
}

fn declaration(text: &str) -> Option<HeadDeclaration> {
    HeadDeclaration::decode(text).ok()
}

/// The registers of one map: by key the values that stand there, each with the operation that wrote it, in the order of
/// Automerge: the one that counts last.
#[derive(Debug, Clone)]
struct Registers<T>(SortedMap<String, Vec<(OpId, T)>>);

impl<T> Default for Registers<T> {
    fn default() -> Self {
        Self(SortedMap::new())
    }
}

impl<T: Clone> Registers<T> {
    /// Empty where the document does not have the map yet. `decode` says `None` to what this build cannot read.
    fn read(doc: &Automerge, object: &ObjId, decode: fn(&str) -> Option<T>) -> Result<Self, DossierError> {
        let mut registers = Self::default();
        if !register::exists(doc, object) {
            return Ok(registers);
        }
        let keys: Vec<String> = doc.keys(object).collect();
        for key in keys {
            let read = |(text, id): (String, ObjId)| match id {
                ObjId::Id(counter, actor, _) => Some((OpId(counter, actor), decode(&text)?)),
                ObjId::Root => None,
            };
            let values = register::texts(doc, object, &key)?.into_iter().filter_map(read);
            registers.0.insert(key, values.collect());
        }
        Ok(registers)
    }

    fn take_in(&mut self, id: OpId, operation: &Op, decode: fn(&str) -> Option<T>) {
        let Key::Map(key) = &operation.key else { return };
        let values = self.0.get_or_insert_with(key.to_string(), Vec::new);
        let gone: HashSet<&OpId> = operation.pred.iter().collect();
        values.retain(|(wrote, _)| !gone.contains(wrote));
        if let OpType::Put(ScalarValue::Str(text)) = &operation.action
            && let Some(value) = decode(text)
        {
            let at = values.partition_point(|(wrote, _)| *wrote < id);
            values.insert(at, (id, value));
        }
    }

    fn values(&self) -> impl Iterator<Item = (String, Vec<T>)> {
        let value = |(_, value): &(OpId, T)| value.clone();
        self.0
            .iter()
            .map(move |(key, values)| (key.clone(), values.iter().map(value).collect()))
    }
}
