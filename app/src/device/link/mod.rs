//! The way to the server: when to connect, one connection, and what its session says.

mod backoff;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod connection;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod fetch;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod keep;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod outputs;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub(super) use fetch::server_version;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub(super) use keep::{Link, keep, note_visibility};
