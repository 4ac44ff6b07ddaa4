//! What the server checks before a change may enter a dossier.
//!
//! [`check_change`] looks at one change alone: who made it, where it writes, what kind of value. [`References`] looks at
//! what it builds on: that it overwrites only values of the register it writes. Automerge itself trusts both.
//! Who may write at the [`Place`]s a change touches is then decided by [`crate::access`].

pub(super) mod operation;
mod references;
mod refusal;

pub use references::References;
pub use refusal::Refusal;

use super::layout::Layout;
use super::{DocumentId, DossierError, Identity, genesis, migrations};
use crate::access::Place;
use crate::id::UserId;
use automerge::legacy::{Key, Op, OpId};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange};
use std::collections::BTreeSet;

/// The most operations in one change. A long explanation put in at once stays below it.
pub const MAX_OPERATIONS: usize = 60_000;

/// The most registers one change writes. All of a dossier put in at once by another program, with what is declared about
/// every head, are about a hundred; whoever reads the history sorts the registers of each change.
pub const MAX_REGISTERS: usize = 500;

/// The longest message of a change, in bytes. Ours have none.
const MAX_MESSAGE: usize = 256;

/// The most changes one builds on. A dossier has as many heads as devices that wrote apart.
const MAX_DEPENDENCIES: usize = 1_000;

/// The largest time of a change, in either direction. A device's clock may be years wrong, and another program may count in
/// milliseconds; but Automerge stores the differences of times, and those of very large ones do not fit its numbers.
const MAX_TIME: u64 = 1 << 53;

/// What is needed to check the changes of one dossier: where everything is, and the changes all of them begin with.
#[derive(Debug, Clone)]
pub struct Places {
    layout: Layout,
    chain: Vec<ChangeHash>,
}

impl Places {
    /// The table for a dossier.
    ///
    /// # Errors
    /// [`DossierError`] for an identity no dossier can have.
    pub fn of(identity: &Identity) -> Result<Self, DossierError> {
        let chain = migrations::chain(identity)?.iter().map(Change::hash).collect();
        Ok(Self {
            layout: Layout::of(&identity.set)?,
            chain,
        })
    }

    /// Whether a change is the genesis or a migration of this dossier, byte for byte (its hash covers all its bytes).
    pub fn is_common(&self, change: &Change) -> bool {
        self.chain.contains(&change.hash())
    }

    /// The layout of the dossier.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// Which dossier an unknown document is, by its first change.
///
/// # Errors
/// [`Refusal::Genesis`] if the change is not byte for byte a genesis, or not the one `id` follows from.
pub fn opening(id: &DocumentId, first: &Change) -> Result<Identity, Refusal> {
    let identity = genesis::identity_of_change(first).map_err(|_| Refusal::Genesis)?;
    if identity.document_id() == *id {
        Ok(identity)
    } else {
        Err(Refusal::Genesis)
    }
}

/// A change that passed [`check_change`], taken apart.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The places it writes; none for the genesis and the migrations.
    pub places: Vec<Place>,
    actor: ActorId,
    /// Nothing of this actor is known yet.
    is_first: bool,
    /// The number of the first operation.
    start: u64,
    operations: Vec<Op>,
}

impl Checked {
    /// Whether it only writes or empties registers, and its actor has written before. Such a change, checked by
    /// [`References`] too, is certain to be taken by Automerge: all it names is there.
    pub fn is_plain(&self) -> bool {
        let in_register = |operation: &Op| matches!(operation.key, Key::Map(_));
        !self.is_first && !self.operations.is_empty() && self.operations.iter().all(in_register)
    }

    /// The operations, each with its id.
    pub(super) fn operations(&self) -> impl Iterator<Item = (OpId, &Op)> {
        let ids = (self.start..).map(|counter| OpId(counter, self.actor.clone()));
        ids.zip(&self.operations)
    }
}

