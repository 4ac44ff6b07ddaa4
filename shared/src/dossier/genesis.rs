//! The first change of a dossier: the same bytes wherever and whenever it is made.
//!
//! It holds the identity and one map for each indicator number, and nothing about sub-items, points, titles or names:
//! a corrected criteria file must not change a byte. The numbers are therefore frozen here, once for each set.

use super::layout::{INDICATORS, KIND, SET, UNIT, VERSION, YEAR};
use super::{DocumentKind, DossierError, Identity};
use crate::id::{SetId, UnitCode};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ObjType, ROOT, ReadDoc, ScalarValue};

/// The version of the genesis. Another one would be another document; what is added later is a migration.
pub const GENESIS_VERSION: u64 = 0;

/// The actor of the genesis and of every migration. Nobody else may write with it.
pub const GENESIS_ACTOR: [u8; 16] = [0; 16];

/// The numbers of the indicators of each set, in the order their maps are made. Frozen: appending to a list, or
/// changing its order, would make another document. A new set is a new row.
const NUMBERS: &[(&str, &[&str])] = &[
    (
        "QD619_2017",
        &[
            "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7",
            "3.8", "3.9", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "5.5",
        ],
    ),
    (
        "QD25_2021",
        &[
            "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "4.4",
            "4.5", "5.1", "5.2", "5.3", "5.4",
        ],
    ),
    (
        "QD27_2025",
        &[
            "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "3.1", "3.2", "3.3", "3.4",
        ],
    ),
];

/// The ids of the sets a dossier can be made for.
pub fn sets() -> impl Iterator<Item = SetId> {
    NUMBERS.iter().map(|(set, _)| SetId::from(*set))
}

/// The frozen numbers of a set's indicators. Fails for a set this build does not know.
pub fn numbers(set: &SetId) -> Result<&'static [&'static str], DossierError> {
    let found = NUMBERS.iter().find(|(id, _)| *id == set.as_str());
    found
        .map(|(_, numbers)| *numbers)
        .ok_or_else(|| DossierError::UnknownSet(set.clone()))
}

/// The document that holds the genesis and nothing else (a version-0 document: it can hold scores only).
/// Use [`super::create`] for a new dossier. Fails for an identity no dossier can have.
pub fn genesis(identity: &Identity) -> Result<Automerge, DossierError> {
    identity.check()?;
    let mut doc = Automerge::new().with_actor(ActorId::from(&GENESIS_ACTOR[..]));
    let mut tx = doc.transaction();
    tx.put(ROOT, VERSION, ScalarValue::Uint(GENESIS_VERSION))?;
    tx.put(ROOT, UNIT, identity.unit.as_str())?;
    tx.put(ROOT, YEAR, ScalarValue::Uint(u64::from(identity.year)))?;
    tx.put(ROOT, SET, identity.set.as_str())?;
    tx.put(ROOT, KIND, identity.kind.as_str())?;
    let indicators = tx.put_object(ROOT, INDICATORS, ObjType::Map)?;
    for number in numbers(&identity.set)? {
        tx.put_object(&indicators, *number, ObjType::Map)?;
    }
    tx.commit_with(CommitOptions::default().with_time(0));
    forget_actor(&mut doc);
    Ok(doc)
}

/// The document goes on with an actor of its own: nobody may write with the genesis actor by accident.
pub(super) fn forget_actor(doc: &mut Automerge) {
    let fresh = Automerge::new();
    doc.set_actor(fresh.get_actor().clone());
}

/// The genesis change itself.
pub fn genesis_change(identity: &Identity) -> Result<Change, DossierError> {
    let doc = genesis(identity)?;
    doc.get_changes(&[])
        .into_iter()
        .next()
        .ok_or(DossierError::NotADossier("the genesis is empty"))
}

/// The identity a change says it is the genesis of, if it is byte for byte the genesis of that identity.
pub fn identity_of_change(change: &Change) -> Result<Identity, DossierError> {
    let not = DossierError::NotADossier;
    if change.seq() != 1 || !change.deps().is_empty() || change.actor_id().to_bytes() != GENESIS_ACTOR {
        return Err(not("the first change is not a genesis"));
    }
    if change.len() > 5 + 1 + 64 {
        return Err(not("the first change is too long for a genesis"));
    }
    let mut doc = Automerge::new();
    doc.apply_changes([change.clone()])?;
    let identity = stated_identity(&doc)?;
    if genesis_change(&identity)?.raw_bytes() == change.raw_bytes() {
        Ok(identity)
    } else {
        Err(not("the first change is not the genesis of what it says it is"))
    }
}

/// See [`Identity::of`].
pub(super) fn identity_of(doc: &Automerge) -> Result<Identity, DossierError> {
    let identity = stated_identity(doc)?;
    let hash = genesis_change(&identity)?.hash();
    if doc.get_change_meta_by_hash(&hash).is_some() {
        Ok(identity)
    } else {
        Err(DossierError::NotADossier("the genesis is missing"))
    }
}

/// The five scalars at the root, as they stand.
fn stated_identity(doc: &Automerge) -> Result<Identity, DossierError> {
    let not = DossierError::NotADossier;
    let number = |key: &str| -> Result<u64, DossierError> {
        let value = doc.get(ROOT, key)?.and_then(|(value, _)| value.as_u64());
        value.ok_or(not("a number of its identity is missing"))
    };
    let text = |key: &str| -> Result<String, DossierError> {
        let value = doc.get(ROOT, key)?.and_then(|(value, _)| value.into_string().ok());
        value.ok_or(not("a text of its identity is missing"))
    };
    if number(VERSION)? != GENESIS_VERSION {
        return Err(not("made by a newer version: update the application"));
    }
    let kind = DocumentKind::parse(&text(KIND)?).ok_or(not("an unknown kind of document"))?;
    let year = u16::try_from(number(YEAR)?).map_err(|_| not("the year is too large"))?;
    let identity = Identity {
        unit: UnitCode::new(text(UNIT)?),
        year,
        set: SetId::new(text(SET)?),
        kind,
    };
    identity.check()?;
    Ok(identity)
}
