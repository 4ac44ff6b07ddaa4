//! Bảng chỉ tiêu: the list of a dossier, by criterion.

pub mod row;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod criterion;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod filters;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod head;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod screen;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub(crate) mod side;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub use screen::ScoreTable;
