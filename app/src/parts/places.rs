//! The bar of places: at the thumb on a phone, on top of a desktop.

use super::icon::Icon;
use super::navigation::Navigation;
use crate::address::{DossierAddress, own_year};
use crate::device::{Account, Device};
use crate::parts::live::live;
use crate::screens::years::current;
use leptos::prelude::*;

/// One entry of the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    href: String,
    words: &'static str,
    icon: Icon,
    /// Whether the address on the screen belongs to this entry.
    here: bool,
}

/// The entries. `year` is the one they lead to while no dossier is on the screen; asked for only then, since finding it
/// reads every year from the disk.
fn places(account: &Account, path: &str, year: impl Fn() -> Option<u16>) -> Vec<Place> {
    let place = |href: String, words, icon, here| Place {
        href,
        words,
        icon,
        here,
    };
    let reviewing = path.starts_with("/ra-soat");
    let mut places = Vec::new();
    if account.unit.as_ref().is_some_and(|unit| unit.level == "commune") {
        places.push(place("/".to_owned(), "Hồ sơ", Icon::Dossiers, path == "/"));
        if let Some(year) = own_year(path).or_else(year) {
            let address = DossierAddress::Own { year };
            let conditions = path.ends_with("/dieu-kien");
            let dossier = path.starts_with("/ho-so/");
            places.push(place(
                address.table(),
                "Chỉ tiêu",
                Icon::Indicators,
                dossier && !conditions,
            ));
            places.push(place(
                address.conditions(),
                "Điều kiện",
                Icon::Conditions,
                dossier && conditions,
            ));
        }
    } else if account.unit.is_some() {
        places.push(place("/ra-soat".to_owned(), "Địa bàn", Icon::Board, reviewing));
    }
    places.push(place(
        "/thiet-bi".to_owned(),
        "Thiết bị",
        Icon::Device,
        path == "/thiet-bi",
    ));
    places
}

/// The bar; nothing while nobody is signed in.
#[component]
pub fn Places() -> impl IntoView {
    let device = expect_context::<Device>();
    let path = expect_context::<Navigation>().path;
    let year = current(device);
    let list = Memo::new(move |_| {
        device.session.with(|session| {
            session
                .as_ref()
                .map(|account| places(account, &path.get(), || year.get()))
        })
    });
    live(move || {
        list.get().map(|places| {
            let links = places.into_iter().map(|place| {
                view! {
                    <li>
                        <a href=place.href aria-current=place.here.then_some("page")>
                            {place.icon.view()}
                            <span>{place.words}</span>
                        </a>
                    </li>
                }
            });
            view! {
                <nav class="places" aria-label="Các phần">
                    <p class="brand">"Chuẩn TCPL"</p>
                    <ul>{links.collect_view()}</ul>
                </nav>
            }
        })
    })
}
