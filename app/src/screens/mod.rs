//! The screens. Each folder or file is one address; the plain code behind them is tested everywhere.
#![allow(
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "a Leptos component takes its properties by value, and the macro makes them public"
)]

pub mod board;
pub mod conditions;
pub mod indicator;
pub mod people;
pub mod score_table;
pub mod standing;
pub mod year_list;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod choice_card;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod device;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod glance;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod home;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod not_found;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod open;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod sign_in;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub(crate) mod years;
