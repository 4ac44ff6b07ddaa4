//! What counts for the summary, without who and when.

use super::DossierError;
use super::layout::Layout;
use super::register;
use crate::access::Place;
use crate::criteria::{CriteriaSet, Indicator};
use crate::id::{HeadId, IndicatorNumber};
use crate::scoring::{self, Context, Counted, Declarations, Entries, Entry, HeadDeclaration, Summary};
use crate::sorted::SortedMap;
use automerge::{Automerge, ObjId, ReadDoc};

/// What stands in the registers of a dossier. It is read without the history, so its time does not grow with the
/// changes; after a change only the places it wrote are read again.
#[derive(Debug, Clone)]
pub struct Standing {
    layout: Layout,
    entries: SortedMap<IndicatorNumber, Entries>,
    declarations: Declarations,
    /// Heads about whom different declarations stand.
    disputed: u32,
}

impl Standing {
    /// Reads a document.
    ///
    /// # Errors
    /// [`DossierError::NotADossier`]; no retry helps.
    pub fn read(doc: &Automerge) -> Result<Self, DossierError> {
        let mut standing = Self::nothing(Layout::of_document(doc)?);
        for number in standing.layout.numbers() {
            standing.read_indicator(doc, IndicatorNumber::from(*number))?;
        }
        standing.read_declarations(doc)?;
        Ok(standing)
    }

    /// Where nothing stands yet.
    pub(super) fn nothing(layout: Layout) -> Self {
        Self {
            entries: SortedMap::new(),
            declarations: Declarations::new(),
            disputed: 0,
            layout,
        }
    }

    /// Reads again the places that were written since.
    ///
    /// # Errors
    /// As [`Standing::read`].
    pub fn reread<'a>(
        &mut self,
        doc: &Automerge,
        written: impl IntoIterator<Item = &'a Place>,
    ) -> Result<(), DossierError> {
        for place in written {
            match place {
                Place::Score(number) => self.read_indicator(doc, number.clone())?,
                Place::Declaration(_) => self.read_declarations(doc)?,
                Place::Explanation(_) | Place::Person(_) | Place::Evidence(_) | Place::CriteriaVersion => {}
            }
        }
        Ok(())
    }

    /// The summary. Unsettled are the registers in which different values stand, declarations included, and the
    /// contradictions.
    pub fn summary(&self, set: &CriteriaSet, context: Context) -> Summary {
        self.summary_of(set, context, |indicator| self.counted(indicator))
    }

    /// What an indicator adds to the summary.
    pub fn counted(&self, indicator: &Indicator) -> Counted {
        Counted::of(indicator, self.entries.get(&indicator.number))
    }

    /// As [`Standing::summary`], where what each indicator adds is known.
    pub fn summary_of(
        &self,
        set: &CriteriaSet,
        context: Context,
        counted: impl FnMut(&Indicator) -> Counted,
    ) -> Summary {
        let mut summary = scoring::summary_of(set, counted, &self.declarations, context);
        summary.unsettled = summary.unsettled.saturating_add(self.disputed);
        summary
    }

    /// What stands in each indicator.
    pub fn entries(&self) -> &SortedMap<IndicatorNumber, Entries> {
        &self.entries
    }

    fn read_indicator(&mut self, doc: &Automerge, number: IndicatorNumber) -> Result<(), DossierError> {
        let registers = values(doc, &self.layout.entries(&number)?, |text| Entry::decode(text).ok())?;
        self.set_entries(number, registers.into_iter());
        Ok(())
    }

    /// What stands in the registers of an indicator, by key, the value that counts last.
    pub(super) fn set_entries(
        &mut self,
        number: IndicatorNumber,
        registers: impl Iterator<Item = (String, Vec<Entry>)>,
    ) {
        let mut conflicts: u32 = 0;
        let current = |(key, mut values): (String, Vec<Entry>)| {
            conflicts += u32::from(differ(&values));
            Some((key, values.pop()?))
        };
        let values = registers.filter_map(current).collect();
        self.entries.insert(number, Entries { values, conflicts });
    }

    fn read_declarations(&mut self, doc: &Automerge) -> Result<(), DossierError> {
        let declared = values(doc, &self.layout.declarations(), |text| {
            HeadDeclaration::decode(text).ok()
        })?;
        self.set_declarations(declared.into_iter());
        Ok(())
    }

    /// What stands in the registers of the heads, the value that counts last.
    pub(super) fn set_declarations(&mut self, declared: impl Iterator<Item = (String, Vec<HeadDeclaration>)>) {
        let mut disputed: u32 = 0;
        let counting = |(head, values): (String, Vec<HeadDeclaration>)| {
            disputed += u32::from(differ(&values));
            Some((HeadId::new(head), cautious(&values)?))
        };
        self.declarations = declared.filter_map(counting).collect();
        self.disputed = disputed;
    }
}

/// The values of every register of a map, the one that counts last. Empty if the document does not have the map yet.
fn values<T>(
    doc: &Automerge,
    object: &ObjId,
    decode: impl Fn(&str) -> Option<T>,
) -> Result<Vec<(String, Vec<T>)>, DossierError> {
    let mut registers = Vec::new();
    if !register::exists(doc, object) {
        return Ok(registers);
    }
    for item in doc.map_range(object, ..) {
        let key = item.key.into_owned();
        let values: Vec<T> = if item.conflict {
            let texts = register::texts(doc, object, &key)?;
            texts.iter().filter_map(|(text, _)| decode(text)).collect()
        } else {
            register::as_text(&item.value).and_then(&decode).into_iter().collect()
        };
        registers.push((key, values));
    }
    Ok(registers)
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
