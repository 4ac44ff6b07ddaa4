//! The figures above the board, and what its marks mean.

use super::order::Counts;
use crate::device::{BoardHandle, Device};
use crate::parts::live::live;
use crate::screens::glance::deadline;
use leptos::prelude::*;
use shared::criteria::{CriteriaSet, ESTIMATED_MARK};
use shared::scoring::of_count;

/// How the whole area stands.
#[component]
pub(super) fn KeyFigures(
    /// The device, for the date.
    device: Device,
    /// The board.
    board: BoardHandle,
    /// The assessment year.
    year: u16,
    /// The criteria set of the year.
    set: &'static CriteriaSet,
) -> impl IntoView {
    let counts = Memo::new(move |_| board.rows.with(|rows| rows.as_deref().map(Counts::of)));
    let conditions = set.conditions.len();
    let all_met = of_count(u32::try_from(conditions).unwrap_or_default(), conditions);
    let figure = |value: String, words: String, class: &'static str| {
        view! {
            <div>
                <dt>{words}</dt>
                <dd class=class>{value}</dd>
            </div>
        }
    };
    let left = deadline(device, set, year).map(|left| {
        let class = left.class();
        figure(left.words, left.until.trim().to_owned(), class)
    });
    view! {
        <dl class="figures">
            {live(move || {
                counts
                    .get()
                    .map(|counts| {
                        let bad = if counts.under_half > 0 { "bad-text" } else { "" };
                        let met = format!("đáp ứng {all_met} điều kiện");
                        view! {
                            {figure(format!("{}/{}", counts.finished, counts.all), "đã chấm đủ".to_owned(), "")}
                            {(conditions > 0).then(|| figure(counts.met.to_string(), met, ""))}
                            {figure(counts.under_half.to_string(), "dưới 50% một tiêu chí".to_owned(), bad)}
                        }
                    })
            })}
            {left}
        </dl>
    }
}

/// What the marks and colours mean.
#[component]
pub(super) fn Legend() -> impl IntoView {
    let one = |class: &'static str, sample: &'static str, words: &'static str| {
        view! {
            <span>
                <i class=class aria-hidden="true">
                    {sample}
                </i>
                {words}
            </span>
        }
    };
    view! {
        <p class="legend-line">
            {one("q4", "4", "điểm tối đa")} {one("q3", "3", "từ 75%")} {one("q2", "2", "từ 50%")}
            {one("q1", "1", "dưới 50%: đậm, gạch chân")} {one("", "1…", "chấm dở")} {one("", "1≠", "nhập khác nhau")}
            {one("", "5/6", "chỉ tiêu đạt điểm tối đa trong tiêu chí")} <span>"* tạm tính, chưa gửi"</span> <span>{ESTIMATED_MARK}</span>
        </p>
    }
}
