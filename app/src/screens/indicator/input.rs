//! The input of one sub-item, as its rule asks for it, and what it comes to.

use super::entry_text::{entered, reason};
use super::fields::Fields;
use super::form::Built;
use super::outcome::Outcome;
use crate::parts::focus;
use crate::parts::live::bound;
use crate::screens::open::Shown;
use leptos::{prelude::*, task::spawn_local};
use shared::criteria::{Indicator, Provenance, Rule, SubItem};
use shared::scoring::Entry;

/// The words of the inputs.
mod words {
    pub(super) const SCORE: &str = "Tự chấm";
    pub(super) const PASS: &str = "Đạt";
    pub(super) const FAIL: &str = "Không đạt";
    pub(super) const NO_CASE: &str = "Không phát sinh";
    pub(super) const CLEAR: &str = "Bỏ chấm nội dung này";
}

/// One sub-item: its text, its input, and what it comes to.
#[component]
pub fn SubItemCard(shown: Shown, indicator: &'static Indicator, sub_item: &'static SubItem) -> impl IntoView {
    let current = current_entry(&shown, indicator, sub_item.id.as_str());
    let preview = RwSignal::new(None::<Built>);
    let entry = Memo::new(move |_| match preview.get() {
        Some(Built::Entry(entry)) => Some(entry),
        _ => current.get(),
    });
    let title = if sub_item.text == indicator.title {
        words::SCORE
    } else {
        sub_item.text.as_str()
    };
    let id = format!("nd-{}", sub_item.id);
    let writes = shown.can_write();
    let chooses = writes && (takes_choice(&sub_item.rule) || sub_item.no_case.is_some());
    let types = writes && !takes_choice(&sub_item.rule);
    view! {
        <section class="card sub-item" aria-labelledby=id>
            <h2 id=id.clone()>{title}</h2>
            {chooses.then(|| view! { <Choice shown=shown.clone() indicator sub_item current /> })}
            {types.then(|| view! { <Fields shown=shown.clone() indicator sub_item current preview /> })}
            {(!writes).then(|| view! { <Read current /> })}
            <Outcome sub_item entry marked=indicator.points_status == Provenance::Estimated />
            {writes.then(|| view! { <Clear shown indicator sub_item current /> })}
        </section>
    }
}

/// What was entered, for those who only read.
#[component]
fn Read(current: Memo<Option<Entry>>) -> impl IntoView {
    let words = move || current.with(|entry| entry.as_ref().map(entered));
    let why = move || current.with(|entry| entry.as_ref().map(|entry| reason(entry).to_owned()));
    view! {
        <p>
            <b class="num">{words}</b>
        </p>
        <p class="prose">{why}</p>
    }
}

/// What stands for a register now; `None` when nothing does.
pub fn current_entry(shown: &Shown, indicator: &'static Indicator, key: &str) -> Memo<Option<Entry>> {
    let (handle, key) = (shown.handle, key.to_owned());
    Memo::new(move |_| {
        let entries = handle.indicator(&indicator.number)?;
        let register = entries.registers.get(&key)?;
        Some(register.current.value.clone()).filter(|entry| *entry != Entry::Cleared)
    })
}

/// Saves an entry. What goes wrong is said by the device, in the status line and the notices.
pub fn save_entry(shown: &Shown, indicator: &'static Indicator, key: &str, entry: Entry) {
    let saved = shown.handle.set_entry(&indicator.number, key, entry);
    spawn_local(async move {
        let _ = saved.await;
    });
}

/// Whether đạt / không đạt is what the rule asks for.
fn takes_choice(rule: &Rule) -> bool {
    matches!(
        rule,
        Rule::AllOrNothing | Rule::PassFail | Rule::RatioAtLeast { at_least: None, .. }
    )
}

/// Đạt / không đạt as big segments, with `không phát sinh` where the rule knows it.
#[component]
fn Choice(
    shown: Shown,
    indicator: &'static Indicator,
    sub_item: &'static SubItem,
    current: Memo<Option<Entry>>,
) -> impl IntoView {
    let name = format!("chon-{}-{}", indicator.number, sub_item.id);
    let option = |entry: Entry, class: &'static str, words: &'static str| {
        let (shown, name, mine) = (shown.clone(), name.clone(), entry.clone());
        view! {
            <label class=class>
                <input
                    type="radio"
                    name=name
                    prop:checked=bound(move || current.get().as_ref() == Some(&mine))
                    on:change=move |_| save_entry(&shown, indicator, sub_item.id.as_str(), entry.clone())
                />
                <span>{words}</span>
            </label>
        }
    };
    let choice = takes_choice(&sub_item.rule);
    view! {
        <fieldset class="field">
            <legend class="unseen">{sub_item.text.clone()}</legend>
            <div class="segments">
                {choice.then(|| option(Entry::Pass, "yes", words::PASS))}
                {choice.then(|| option(Entry::Fail, "no", words::FAIL))}
                {sub_item.no_case.is_some().then(|| option(Entry::NoCase, "", words::NO_CASE))}
            </div>
        </fieldset>
    }
}

/// Takes the entry back. It stays in the history.
#[component]
fn Clear(
    shown: Shown,
    indicator: &'static Indicator,
    sub_item: &'static SubItem,
    current: Memo<Option<Entry>>,
) -> impl IntoView {
    let clear = move |_| {
        save_entry(&shown, indicator, sub_item.id.as_str(), Entry::Cleared);
        // The button goes with what it took back.
        focus::heading();
    };
    view! {
        <Show when=move || current.with(Option::is_some)>
            <button class="btn plain start" type="button" on:click=clear.clone()>
                {words::CLEAR}
            </button>
        </Show>
    }
}
