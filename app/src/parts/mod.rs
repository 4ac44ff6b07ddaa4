//! Small components and the plain code behind them, shared by the screens.
#![allow(
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "a Leptos component takes its properties by value, and the macro makes them public"
)]

pub mod typed_fields;
pub mod typing;
pub mod when;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod bar;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod dialog;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod focus;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod heading;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod icon;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod live;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod navigation;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod notices;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod places;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod shell;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod status_line;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod typed_group;
