//! Điều kiện công nhận.

pub mod date;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod declared;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod discipline;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod screen;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub use screen::Conditions;
