//! Which rows of the list are shown: by state, and by words typed without diacritics.

use super::row::{Filter, Row};
use crate::parts::live::{bound, live};
use crate::parts::navigation::{Going, Navigation};
use crate::screens::open::Shown;
use leptos::{ev, prelude::*};

/// What the list keeps at present.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// By state; it stands in the address.
    pub filter: Memo<Filter>,
    /// By words.
    pub search: RwSignal<String>,
}

impl Kept {
    /// Whether a row is shown. A search goes through the whole list.
    pub fn keeps(self, row: &Row) -> bool {
        let search = self.search.read();
        if search.trim().is_empty() {
            self.filter.get().keeps(row)
        } else {
            row.matches(&search)
        }
    }
}

/// The filters and the search field.
#[component]
pub fn Filters(shown: Shown, rows: Vec<Memo<Row>>, kept: Kept) -> impl IntoView {
    let navigation = expect_context::<Navigation>();
    let buttons = Filter::ORDER.map(|filter| {
        let (rows, table) = (rows.clone(), shown.address.table());
        let count = Memo::new(move |_| rows.iter().filter(|row| row.with(|row| filter.keeps(row))).count());
        let choose = move |_| {
            let query = filter
                .address()
                .map(|value| format!("?loc={value}"))
                .unwrap_or_default();
            navigation.go(&format!("{table}{query}"), Going::Beside);
        };
        view! {
            <button
                class="filter"
                type="button"
                aria-pressed=bound(move || (kept.filter.get() == filter).to_string())
                hidden=bound(move || filter == Filter::Conflicts && count.get() == 0 && kept.filter.get() != filter)
                on:click=choose
            >
                {filter.words()}
                " "
                <b>{live(move || count.get())}</b>
            </button>
        }
    });
    let search = kept.search;
    view! {
        <div class="toolbar">
            <div class="filters" role="group" aria-label="Lọc chỉ tiêu">
                {buttons.into_iter().collect_view()}
            </div>
            <div class="field">
                <label class="unseen" for="tim">
                    "Tìm chỉ tiêu"
                </label>
                <input
                    class="input"
                    id="tim"
                    type="search"
                    placeholder="Tìm: hoa giai, 2.5…"
                    autocomplete="off"
                    on:input=move |event: ev::Event| search.set(event_target_value(&event))
                />
            </div>
        </div>
    }
}
