//! Chỉ tiêu: one indicator, its inputs, the points as they come out and why, explanation, history.

pub mod entry_text;
pub mod form;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod conflict;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod evidence;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod explanation;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod fields;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod history;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod input;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod no_case;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod outcome;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod screen;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod walk;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub use screen::IndicatorScreen;
