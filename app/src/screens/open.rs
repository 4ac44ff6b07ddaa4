//! Opening the dossier an address names, own or a commune's, and what every screen of it needs.

use crate::address::DossierAddress;
use crate::device::{BoardRow, Device, DossierHandle, Opening, Snapshot};
use crate::parts::heading::Heading;
use crate::parts::live::live;
use crate::parts::navigation::Navigation;
use leptos::prelude::*;
use shared::criteria::{self, CriteriaSet};
use shared::dossier::{DocumentKind, Identity};
use std::sync::Arc;

/// A dossier on the screen.
#[derive(Clone)]
pub struct Shown {
    /// Where its screens are.
    pub address: DossierAddress,
    /// The device's handle.
    pub handle: DossierHandle,
    /// The criteria set it is scored by.
    pub set: &'static CriteriaSet,
    /// `Thượng Cát`.
    pub unit_name: String,
    /// `phường`.
    pub unit_kind: String,
}

impl Shown {
    /// What stands in the dossier now; follows every change.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.handle.snapshot.get()
    }

    /// `Thượng Cát · 2024`.
    pub fn name(&self) -> String {
        format!("{} · {}", self.unit_name, self.address.year())
    }

    /// Whether this account writes here.
    pub fn can_write(&self) -> bool {
        self.handle.can_write()
    }
}

/// The dossier of the address, or why it cannot be shown.
#[component]
pub fn WithDossier(
    /// The screen of an open dossier.
    screen: fn(Shown) -> AnyView,
) -> impl IntoView {
    let device = expect_context::<Device>();
    let address = expect_context::<Navigation>().shows(|shows| shows.dossier().cloned());
    live(move || match address.get() {
        Some(address @ DossierAddress::Own { .. }) => own(device, address, screen),
        Some(address @ DossierAddress::Of { .. }) => view! { <OfCommune device address screen /> }.into_any(),
        None => view! { <Unknown /> }.into_any(),
    })
}

fn own(device: Device, address: DossierAddress, screen: fn(Shown) -> AnyView) -> AnyView {
    let year = address.year();
    let unit = device
        .session
        .with_untracked(|session| session.as_ref().and_then(|account| account.unit.clone()));
    match (unit, set_of(device, year)) {
        (Some(unit), Some(set)) => {
            let shown = Shown {
                address,
                handle: device.dossier(year),
                set,
                unit_name: unit.name,
                unit_kind: unit.kind,
            };
            view! { <Opened shown screen /> }.into_any()
        }
        _ => view! { <NoYear year /> }.into_any(),
    }
}

/// The set the server said for a year, or the one the year has without any setting.
fn set_of(device: Device, year: u16) -> Option<&'static CriteriaSet> {
    let said = device.session.with_untracked(|session| {
        let years = &session.as_ref()?.years;
        years
            .iter()
            .find(|open| open.year == year)
            .and_then(|open| open.set.clone())
    });
    criteria::set(&said?)
}

/// A commune's dossier: the board knows the communes, and keeps them for offline.
#[component]
fn OfCommune(device: Device, address: DossierAddress, screen: fn(Shown) -> AnyView) -> impl IntoView {
    let year = address.year();
    let board = device.board(year);
    let DossierAddress::Of { commune, .. } = address.clone() else {
        return ().into_any();
    };
    let row = Memo::new(move |_| {
        board.rows.with(|rows| {
            rows.as_ref()
                .map(|rows| rows.iter().find(|row| names(row, &commune)).cloned())
        })
    });
    let unit = Memo::new(move |_| row.get().map(|found| found.map(|row| row.unit)));
    live(move || match (unit.get(), set_of(device, year)) {
        (None, _) => view! { <Waiting problem=board.problem /> }.into_any(),
        (Some(Some(unit)), Some(set)) => {
            let identity = Identity {
                unit: unit.code.clone(),
                year,
                set: set.id.clone(),
                kind: DocumentKind::Dossier,
            };
            let shown = Shown {
                address: address.clone(),
                handle: device.dossier_of(identity),
                set,
                unit_name: unit.name,
                unit_kind: unit.kind,
            };
            view! { <Opened shown screen /> }.into_any()
        }
        (Some(None), _) => view! { <Unknown /> }.into_any(),
        (Some(Some(_)), None) => view! { <NoYear year /> }.into_any(),
    })
}

/// Whether an address names this commune: by its code or by the last part of its path.
fn names(row: &BoardRow, commune: &str) -> bool {
    row.unit.code.as_str() == commune || row.unit.path.rsplit('/').next() == Some(commune)
}

#[component]
fn Opened(shown: Shown, screen: fn(Shown) -> AnyView) -> impl IntoView {
    let state = shown.handle.state;
    let ready = Memo::new(move |_| state.get());
    live(move || match ready.get() {
        Opening::Ready => screen(shown.clone()),
        Opening::Reading => said(shown.name(), "Đang mở hồ sơ trên máy…".to_owned()),
        Opening::NoYear => view! { <NoYear year=shown.address.year() /> }.into_any(),
        Opening::NotHere => said(
            shown.name(),
            "Hồ sơ này chưa có trên máy. Khi có mạng, hồ sơ sẽ tự mở ra ở đây.".to_owned(),
        ),
        Opening::Problem(problem) => said(shown.name(), problem),
    })
}

fn said(title: String, words: String) -> AnyView {
    view! {
        <div class="pad">
            <Heading tab=title.clone()>{title}</Heading>
            <p role="status">{words}</p>
        </div>
    }
    .into_any()
}

#[component]
fn Waiting(problem: RwSignal<Option<String>>) -> impl IntoView {
    view! {
        <div class="pad">
            <Heading tab="Hồ sơ".to_owned()>"Hồ sơ"</Heading>
            <p role="status">
                {live(move || problem.get().unwrap_or_else(|| "Đang tìm hồ sơ…".to_owned()))}
            </p>
        </div>
    }
}

#[component]
fn NoYear(year: u16) -> impl IntoView {
    let words = if year == 2025 {
        "Năm 2025 tạm dừng, không đánh giá. Nơi nào vẫn đánh giá thì cơ quan cấp trên mở năm này trên máy chủ."
    } else {
        "Năm này chưa mở. Cơ quan cấp trên mở năm đánh giá trên máy chủ, sau đó đồng bộ lại là chấm được."
    };
    view! {
        <div class="pad">
            <Heading tab=format!("Năm {year}")>{format!("Năm {year}")}</Heading>
            <p>{words}</p>
            <p>
                <a class="btn" href="/">
                    "Về hồ sơ"
                </a>
            </p>
        </div>
    }
}

#[component]
fn Unknown() -> impl IntoView {
    view! {
        <div class="pad">
            <Heading tab="Không có hồ sơ này".to_owned()>"Không có hồ sơ này"</Heading>
            <p>"Không tìm thấy xã, phường hoặc năm trong địa bàn của đơn vị."</p>
            <p>
                <a class="btn" href="/">
                    "Về trang đầu"
                </a>
            </p>
        </div>
    }
}
