//! Lịch sử: who changed what, when, from what to what. Walked only when somebody opens it.

use super::entry_text::{entered, reason as why};
use crate::parts::live::bound;
use crate::parts::when;
use crate::screens::open::Shown;
use crate::screens::people::full_name;
use leptos::{ev, prelude::*, task::spawn_local};
use shared::criteria::Indicator;
use shared::dossier::history::{HistoryEntry, Read, What};
use shared::id::SubItemId;
use shared::scoring::Entry;
use wasm_bindgen::JsCast;

/// The words of this part.
mod words {
    pub(super) const TITLE: &str = "Lịch sử";
    pub(super) const NONE: &str = "Chưa ai nhập gì ở chỉ tiêu này.";
    pub(super) const NOTHING: &str = "chưa chấm";
    pub(super) const REASON: &str = "Lý do";
    pub(super) const EXPLANATION: &str = "Giải trình";
}

/// The most of a changed text that is shown, in characters.
const EXCERPT: usize = 120;

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    about: String,
    from: String,
    to: String,
    who: String,
    when: String,
}

/// The history, newest first.
#[component]
pub fn History(shown: Shown, indicator: &'static Indicator) -> impl IntoView {
    let open = RwSignal::new(false);
    let lines = RwSignal::new(None::<Vec<Line>>);
    let on_toggle = move |event: ev::Event| {
        let details = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        open.set(details.is_some_and(|details| details.has_attribute("open")));
    };
    let handle = shown.handle;
    // Read again whenever something of this indicator changes while the history is open.
    let entries = Memo::new(move |_| handle.indicator(&indicator.number));
    Effect::new(move || {
        entries.track();
        if open.get() {
            let shown = shown.clone();
            spawn_local(async move {
                let read = handle.history(&indicator.number).await;
                // The screen may be gone by now: then nobody is waiting for it.
                let _ = lines.try_set(Some(in_words(&shown, indicator, read)));
            });
        }
    });
    let list = move || {
        let lines = lines.get().into_iter().flatten();
        lines.map(|line| view! { <OneLine line /> }).collect_view()
    };
    let nothing = move || lines.with(|lines| lines.as_ref().is_some_and(Vec::is_empty));
    view! {
        <details class="card" on:toggle=on_toggle>
            <summary>{words::TITLE}</summary>
            <ol class="history">{list}</ol>
            <p hidden=bound(move || !nothing())>{words::NONE}</p>
        </details>
    }
}

#[component]
fn OneLine(line: Line) -> impl IntoView {
    let Line {
        about,
        from,
        to,
        who,
        when,
    } = line;
    view! {
        <li>
            <span>
                {(!about.is_empty()).then(|| format!("{about}: "))}
                {(!from.is_empty()).then(|| view! { <del>{from}</del> <span aria-hidden="true">" → "</span> })}
                <ins>{to}</ins>
            </span>
            <span class="small">{format!("{when} · {who}")}</span>
        </li>
    }
}

fn in_words(shown: &Shown, indicator: &'static Indicator, entries: Vec<HistoryEntry>) -> Vec<Line> {
    let Some(snapshot) = shown.handle.snapshot.get_untracked() else {
        return Vec::new();
    };
    let line = |entry: HistoryEntry| {
        let (about, from, to) = match entry.what {
            What::Entry { key, from, to } => {
                let (old, new) = (before(&from), after(to.as_ref()));
                // The figures stayed: then it is the reason that changed.
                match to {
                    Some(Ok(entry)) if old == new => (words::REASON.to_owned(), reasons(&from), why(&entry).to_owned()),
                    _ => (about(indicator, &key), old, new),
                }
            }
            What::Explanation { removed, added } => (words::EXPLANATION.to_owned(), excerpt(&removed), excerpt(&added)),
        };
        Line {
            about,
            from,
            to,
            who: full_name(entry.author, &snapshot.people),
            when: when::full(entry.time_s),
        }
    };
    entries.into_iter().rev().map(line).collect()
}

fn read(value: &Read) -> String {
    match value {
        Ok(Entry::Cleared) => words::NOTHING.to_owned(),
        Ok(entry) => entered(entry),
        Err(error) => error.to_string(),
    }
}

fn before(values: &[Read]) -> String {
    if values.is_empty() {
        return words::NOTHING.to_owned();
    }
    values.iter().map(read).collect::<Vec<_>>().join(" | ")
}

/// The reasons that stood there before.
fn reasons(values: &[Read]) -> String {
    let old = values.iter().filter_map(|value| value.as_ref().ok());
    old.map(why).collect::<Vec<_>>().join(" | ")
}

fn after(value: Option<&Read>) -> String {
    value.map_or(words::NOTHING.to_owned(), read)
}

fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(EXCERPT).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn about(indicator: &Indicator, key: &str) -> String {
    let parts = indicator.sub_items.len() > 1;
    let sub_item = indicator.sub_item(&SubItemId::from(key)).filter(|_| parts);
    sub_item.map(|sub_item| sub_item.text.clone()).unwrap_or_default()
}
