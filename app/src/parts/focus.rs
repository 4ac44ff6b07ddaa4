//! Where the focus goes when what had it is gone: to the heading of the screen, without moving the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Gives the focus to the screen's first heading.
pub fn heading() {
    let found = document().query_selector("main h1").ok().flatten();
    let Some(heading) = found.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let quietly = web_sys::FocusOptions::new();
    quietly.set_prevent_scroll(true);
    // A refused focus leaves the reader where they were; nothing else depends on it.
    let _ = heading.focus_with_options(&quietly);
}

/// Whether nothing has the focus: what had it was taken off the page.
pub fn is_lost() -> bool {
    let active = document().active_element();
    active.is_none_or(|active| active.tag_name() == "BODY")
}
