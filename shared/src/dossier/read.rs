//! Reading a dossier: what stands in it, who wrote it, and where two officials differ.

use super::layout::{Layout, WHOLE_INDICATOR};
use super::register::{self, Register, Stamped};
use super::{DossierError, people};
use crate::criteria::CriteriaSet;
use crate::id::{HeadId, IndicatorNumber, UserId};
use crate::scoring::{self, Declarations, Entries, Entry, EntryError, HeadDeclaration, Summary};
use automerge::{Automerge, ObjId, ReadDoc};
use std::collections::BTreeMap;

pub use super::people::Person;

/// What stands in one indicator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndicatorEntries {
    /// The registers by key: a sub-item's id, or [`WHOLE_INDICATOR`]. A sub-item nobody entered is missing.
    pub registers: BTreeMap<String, Register<Entry>>,
    /// Values this build cannot read, by key: written by a newer version. They are kept; only an update shows them.
    pub unreadable: Vec<(String, Stamped<String>, EntryError)>,
    /// The explanation; empty where there is none.
    pub explanation: String,
}

impl IndicatorEntries {
    /// What the scoring takes.
    pub fn entries(&self) -> Entries {
        let values = self
            .registers
            .iter()
            .map(|(key, register)| (key.clone(), register.current.value.clone()));
        let conflicts = self
            .registers
            .values()
            .filter(|register| register.is_unsettled())
            .count();
        Entries {
            values: values.collect(),
            conflicts: u32::try_from(conflicts).unwrap_or(u32::MAX),
        }
    }

    /// Whether the whole indicator is `không phát sinh` while a sub-item holds a value: possible after a merge only.
    /// Entering either of them again settles it.
    pub fn contradiction(&self) -> bool {
        let set = |(_, register): &(&String, &Register<Entry>)| register.current.value != Entry::Cleared;
        let mut set_keys = self.registers.iter().filter(set).map(|(key, _)| key.as_str());
        let (whole, parts): (Vec<&str>, Vec<&str>) = set_keys.by_ref().partition(|key| *key == WHOLE_INDICATOR);
        !whole.is_empty() && !parts.is_empty()
    }

    /// Whether an official has to choose between values here.
    pub fn is_unsettled(&self) -> bool {
        self.contradiction() || self.registers.values().any(Register::is_unsettled)
    }
}

/// What stands in an indicator, with who and when. Documents not yet migrated have no explanation.
///
/// # Errors
/// [`DossierError::UnknownIndicator`] or [`DossierError::NotADossier`]; no retry helps.
pub fn indicator(doc: &Automerge, number: &IndicatorNumber) -> Result<IndicatorEntries, DossierError> {
    let layout = Layout::of_document(doc)?;
    let object = layout.entries(number)?;
    let mut entries = IndicatorEntries {
        explanation: explanation(doc, number)?,
        ..IndicatorEntries::default()
    };
    for key in doc.keys(&object) {
        let mut values = Vec::new();
        for stamped in register::stamped(doc, &object, &key)? {
            match Entry::decode(&stamped.value) {
                Ok(entry) => values.push(stamped.map(|_| entry)),
                Err(error) => entries.unreadable.push((key.clone(), stamped, error)),
            }
        }
        if let Some(register) = Register::from_values(values) {
            entries.registers.insert(key, register);
        }
    }
    Ok(entries)
}

/// The explanation of an indicator; empty where there is none, and in documents not yet migrated.
pub fn explanation(doc: &Automerge, number: &IndicatorNumber) -> Result<String, DossierError> {
    let object = Layout::of_document(doc)?.explanation(number)?;
    Ok(if register::exists(doc, &object) {
        doc.text(&object)?
    } else {
        String::new()
    })
}

/// What was declared about the heads, with who and when. A head nobody declared for is missing (`chưa kê khai`).
pub fn declarations(doc: &Automerge) -> Result<BTreeMap<HeadId, Register<HeadDeclaration>>, DossierError> {
    let object = Layout::of_document(doc)?.declarations();
    let mut declarations = BTreeMap::new();
    if !register::exists(doc, &object) {
        return Ok(declarations);
    }
    for key in doc.keys(&object) {
        let stamped = register::stamped(doc, &object, &key)?;
        let read = |stamped: Stamped<String>| {
            let declaration = HeadDeclaration::decode(&stamped.value).ok()?;
            Some(stamped.map(|_| declaration))
        };
        if let Some(register) = Register::from_values(stamped.into_iter().filter_map(read).collect()) {
            declarations.insert(HeadId::new(key), register);
        }
    }
    Ok(declarations)
}

