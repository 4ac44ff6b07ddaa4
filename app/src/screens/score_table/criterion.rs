//! One criterion of the list: its points against its half, and its indicators.

use super::filters::Kept;
use super::row::Row;
use crate::parts::bar::bar;
use crate::parts::live::{bound, live};
use crate::screens::open::Shown;
use crate::screens::standing::{Standing, at_max_text, per_mille, sum_text};
use leptos::prelude::*;
use shared::criteria::Criterion;

/// A section of the list; hidden while no row of it is kept.
#[component]
pub fn CriterionSection(
    shown: Shown,
    criterion: &'static Criterion,
    rows: Vec<Memo<Row>>,
    kept: Kept,
) -> impl IntoView {
    let id = format!("tc-{}", criterion.number);
    let any = {
        let rows = rows.clone();
        Memo::new(move |_| rows.iter().any(|row| kept.keeps(&row.get())))
    };
    let handle = shown.handle;
    let number = criterion.number;
    let sum = Memo::new(move |_| {
        let snapshot = handle.snapshot.get()?;
        let sum = snapshot.summary.criteria.iter().find(|sum| sum.number == number)?;
        Some((sum_text(sum), Standing::of(sum), per_mille(sum), at_max_text(sum)))
    });
    let lines = rows.into_iter().map(|row| {
        let href = shown.address.indicator(&row.get_untracked().number);
        view! { <Line href row kept /> }
    });
    let lines = lines.collect_view();
    view! {
        <section class="criterion" aria-labelledby=id hidden=bound(move || !any.get())>
            <header>
                <h2 id=id.clone()>{format!("{} · {}", criterion.number, criterion.title)}</h2>
                {live(move || {
                    sum.get()
                        .map(|(text, standing, filled, at_max)| {
                            view! {
                                <span class="sum">{text}</span>
                                {bar(filled, standing.class())}
                                {at_max.map(|words| view! { <p class="under small">{words}</p> })}
                                {(standing == Standing::Missed)
                                    .then(|| view! { <p class="under bad-text">"Dưới 50% điểm tối đa"</p> })}
                            }
                        })
                })}
            </header>
            <ul class="indicators">{lines}</ul>
        </section>
    }
}

#[component]
fn Line(href: String, row: Memo<Row>, kept: Kept) -> impl IntoView {
    let start = row.get_untracked();
    let shown = move || row.with(|row| kept.keeps(row));
    let scored = move || row.with(|row| row.points != "–");
    view! {
        <li hidden=bound(move || !shown())>
            <a href=href id=format!("ct-{}", start.number)>
                <span class="no">{start.number.to_string()}</span>
                <span class="title">{start.title}</span>
                <span class=bound(move || if scored() { "score" } else { "score none" })>
                    {live(move || row.with(|row| row.points.clone()))} <small>{start.max}</small>
                </span>
                <span class="meta">
                    <span class=bound(move || row.with(|row| row.state.class()))>{live(move || row.with(|row| row.state.words()))}</span>
                    {live(move || row.with(|row| row.who.clone()))}
                </span>
            </a>
        </li>
    }
}
