//! Hồ sơ: the years of my commune, how each stands, what is missing.

use super::glance::{CriteriaBars, Total, deadline};
use super::standing::{Missing, Where, is_ready, missing};
use crate::address::DossierAddress;
use crate::device::{AccountUnit, Device, ServerYear};
use crate::parts::heading::Heading;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use shared::criteria::{self, CriteriaSet};
use shared::workflow::Status;

/// The words of this screen.
mod words {
    pub(super) const TITLE: &str = "Hồ sơ";
    pub(super) const SUSPENDED: &str = "Tạm dừng, không đánh giá";
    pub(super) const NOT_STARTED: &str = "Chưa bắt đầu";
    pub(super) const READY: &str = "Đã chấm đủ và đáp ứng các điều kiện.";
    pub(super) const OPEN: &str = "Mở hồ sơ";
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
        Some(_) => view! { <Redirect path="/ra-soat" /> }.into_any(),
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
        let mut years = device
            .session
            .with(|session| session.as_ref().map(|account| account.years.clone()))
            .unwrap_or_default();
        years.sort_by_key(|year| core::cmp::Reverse(year.year));
        years
    });
    let name = format!("{} {}", unit.kind, unit.name);
    view! {
        <div class="pad">
            <div class="head">
                <Heading tab=format!("{} · {name}", words::TITLE)>{words::TITLE}</Heading>
                <p class="small">{name}</p>
            </div>
            <div class="years">
                {move || years.get().into_iter().map(|year| view! { <Year device year /> }).collect_view()}
            </div>
            <Show when=move || years.with(Vec::is_empty)>
                <p>{words::NO_YEARS}</p>
            </Show>
        </div>
    }
}

#[component]
fn Year(device: Device, year: ServerYear) -> impl IntoView {
    let set = year.set.as_ref().and_then(criteria::set);
    match set {
        Some(set) => view! { <OpenYear device year=year.year set /> }.into_any(),
        None => view! {
            <section class="card quiet">
                <div class="head">
                    <h2>{format!("Năm {}", year.year)}</h2>
                    <span class="chip">{words::SUSPENDED}</span>
                </div>
            </section>
        }
        .into_any(),
    }
}

#[component]
fn OpenYear(device: Device, year: u16, set: &'static CriteriaSet) -> impl IntoView {
    let handle = device.dossier(year);
    let address = DossierAddress::Own { year };
    let summary = Signal::derive(move || handle.snapshot.get().map(|snapshot| snapshot.summary.clone()));
    let started = Memo::new(move |_| {
        handle
            .snapshot
            .with(|snapshot| snapshot.as_ref().map(|snapshot| !snapshot.people.is_empty()))
    });
    let list = Memo::new(move |_| summary.with(|summary| summary.as_ref().map(missing).unwrap_or_default()));
    let ready = Memo::new(move |_| summary.with(|summary| summary.as_ref().is_some_and(is_ready)));
    let left = deadline(device, set, year);
    let (table, start) = (address.table(), address.table());
    view! {
        <section class="card" aria-labelledby=format!("nam-{year}")>
            <div class="head">
                <h2 id=format!("nam-{year}")>
                    <a href=address.table()>{format!("Năm {year}")}</a>
                </h2>
                <span class="chip">
                    {move || match started.get() {
                        Some(true) => Status::default().label(),
                        Some(false) => words::NOT_STARTED.to_owned(),
                        None => "…".to_owned(),
                    }}
                </span>
            </div>
            <Show
                when=move || started.get() != Some(false)
                fallback=move || {
                    view! {
                        <p class="small">{set.short_name.clone()}</p>
                        <a class="btn main" href=start.clone()>
                            {format!("Bắt đầu năm {year}")}
                        </a>
                    }
                }
            >
                <Total summary left=left.clone() />
                <CriteriaBars summary />
                <Gaps address=address.clone() list />
                <Show when=move || ready.get()>
                    <p class="ok-text">{words::READY}</p>
                </Show>
                <a class="btn" href=table.clone()>
                    {words::OPEN}
                    <span class="unseen">{format!(" năm {year}")}</span>
                </a>
            </Show>
        </section>
    }
}

/// What is missing, each with the way to where it is put right.
#[component]
fn Gaps(address: DossierAddress, list: Memo<Vec<Missing>>) -> impl IntoView {
    let href = move |place: Where| match place {
        Where::Open => format!("{}?loc=chua-cham", address.table()),
        Where::Conflicts => format!("{}?loc=khac-nhau", address.table()),
        Where::Conditions => address.conditions(),
    };
    view! {
        <ul class="missing">
            {move || {
                list.get()
                    .into_iter()
                    .map(|gap| view! { <li><a href=href(gap.place)>{gap.words}</a></li> })
                    .collect_view()
            }}
        </ul>
    }
}
