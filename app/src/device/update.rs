//! The app's own files: the service worker that keeps them, and a new build that waits for the official's consent.

use super::advice::Advice;
use super::core::{Core, OfflineStart, Update};
use super::handle::Device;
use super::notice::Notice;
use super::store::saver::SaveState;
use super::time;
use core::cell::Cell;
use gloo_events::EventListener;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// How often a new build is looked for at most, in ms.
const LOOK_AGAIN_MS: i64 = 60_000;
/// How long a new worker may take to start before the page is loaded anew regardless, in ms.
const TAKE_OVER_MS: u32 = 5_000;

thread_local! {
    /// The official has agreed; the page goes as soon as the new worker has taken over.
    static AGREED: Cell<bool> = const { Cell::new(false) };
    static LOOKED_MS: Cell<i64> = const { Cell::new(i64::MIN) };
}

/// None where the browser has none: plain http on another machine, some private windows, old browsers.
fn container() -> Option<web_sys::ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let container = js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    container.is_object().then(|| container.unchecked_into())
}

/// Installs the worker. None where that cannot be; whether a later start may do better is noted.
async fn register(
    core: &Core,
    container: &web_sys::ServiceWorkerContainer,
) -> Option<web_sys::ServiceWorkerRegistration> {
    let register: js_sys::Function = js_sys::Reflect::get(container, &"register".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = js_sys::Object::new();
    for (name, value) in [("scope", "/"), ("updateViaCache", "none")] {
        // Setting a property of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let registered = match register
        .call2(container, &"/sw.js".into(), &options)
        .map(js_sys::Promise::from)
    {
        Ok(promise) => JsFuture::from(promise).await,
        Err(problem) => Err(problem),
    };
    match registered {
        // Blockers answer with nothing at all.
        Ok(registration) if registration.is_object() => Some(registration.unchecked_into()),
        // Out of reach of the server: the next start installs it.
        Err(problem) if !problem.is_instance_of::<web_sys::DomException>() => None,
        Ok(_) | Err(_) => {
            impossible(core);
            None
        }
    }
}

/// Says that the app will not open without a network here; scoring goes on.
fn impossible(core: &Core) {
    core.signals.offline_start.set(OfflineStart::Impossible);
    if core.signals.advice.get_untracked().is_none() {
        core.signals.advice.set(Some(Advice::NoOfflineStart));
    }
}

/// Installs the worker, looks for a new build, and checks that all files of this one are on the machine.
pub(super) async fn watch(core: Rc<Core>) {
    let Some(container) = container() else {
        return impossible(&core);
    };
    let Some(registration) = register(&core, &container).await else {
        return;
    };
    offer(&core, &registration);
    let (of, found) = (Rc::clone(&core), registration.clone());
    EventListener::new(&registration, "updatefound", move |_| {
        let Some(worker) = found.installing() else { return };
        let (core, registration) = (Rc::clone(&of), found.clone());
        EventListener::new(&worker, "statechange", move |_| offer(&core, &registration)).forget();
    })
    .forget();
    let of = Rc::clone(&core);
    EventListener::new(&container, "controllerchange", move |_| {
        if AGREED.get() {
            reload();
        } else if of.signals.update.get_untracked() == Update::None && of.had_controller.get() {
            // Another tab agreed; this one may have half-typed text and goes when its official agrees.
            of.signals.update.set(Update::Offered);
        }
        of.had_controller.set(true);
    })
    .forget();
    core.had_controller.set(container.controller().is_some());
    if let Ok(ready) = container.ready() {
        // Waits for the first install.
        let _ = JsFuture::from(ready).await;
    }
    check_ready(&core, &registration);
}

/// Offers a build that is installed and waits; the very first one has nothing to wait for.
fn offer(core: &Core, registration: &web_sys::ServiceWorkerRegistration) {
    let waits = registration.waiting().is_some() && registration.active().is_some();
    if waits && core.signals.update.get_untracked() == Update::None {
        core.signals.update.set(Update::Offered);
    }
}

/// Asks the worker whether every file of the app is on this machine.
fn check_ready(core: &Rc<Core>, registration: &web_sys::ServiceWorkerRegistration) {
    let Some((worker, channel)) = registration.active().zip(web_sys::MessageChannel::new().ok()) else {
        return;
    };
    let core = Rc::clone(core);
    let port = channel.port1();
    EventListener::once(&port, "message", move |event| {
        let data = event
            .dyn_ref::<web_sys::MessageEvent>()
            .map(web_sys::MessageEvent::data)
            .unwrap_or_default();
        let ready = js_sys::Reflect::get(&data, &"ready".into())
            .ok()
            .and_then(|ready| ready.as_bool());
        let start = if ready == Some(true) {
            OfflineStart::Ready
        } else {
            OfflineStart::NotYet
        };
        core.signals.offline_start.set(start);
    })
    .forget();
    port.start();
    // A worker that does not answer leaves `offline_start` as it is: not yet.
    let _ = worker.post_message_with_transferable(&message("ready"), &js_sys::Array::of1(&channel.port2()));
}

fn message(kind: &str) -> JsValue {
    let message = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&message, &"type".into(), &kind.into());
    message.into()
}

/// Asks the server for a new build, not more often than once a minute.
pub(super) fn look_for(core: &Rc<Core>) {
    let now = time::machine_ms();
    if now.saturating_sub(LOOKED_MS.get()) < LOOK_AGAIN_MS {
        return;
    }
    LOOKED_MS.set(now);
    let core = Rc::clone(core);
    spawn_local(async move {
        let Some(registration) = registration().await else {
            return;
        };
        if let Ok(update) = registration.update() {
            // Out of reach: asked again with the next connection.
            let _ = JsFuture::from(update).await;
        }
        offer(&core, &registration);
    });
}

async fn registration() -> Option<web_sys::ServiceWorkerRegistration> {
    let found = JsFuture::from(container()?.get_registration()).await.ok()?;
    found.dyn_into().ok()
}

fn reload() {
    if let Some(window) = web_sys::window() {
        // A page that cannot be loaded anew stays as it is, with everything in it.
        let _ = window.location().reload();
    }
}

impl Device {
    /// The official agrees to the new build. What is being typed is committed or kept as a draft, everything is saved,
    /// then the page is loaded anew.
    pub fn accept_update(self) {
        let core = self.core();
        spawn_local(async move {
            core.flush();
            // Until the disk has everything, also what it refused before; what it goes on refusing is kept by not going.
            for _ in 0..100 {
                time::sleep_ms(50).await;
                let Some(space) = core.space() else { break };
                space.saver.retry().await;
                space.saver.run().await;
                if space.saver.state() == SaveState::default() {
                    break;
                }
            }
            if core
                .space()
                .is_some_and(|space| space.saver.state() != SaveState::default())
            {
                return core.notify(Notice::not_updated());
            }
            AGREED.set(true);
            match registration().await.and_then(|registration| registration.waiting()) {
                Some(worker) => {
                    let _ = worker.post_message(&message("skip-waiting"));
                    time::sleep_ms(TAKE_OVER_MS).await;
                    reload();
                }
                None => reload(),
            }
        });
    }
}
