//! The heat table itself. A row is made once for each state of a commune and never patched; rows out of sight are not
//! laid out (`content-visibility`), so that a thousand communes scroll, sort and search at once.

use super::order::{Column, Line, Order};
use super::row_html::row_html;
use crate::address::DossierAddress;
use crate::parts::live::bound;
use crate::parts::when;
use leptos::{html, prelude::*};
use shared::board::Row;
use shared::criteria::CriteriaSet;
use shared::workflow::Date;

/// The table.
#[component]
pub(super) fn HeatTable(
    /// The criteria set of the year.
    set: &'static CriteriaSet,
    /// The assessment year.
    year: u16,
    /// The communes to show, in order.
    lines: Memo<Vec<Line>>,
    /// By what they are ordered.
    order: RwSignal<Order>,
    /// Today, on this device.
    today: Option<Date>,
    /// The body, for the keyboard.
    body: NodeRef<html::Tbody>,
) -> impl IntoView {
    let plain = |column: Column, words: &str, class| head(order, column, words.to_owned(), None, class);
    let heads = set.criteria.iter().map(|criterion| {
        let indicators = criterion.indicators.iter().enumerate().map(|(place, indicator)| {
            let class = if place == 0 { "cell gap" } else { "cell" };
            let number = indicator.number.clone();
            head(
                order,
                Column::Indicator(number.clone()),
                number.to_string(),
                Some(&indicator.title),
                class,
            )
        });
        let column = Column::Criterion(criterion.number);
        let words = format!("TC{}", criterion.number);
        view! { {indicators.collect_view()} {head(order, column, words, Some(&criterion.title), "of-criterion")} }
    });
    let heads = heads.collect_view();
    view! {
        <div class="heat-wrap">
            <table class="heat">
                <caption class="unseen">"Điểm từng chỉ tiêu của từng xã, phường"</caption>
                <thead>
                    <tr>
                        {plain(Column::Name, "Đơn vị", "")} {heads} {plain(Column::Total, "Tổng", "sum")}
                        {plain(Column::Conditions, "ĐK", "conditions")} {plain(Column::State, "Trạng thái", "text state")}
                        {plain(Column::Seen, "Đồng bộ", "text seen")}
                    </tr>
                </thead>
                <tbody node_ref=body>
                    <For
                        each=move || lines.get()
                        key=Line::key
                        children=move |line| view! { <Commune set year line today /> }
                    />
                </tbody>
            </table>
        </div>
    }
}

/// The head of a column: a tap orders by it.
fn head(
    order: RwSignal<Order>,
    column: Column,
    words: String,
    title: Option<&'static String>,
    class: &'static str,
) -> impl IntoView {
    let (sorted, tapped) = (column.clone(), column);
    let tap = move |_| order.update(|order| *order = order.tapped(tapped.clone()));
    view! {
        <th scope="col" class=class aria-sort=bound(move || order.with(|order| order.aria(&sorted)))>
            <button type="button" title=title.cloned() on:click=tap>
                {words}
            </button>
        </th>
    }
}

#[component]
fn Commune(set: &'static CriteriaSet, year: u16, line: Line, today: Option<Date>) -> impl IntoView {
    let Line { row, version, .. } = line;
    let slug = row.unit.path.rsplit('/').next().unwrap_or_default().to_owned();
    let address = DossierAddress::Of { commune: slug, year };
    let html = row_html(set, &row, &address.table(), &seen(&row, today));
    view! { <tr class=(version > 0).then_some("fresh") inner_html=html></tr> }
}

fn seen(row: &Row, today: Option<Date>) -> String {
    let time = row.last_seen_ms.and_then(|ms| when::local(ms / 1000));
    let ago = time.zip(today).map(|(time, today)| time.ago(today));
    ago.unwrap_or_else(|| "–".to_owned())
}
