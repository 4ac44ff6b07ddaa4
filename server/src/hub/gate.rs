//! What may enter a dossier: the shape of each change, what it builds on, and who may write there.

use automerge::{Automerge, Change};
use shared::access::{self, Action, Decision, Place, Principal, Resource};
use shared::dossier::verify::{self, Places, References};
use shared::dossier::{DossierError, Identity};
use shared::id::UserId;
use shared::sync::{Gate, Peer, Refusal, RefusalCode};
use shared::unit::UnitTree;
use shared::workflow::Status;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The resource a document is. No event of the procedure exists yet, so every dossier is being scored.
pub(super) fn resource(identity: &Identity) -> Resource {
    Resource {
        kind: access::DocumentKind::Dossier,
        unit: identity.unit.clone(),
        year: identity.year,
        state: Status::default(),
    }
}

/// Where has been written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) places: BTreeSet<Place>,
    /// A migration has come: there are new places.
    pub(super) migrated: bool,
}

/// The checks of one dossier.
pub(super) struct DossierGate {
    places: Places,
    references: References,
    written: Written,
    units: Arc<UnitTree>,
    resource: Resource,
}

impl DossierGate {
    pub(super) fn new(identity: &Identity, units: Arc<UnitTree>) -> Result<Self, DossierError> {
        Ok(Self {
            places: Places::of(identity)?,
            references: References::new(),
            written: Written::default(),
            units,
            resource: resource(identity),
        })
    }

    /// To be called when what has passed is in the document, or never will be: where it writes.
    pub(super) fn applied(&mut self) -> Written {
        self.references.clear();
        std::mem::take(&mut self.written)
    }

    /// The gate as this account meets it.
    pub(super) fn facing<'a>(&'a mut self, principal: &'a Principal) -> Facing<'a> {
        Facing { gate: self, principal }
    }
}

/// A [`DossierGate`] before one account.
pub(super) struct Facing<'a> {
    gate: &'a mut DossierGate,
    principal: &'a Principal,
}

impl Gate for Facing<'_> {
    fn is_common(&self, change: &Change) -> bool {
        self.gate.places.is_common(change)
    }

    fn check(&mut self, doc: &Automerge, change: &Change, who: &Peer, owner: Option<UserId>) -> Result<(), Refusal> {
        let gate = &mut *self.gate;
        let checked = verify::checked(change, &gate.places, who.user, owner)?;
        for place in &checked.places {
            match access::decide(
                &gate.units,
                self.principal,
                &gate.resource,
                &Action::Write(place.clone()),
            ) {
                Decision::Allow => {}
                Decision::Deny(reason) => {
                    return Err(Refusal {
                        code: RefusalCode::Access,
                        text: reason.to_string(),
                    });
                }
            }
        }
        gate.references.check_decoded(doc, &gate.places, change, &checked)?;
        gate.written.places.extend(checked.places);
        gate.written.migrated |= gate.places.is_common(change);
        Ok(())
    }
}
