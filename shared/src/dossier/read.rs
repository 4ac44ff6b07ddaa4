//! Reading a dossier: what stands in it, who wrote it, and where two officials differ.

use super::layout::{Layout, WHOLE_INDICATOR};
use super::register::{self, Register, Stamped};
use super::{DossierError, people};
use crate::criteria::CriteriaSet;
use crate::id::{HeadId, IndicatorNumber, UserId};
use crate::scoring::{Context, Entries, Entry, EntryError, HeadDeclaration, Summary};
use crate::sorted::SortedMap;
use automerge::{Automerge, ReadDoc};

pub use super::people::Person;
pub use super::standing::Standing;

/// What stands in one indicator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndicatorEntries {
    /// The registers by key: a sub-item's id, or [`WHOLE_INDICATOR`]. A sub-item nobody entered is missing.
    pub registers: SortedMap<String, Register<Entry>>,
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
pub fn declarations(doc: &Automerge) -> Result<SortedMap<HeadId, Register<HeadDeclaration>>, DossierError> {
    let object = Layout::of_document(doc)?.declarations();
    let mut declarations = SortedMap::new();
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
pub fn people(doc: &Automerge) -> Result<SortedMap<UserId, Person>, DossierError> {
    people::people(doc, &Layout::of_document(doc)?)
}

/// The criteria version the entries were made under; see [`people::criteria_version`].
pub fn criteria_version(doc: &Automerge) -> Result<Option<Register<String>>, DossierError> {
    people::criteria_version(doc, &Layout::of_document(doc)?)
}

/// The summary; see [`Standing`], which a server keeps instead of reading everything after every change.
pub fn summary(doc: &Automerge, set: &CriteriaSet, context: Context) -> Result<Summary, DossierError> {
    Ok(Standing::read(doc)?.summary(set, context))
}
