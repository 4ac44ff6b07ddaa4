//! A dossier at a glance: total, forecast, days left, the criteria as bars. On the list of years and on the dossier.

use super::standing::{DaysLeft, Standing, days_left, forecast, per_mille, sum_text, total};
use crate::device::Device;
use crate::parts::bar::bar;
use crate::parts::live::live;
use crate::parts::when;
use leptos::prelude::*;
use shared::criteria::CriteriaSet;
use shared::scoring::Summary;
use shared::workflow;

/// Total and forecast, with what is left to score and the days to the deadline.
#[component]
pub fn Total(
    /// The figures; follows them.
    #[prop(into)]
    summary: Signal<Option<Summary>>,
    /// Where the conditions are: the forecast leads there.
    conditions: String,
    /// The days to the deadline, where one is known.
    left: Option<DaysLeft>,
) -> impl IntoView {
    let figures = Memo::new(move |_| summary.with(|summary| summary.as_ref().map(total)));
    let scored = Memo::new(move |_| summary.with(|summary| summary.as_ref().map(scored)));
    let counted = Memo::new(move |_| summary.with(|summary| summary.as_ref().and_then(forecast)));
    view! {
        <div class="total">
            <p class="points" aria-live="polite">
                {live(move || figures.get().map(|(points, of)| view! { {points} <small>{of}</small> }))}
            </p>
            <p class="facts">
                <span aria-live="polite">{live(move || scored.get())}</span>
                <span aria-live="polite">
                    {live(move || counted.get().map(|words| view! { <a href=conditions.clone()>{words}</a> }))}
                </span>
                {left
                    .map(|left| {
                        let class = left.class();
                        view! {
                            <span>
                                <strong class=class>{left.words}</strong>
                                {left.until}
                            </span>
                        }
                    })}
            </p>
        </div>
    }
}

/// `Còn 3 chỉ tiêu chưa chấm`.
fn scored(summary: &Summary) -> String {
    match summary.indicators.saturating_sub(summary.scored) {
        0 => "Đã chấm đủ".to_owned(),
        left => format!("Còn {left} chỉ tiêu chưa chấm"),
    }
}

/// The criteria as bars with their half marked.
#[component]
pub fn CriteriaBars(
    /// The figures; follows them.
    #[prop(into)]
    summary: Signal<Option<Summary>>,
) -> impl IntoView {
    let bars = Memo::new(move |_| {
        summary.with(|summary| {
            let criteria = summary.iter().flat_map(|summary| &summary.criteria);
            criteria
                .map(|sum| (sum.number, sum_text(sum), Standing::of(sum), per_mille(sum)))
                .collect::<Vec<_>>()
        })
    });
    let one = |(number, text, standing, filled): (u8, String, Standing, u32)| {
        let missed = standing == Standing::Missed;
        view! {
            <li class=if missed { "bad-text" } else { "" }>
                <span>
                    {format!("TC{number} ")} <b>{text}</b>
                    {missed.then(|| view! { <span class="unseen">" dưới 50%"</span> })}
                </span>
                {bar(filled, standing.class())}
            </li>
        }
    };
    view! {
        <ul class="criteria-bars" aria-label="Điểm theo tiêu chí">
            {live(move || bars.get().into_iter().map(one).collect_view())}
        </ul>
    }
}

/// The days to the commune's deadline under this set; `None` where no deadline is sourced.
pub fn deadline(device: Device, set: &CriteriaSet, year: u16) -> Option<DaysLeft> {
    let today = when::local(device.now_s())?.date;
    workflow::deadline(set, year).map(|last| days_left(today, last))
}
