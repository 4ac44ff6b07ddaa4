//! The list beside an indicator, on a desktop: the way to any other indicator without going back.

use super::screen::row_of;
use crate::parts::live::live;
use crate::screens::open::Shown;
use leptos::{html, prelude::*};
use shared::id::IndicatorNumber;
use wasm_bindgen::JsCast;

/// The list; not made at all on a phone.
#[component]
pub fn SideList(shown: Shown, number: IndicatorNumber) -> impl IntoView {
    is_wide().then(|| {
        let list = NodeRef::<html::Nav>::new();
        Effect::new(move || {
            if let Some(list) = list.get() {
                show_open(&list);
            }
        });
        let sections = shown.set.criteria.iter().map(|criterion| {
            let lines = criterion.indicators.iter().map(|indicator| {
                let row = row_of(&shown, indicator);
                let here = indicator.number == number;
                view! {
                    <li>
                        <a
                            href=shown.address.indicator(&indicator.number)
                            aria-current=here.then_some("page")
                            title=indicator.title.clone()
                        >
                            <span class="no num">{indicator.number.to_string()}</span>
                            <span class="title">{indicator.title.clone()}</span>
                            <span class="score">{live(move || row.with(|row| row.points.clone()))}</span>
                        </a>
                    </li>
                }
            });
            view! {
                <h2>{format!("Tiêu chí {}", criterion.number)}</h2>
                <ul>{lines.collect_view()}</ul>
            }
        });
        view! {
            <nav class="side-list" aria-label="Các chỉ tiêu" node_ref=list>
                {sections.collect_view()}
            </nav>
        }
    })
}

/// Scrolls the list, not the page, so that the open indicator is seen with those around it.
fn show_open(list: &web_sys::HtmlElement) {
    let open = list.query_selector("[aria-current]").ok().flatten();
    if let Some(open) = open.and_then(|open| open.dyn_into::<web_sys::HtmlElement>().ok()) {
        list.set_scroll_top(open.offset_top() - list.client_height() / 2);
    }
}

/// Whether there is room for two columns; the same width as in the style.
fn is_wide() -> bool {
    let query = window().match_media("(min-width: 60rem)").ok().flatten();
    query.is_some_and(|query| query.matches())
}
