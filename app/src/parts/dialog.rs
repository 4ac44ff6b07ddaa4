//! A question that waits for an answer: a modal `<dialog>`. The browser keeps the focus inside and gives it back.

use leptos::{html, prelude::*};

/// Opens and closes a [`Dialog`].
#[derive(Debug, Clone, Copy)]
pub struct DialogHandle(NodeRef<html::Dialog>);

impl DialogHandle {
    /// For one dialog.
    #[allow(clippy::new_without_default, reason = "there is no dialog by default")]
    pub fn new() -> Self {
        Self(NodeRef::new())
    }

    /// Opens it.
    pub fn open(self) {
        if let Some(dialog) = self.0.get_untracked() {
            // An error only says that it is open already.
            let _ = dialog.show_modal();
        }
    }

    /// Closes it.
    pub fn close(self) {
        if let Some(dialog) = self.0.get_untracked() {
            dialog.close();
        }
    }
}

/// The dialog, closed at first. Escape closes it.
#[component]
pub fn Dialog(
    /// What opens and closes it.
    dialog: DialogHandle,
    /// The question.
    title: &'static str,
    /// What there is to know, and the answers.
    children: Children,
) -> impl IntoView {
    view! {
        <dialog node_ref=dialog.0 aria-label=title>
            <h2>{title}</h2>
            {children()}
        </dialog>
    }
}
