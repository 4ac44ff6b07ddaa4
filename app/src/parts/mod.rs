//! Small components and the plain code behind them, shared by the screens.
#![allow(
    clippy::needless_pass_by_value,
    reason = "a Leptos component takes its properties by value"
)]

pub mod typing;
pub mod when;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod bar;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod heading;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod icon;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod status_line;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod typed_group;
