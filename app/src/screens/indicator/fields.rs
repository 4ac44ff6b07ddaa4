//! The fields of one sub-item: figures, points, reason.

use super::form::{Built, Cell, Typed};
use crate::parts::live::{bound, live};
use crate::parts::typed_group::{Enter, Group, Moment, TypedGroup};
use crate::screens::open::Shown;
use leptos::prelude::*;
use shared::criteria::{Indicator, Rule, SubItem};
use shared::scoring::{Entry, REASON_MAX};
use std::sync::Arc;

/// The words of the fields.
mod words {
    pub(super) const POINTS: &str = "Điểm tự chấm";
    pub(super) const REASON: &str = "Lý do chấm mức điểm này";
    pub(super) const COUNT: &str = "Số trường hợp";
    pub(super) const KEPT: &str = "Chưa tính điểm; số đã gõ được giữ trên máy này.";
}

/// The fields the rule asks for. All five stand in the page, so that they are one text in one order; those that are not
/// asked for are hidden.
#[component]
pub fn Fields(
    shown: Shown,
    indicator: &'static Indicator,
    sub_item: &'static SubItem,
    current: Memo<Option<Entry>>,
    preview: RwSignal<Option<Built>>,
) -> impl IntoView {
    let saved = Memo::new(move |_| Typed::of(current.get().as_ref()).join());
    let group = group(&shown, indicator, sub_item, saved);
    let typed = RwSignal::new(Typed::split(&group.text()));
    Effect::new(move || {
        let changed = typed.with(|typed| typed.join() != saved.get());
        preview.set(changed.then(|| typed.with(|typed| typed.build(sub_item))));
    });
    let mistake = move |cell: Cell| {
        Signal::derive(move || match preview.get() {
            Some(Built::Mistake(place, text)) if place == cell => Some(text),
            _ => None,
        })
    };
    let id = move |cell: Cell| format!("{}-{}", sub_item.id, cell.place()).to_ascii_lowercase();
    let start = typed.get_untracked();
    let ratio = match &sub_item.rule {
        Rule::Tiers { ratio, .. } | Rule::RatioTimesMax { ratio } | Rule::RatioAtLeast { ratio, .. } => Some(ratio),
        _ => None,
    };
    let (done, total) = ratio
        .map(|ratio| (ratio.done.clone(), ratio.total.clone()))
        .unwrap_or_default();
    let counts = matches!(sub_item.rule, Rule::Penalty { .. } | Rule::CountAtLeast { .. });
    let always = matches!(sub_item.rule, Rule::Judged);
    let judges = Memo::new(move |_| always || typed.with(|typed| typed.needs_judgement(sub_item)));
    let shows = Callback::new(move |text: String| typed.set(Typed::split(&text)));
    let fill = {
        let group = group.clone();
        Callback::new(move |points: String| {
            group.put(Cell::Points.place(), &points);
            typed.set(Typed::split(&group.text()));
        })
    };
    view! {
        <TypedGroup group shows>
            <div class="two" hidden=ratio.is_none()>
                <Figure id=id(Cell::Done) words=done start=start.done whole=true mistake=mistake(Cell::Done) />
                <Figure id=id(Cell::Total) words=total start=start.total whole=true mistake=mistake(Cell::Total) />
            </div>
            <div hidden=!counts>
                <Figure
                    id=id(Cell::Count)
                    words=words::COUNT.to_owned()
                    start=start.count
                    whole=true
                    mistake=mistake(Cell::Count)
                />
            </div>
            <div class="judged" hidden=bound(move || !judges.get())>
                <div class="with-unit">
                    <Figure
                        id=id(Cell::Points)
                        words=words::POINTS.to_owned()
                        start=start.points
                        whole=false
                        mistake=mistake(Cell::Points)
                    />
                    <Most sub_item fill />
                </div>
                <Reason id=id(Cell::Reason) start=start.reason mistake=mistake(Cell::Reason) />
            </div>
        </TypedGroup>
        <p class="small" aria-live="polite">
            {live(move || match preview.get() {
                Some(Built::Half(text)) => Some(format!("{text} {}", words::KEPT)),
                Some(Built::Mistake(..)) => Some(words::KEPT.to_owned()),
                _ => None,
            })}
        </p>
    }
}

/// The group of these fields, and how it is entered.
fn group(shown: &Shown, indicator: &'static Indicator, sub_item: &'static SubItem, saved: Memo<String>) -> Group {
    let handle = shown.handle;
    let enter: Enter = Arc::new(move |edit, moment| {
        let entry = match Typed::split(&edit.new).build(sub_item) {
            Built::Entry(entry) => entry,
            Built::Empty if moment == Moment::Leave => Entry::Cleared,
            Built::Empty | Built::Half(_) | Built::Mistake(..) => return None,
        };
        Some(Box::pin(handle.set_entry(
            &indicator.number,
            sub_item.id.as_str(),
            entry,
        )))
    });
    let draft = format!("{}/{}", indicator.number, sub_item.id);
    Group::new(handle, draft, Cell::COUNT, saved, enter)
}

/// A number.
#[component]
fn Figure(id: String, words: String, start: String, whole: bool, mistake: Signal<Option<String>>) -> impl IntoView {
    let error = format!("{id}-loi");
    view! {
        <div class="field">
            <label for=id.clone()>{words}</label>
            <input
                class="input figure"
                id=id
                type="text"
                inputmode=if whole { "numeric" } else { "decimal" }
                enterkeyhint="next"
                autocomplete="off"
                prop:value=start
                aria-invalid=bound(move || mistake.with(Option::is_some).then_some("true"))
                aria-describedby=error.clone()
            />
            <p class="error" id=error aria-live="polite">
                {live(move || mistake.get())}
            </p>
        </div>
    }
}

/// The most that may be entered, at one tap.
#[component]
fn Most(sub_item: &'static SubItem, fill: Callback<String>) -> impl IntoView {
    sub_item.limit.or(sub_item.max_points).map(|limit| {
        view! {
            <button class="btn" type="button" on:click=move |_| fill.run(limit.to_string())>
                {format!("Tối đa {limit}")}
            </button>
        }
    })
}

/// The reason for judged points.
#[component]
fn Reason(id: String, start: String, mistake: Signal<Option<String>>) -> impl IntoView {
    let error = format!("{id}-loi");
    view! {
        <div class="field">
            <label for=id.clone()>{words::REASON}</label>
            <textarea
                class="input"
                id=id
                rows="3"
                maxlength=REASON_MAX.to_string()
                prop:value=start
                aria-invalid=bound(move || mistake.with(Option::is_some).then_some("true"))
                aria-describedby=error.clone()
            ></textarea>
            <p class="error" id=error aria-live="polite">
                {live(move || mistake.get())}
            </p>
        </div>
    }
}
