//! The screen of the board.

use super::figures::{KeyFigures, Legend};
use super::keys;
use super::order::{Filter, Line, Order, arranged, lines};
use super::table::HeatTable;
use super::tools::Tools;
use crate::device::Device;
use crate::parts::heading::Heading;
use crate::parts::live::{bound, live};
use crate::parts::navigation::Navigation;
use crate::parts::when;
use crate::screens::years::newest_first;
use leptos::{html, prelude::*};
use shared::criteria::{self, CriteriaSet};
use shared::id::SetId;
use shared::vi;

/// The words of this screen.
mod words {
    pub(super) const NONE: &str = "Không có đơn vị nào như vậy. Xóa chữ tìm kiếm hoặc chọn “Tất cả”.";
    pub(super) const LOADING: &str = "Đang tải bảng…";
    pub(super) const SUSPENDED: &str = "Năm này tạm dừng, không đánh giá.";
}

/// Bảng địa bàn of the year in the address (`?nam=2024`), else of the one looked at last, else of the newest.
#[component]
pub fn Board() -> impl IntoView {
    let device = expect_context::<Device>();
    let years: Vec<(u16, Option<SetId>)> = device.session.with_untracked(|session| {
        let years = session.iter().flat_map(newest_first);
        years.map(|year| (year.year, year.set)).collect()
    });
    let last = last_year().filter(|last| years.iter().any(|(year, _)| year == last));
    let newest = years
        .iter()
        .filter(|(_, set)| set.is_some())
        .map(|(year, _)| *year)
        .max();
    let navigation = expect_context::<Navigation>();
    let year = Memo::new(move |_| {
        let asked = navigation.query("nam").and_then(|year| year.parse().ok());
        asked.or(last).or(newest)
    });
    Effect::new(move || {
        if let Some(year) = year.get() {
            keep_year(year);
        }
    });
    let unit = device.session.with_untracked(|session| {
        let unit = session.as_ref().and_then(|account| account.unit.clone());
        unit.map(|unit| format!("{} {}", vi::capitalised(&unit.kind), unit.name))
            .unwrap_or_default()
    });
    let tab = {
        let unit = unit.clone();
        Signal::derive(move || format!("Bảng địa bàn · {unit} {}", year.get().unwrap_or_default()))
    };
    let tabs = years.iter().map(|(one, _)| {
        let one = *one;
        view! {
            <a
                class="filter"
                href=format!("/ra-soat?nam={one}")
                aria-current=bound(move || (year.get() == Some(one)).then_some("page"))
            >
                {one}
            </a>
        }
    });
    let tabs = tabs.collect_view();
    let set = move |year: u16| {
        let of_year = years.iter().find(|(one, _)| *one == year);
        of_year.and_then(|(_, set)| criteria::set(set.as_ref()?))
    };
    let board = move || {
        let year = year.get()?;
        Some(match set(year) {
            Some(set) => view! { <OfYear device year set /> }.into_any(),
            None => view! { <p>{words::SUSPENDED}</p> }.into_any(),
        })
    };
    view! {
        <div class="pad board">
            <div class="head">
                <Heading tab>{unit} {live(move || year.get().map(|year| format!(" · {year}")))}</Heading>
                <nav class="filters" aria-label="Năm đánh giá">
                    {tabs}
                </nav>
            </div>
            {board}
        </div>
    }
}

/// Where this browser keeps the year looked at last.
const LAST_YEAR: &str = "tcpl-nam";

fn last_year() -> Option<u16> {
    let storage = window().local_storage().ok()??;
    storage.get_item(LAST_YEAR).ok()??.parse().ok()
}

fn keep_year(year: u16) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Where nothing may be stored the newest year is shown next time.
        let _ = storage.set_item(LAST_YEAR, &year.to_string());
    }
}

#[component]
fn OfYear(device: Device, year: u16, set: &'static CriteriaSet) -> impl IntoView {
    let board = device.board(year);
    let all = Memo::new(move |before: Option<&Vec<Line>>| {
        let before = before.map(Vec::as_slice).unwrap_or_default();
        board
            .rows
            .with(|rows| lines(before, rows.as_deref().unwrap_or_default()))
    });
    let order = RwSignal::new(Order::default());
    let filter = RwSignal::new(Filter::default());
    let search = RwSignal::new(String::new());
    let shown = Memo::new(move |_| all.with(|all| arranged(all, &order.read(), filter.get(), &search.read())));
    let body = NodeRef::<html::Tbody>::new();
    let input = NodeRef::<html::Input>::new();
    keys::listen(body, input);
    let today = when::local(device.now_s()).map(|now| now.date);
    let loaded = Memo::new(move |_| board.rows.with(Option::is_some));
    let nothing = move || loaded.get() && shown.with(Vec::is_empty);
    view! {
        <KeyFigures device board year set />
        <Tools board filter search input />
        <p role="status">
            {live(move || board.problem.get())} {live(move || (!loaded.get()).then_some(words::LOADING))}
            {live(move || nothing().then_some(words::NONE))}
        </p>
        <HeatTable set year lines=shown order today body />
        <Legend />
    }
}
