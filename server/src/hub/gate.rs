//! What may enter a dossier: the shape of each change, what it builds on, and who may write there.

use automerge::{Automerge, Change};
use shared::access::{self, Action, Decision, Principal, Resource};
use shared::dossier::verify::{self, Checked, Places, References};
use shared::dossier::{DossierError, Identity};
use shared::id::UserId;
use shared::sync::{Apply, Gate, Peer, Refusal, RefusalCode};
use shared::unit::UnitTree;
use shared::workflow::Status;
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

/// What has passed.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// Each after those it depends on.
    pub(super) changes: Vec<Checked>,
    /// A migration is among them: there are new places.
    pub(super) migrated: bool,
}

/// The checks of one dossier.
pub(super) struct DossierGate {
    places: Places,
    references: References,
    passed: Passed,
    units: Arc<UnitTree>,
    resource: Resource,
}

impl DossierGate {
    pub(super) fn new(identity: &Identity, units: Arc<UnitTree>) -> Result<Self, DossierError> {
        Ok(Self {
            places: Places::of(identity)?,
            references: References::new(),
            passed: Passed::default(),
            units,
            resource: resource(identity),
        })
    }

    /// What has passed since the last time.
    pub(super) fn passed(&mut self) -> Passed {
        std::mem::take(&mut self.passed)
    }

    /// Whether it is time to apply all that has passed.
    pub(super) fn is_full(&self) -> bool {
        self.references.is_full()
    }

    /// To be called when all that has passed is in the document.
    pub(super) fn settled(&mut self) {
        self.references.clear();
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

    fn check(&mut self, doc: &Automerge, change: &Change, who: &Peer, owner: Option<UserId>) -> Result<Apply, Refusal> {
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
        let apply = if checked.is_plain() { Apply::Later } else { Apply::Now };
        gate.passed.migrated |= gate.places.is_common(change);
        gate.passed.changes.push(checked);
        Ok(apply)
    }
}
