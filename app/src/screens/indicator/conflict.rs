//! What differs in one indicator: registers with two values, and `không phát sinh` beside scored parts.

use super::entry_text::{reason, with_points};
use super::input::save_entry;
use crate::parts::live::live;
use crate::parts::{focus, when};
use crate::screens::choice_card::{Choice, ChoiceCard, Disputed};
use crate::screens::open::Shown;
use crate::screens::people::full_name;
use leptos::prelude::*;
use shared::criteria::Indicator;
use shared::dossier::write::Field;
use shared::dossier::{Register, Stamped};
use shared::id::SubItemId;
use shared::scoring::{Entry, WHOLE};

/// The words of this part.
mod words {
    pub(super) const KEEP: &str = "Giữ";
    pub(super) const BOTH: &str = "Vừa ghi “Không phát sinh”, vừa có nội dung được chấm";
    pub(super) const PARTS: &str = "Các nội dung đã chấm";
    pub(super) const WHOLE_NO_CASE: &str = "Không phát sinh";
}

/// All cards of an indicator.
#[component]
pub fn Conflicts(shown: Shown, indicator: &'static Indicator) -> impl IntoView {
    let (handle, writes) = (shown.handle, shown.can_write());
    let cards = {
        let shown = shown.clone();
        Memo::new(move |_| disputed(&shown, indicator))
    };
    let contradiction = Memo::new(move |_| {
        handle
            .indicator(&indicator.number)
            .is_some_and(|entries| entries.contradiction())
    });
    view! {
        <div class="conflicts" aria-live="polite">
            {live(move || {
                let cards = cards.get().into_iter();
                cards.map(|disputed| view! { <ChoiceCard handle disputed writes /> }).collect_view()
            })}
            {live(move || contradiction.get().then(|| view! { <Contradiction shown=shown.clone() indicator /> }))}
        </div>
    }
}

fn disputed(shown: &Shown, indicator: &'static Indicator) -> Vec<Disputed> {
    let (Some(entries), Some(snapshot)) = (shown.handle.indicator(&indicator.number), shown.snapshot()) else {
        return Vec::new();
    };
    let choices = |key: &str, register: &Register<Entry>| -> Vec<Choice> {
        let sub_item = indicator.sub_item(&SubItemId::from(key));
        let choice = |stamped: &Stamped<Entry>| Choice {
            words: with_points(sub_item, &stamped.value),
            reason: reason(&stamped.value).to_owned(),
            who: full_name(stamped.author, &snapshot.people),
            when: when::full(stamped.time_s),
            hash: stamped.hash,
        };
        register.values().map(choice).collect()
    };
    let unsettled = entries.registers.iter().filter(|(_, register)| register.is_unsettled());
    unsettled
        .map(|(key, register)| Disputed {
            field: Field::Entry {
                number: indicator.number.clone(),
                key: key.clone(),
            },
            about: about(indicator, key),
            choices: choices(key, register),
        })
        .collect()
}

fn about(indicator: &Indicator, key: &str) -> String {
    match indicator.sub_item(&SubItemId::from(key)) {
        Some(sub_item) if indicator.sub_items.len() > 1 => sub_item.text.clone(),
        None if key == WHOLE => words::WHOLE_NO_CASE.to_owned(),
        _ => String::new(),
    }
}

/// The whole indicator says `không phát sinh` while a part is scored: either is entered again.
#[component]
fn Contradiction(shown: Shown, indicator: &'static Indicator) -> impl IntoView {
    let choice = move |words: &'static str, entry: Entry| {
        let (shown, writes) = (shown.clone(), shown.can_write());
        let keep = move |_| {
            save_entry(&shown, indicator, WHOLE, entry.clone());
            // The card goes with the choice.
            focus::heading();
        };
        view! {
            <li class="choice">
                <b>{words}</b>
                {writes
                    .then(|| {
                        view! {
                            <button class="btn" type="button" aria-label=format!("{} {words}", words::KEEP) on:click=keep>
                                {words::KEEP}
                            </button>
                        }
                    })}
            </li>
        }
    };
    view! {
        <section class="card bad conflict">
            <h2>{words::BOTH}</h2>
            <ul class="choices">
                {choice(words::PARTS, Entry::Cleared)} {choice(words::WHOLE_NO_CASE, Entry::NoCase)}
            </ul>
        </section>
    }
}
