//! The screen of the list.

use super::criterion::CriterionSection;
use super::filters::{Filters, Kept};
use super::head::DossierHead;
use super::row::{Filter, Row};
use crate::parts::navigation::Navigation;
use crate::screens::open::{Shown, WithDossier};
use crate::screens::people::short_name;
use leptos::prelude::*;
use shared::criteria::{ESTIMATED_MARK, Indicator, Provenance};
use shared::scoring::Entry;
use shared::sorted::SortedSet;

/// Bảng chỉ tiêu, of an own dossier or, to read, of a commune's.
#[component]
pub fn ScoreTable() -> impl IntoView {
    view! { <WithDossier screen=of_dossier /> }
}

/// The row of an indicator, followed.
pub fn row_of(shown: &Shown, indicator: &'static Indicator) -> Memo<Row> {
    let handle = shown.handle;
    Memo::new(move |_| {
        let read = handle.indicator(&indicator.number).unwrap_or_default();
        let snapshot = handle.snapshot.get();
        let set = read
            .registers
            .values()
            .filter(|register| register.current.value != Entry::Cleared);
        let writers: SortedSet<_> = set.map(|register| register.current.author).collect();
        let names = snapshot.map(|snapshot| {
            writers
                .iter()
                .map(|who| short_name(*who, &snapshot.people))
                .collect::<Vec<_>>()
        });
        let who = names.filter(|names| !names.is_empty()).map(|names| names.join(", "));
        Row::new(indicator, &read.entries(), who)
    })
}

fn of_dossier(shown: Shown) -> AnyView {
    let navigation = expect_context::<Navigation>();
    let filter = Memo::new(move |_| Filter::from_address(navigation.query("loc").as_deref()));
    let search = RwSignal::new(String::new());
    let rows: Vec<Memo<Row>> = shown
        .set
        .indicators()
        .map(|indicator| row_of(&shown, indicator))
        .collect();
    let kept = Kept { filter, search };
    let estimated = shown
        .set
        .indicators()
        .any(|indicator| indicator.points_status == Provenance::Estimated);
    let none_left = {
        let rows = rows.clone();
        Memo::new(move |_| !rows.iter().any(|row| kept.keeps(&row.get())))
    };
    let mut next = rows.iter().copied();
    let sections = shown.set.criteria.iter().map(|criterion| {
        let own: Vec<Memo<Row>> = next.by_ref().take(criterion.indicators.len()).collect();
        view! { <CriterionSection shown=shown.clone() criterion rows=own kept /> }
    });
    let sections = sections.collect_view();
    view! {
        <DossierHead shown=shown.clone() />
        <Filters shown=shown.clone() rows kept />
        {sections}
        <Show when=move || none_left.get()>
            <p class="foot-note" role="status">
                "Không có chỉ tiêu nào như vậy. Chọn “Tất cả” hoặc xóa chữ tìm kiếm để xem lại danh sách."
            </p>
        </Show>
        {estimated.then(|| view! { <p class="foot-note">{format!("* {ESTIMATED_MARK}")}</p> })}
    }
    .into_any()
}
