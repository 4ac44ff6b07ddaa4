//! The screen of one indicator.

use super::conflict::Conflicts;
use super::evidence::Evidence;
use super::explanation::Explanation;
use super::history::History;
use super::input::{SubItemCard, current_entry};
use super::no_case::WholeNoCase;
use super::walk::{Steps, Walk, listen};
use crate::address::Shows;
use crate::parts::heading::Heading;
use crate::parts::live::{bound, live};
use crate::parts::navigation::Navigation;
use crate::screens::not_found::NotFound;
use crate::screens::open::{Shown, WithDossier};
use crate::screens::score_table::row::{Row, RowState, max_text};
use crate::screens::score_table::side::SideList;
use leptos::prelude::*;
use shared::criteria::{ESTIMATED_MARK, Indicator, PARAPHRASE_MARK, Provenance, TitleStatus};
use shared::scoring::{Entry, WHOLE};

/// Chỉ tiêu, of an own dossier or, to read, of a commune's.
#[component]
pub fn IndicatorScreen() -> impl IntoView {
    view! { <WithDossier screen=of_dossier /> }
}

fn of_dossier(shown: Shown) -> AnyView {
    let number = expect_context::<Navigation>().shows(|shows| match shows {
        Shows::Indicator(_, number) => Some(number.clone()),
        _ => None,
    });
    live(
        move || match number.get().and_then(|number| shown.set.indicator(&number)) {
            Some(indicator) => view! { <One shown=shown.clone() indicator /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        },
    )
}

#[component]
fn One(shown: Shown, indicator: &'static Indicator) -> impl IntoView {
    let number = indicator.number.clone();
    let swipe = listen(&shown, &number);
    let whole = current_entry(&shown, indicator, WHOLE);
    let no_case = Memo::new(move |_| whole.get() == Some(Entry::NoCase));
    let parts = indicator
        .sub_items
        .iter()
        .map(|sub_item| view! { <SubItemCard shown=shown.clone() indicator sub_item /> });
    view! {
        <Walk shown=shown.clone() number=number.clone() />
        <div class="with-side">
            <SideList shown=shown.clone() number=number.clone() />
            <article class="pad indicator" {..swipe.listeners()}>
                <Lead shown=shown.clone() indicator />
                <div class="main-column">
                    <Conflicts shown=shown.clone() indicator />
                    <WholeNoCase shown=shown.clone() indicator />
                    <div class="parts" hidden=bound(move || no_case.get())>
                        {parts.collect_view()}
                    </div>
                    <Explanation shown=shown.clone() indicator />
                </div>
                <div class="side-column">
                    <Evidence indicator />
                    <History shown=shown.clone() indicator />
                </div>
                <Steps shown number />
            </article>
        </div>
    }
}

/// The title, and how the indicator stands.
#[component]
fn Lead(shown: Shown, indicator: &'static Indicator) -> impl IntoView {
    let handle = shown.handle;
    let row = Memo::new(move |_| {
        let entries = handle
            .indicator(&indicator.number)
            .map(|entries| entries.entries())
            .unwrap_or_default();
        Row::new(indicator, &entries, None)
    });
    let tab = format!("Chỉ tiêu {} · {}", indicator.number, shown.name());
    let estimated = indicator.points_status == Provenance::Estimated;
    let rephrased = indicator.title_status == TitleStatus::Paraphrase;
    view! {
        <header class="lead">
            <Heading tab=tab>
                <span class="unseen">{format!("Chỉ tiêu {}: ", indicator.number)}</span>
                {indicator.title.clone()}
            </Heading>
            <p class="standing">
                <span class="points num" aria-live="polite">
                    {live(move || row.with(|row| row.points.clone()))}
                    <small>{max_text(indicator)}</small>
                </span>
                <StateChip state=Signal::derive(move || row.with(|row| row.state)) />
            </p>
            {estimated.then(|| view! { <p class="small">{format!("* {ESTIMATED_MARK}")}</p> })}
            {rephrased.then(|| view! { <p class="small">{PARAPHRASE_MARK}</p> })}
        </header>
    }
}

/// How an indicator stands, in a word.
#[component]
pub fn StateChip(state: Signal<RowState>) -> impl IntoView {
    view! { <span class=bound(move || state.get().class())>{live(move || state.get().words())}</span> }
}
