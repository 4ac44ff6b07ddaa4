//! What was added to the dossier after its genesis.
//!
//! A migration is made on a document that holds only the genesis and earlier migrations, by the genesis actor at time
//! 0, and then merged into the dossier: its bytes are the same everywhere, so two devices that migrate apart agree.
//! It only adds containers under new keys; nothing is moved or renamed, and readers do without what is not there yet.

use super::genesis::{GENESIS_ACTOR, forget_actor, genesis, numbers};
use super::layout::{DECLARATIONS, EVIDENCE, EXPLANATIONS, META, PEOPLE};
use super::{DossierError, Identity};
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, Change, ObjType, ROOT};

type Migration = fn(&mut Transaction<'_>, &Identity) -> Result<(), DossierError>;

/// Every migration, in order. Frozen once released: only append.
const MIGRATIONS: &[Migration] = &[explanations_people_and_declarations];

/// A new dossier: the genesis and all migrations.
pub fn create(identity: &Identity) -> Result<Automerge, DossierError> {
    let mut doc = genesis(identity)?;
    for migration in MIGRATIONS {
        doc.set_actor(ActorId::from(&GENESIS_ACTOR[..]));
        let mut tx = doc.transaction();
        migration(&mut tx, identity)?;
        tx.commit_with(CommitOptions::default().with_time(0));
    }
    forget_actor(&mut doc);
    Ok(doc)
}

/// The changes every dossier of this identity begins with: the genesis, then the migrations in order.
pub fn chain(identity: &Identity) -> Result<Vec<Change>, DossierError> {
    Ok(create(identity)?.get_changes(&[]))
}

/// How many changes [`chain`] has.
pub const fn chain_length() -> usize {
    1 + MIGRATIONS.len()
}

/// Adds the migrations a document does not have yet. Returns the raw bytes of the changes added, to be stored and sent
/// like any other; empty if there was nothing to do. A document that is not a dossier is refused.
pub fn apply(doc: &mut Automerge) -> Result<Vec<Vec<u8>>, DossierError> {
    let identity = Identity::of(doc)?;
    let mut missing = chain(&identity)?;
    missing.retain(|change| doc.get_change_meta_by_hash(&change.hash()).is_none());
    let bytes = missing.iter().map(|change| change.raw_bytes().to_vec()).collect();
    doc.apply_changes(missing)?;
    Ok(bytes)
}

/// Migration 1: version-0 documents held scores only.
fn explanations_people_and_declarations(tx: &mut Transaction<'_>, identity: &Identity) -> Result<(), DossierError> {
    let numbers = numbers(&identity.set)?;
    let explanations = tx.put_object(ROOT, EXPLANATIONS, ObjType::Map)?;
    for number in numbers {
        tx.put_object(&explanations, *number, ObjType::Text)?;
    }
    tx.put_object(ROOT, DECLARATIONS, ObjType::Map)?;
    tx.put_object(ROOT, PEOPLE, ObjType::Map)?;
    let evidence = tx.put_object(ROOT, EVIDENCE, ObjType::Map)?;
    for number in numbers {
        tx.put_object(&evidence, *number, ObjType::Map)?;
    }
    tx.put_object(ROOT, META, ObjType::Map)?;
    Ok(())
}