/// The names of everybody who wrote.
pub fn people(doc: &Automerge) -> Result<BTreeMap<UserId, Person>, DossierError> {
    people::people(doc, &Layout::of_document(doc)?)
}

/// The criteria version the entries were made under; see [`people::criteria_version`].
pub fn criteria_version(doc: &Automerge) -> Result<Option<Register<String>>, DossierError> {
    people::criteria_version(doc, &Layout::of_document(doc)?)
}

/// The summary. Reads only what stands in the registers, never the history: its time does not grow with the changes.
/// Unsettled are the registers with different concurrent values, declarations included, and contradictions.
pub fn summary(doc: &Automerge, set: &CriteriaSet, context: scoring::Context) -> Result<Summary, DossierError> {
    summary_of(doc, set, &all_entries(doc)?, context)
}

/// What stands in every indicator, as the scoring takes it: values and how many registers are unsettled.
pub fn all_entries(doc: &Automerge) -> Result<BTreeMap<IndicatorNumber, Entries>, DossierError> {
    let layout = Layout::of_document(doc)?;
    let mut entries = BTreeMap::new();
    for number in layout.numbers() {
        let number = IndicatorNumber::from(*number);
        let standing = standing(doc, &layout.entries(&number)?, |text| Entry::decode(text).ok())?;
        let conflicts = standing.iter().filter(|(_, values)| differ(values)).count();
        let current = |(key, mut values): (String, Vec<Entry>)| Some((key, values.pop()?));
        let conflicts = u32::try_from(conflicts).unwrap_or(u32::MAX);
        entries.insert(
            number,
            Entries {
                values: standing.into_iter().filter_map(current).collect(),
                conflicts,
            },
        );
    }
    Ok(entries)
}

/// [`summary`] of a document whose [`all_entries`] have been read already.
pub fn summary_of(
    doc: &Automerge,
    set: &CriteriaSet,
    entries: &BTreeMap<IndicatorNumber, Entries>,
    context: scoring::Context,
) -> Result<Summary, DossierError> {
    let object = Layout::of_document(doc)?.declarations();
    let declared = standing(doc, &object, |text| HeadDeclaration::decode(text).ok())?;
    let disputed = declared.iter().filter(|(_, values)| differ(values)).count();
    let declarations: Declarations = declared
        .into_iter()
        .filter_map(|(head, values)| Some((HeadId::new(head), cautious(&values)?)))
        .collect();
    let mut summary = scoring::summary(set, entries, &declarations, context);
    summary.unsettled = summary
        .unsettled
        .saturating_add(u32::try_from(disputed).unwrap_or(u32::MAX));
    Ok(summary)
}

/// The values of every register of a map, the one that counts last. Empty if the document does not have the map yet.
fn standing<T>(
    doc: &Automerge,
    object: &ObjId,
    decode: impl Fn(&str) -> Option<T>,
) -> Result<Vec<(String, Vec<T>)>, DossierError> {
    let mut standing = Vec::new();
    if !register::exists(doc, object) {
        return Ok(standing);
    }
    for item in doc.map_range(object, ..) {
        let key = item.key.into_owned();
        let values: Vec<T> = if item.conflict {
            let texts = register::texts(doc, object, &key)?;
            texts.iter().filter_map(|(text, _)| decode(text)).collect()
        } else {
            register::as_text(&item.value).and_then(&decode).into_iter().collect()
        };
        standing.push((key, values));
    }
    Ok(standing)
}

fn differ<T: PartialEq>(values: &[T]) -> bool {
    values.iter().any(|value| Some(value) != values.last())
}

/// While two declarations differ, the one that stands against recognition counts: the condition is never met by chance.
fn cautious(values: &[HeadDeclaration]) -> Option<HeadDeclaration> {
    let against = values.iter().rfind(|value| matches!(value, HeadDeclaration::Yes(_)));
    let taken_back = values.iter().rfind(|value| matches!(value, HeadDeclaration::Cleared));
    against.or(taken_back).or(values.last()).cloned()
}
