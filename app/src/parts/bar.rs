//! The bar with the mark at half of the maximum (the condition that each criterion reaches 50 %).

use leptos::prelude::*;

/// A bar filled `per_mille` of its length, hidden from screen readers: the numbers stand beside it. `class` is `ok`,
/// `bad` or nothing.
pub fn bar(per_mille: u32, class: &str) -> impl IntoView + use<> {
    view! {
        <svg
            class=format!("bar {class}")
            viewBox="0 0 1000 8"
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            <rect class="fill" x="0" y="0" width=per_mille.min(1000).to_string() height="8" />
            <path class="half" d="M500 0v8" vector-effect="non-scaling-stroke" />
        </svg>
    }
}
