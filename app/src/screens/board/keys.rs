//! The keyboard of a board: j and k (or the arrows) move, Enter opens, / searches. The focus is the selection.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Listens while the board is on the screen.
pub(super) fn listen(body: NodeRef<html::Tbody>, search: NodeRef<html::Input>) {
    let keys = window_event_listener(ev::keydown, move |event| {
        let plain = !(event.alt_key() || event.ctrl_key() || event.meta_key());
        let Some(input) = search.get_untracked().filter(|_| plain && !event.default_prevented()) else {
            return;
        };
        let searching = document()
            .active_element()
            .is_some_and(|active| active.is_same_node(Some(&input)));
        if !searching && is_field(event.target()) {
            return;
        }
        let taken = match (event.key().as_str(), searching) {
            ("ArrowDown", _) | ("j", false) => go(body, true),
            ("ArrowUp" | "k", false) => go(body, false),
            ("/", false) => input.focus().is_ok(),
            _ => false,
        };
        if taken {
            event.prevent_default();
        }
    });
    on_cleanup(move || keys.remove());
}

/// Whether the keys mean something to what has the focus.
fn is_field(target: Option<web_sys::EventTarget>) -> bool {
    let element = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        element
            .closest("input, select, textarea, dialog")
            .ok()
            .flatten()
            .is_some()
    })
}

/// Moves the focus by one row; from outside the table to its first. Whether there was a row.
fn go(body: NodeRef<html::Tbody>, down: bool) -> bool {
    let Some(body) = body.get_untracked() else { return false };
    let row = document()
        .active_element()
        .and_then(|active| active.closest("tbody tr").ok().flatten());
    let next = match row {
        Some(row) if down => row.next_element_sibling(),
        Some(row) => row.previous_element_sibling(),
        None => body.first_element_child(),
    };
    let link = next.and_then(|row| row.query_selector("a").ok().flatten());
    let link = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    link.is_some_and(|link| link.focus().is_ok())
}