/// Checks one change and says which places it writes. `user` is the account that brings it; `actor_owner` the account its
/// actor belongs to, `None` if the actor is new. The genesis and the migrations are taken from anybody and write nowhere.
///
/// An actor's first change may lack an author (other programs do not write one): then the receipt alone says whose it is.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn check_change(
    change: &Change,
    places: &Places,
    user: UserId,
    actor_owner: Option<UserId>,
) -> Result<Vec<Place>, Refusal> {
    Ok(checked(change, places, user, actor_owner)?.places)
}

/// As [`check_change`], for [`References::check_decoded`]: taking a change apart costs more than all else.
///
/// # Errors
/// As [`check_change`].
pub fn checked(
    change: &Change,
    places: &Places,
    user: UserId,
    actor_owner: Option<UserId>,
) -> Result<Checked, Refusal> {
    let checked = |places, operations| Checked {
        places,
        actor: change.actor_id().clone(),
        is_first: change.seq() == 1,
        start: change.start_op().get(),
        operations,
    };
    if places.is_common(change) {
        return Ok(checked(Vec::new(), Vec::new()));
    }
    if change.actor_id().to_bytes() == genesis::GENESIS_ACTOR {
        return Err(Refusal::Genesis);
    }
    check_author(change, user, actor_owner)?;
    if change.deps().is_empty() || change.is_empty() {
        return Err(Refusal::Order);
    }
    let mut dependencies = change.deps().to_vec();
    dependencies.sort_unstable();
    dependencies.dedup();
    if dependencies.len() != change.deps().len() {
        return Err(Refusal::Malformed);
    }
    if dependencies.len() > MAX_DEPENDENCIES {
        return Err(Refusal::TooLarge);
    }
    if change.timestamp().unsigned_abs() > MAX_TIME {
        return Err(Refusal::Malformed);
    }
    if change.len() > MAX_OPERATIONS || change.message().is_some_and(|message| message.len() > MAX_MESSAGE) {
        return Err(Refusal::TooLarge);
    }
    let mut touched = BTreeSet::new();
    let mut inserted = 0;
    let operations = decode(change)?.operations;
    let in_registers = operations
        .iter()
        .filter(|operation| matches!(operation.key, Key::Map(_)));
    if in_registers.count() > MAX_REGISTERS {
        return Err(Refusal::TooLarge);
    }
    for operation in &operations {
        let (place, characters) = operation::check(operation, &places.layout, user)?;
        inserted += characters;
        touched.insert(place);
    }
    if inserted > super::text::MAX_TEXT {
        return Err(Refusal::TooLarge);
    }
    Ok(checked(touched.into_iter().collect(), operations))
}

/// The author stands on an actor's first change only; everything later is the actor's owner's.
fn check_author(change: &Change, user: UserId, actor_owner: Option<UserId>) -> Result<(), Refusal> {
    if actor_owner.is_some_and(|owner| owner != user) {
        return Err(Refusal::ForeignActor);
    }
    let bytes_of_author = match change.author() {
        None => 0,
        // Automerge stops with a failed assertion at an author on a later change.
        Some(_) if change.seq() != 1 => return Err(Refusal::Author),
        Some(author) if author.as_bytes() != user.as_bytes() => return Err(Refusal::Author),
        // a tag, a length, and the author
        Some(author) => 2 + author.as_bytes().len(),
    };
    if change.extra_bytes().len() != bytes_of_author {
        return Err(Refusal::Malformed);
    }
    if change.seq() > 1 && actor_owner.is_none() {
        return Err(Refusal::UnknownActor);
    }
    Ok(())
}

/// A change, taken apart. Automerge panics on some changes that are not well formed (an operation that names an actor the
/// change does not list); that must not take the server down. A change that is not written as Automerge itself would
/// write it is refused too: the document would be saved with other bytes, have another hash, and not be read again.
pub(super) fn decode(change: &Change) -> Result<ExpandedChange, Refusal> {
    let decoded = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        let decoded = change.decode();
        let as_written = Change::from(decoded.clone()).raw_bytes() == change.raw_bytes();
        as_written.then_some(decoded)
    }));
    decoded.ok().flatten().ok_or(Refusal::Malformed)
}
