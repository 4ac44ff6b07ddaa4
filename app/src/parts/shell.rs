//! What is around every screen: the way past it, the status line, the bar of places, the notices, and the focus.

use super::heading::HeadingFocus;
use super::notices::Notices;
use super::places::Places;
use super::status_line::StatusLine;
use crate::device::Device;
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

/// The frame; `children` is the screen of the address.
#[component]
pub fn Shell(
    /// The screen.
    children: Children,
) -> impl IntoView {
    let device = expect_context::<Device>();
    let focus = HeadingFocus(RwSignal::new(false));
    provide_context(focus);
    let path = use_location().pathname;
    // The first address is where the browser put the reader; only later ones move the focus.
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            focus.0.set(true);
        }
        now
    });
    let main = NodeRef::<html::Main>::new();
    let to_content = move |event: ev::MouseEvent| {
        event.prevent_default();
        if let Some(heading) = main
            .get_untracked()
            .and_then(|main| main.query_selector("h1").ok().flatten())
            && let Ok(heading) = heading.dyn_into::<web_sys::HtmlElement>()
        {
            // A refused focus leaves the reader where they were.
            let _ = heading.focus();
        }
    };
    let wide = move || if path.get() == "/ra-soat" { "page full" } else { "page" };
    view! {
        <div class="shell">
            <a class="skip" href="#noi-dung" on:click=to_content>
                "Đến nội dung"
            </a>
            <StatusLine status=device.status />
            <Places />
            <div class=wide>
                <Notices />
                <main id="noi-dung" node_ref=main>
                    {children()}
                </main>
            </div>
        </div>
    }
}
