//! Hồ sơ: the years of my commune, how each stands, what is missing.

use super::glance::{CriteriaBars, Total, deadline};
use super::standing::{Missing, Where, is_ready, missing};
use super::years::{is_begun, newest_first};
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
    pub(super) const OTHERS: &str = "Năm khác";
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
        let years = device.session.with(|session| session.as_ref().map(newest_first));
        years.unwrap_or_default()
    });
    let begun = Memo::new(move |_| {
        let of = |year: &ServerYear| year.set.is_some() && is_begun(device.dossier(year.year).snapshot) == Some(true);
        years.with(|years| years.iter().filter(|year| of(year)).cloned().collect::<Vec<_>>())
    });
    let others = Memo::new(move |_| {
        let rest = |years: &Vec<ServerYear>| {
            years
                .iter()
                .filter(|year| !begun.read().contains(year))
                .cloned()
                .collect()
        };
        years.with(|years| -> Vec<ServerYear> { rest(years) })
    });
    let card = move |year: &ServerYear| {
        let set = criteria::set(year.set.as_ref()?)?;
        Some(view! { <BegunYear device year=year.year set /> })
    };
    let name = format!("{} {}", unit.kind, unit.name);
    view! {
        <div class="pad">
            <div class="head">
                <Heading tab=format!("{} · {name}", words::TITLE)>{words::TITLE}</Heading>
                <p class="small">{name}</p>
            </div>
            <div class="years">{move || begun.with(|years| years.iter().map(card).collect_view())}</div>
            <p hidden=move || !begun.with(Vec::is_empty) || years.with(Vec::is_empty)>{words::NONE_BEGUN}</p>
            <p hidden=move || !years.with(Vec::is_empty)>{words::NO_YEARS}</p>
            <section class="card" aria-labelledby="nam-khac" hidden=move || others.with(Vec::is_empty)>
                <h2 id="nam-khac">{words::OTHERS}</h2>
                <ul class="other-years">
                    {move || others.with(|years| years.iter().map(other_year).collect_view())}
                </ul>
            </section>
        </div>
    }
}

/// A year without a dossier on this machine.
fn other_year(year: &ServerYear) -> impl IntoView + use<> {
    let number = year.year;
    let (about, way) = match year.set.as_ref().and_then(criteria::set) {
        Some(set) => {
            let href = DossierAddress::Own { year: number }.table();
            let begin = view! {
                <a class="btn" href=href>
                    {words::BEGIN}
                    <span class="unseen">{format!(" năm {number}")}</span>
                </a>
            };
            (set.short_name.as_str(), Some(begin))
        }
        None => (words::SUSPENDED, None),
    };
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
fn BegunYear(device: Device, year: u16, set: &'static CriteriaSet) -> impl IntoView {
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
            <p class="ok-text" hidden=move || !ready.get()>
                {words::READY}
            </p>
            <a class="btn main" href=address.table()>
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
