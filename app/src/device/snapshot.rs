//! What the screens see of a dossier: plain values, read out of the document after each change.

use automerge::Automerge;
use shared::access::Place;
use shared::criteria::CriteriaSet;
use shared::dossier::{DossierError, Identity, Person, Register, Standing, read};
use shared::id::{HeadId, IndicatorNumber, UserId};
use shared::scoring::{Context, HeadDeclaration, Summary};
use shared::sorted::SortedMap;
use std::sync::Arc;

pub use shared::dossier::read::IndicatorEntries;

/// A dossier at one moment. Cheap to clone: indicators that did not change are shared with the snapshot before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Which dossier.
    pub identity: Identity,
    /// What stands in each indicator; all of the set are here.
    pub indicators: SortedMap<IndicatorNumber, Arc<IndicatorEntries>>,
    /// What was declared about the heads; a head nobody declared for is missing.
    pub declarations: SortedMap<HeadId, Register<HeadDeclaration>>,
    /// The names of everybody who wrote.
    pub people: SortedMap<UserId, Person>,
    /// Points by criterion, counts, conditions.
    pub summary: Summary,
    /// Rows on this machine that cannot be read, or are held back because what they build on is missing.
    pub damaged: usize,
}

/// What a change has touched, so that only that is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    /// One indicator's registers or explanation.
    Indicator(IndicatorNumber),
    /// The declarations about the heads.
    Declarations,
    /// Anything: changes from elsewhere.
    Everything,
}

impl Touched {
    /// The place whose standing has to be read again; none: all of them.
    pub(super) fn place(&self) -> Option<Place> {
        match self {
            Self::Indicator(number) => Some(Place::Score(number.clone())),
            Self::Declarations => Some(Place::Declaration(HeadId::new(""))),
            Self::Everything => None,
        }
    }
}

impl Snapshot {
    /// Reads a whole dossier. `standing` is of the same document.
    ///
    /// # Errors
    /// [`DossierError`] when the document is no dossier of this set; no retry helps.
    pub fn read(
        doc: &Automerge,
        identity: &Identity,
        set: &CriteriaSet,
        standing: &Standing,
        damaged: usize,
    ) -> Result<Self, DossierError> {
        let mut indicators = SortedMap::new();
        for indicator in set.indicators() {
            let entries = Arc::new(read::indicator(doc, &indicator.number)?);
            indicators.insert(indicator.number.clone(), entries);
        }
        Ok(Self {
            identity: identity.clone(),
            indicators,
            declarations: read::declarations(doc)?,
            people: read::people(doc)?,
            summary: standing.summary(set, Context::default()),
            damaged,
        })
    }

    /// The snapshot after a change that touched only `touched`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn after(
        &self,
        doc: &Automerge,
        set: &CriteriaSet,
        standing: &Standing,
        touched: &Touched,
        damaged: usize,
    ) -> Result<Self, DossierError> {
        if *touched == Touched::Everything {
            let mut fresh = Self::read(doc, &self.identity, set, standing, damaged)?;
            fresh.share_unchanged(self);
            return Ok(fresh);
        }
        let mut next = self.clone();
        match touched {
            Touched::Indicator(number) => {
                next.indicators
                    .insert(number.clone(), Arc::new(read::indicator(doc, number)?));
            }
            Touched::Declarations => next.declarations = read::declarations(doc)?,
            Touched::Everything => {}
        }
        next.people = read::people(doc)?;
        next.summary = standing.summary(set, Context::default());
        Ok(next)
    }

    /// Indicators that are equal to those of `before` become the same, so that a screen can tell by the pointer.
    fn share_unchanged(&mut self, before: &Self) {
        for (number, entries) in &mut self.indicators {
            if let Some(old) = before.indicators.get(number).filter(|old| *old == entries) {
                *entries = Arc::clone(old);
            }
        }
    }
}
