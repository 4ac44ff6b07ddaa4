//! Where the app is: the address on the screen, followed and changed without loading the page again.
//!
//! The app has ten addresses of three forms; a router for any app would be a fortieth of the download.

use crate::address::Shows;
use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, Url, UrlSearchParams};

/// The address on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Navigation {
    /// The path, `/ho-so/2024`.
    pub path: RwSignal<String>,
    /// What comes after the path: empty, or `?loc=khac-nhau`.
    search: RwSignal<String>,
}

/// What a change of the address does besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// Back leads to where one was; the new screen is seen from its top.
    On,
    /// Back does not lead here; the new screen is seen from its top.
    Instead,
    /// As `Instead`, and what is seen stays.
    Beside,
}

impl Navigation {
    /// Follows the address: links, and the browser's back and forward.
    pub fn start() -> Self {
        let (path, search) = now();
        let here = Self {
            path: RwSignal::new(path),
            search: RwSignal::new(search),
        };
        let clicks = window_event_listener(ev::click, move |event| here.click(&event));
        let steps = window_event_listener(ev::popstate, move |_| here.follow());
        on_cleanup(move || {
            clicks.remove();
            steps.remove();
        });
        here
    }

    /// What the address shows. While it shows something `of` has nothing to say about, its last word stands: a screen
    /// that is about to go does not change before it goes.
    pub fn shows<T: PartialEq + Clone + Send + Sync + 'static>(self, of: fn(&Shows) -> Option<T>) -> Memo<Option<T>> {
        Memo::new(move |before: Option<&Option<T>>| {
            let now = self.path.with(|path| of(&Shows::at(path)));
            now.or_else(|| before.cloned().flatten())
        })
    }

    /// A value of the address's query: of `nam` in `?nam=2024`.
    pub fn query(self, name: &str) -> Option<String> {
        let search = self.search.get();
        UrlSearchParams::new_with_str(&search).ok()?.get(name)
    }

    /// Goes to an address of the app.
    pub fn go(self, to: &str, how: Going) {
        let Some(history) = window().history().ok() else { return };
        let done = match how {
            Going::On => history.push_state_with_url(&JsValue::NULL, "", Some(to)),
            Going::Instead | Going::Beside => history.replace_state_with_url(&JsValue::NULL, "", Some(to)),
        };
        if done.is_err() {
            // The browser does not let the address be changed so often; it can still be loaded.
            let _ = window().location().set_href(to);
            return;
        }
        self.follow();
        if how != Going::Beside {
            // By then the new screen stands.
            request_animation_frame(|| window().scroll_to_with_x_and_y(0.0, 0.0));
        }
    }

    fn follow(self) {
        let (path, search) = now();
        if self.search.with_untracked(|before| *before != search) {
            self.search.set(search);
        }
        if self.path.with_untracked(|before| *before != path) {
            self.path.set(path);
        }
    }

    /// A link of the app is followed here; whatever else a click means is the browser's.
    fn click(self, event: &ev::MouseEvent) {
        let plain = !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key());
        if event.default_prevented() || event.button() != 0 || !plain {
            return;
        }
        // Every tap comes by here, also one that enters something: one question to the browser, not one for each ancestor.
        let under = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = under.and_then(|under| under.closest("a").ok().flatten());
        let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else {
            return;
        };
        if !link.target().is_empty() || link.has_attribute("download") || link.href().is_empty() {
            return;
        }
        let Ok(to) = Url::new(&link.href()) else { return };
        let ours = window().location().origin().is_ok_and(|origin| origin == to.origin());
        if !ours || !to.hash().is_empty() || link.get_attribute("rel").is_some_and(|rel| rel.contains("external")) {
            return;
        }
        // What is no screen is a page of the server.
        if Shows::at(&to.pathname()) == Shows::Nothing {
            return;
        }
        event.prevent_default();
        let to = (to.pathname(), to.search());
        // Back from where one is does not lead to where one is.
        let how = if to == now() { Going::Instead } else { Going::On };
        self.go(&format!("{}{}", to.0, to.1), how);
    }
}

/// The path and the query of the page.
fn now() -> (String, String) {
    let location = window().location();
    (
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default(),
    )
}
