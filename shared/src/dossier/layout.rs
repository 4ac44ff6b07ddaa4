//! Where everything is in a dossier.
//!
//! The genesis and the migrations make their containers in a fixed order, so each container's object id follows from
//! the set alone. Reads and writes use these ids: a container put in place of one of ours by a foreign program cannot
//! hide what the officials entered, and no lookup by path is needed.

use super::DossierError;
use super::genesis::{self, GENESIS_ACTOR};
use crate::access::Place;
use crate::id::{HeadId, IndicatorNumber, SetId, UserId};
use automerge::{ActorId, Automerge, ObjId, ROOT, ReadDoc};

/// Key at the root: the genesis version, an unsigned integer.
pub const VERSION: &str = "genesis";
/// Key at the root: the unit code.
pub const UNIT: &str = "unit";
/// Key at the root: the year, an unsigned integer.
pub const YEAR: &str = "year";
/// Key at the root: the id of the criteria set.
pub const SET: &str = "set";
/// Key at the root: the kind of document.
pub const KIND: &str = "kind";
/// Key at the root: one map for each indicator number; in it one register for each sub-item.
pub const INDICATORS: &str = "indicators";
/// Key at the root (migration 1): one Text for each indicator number.
pub const EXPLANATIONS: &str = "explanations";
/// Key at the root (migration 1): one register for each head of the commune.
pub const DECLARATIONS: &str = "declarations";
/// Key at the root (migration 1): one register for each account that wrote, keyed by user id.
pub const PEOPLE: &str = "people";
/// Key at the root (migration 1): one map for each indicator number.
pub const EVIDENCE: &str = "evidence";
/// Key at the root (migration 1): what is known about the dossier itself.
pub const META: &str = "meta";

/// The register in an indicator's map that holds `không phát sinh` for the whole indicator.
pub const WHOLE_INDICATOR: &str = "*";
/// The register in `meta` that holds the version of the criteria the entries were made under.
pub const CRITERIA_VERSION: &str = "criteria";

/// Operations of the genesis before the first indicator's map: five scalars and the map of indicators.
const BEFORE_INDICATORS: u64 = 6;

/// The object ids of the containers of every dossier of one criteria set.
#[derive(Debug, Clone)]
pub struct Layout {
    numbers: &'static [&'static str],
    actor: ActorId,
}

