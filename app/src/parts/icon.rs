//! The few pictures, as inline SVG: nothing to download, coloured by the text around them, never without words.

use super::live::bound;
use leptos::prelude::*;

/// A picture of 24 × 24, drawn with the colour of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A folder: the years of a commune.
    Dossiers,
    /// A list with ticks: the indicators.
    Indicators,
    /// A seal: the conditions for recognition.
    Conditions,
    /// A phone: this device.
    Device,
    /// A table: the board of the area.
    Board,
    /// To the left.
    Back,
    /// To the right.
    Next,
    /// A tick in a ring: saved.
    Done,
    /// Two arrows in a ring: on its way.
    Moving,
    /// A clock: waits.
    Waiting,
    /// An exclamation mark in a triangle: needs a person.
    Attention,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Dossiers => "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
            Self::Indicators => "m3 6 1.5 1.5L7 5M3 12l1.5 1.5L7 11M3 18l1.5 1.5L7 17M11 6h10M11 12h10M11 18h10",
            Self::Conditions => "M12 3a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM9.5 9l2 2 3.5-3.5M8.5 14 7 21l5-3 5 3-1.5-7",
            Self::Device => "M8 2.5h8a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2zM11 18.5h2",
            Self::Board => "M3 5h18v14H3zM3 10h18M3 14.5h18M9 5v14M15 5v14",
            Self::Back => "m15 5-7 7 7 7",
            Self::Next => "m9 5 7 7-7 7",
            Self::Done => "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8 12.5l2.8 2.8L16 9.5",
            Self::Moving => "M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5",
            Self::Waiting => "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3.5 2",
            Self::Attention => "M12 3.5 22 20.5H2zM12 10v5M12 17.7v.3",
        }
    }

    /// The element; hidden from screen readers, since words stand beside it.
    pub fn view(self) -> impl IntoView + use<> {
        drawn(view! { <path d=self.path() /> }.into_any())
    }

    /// One element whose picture follows a signal: nothing but its path is written again. Empty while there is none.
    pub fn following(icon: impl Fn() -> Option<Self> + Send + 'static) -> impl IntoView {
        drawn(view! { <path d=bound(move || icon().map_or("", Self::path)) /> }.into_any())
    }
}

fn drawn(path: AnyView) -> impl IntoView {
    view! {
        <svg
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            {path}
        </svg>
    }
}
