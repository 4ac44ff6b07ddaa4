//! The signals of one dossier, for the screens.

use super::snapshot::Snapshot;
use leptos::prelude::*;
use std::sync::Arc;

/// Where the opening of a dossier stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Opening {
    /// It is being read from this machine's disk.
    #[default]
    Reading,
    /// It can be shown.
    Ready,
    /// No dossier can exist: the server has not opened the year, or not said which set it is scored by.
    NoYear,
    /// It is not on this machine; it comes when the server can be reached.
    NotHere,
    /// It cannot be opened; Vietnamese.
    Problem(String),
}

/// The signals of one dossier.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) state: RwSignal<Opening>,
    pub(super) snapshot: RwSignal<Option<Arc<Snapshot>>>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            state: RwSignal::new(Opening::Reading),
            snapshot: RwSignal::new(None),
        }
    }
}

impl View {
    /// A view of nothing.
    pub(super) fn of_nothing(state: Opening) -> Self {
        Self {
            state: RwSignal::new(state),
            snapshot: RwSignal::new(None),
        }
    }

    /// What is shown now.
    pub(super) fn now(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.get_untracked()
    }

    /// Shows a snapshot, if it differs.
    pub(super) fn show(&self, snapshot: Snapshot) {
        if self.snapshot.with_untracked(|now| now.as_deref() != Some(&snapshot)) {
            self.snapshot.set(Some(Arc::new(snapshot)));
        }
        self.set_state(Opening::Ready);
    }

    /// Says why it cannot be opened.
    pub(super) fn fail(&self, words: &str) {
        self.set_state(Opening::Problem(words.to_owned()));
    }

    /// Sets the state, if it differs.
    pub(super) fn set_state(&self, state: Opening) {
        if self.state.with_untracked(|now| *now != state) {
            self.state.set(state);
        }
    }
}
