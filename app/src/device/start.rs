//! The app's first call and its last words.

use super::core::Core;
use super::handle::Device;
use super::link;
use super::store::layout::meta;
use super::{Advice, ahead, http, time, update};
use ::core::pin::Pin;
use gloo_events::EventListener;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// How long a first visitor waits for the server's word who they are, in ms.
const WHO_AM_I_MS: u32 = 3_000;
/// How long after the first screen the rest begins (service worker, other accounts), in ms.
const AFTERWARDS_MS: u32 = 1_500;

/// Starts the app. boot.js calls this with what it has read ahead (or null), the build of index.html, and the address of
/// the worker script.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "called from boot.js")]
pub async fn start(passed: JsValue, build: String, worker: String) {
    if cfg!(debug_assertions) {
        // What is shipped says nothing, it traps; that is said on the page by boot.js.
        std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
    }
    let core = Core::new(build, worker);
    open_account(&core, &passed).await;
    watch_page(&core);
    advise(&core);
    let device = Device::new(&core);
    crate::mount(device);
    spawn_local(async move {
        time::sleep_ms(AFTERWARDS_MS).await;
        core.count_accounts();
        update::watch(core).await;
    });
}

async fn open_account(core: &Rc<Core>, passed: &JsValue) {
    if let Some(ahead) = ahead::read(passed) {
        let store = core.store_of(&ahead.account);
        if let Some(clock) = ahead.small.meta.get(meta::CLOCK).and_then(|clock| clock.parse().ok()) {
            time::set_ahead(clock);
        }
        let space = core.enter(ahead.account, store, ahead.small);
        let shown = ahead.dossier.map(|(identity, rows)| {
            let document = identity.document_id();
            space.open_with(identity, rows);
            document
        });
        spawn_local(async move {
            // After the first screen: the connection to the disk for the first tap, then the network. The session's code is
            // long, and the browser compiles what is run for the first time.
            time::sleep_ms(0).await;
            if let Some(document) = shown {
                space.keep_in_step(&document);
            }
            drop(space.store.open().await);
            space.run();
        });
        return;
    }
    // Behind a pointer, so that a start with everything at hand does not have this compiled.
    let slowly: Pin<Box<dyn Future<Output = ()> + '_>> = Box::pin(look_for_account(core));
    slowly.await;
}

/// Opens the account without anything read ahead.
async fn look_for_account(core: &Rc<Core>) {
    if let Some(user) = core.machine.current().await
        && core.resume(user).await
    {
        return;
    }
    // Nothing on this machine, but perhaps a session: site data was deleted, or nothing may be stored.
    if let Some(Ok(answer)) = super::wake::within_ms(WHO_AM_I_MS, http::who_am_i()).await {
        if core.machine.has_signed_out(answer.account.user.id).await {
            // Out of reach when the official signed out, the server learns of it now. Whether it does or not, nobody
            // opens the account here without its password.
            http::sign_out().await;
        } else {
            core.signed_in(answer).await;
        }
    }
}

/// The network may be back, the page is seen again, the page goes.
fn watch_page(core: &Rc<Core>) {
    let (Some(window), Some(document)) = (
        web_sys::window(),
        web_sys::window().and_then(|window| window.document()),
    ) else {
        return;
    };
    let of = Rc::clone(core);
    EventListener::new(&window, "online", move |_| of.wake()).forget();
    let of = Rc::clone(core);
    EventListener::new(&window, "pageshow", move |_| of.wake()).forget();
    let of = Rc::clone(core);
    // The page was frozen, perhaps without having been hidden.
    EventListener::new(&document, "resume", move |_| of.seen_again()).forget();
    let of = Rc::clone(core);
    EventListener::new(&window, "pagehide", move |_| of.flush()).forget();
    let (of, seen) = (Rc::clone(core), document.clone());
    EventListener::new(&document, "visibilitychange", move |_| {
        let hidden = seen.visibility_state() == web_sys::VisibilityState::Hidden;
        link::note_visibility(hidden);
        if hidden {
            of.flush();
        } else {
            of.seen_again();
        }
    })
    .forget();
    link::note_visibility(document.visibility_state() == web_sys::VisibilityState::Hidden);
}

fn advise(core: &Core) {
    let Some(window) = web_sys::window() else { return };
    let navigator = window.navigator();
    let standalone = window
        .match_media("(display-mode: standalone)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches());
    let on_home_screen = js_sys::Reflect::get(&navigator, &"standalone".into())
        .ok()
        .and_then(|is| is.as_bool());
    let installed = standalone || on_home_screen.unwrap_or(false);
    let agent = navigator.user_agent().unwrap_or_default();
    core.signals
        .advice
        .set(Advice::for_browser(&agent, navigator.max_touch_points(), installed));
}
