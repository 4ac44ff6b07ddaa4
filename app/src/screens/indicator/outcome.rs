//! What an entry comes to, and why: the points, the rule in words, the tier that applied.

use crate::parts::live::{bound, live};
use leptos::prelude::*;
use shared::criteria::{ESTIMATED_MARK, Provenance, Rule, SubItem, THRESHOLD_MARK, Tier};
use shared::scoring::{Entry, Scored, Why, score_sub_item};

/// The words of this part.
mod words {
    pub(super) const UNIT: &str = "điểm";
    pub(super) const REASON_MISSING: &str = "Thiếu lý do: hãy ghi vì sao chấm mức điểm này.";
    pub(super) const UNKNOWN_TIER: &str = "chưa đối chiếu";
    pub(super) const TIERS: &str = "Các mức điểm";
    pub(super) const NOT_YET: &str = "Chưa chấm";
}

/// The result under an input; it is said again whenever it changes.
#[component]
pub fn Outcome(
    /// The sub-item.
    sub_item: &'static SubItem,
    /// What is entered, or being typed.
    #[prop(into)]
    entry: Signal<Option<Entry>>,
    /// Whether the screen says already that the points are estimated.
    marked: bool,
) -> impl IntoView {
    let scored = Memo::new(move |_| entry.get().map(|entry| Score::of(sub_item, &entry, marked)));
    let tiers = match &sub_item.rule {
        Rule::Tiers { tiers, .. } if !tiers.is_empty() => Some(tiers.as_slice()),
        _ => None,
    };
    view! {
        <div class="result">
            <p class="why" aria-live="polite">
                {live(move || scored.with(|scored| scored.as_ref().map_or(words::NOT_YET.to_owned(), |s| s.why.clone())))}
            </p>
            <p class="points">
                {live(move || {
                    let text = scored.with(|scored| scored.as_ref().and_then(|s| s.points.clone()));
                    let star = sub_item.status == Provenance::Estimated;
                    text.map(|text| view! { {text} " " <small>{words::UNIT}{star.then_some("*")}</small> })
                })}
            </p>
        </div>
        {tiers.map(|tiers| view! { <Tiers tiers scored /> })}
        <p class="marks" aria-live="polite">
            {live(move || scored.with(|scored| scored.as_ref().map(|s| s.marks.join(" · "))))}
        </p>
    }
}

/// A result, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Score {
    points: Option<String>,
    why: String,
    /// The lower end of the tier that applied, in hundredths of a percent.
    tier: Option<u16>,
    outside: bool,
    marks: Vec<&'static str>,
}

impl Score {
    fn of(sub_item: &SubItem, entry: &Entry, marked: bool) -> Self {
        let scored: Scored = score_sub_item(sub_item, entry);
        let mut marks = Vec::new();
        if scored.marks.reason_missing {
            marks.push(words::REASON_MISSING);
        }
        if scored.marks.estimated && !marked {
            marks.push(if scored.points.is_some() {
                ESTIMATED_MARK
            } else {
                THRESHOLD_MARK
            });
        }
        Self {
            points: scored.points.map(|points| points.to_string()),
            why: scored.why.text(),
            tier: match scored.why {
                Why::Tier { from, .. } => Some(from.hundredths()),
                _ => None,
            },
            outside: scored.marks.outside_tiers,
            marks,
        }
    }
}

/// The tier table, with the tier that applied marked by colour, weight and a word for screen readers.
#[component]
fn Tiers(tiers: &'static [Tier], scored: Memo<Option<Score>>) -> impl IntoView {
    let rows = tiers.iter().map(|tier| {
        let from = tier.from.hundredths();
        let on = Memo::new(move |_| scored.with(|scored| scored.as_ref().is_some_and(|s| s.tier == Some(from))));
        row(label(tier), tier.points.to_string(), on)
    });
    let open_end = tiers.last().and_then(|tier| tier.below);
    let outside = Memo::new(move |_| scored.with(|scored| scored.as_ref().is_some_and(|s| s.outside)));
    view! {
        <table class="tiers">
            <caption class="unseen">{words::TIERS}</caption>
            <tbody>
                {rows.collect_view()}
                {open_end
                    .map(|from| {
                        view! {
                            <tr class=bound(move || if outside.get() { "on open" } else { "" })>
                                <th scope="row" colspan="2">
                                    {format!("Từ {from} trở lên: {}", words::UNKNOWN_TIER)} {applied(outside)}
                                </th>
                            </tr>
                        }
                    })}
            </tbody>
        </table>
    }
}

fn label(tier: &Tier) -> String {
    match (tier.from.hundredths(), tier.below) {
        (0, Some(below)) => format!("Dưới {below}"),
        (_, Some(below)) => format!("Từ {} đến dưới {below}", tier.from),
        (_, None) => format!("Từ {} trở lên", tier.from),
    }
}

fn row(label: String, points: String, on: Memo<bool>) -> impl IntoView {
    view! {
        <tr class=bound(move || if on.get() { "on" } else { "" })>
            <th scope="row">{label} {applied(on)}</th>
            <td class="num">{points}</td>
        </tr>
    }
}

/// Says of the tier that applied what its colour says.
fn applied(on: Memo<bool>) -> impl IntoView {
    view! { <span class="unseen">{live(move || on.get().then_some(" (mức đang áp dụng)"))}</span> }
}
