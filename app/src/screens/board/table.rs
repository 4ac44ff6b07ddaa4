//! The heat table itself. A row is made once for each state of a commune and never patched: with a thousand communes
//! that is cheaper than twenty thousand cells that each follow something.

use super::order::{Column, Order, cell_text, criterion as figures_of, quality, state_words};
use crate::address::DossierAddress;
use crate::parts::when;
use leptos::{html, prelude::*};
use shared::board::Row;
use shared::criteria::CriteriaSet;
use shared::id::UnitCode;
use shared::scoring::of_count;
use shared::workflow::Date;
use std::sync::Arc;

/// One commune on the screen, and how often it changed since the board was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The commune.
    pub(super) row: Arc<Row>,
    /// Grows with every change; a new number makes the row anew.
    pub(super) version: u32,
}

impl Line {
    fn key(&self) -> (UnitCode, u32) {
        (self.row.unit.code.clone(), self.version)
    }
}

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
            let class = if place == 0 { "gap" } else { "" };
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
        view! { {indicators.collect_view()} {head(order, column, words, Some(&criterion.title), "")} }
    });
    let heads = heads.collect_view();
    view! {
        <div class="heat-wrap">
            <table class="heat">
                <caption class="unseen">"Điểm từng chỉ tiêu của từng xã, phường"</caption>
                <thead>
                    <tr>
                        {plain(Column::Name, "Đơn vị", "")} {heads} {plain(Column::Total, "Tổng", "")}
                        {plain(Column::Conditions, "ĐK", "")} {plain(Column::State, "Trạng thái", "text")}
                        {plain(Column::Seen, "Đồng bộ", "text")}
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
        <th scope="col" class=class aria-sort=move || order.with(|order| order.aria(&sorted))>
            <button type="button" title=title.cloned() on:click=tap>
                {words}
            </button>
        </th>
    }
}

#[component]
fn Commune(set: &'static CriteriaSet, year: u16, line: Line, today: Option<Date>) -> impl IntoView {
    let Line { row, version } = line;
    let slug = row.unit.path.rsplit('/').next().unwrap_or_default().to_owned();
    let address = DossierAddress::Of { commune: slug, year };
    let row = &*row;
    let cells = set.criteria.iter().map(|criterion| {
        let indicators = criterion.indicators.iter().enumerate().map(move |(place, indicator)| {
            let cell = row.indicators.get(&indicator.number).copied().unwrap_or_default();
            let gap = if place == 0 { " gap" } else { "" };
            view! { <td class=format!("{}{gap}", quality(&cell))>{cell_text(&cell)}</td> }
        });
        view! { {indicators.collect_view()} {of_criterion(row, criterion.number)} }
    });
    let cells = cells.collect_view();
    view! {
        <tr class=(version > 0).then_some("fresh")>
            <th scope="row">
                <a href=address.table()>{row.unit.name.clone()}</a>
            </th>
            {cells} {sum(row)} {conditions(row)} <td class="text">{state_words(row)}</td>
            <td class="text">{seen(row, today)}</td>
        </tr>
    }
}

/// A criterion: its points, and under them how many of its indicators are at their maximum.
fn of_criterion(row: &Row, number: u8) -> impl IntoView + use<> {
    let figures = figures_of(row, number).map(|sum| {
        let at_max = format!("{}/{}", sum.at_max, sum.indicators);
        let points = sum.max.map(|_| sum.points.to_string());
        view! { {points} <small>{at_max}</small> }
    });
    let none = figures.is_none().then_some("–");
    view! { <td class="of-criterion">{figures} {none}</td> }
}

/// The total; with a star while it is not sent.
fn sum(row: &Row) -> impl IntoView + use<> {
    let draft = row.state.commune_writes();
    let star = if draft { "*" } else { "" };
    let total = row.summary.as_ref().map(|summary| format!("{}{star}", summary.total));
    let class = if total.is_some() { "sum" } else { "sum none" };
    view! { <td class=class>{total.unwrap_or_else(|| "–".to_owned())}</td> }
}

fn conditions(row: &Row) -> impl IntoView + use<> {
    let known = row.summary.as_ref().filter(|summary| !summary.conditions.is_empty());
    let chip = known.map(|summary| {
        let lost = summary.conditions.iter().any(|condition| condition.met == Some(false));
        let all = summary.conditions.iter().all(|condition| condition.met == Some(true));
        let class = match (lost, all) {
            (true, _) => "chip bad",
            (false, true) => "chip ok",
            (false, false) => "chip",
        };
        view! { <span class=class>{of_count(summary.met_count, summary.conditions.len())}</span> }
    });
    let none = chip.is_none().then_some("–");
    view! { <td>{chip} {none}</td> }
}

fn seen(row: &Row, today: Option<Date>) -> String {
    let time = row.last_seen_ms.and_then(|ms| when::local(ms / 1000));
    let ago = time.zip(today).map(|(time, today)| time.ago(today));
    ago.unwrap_or_else(|| "–".to_owned())
}
