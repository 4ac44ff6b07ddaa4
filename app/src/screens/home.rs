//! Hồ sơ: the years of my commune, how each stands, what is missing.

use super::glance::{CriteriaBars, Total, deadline};
use super::standing::{Missing, Where, forecast, is_ready, missing, total};
use super::year_list::YearList;
use super::years::{is_begun, newest_first};
use crate::address::DossierAddress;
use crate::device::{AccountUnit, Device, ServerYear};
use crate::parts::heading::Heading;
use crate::parts::live::{bound, live};
use crate::parts::navigation::{Going, Navigation};
use leptos::prelude::*;
use shared::criteria::{self, CriteriaSet};
use shared::workflow::Status;

/// The words of this screen.
mod words {
    pub(super) const TITLE: &str = "Hồ sơ";
    pub(super) const OTHERS: &str = "Năm khác";
    pub(super) const OLDER: &str = "Các năm trước";
    pub(super) const SUSPENDED: &str = "Tạm dừng, không đánh giá";
    pub(super) const READY: &str = "Đã chấm đủ và đáp ứng các điều kiện.";
    pub(super) const OPEN: &str = "Mở hồ sơ";
    pub(super) const BEGIN: &str = "Bắt đầu";
    pub(super) const NONE_BEGUN: &str =
        "Chưa có hồ sơ nào trên máy này. Chọn một năm dưới đây để bắt đầu; không có mạng cũng bắt đầu được.";
    pub(super) const NO_YEARS: &str = "Chưa có năm đánh giá nào được mở. Khi có mạng, danh sách năm sẽ tự hiện ở đây.";
    pub(super) const NO_UNIT: &str = "Tài khoản quản trị không mở hồ sơ của xã.";
}

