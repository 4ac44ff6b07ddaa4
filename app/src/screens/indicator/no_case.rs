//! `Không phát sinh` for a whole indicator, where the rules know such a year.

use super::input::{current_entry, save_entry};
use crate::parts::live::bound;
use crate::screens::open::Shown;
use leptos::prelude::*;
use shared::criteria::{Indicator, NoCase};
use shared::scoring::{Entry, WHOLE};

/// The words of this part.
mod words {
    pub(super) const TITLE: &str = "Trong năm có phát sinh không?";
    pub(super) const YES: &str = "Có phát sinh";
    pub(super) const NO: &str = "Không phát sinh";
}

/// The switch; nothing where the rules know no such year. Choosing `không phát sinh` takes back what was entered for the
/// sub-items, in one change that the history keeps.
#[component]
pub fn WholeNoCase(shown: Shown, indicator: &'static Indicator) -> impl IntoView {
    indicator
        .no_case
        .as_ref()
        .map(|rule| view! { <Switch shown indicator rule /> })
}

#[component]
fn Switch(shown: Shown, indicator: &'static Indicator, rule: &'static NoCase) -> impl IntoView {
    let current = current_entry(&shown, indicator, WHOLE);
    let on = Memo::new(move |_| current.get() == Some(Entry::NoCase));
    let points = rule.points.map(|points| format!(": {points} điểm")).unwrap_or_default();
    if !shown.can_write() {
        return view! {
            <Show when=move || on.get()>
                <p class="card">{format!("{}{points}", words::NO)}</p>
            </Show>
        }
        .into_any();
    }
    let option = |value: bool, words: &'static str| {
        let shown = shown.clone();
        let entry = if value { Entry::NoCase } else { Entry::Cleared };
        view! {
            <label>
                <input
                    type="radio"
                    name=format!("phat-sinh-{}", indicator.number)
                    prop:checked=bound(move || on.get() == value)
                    on:change=move |_| save_entry(&shown, indicator, WHOLE, entry.clone())
                />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <section class="card">
            <h2 id="phat-sinh">{words::TITLE}</h2>
            <div class="segments" role="radiogroup" aria-labelledby="phat-sinh" aria-describedby="phat-sinh-quy-dinh">
                {option(false, words::YES)} {option(true, words::NO)}
            </div>
            <p class="small" id="phat-sinh-quy-dinh">
                {rule.text.clone()}
            </p>
        </section>
    }
    .into_any()
}
