//! The screen of the conditions: each with the figures behind it.

use super::declared::Heads;
use crate::parts::heading::Heading;
use crate::parts::live::live;
use crate::screens::open::{Shown, WithDossier};
use crate::screens::standing::{forecast, sum_text};
use leptos::prelude::*;
use shared::criteria::{ConditionRule, ConditionTest};
use shared::points::Points;
use shared::scoring::{Condition, CriterionSummary, Figures};

/// The words of this screen.
mod words {
    pub(super) const TITLE: &str = "Điều kiện công nhận";
    pub(super) const UNKNOWN: &str = "Chưa có văn bản nêu điều kiện công nhận của bộ tiêu chí này.";
    pub(super) const NEEDS: &str = "cần";
}

/// Điều kiện công nhận, of an own dossier or, to read, of a commune's.
#[component]
pub fn Conditions() -> impl IntoView {
    view! { <WithDossier screen=of_dossier /> }
}

fn of_dossier(shown: Shown) -> AnyView {
    let snapshot = shown.handle.snapshot;
    let counted = move || snapshot.get().and_then(|snapshot| forecast(&snapshot.summary));
    let rules = shown.set.conditions.iter().enumerate();
    let cards = rules
        .map(|(place, rule)| view! { <Card shown=shown.clone() place rule /> })
        .collect_view();
    view! {
        <div class="pad">
            <div class="head">
                <Heading tab=format!("{} · {}", words::TITLE, shown.name())>{words::TITLE}</Heading>
                <p class="small">
                    <a href=shown.address.table()>{shown.name()}</a>
                </p>
            </div>
            {shown.set.conditions.is_empty().then(|| view! { <p>{words::UNKNOWN}</p> })}
            <p class="forecast" aria-live="polite">
                {counted}
            </p>
            {cards}
        </div>
    }
    .into_any()
}

#[component]
fn Card(shown: Shown, place: usize, rule: &'static ConditionRule) -> impl IntoView {
    let snapshot = shown.handle.snapshot;
    let condition = Memo::new(move |_| snapshot.get()?.summary.conditions.get(place).cloned());
    let state = move || condition.with(|condition| condition.as_ref().map(chip));
    let id = format!("dk-{}", place + 1);
    let proof = match &rule.test {
        ConditionTest::EachCriterion { percent } => view! { <EachCriterion shown percent=*percent /> }.into_any(),
        ConditionTest::Declared { heads } => view! { <Heads shown heads=heads.as_slice() /> }.into_any(),
        _ => view! { <p aria-live="polite">{live(move || condition.with(|one| one.as_ref().and_then(figures)))}</p> }
            .into_any(),
    };
    view! {
        <section class="card" aria-labelledby=id>
            <div class="condition-head">
                <span class="no" aria-hidden="true">
                    {place + 1}
                </span>
                <h2 id=id.clone()>
                    <span class="unseen">{format!("Điều kiện {}: ", place + 1)}</span>
                    {rule.text.clone()}
                </h2>
                <span aria-live="polite">
                    {live(move || state().map(|(class, words)| view! { <span class=class>{words}</span> }))}
                </span>
            </div>
            {proof}
        </section>
    }
}

fn chip(condition: &Condition) -> (&'static str, &'static str) {
    let class = match condition.met {
        Some(true) => "chip ok",
        Some(false) => "chip bad",
        None => "chip warn",
    };
    (class, condition.state_text())
}

/// `Tổng điểm 95, cần từ 80`.
fn figures(condition: &Condition) -> Option<String> {
    match &condition.figures {
        Figures::Total { points, at_least } => {
            let needs = at_least.map(|at_least| format!(", {} từ {at_least}", words::NEEDS));
            Some(format!("Tổng điểm {points}{}", needs.unwrap_or_default()))
        }
        _ => None,
    }
}

/// Every criterion against its share.
#[component]
fn EachCriterion(shown: Shown, percent: u8) -> impl IntoView {
    let snapshot = shown.handle.snapshot;
    let row = move |sum: &CriterionSummary| {
        let max = sum.max?;
        let needs = Points::from_hundredths(max.hundredths() * i64::from(percent) / 100);
        let reached = sum.points.is_at_least_percent_of(percent, max);
        let (class, words) = match (reached, sum.scored == sum.indicators) {
            (true, _) => ("ok-text", "đạt"),
            (false, true) => ("bad-text", "chưa đạt"),
            (false, false) => ("warn-text", "chưa xong"),
        };
        Some(view! {
            <tr>
                <th scope="row">{format!("Tiêu chí {}", sum.number)}</th>
                <td class="num">{sum_text(sum)}</td>
                <td class="num">{format!("{} {needs}", words::NEEDS)}</td>
                <td class=class>{words}</td>
            </tr>
        })
    };
    view! {
        <table class="proof">
            <caption class="unseen">{format!("Từng tiêu chí so với {percent}% điểm tối đa")}</caption>
            <thead class="unseen">
                <tr>
                    <th scope="col">"Tiêu chí"</th>
                    <th scope="col">"Điểm"</th>
                    <th scope="col">"Mức cần"</th>
                    <th scope="col">"Kết quả"</th>
                </tr>
            </thead>
            <tbody>
                {live(move || {
                    snapshot.get().map(|snapshot| snapshot.summary.criteria.iter().map(row).collect_view())
                })}
            </tbody>
        </table>
    }
}
