//! The card `Hai người nhập khác nhau`: what two officials entered while apart, side by side; one tap keeps one. The
//! choice is itself a change that everybody sees.

use crate::device::DossierHandle;
use crate::parts::focus;
use automerge::ChangeHash;
use leptos::{prelude::*, task::spawn_local};
use shared::dossier::write::Field;

/// The words of the card.
mod words {
    pub(super) const TWO: &str = "Hai người nhập khác nhau";
    pub(super) const MORE: &str = "Nhiều người nhập khác nhau";
    pub(super) const HELP: &str =
        "Các giá trị được nhập khi chưa đồng bộ với nhau. Giữ một giá trị; giá trị kia vẫn còn trong lịch sử.";
    pub(super) const HELP_READ: &str = "Các giá trị được nhập khi chưa đồng bộ với nhau. Xã chưa chọn giá trị nào.";
    pub(super) const KEEP: &str = "Giữ";
}

/// One value on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What was entered, and what it comes to.
    pub words: String,
    /// The reason given with it; may be empty.
    pub reason: String,
    /// Who entered it.
    pub who: String,
    /// When, by that device's clock.
    pub when: String,
    /// The change it was entered in.
    pub hash: ChangeHash,
}

/// A register with several values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// The register.
    pub field: Field,
    /// What it is about; empty where the screen already says it.
    pub about: String,
    /// The values, the one that counts until somebody chooses first.
    pub choices: Vec<Choice>,
}

/// The card.
#[component]
pub fn ChoiceCard(
    /// The dossier.
    handle: DossierHandle,
    /// What differs.
    disputed: Disputed,
    /// Whether this account may choose.
    writes: bool,
) -> impl IntoView {
    let Disputed { field, about, choices } = disputed;
    let title = if choices.len() > 2 { words::MORE } else { words::TWO };
    let seen: Vec<ChangeHash> = choices.iter().map(|choice| choice.hash).collect();
    let choices = choices.into_iter().map(|choice| {
        let (field, seen, chosen) = (field.clone(), seen.clone(), choice.hash);
        let keep = move |_| {
            let settled = handle.settle(&field, &seen, chosen);
            // The card goes with the choice.
            focus::heading();
            spawn_local(async move {
                // If other values arrived meanwhile the card shows them; the status line says the rest.
                let _ = settled.await;
            });
        };
        let label = format!("{} {}, {}", words::KEEP, choice.words, choice.who);
        view! {
            <li class="choice">
                <div>
                    <b>{choice.words}</b>
                    {(!choice.reason.is_empty()).then(|| view! { <p class="reason">{choice.reason}</p> })}
                    <p>{format!("{} · {}", choice.who, choice.when)}</p>
                </div>
                {writes
                    .then(|| {
                        view! {
                            <button class="btn" type="button" aria-label=label on:click=keep>
                                {words::KEEP}
                            </button>
                        }
                    })}
            </li>
        }
    });
    view! {
        <section class="card bad conflict">
            <h2>{title}</h2>
            {(!about.is_empty()).then(|| view! { <p>{about}</p> })}
            <ul class="choices">{choices.collect_view()}</ul>
            <p class="small">{if writes { words::HELP } else { words::HELP_READ }}</p>
        </section>
    }
}
