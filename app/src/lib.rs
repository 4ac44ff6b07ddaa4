//! The web app of Chuẩn TCPL: the offline app in the browser (feature csr) and the public pages (feature ssr).
//!
//! `device` is everything below the screens: what is stored on this machine, who is signed in, the socket, the other
//! tabs. Its rules are plain code, compiled and tested everywhere; its shells around the browser are compiled for
//! wasm32 with feature csr only.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod address;
pub mod device;
pub mod parts;
#[cfg(feature = "ssr")]
pub mod public_pages;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod router;
pub mod screens;

/// Mounts the screens.
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
fn mount(device: device::Device) {
    use leptos::mount::mount_to;
    use leptos::prelude::*;
    let place = web_sys::window().and_then(|window| window.document()?.get_element_by_id("ung-dung"));
    let Some(place) = place.and_then(|place| wasm_bindgen::JsCast::dyn_into(place).ok()) else {
        return;
    };
    mount_to(place, move || {
        provide_context(device);
        view! { <router::App /> }
    })
    .forget();
}
