//! Bảng địa bàn: every commune and every indicator in one table.

pub mod order;
pub mod row_html;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod figures;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod keys;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod screen;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod table;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod tools;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub use screen::Board;
