//! What can go wrong with a dossier.

use crate::id::{IndicatorNumber, SetId};
use automerge::AutomergeError;
use thiserror::Error;

/// Why a dossier could not be made, read or written. Each says whether trying again helps and what to do.
#[derive(Debug, Error)]
pub enum DossierError {
    /// No retry helps: this build does not know the set. A newer build may.
    #[error("unknown criteria set {0}: update the application")]
    UnknownSet(SetId),
    /// No retry helps: the caller made an identity that no dossier can have.
    #[error("not a possible identity of a dossier: {0}")]
    ImpossibleIdentity(&'static str),
    /// No retry helps: the document is damaged or of another kind. Fetch it again from the server.
    #[error("not a dossier: {0}")]
    NotADossier(&'static str),
    /// No retry helps: the set has no such indicator.
    #[error("no indicator {0} in this criteria set")]
    UnknownIndicator(IndicatorNumber),
    /// The place comes with a later migration: call [`crate::dossier::migrations::apply`], then try again.
    #[error("this document has no place for it yet: migrate it first")]
    NotMigrated,
    /// No retry helps: the value may not be stored. The text says which rule it breaks.
    #[error("not a value that may be stored: {0}")]
    BadValue(&'static str),
    /// Look at the values again and choose: somebody has written another one since they were shown.
    #[error("another value has arrived since these were shown: look again, then choose")]
    ValuesChanged,
    /// No retry helps: Automerge refused. Load the document again from the store.
    #[error("the document cannot do that: {0}")]
    Automerge(#[from] AutomergeError),
}
