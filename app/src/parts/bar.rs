//! The bar with the mark at half of the maximum (the condition that each criterion reaches 50 %).

use leptos::prelude::*;

/// How a criterion stands against its half. Said in words wherever the bar is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not every indicator is scored, and the half is not reached yet: no judgement.
    Open,
    /// At least half of the maximum.
    Reached,
    /// Everything is scored and the half is missed.
    Missed,
}

impl Standing {
    /// The class of the bar and of its label.
    pub fn class(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Reached => "ok",
            Self::Missed => "bad",
        }
    }
}

/// A bar of `filled` per mille, hidden from screen readers: the numbers stand beside it.
pub fn bar(filled: u32, standing: Standing) -> impl IntoView {
    let class = format!("bar {}", standing.class());
    view! {
        <svg class=class viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="fill" x="0" y="0" width=filled.min(1000).to_string() height="8" />
            <rect class="half" x="495" y="0" width="10" height="8" />
        </svg>
    }
}
