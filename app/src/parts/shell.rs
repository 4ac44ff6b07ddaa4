//! What is around every screen: the way past it, the status line, the bar of places, the notices, and the focus.

use super::focus;
use super::heading::Travelled;
use super::navigation::Navigation;
use super::notices::Notices;
use super::places::Places;
use super::status_line::StatusLine;
use crate::device::{Account, Device};
use leptos::{ev, prelude::*};

/// The frame; `children` is the screen of the address.
#[component]
pub fn Shell(
    /// The screen.
    children: Children,
) -> impl IntoView {
    let device = expect_context::<Device>();
    let travelled = Travelled(StoredValue::new(false));
    provide_context(travelled);
    let path = expect_context::<Navigation>().path;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            travelled.0.set_value(true);
            // By then the new screen stands.
            request_animation_frame(focus::heading);
        }
        now
    });
    let to_content = move |event: ev::MouseEvent| {
        event.prevent_default();
        focus::heading();
    };
    let who = Memo::new(move |_| {
        let name = |account: &Account| account.user.name.clone();
        device
            .session
            .with(|session| session.as_ref().map(name))
            .unwrap_or_default()
    });
    let status = Memo::new(move |_| device.session.with(Option::is_some).then(|| device.status.get()));
    let wide = move || if path.get() == "/ra-soat" { "page full" } else { "page" };
    view! {
        <div class="shell">
            <header class="top">
                <a class="skip" href="#noi-dung" on:click=to_content>
                    "Đến nội dung"
                </a>
                <StatusLine status who />
            </header>
            <Places />
            <div class=wide>
                <Notices />
                <main id="noi-dung">
                    {children()}
                </main>
            </div>
        </div>
    }
}
