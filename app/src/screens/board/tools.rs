//! Search, filters, and whether the board is live.

use super::order::Filter;
use crate::device::BoardHandle;
use crate::parts::live::{bound, live};
use leptos::{ev, html, prelude::*};

/// The words of this part.
mod words {
    pub(super) const LIVE: &str = "Trực tiếp";
    pub(super) const NOT_LIVE: &str = "Không trực tiếp – số liệu lần xem trước";
}

/// The row of tools above the table.
#[component]
pub(super) fn Tools(
    /// The board.
    board: BoardHandle,
    /// Which communes are shown.
    filter: RwSignal<Filter>,
    /// What is searched for.
    search: RwSignal<String>,
    /// The search field, for the keyboard.
    input: NodeRef<html::Input>,
) -> impl IntoView {
    let buttons = Filter::ORDER.map(|one| {
        let count = Memo::new(move |_| {
            let keeps = |rows: &Vec<_>| rows.iter().filter(|row| one.keeps(row)).count();
            board.rows.with(|rows| rows.as_ref().map_or(0, keeps))
        });
        view! {
            <button
                class="filter"
                type="button"
                aria-pressed=bound(move || (filter.get() == one).to_string())
                on:click=move |_| filter.set(one)
            >
                {one.words()}
                " "
                <b>{live(move || count.get())}</b>
            </button>
        }
    });
    let linked = Memo::new(move |_| board.live.get());
    view! {
        <div class="tools">
            <label class="unseen" for="tim-xa">
                "Tìm xã, phường"
            </label>
            <input
                class="input"
                id="tim-xa"
                type="search"
                placeholder="Tìm: thuong cat, dang tu cham…"
                autocomplete="off"
                node_ref=input
                on:input=move |event: ev::Event| search.set(event_target_value(&event))
            />
            <div class="filters" role="group" aria-label="Lọc xã, phường">
                {buttons.into_iter().collect_view()}
            </div>
            <span class=bound(move || if linked.get() { "chip info live" } else { "chip warn" }) role="status">
                {live(move || if linked.get() { words::LIVE } else { words::NOT_LIVE })}
            </span>
            <p class="keys">
                <kbd>"j"</kbd>
                " "
                <kbd>"k"</kbd>
                " chọn · "
                <kbd>"↵"</kbd>
                " mở · "
                <kbd>"/"</kbd>
                " tìm"
            </p>
        </div>
    }
}
