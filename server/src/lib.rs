//! The sync server of Chuẩn TCPL: checks, stores and merges dossiers.
//!
//! The library is the whole server; the binary only reads the command line. Tests start the same [`serve`] on port 0.

pub mod auth;
pub mod cli;
pub mod config;
pub mod headers;
pub mod pages;
pub mod router;
pub mod serve;
pub mod state;
pub mod static_files;

pub use state::App;
pub mod store;