/// The screen. Reviewers have their board instead.
#[component]
pub fn Home() -> impl IntoView {
    let device = expect_context::<Device>();
    let unit = device
        .session
        .with_untracked(|session| session.as_ref().and_then(|account| account.unit.clone()));
    match unit {
        Some(unit) if unit.level == "commune" => view! { <Years device unit /> }.into_any(),
        Some(_) => {
            let navigation = expect_context::<Navigation>();
            // Not while this screen is being built.
            request_animation_frame(move || navigation.go("/ra-soat", Going::Instead));
            ().into_any()
        }
        None => view! {
            <div class="pad">
                <Heading tab=words::TITLE.to_owned()>{words::TITLE}</Heading>
                <p>{words::NO_UNIT}</p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Years(device: Device, unit: AccountUnit) -> impl IntoView {
    let years = Memo::new(move |_| {
        let years = device.session.with(|session| session.as_ref().map(newest_first));
        years.unwrap_or_default()
    });
    let list = Memo::new(move |_| {
        let begun =
            |year: &ServerYear| year.set.is_some() && is_begun(device.dossier(year.year).snapshot) == Some(true);
        years.with(|years| YearList::of(years, begun))
    });
    let cards = move || {
        let cards = list.with(|list| list.cards.clone()).into_iter().enumerate();
        let card = |(place, year): (usize, ServerYear)| {
            let set = criteria::set(year.set.as_ref()?)?;
            Some(view! { <BegunYear device year=year.year set newest=place == 0 /> })
        };
        cards.map(card).collect_view()
    };
    let none_begun = move || list.with(|list| list.cards.is_empty());
    let lines = Memo::new(move |_| list.with(|list| list.lines.clone()));
    let older = Memo::new(move |_| list.with(|list| list.older.clone()));
    let lines_of = move |years: Memo<Vec<ServerYear>>| {
        move || {
            let years = years.get().into_iter();
            years.map(|year| view! { <OtherYear device year /> }).collect_view()
        }
    };
    let name = format!("{} {}", unit.kind, unit.name);
    view! {
        <div class="pad">
            <div class="head">
                <Heading tab=format!("{} · {name}", words::TITLE)>{words::TITLE}</Heading>
                <p class="small">{name}</p>
            </div>
            <div class="years">{cards}</div>
            <p hidden=bound(move || !none_begun() || years.with(Vec::is_empty))>{words::NONE_BEGUN}</p>
            <p hidden=bound(move || !years.with(Vec::is_empty))>{words::NO_YEARS}</p>
            <section class="card" aria-labelledby="nam-khac" hidden=bound(move || lines.with(Vec::is_empty))>
                <h2 id="nam-khac">{words::OTHERS}</h2>
                <ul class="other-years">{lines_of(lines)}</ul>
            </section>
            <details class="card" hidden=bound(move || older.with(Vec::is_empty))>
                <summary>{words::OLDER}</summary>
                <ul class="other-years">{lines_of(older)}</ul>
            </details>
        </div>
    }
}

/// A year as a line: how its dossier stands, or what it would be assessed by.
#[component]
fn OtherYear(device: Device, year: ServerYear) -> impl IntoView {
    let number = year.year;
    let set = year.set.as_ref().and_then(criteria::set);
    let dossier = set.map(|_| device.dossier(number).snapshot);
    let begun = Memo::new(move |_| dossier.is_some_and(|dossier| is_begun(dossier) == Some(true)));
    let about = move || match (set, dossier.and_then(|dossier| dossier.get())) {
        (Some(_), Some(snapshot)) if begun.get() => {
            let (points, of) = total(&snapshot.summary);
            [Some(format!("{points}{of}")), forecast(&snapshot.summary)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · ")
        }
        (Some(set), _) => set.short_name.clone(),
        (None, _) => words::SUSPENDED.to_owned(),
    };
    let way = set.map(|_| {
        view! {
            <a class="btn" href=DossierAddress::Own { year: number }.table()>
                {live(move || if begun.get() { words::OPEN } else { words::BEGIN })}
                <span class="unseen">{format!(" năm {number}")}</span>
            </a>
        }
    });
    view! {
        <li>
            <span>
                <b>{format!("Năm {number}")}</b>
                <span class="small">{about}</span>
            </span>
            {way}
        </li>
    }
}

#[component]
fn BegunYear(device: Device, year: u16, set: &'static CriteriaSet, newest: bool) -> impl IntoView {
    let handle = device.dossier(year);
    let address = DossierAddress::Own { year };
    let summary = Signal::derive(move || handle.snapshot.get().map(|snapshot| snapshot.summary.clone()));
    let gaps = Memo::new(move |_| summary.with(|summary| summary.as_ref().map(missing).unwrap_or_default()));
    let ready = Memo::new(move |_| summary.with(|summary| summary.as_ref().is_some_and(is_ready)));
    let left = deadline(device, set, year);
    let id = format!("nam-{year}");
    view! {
        <section class="card" aria-labelledby=id>
            <div class="head">
                <h2 id=id.clone()>{format!("Năm {year}")}</h2>
                <span class="chip">{Status::default().label()}</span>
            </div>
            <Total summary conditions=address.conditions() left />
            <CriteriaBars summary />
            <Gaps address=address.clone() gaps />
            <p class="ok-text" hidden=bound(move || !ready.get())>
                {words::READY}
            </p>
            <a class=if newest { "btn main" } else { "btn" } href=address.table()>
                {words::OPEN}
                <span class="unseen">{format!(" năm {year}")}</span>
            </a>
        </section>
    }
}

/// What is missing, each with the way to where it is put right.
#[component]
fn Gaps(address: DossierAddress, gaps: Memo<Vec<Missing>>) -> impl IntoView {
    let href = move |place: Where| match place {
        Where::Open => format!("{}?loc=chua-cham", address.table()),
        Where::Conflicts => format!("{}?loc=khac-nhau", address.table()),
        Where::Conditions => address.conditions(),
    };
    let list = move || {
        let gaps = gaps.get().into_iter();
        gaps.map(|gap| view! { <li><a href=href(gap.place)>{gap.words}</a></li> })
            .collect_view()
    };
    view! { <ul class="missing">{list}</ul> }
}