/// A container of a dossier, or the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Container {
    /// The root, and the maps that hold only other containers. Nobody writes there.
    Fixed,
    /// The registers of one indicator (map).
    Entries(&'static str),
    /// The explanation of one indicator (Text).
    Explanation(&'static str),
    /// The declarations about the heads (map).
    Declarations,
    /// The people (map).
    People,
    /// The evidence of one indicator (map).
    Evidence(&'static str),
    /// What is known about the dossier itself (map).
    Meta,
}

impl Container {
    /// The migration that made it; 0 is the genesis. For [`Container::Fixed`] the first of them.
    pub(super) fn since(self) -> usize {
        match self {
            Self::Fixed | Self::Entries(_) => 0,
            Self::Explanation(_) | Self::Declarations | Self::People | Self::Evidence(_) | Self::Meta => 1,
        }
    }
}

impl Container {
    /// The place a key of this container is, for the rules of access. `None` where nobody writes.
    pub fn place(self, key: &str) -> Option<Place> {
        Some(match self {
            Self::Fixed => return None,
            Self::Entries(number) => Place::Score(number.into()),
            Self::Explanation(number) => Place::Explanation(number.into()),
            Self::Declarations => Place::Declaration(HeadId::from(key)),
            Self::People => Place::Person(UserId::new(uuid::Uuid::parse_str(key).ok()?)),
            Self::Evidence(number) => Place::Evidence(number.into()),
            Self::Meta => Place::CriteriaVersion,
        })
    }
}

impl Layout {
    /// The layout of the dossiers of a set. Fails for a set this build does not know.
    pub fn of(set: &SetId) -> Result<Self, DossierError> {
        Ok(Self {
            numbers: genesis::numbers(set)?,
            actor: ActorId::from(&GENESIS_ACTOR[..]),
        })
    }

    /// The layout of a document, by the set it says it is of.
    pub fn of_document(doc: &Automerge) -> Result<Self, DossierError> {
        let set = doc.get(ROOT, SET)?.and_then(|(value, _)| value.into_string().ok());
        Self::of(&SetId::new(
            set.ok_or(DossierError::NotADossier("it names no criteria set"))?,
        ))
    }

    /// The numbers of the indicators, in order.
    pub fn numbers(&self) -> &'static [&'static str] {
        self.numbers
    }

    fn count(&self) -> u64 {
        self.numbers.len() as u64
    }

    fn index(&self, number: &IndicatorNumber) -> Result<u64, DossierError> {
        let found = self.numbers.iter().position(|known| *known == number.as_str());
        found
            .map(|i| i as u64)
            .ok_or_else(|| DossierError::UnknownIndicator(number.clone()))
    }

    fn object(&self, counter: u64) -> ObjId {
        ObjId::Id(counter, self.actor.clone(), 0)
    }

    /// The first operation of migration 1.
    fn migration_1(&self) -> u64 {
        BEFORE_INDICATORS + 1 + self.count()
    }

    /// The map with an indicator's registers.
    pub fn entries(&self, number: &IndicatorNumber) -> Result<ObjId, DossierError> {
        Ok(self.object(BEFORE_INDICATORS + 1 + self.index(number)?))
    }

    /// The Text with an indicator's explanation.
    pub fn explanation(&self, number: &IndicatorNumber) -> Result<ObjId, DossierError> {
        Ok(self.object(self.migration_1() + 1 + self.index(number)?))
    }

    /// The map with the declarations about the heads.
    pub fn declarations(&self) -> ObjId {
        self.object(self.migration_1() + 1 + self.count())
    }

    /// The map of people.
    pub fn people(&self) -> ObjId {
        self.object(self.migration_1() + 2 + self.count())
    }

    /// The map with an indicator's evidence.
    pub fn evidence(&self, number: &IndicatorNumber) -> Result<ObjId, DossierError> {
        Ok(self.object(self.migration_1() + 4 + self.count() + self.index(number)?))
    }

    /// The map with what is known about the dossier itself.
    pub fn meta(&self) -> ObjId {
        self.object(self.migration_1() + 4 + 2 * self.count())
    }

    /// Which container an object is. `None` for an object that is not of the genesis or a migration.
    pub fn container_of(&self, object: &ObjId) -> Option<Container> {
        match object {
            ObjId::Root => Some(Container::Fixed),
            ObjId::Id(counter, actor, _) if *actor == self.actor => self.container(*counter),
            ObjId::Id(..) => None,
        }
    }

    /// Which container an operation id of the genesis actor made. `None` for a scalar and for what does not exist.
    pub fn container(&self, counter: u64) -> Option<Container> {
        let number = |first: u64| {
            let index = usize::try_from(counter.checked_sub(first)?).ok()?;
            self.numbers.get(index).copied()
        };
        let migration = self.migration_1();
        let after_texts = migration + 1 + self.count();
        if let Some(number) = number(BEFORE_INDICATORS + 1) {
            return Some(Container::Entries(number));
        }
        if let Some(number) = number(migration + 1) {
            return Some(Container::Explanation(number));
        }
        if let Some(number) = number(after_texts + 3) {
            return Some(Container::Evidence(number));
        }
        match counter {
            BEFORE_INDICATORS => Some(Container::Fixed),
            c if c == migration || c == after_texts + 2 => Some(Container::Fixed),
            c if c == after_texts => Some(Container::Declarations),
            c if c == after_texts + 1 => Some(Container::People),
            c if c == after_texts + 3 + self.count() => Some(Container::Meta),
            _ => None,
        }
    }
}
