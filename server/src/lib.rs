//! The sync server of Chuẩn TCPL: checks, stores and merges dossiers.
//!
//! The library is the whole server; the binary only reads the command line. Tests start the same [`serve`] on port 0.

pub mod api;
pub mod assets;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod headers;
pub mod health;
pub mod hub;
pub mod metrics;
pub mod news;
pub mod observe;
pub mod pages;
pub mod router;
pub mod serve;
pub mod socket;
pub mod state;
pub mod static_files;
pub mod stop;
pub mod store;
pub mod units;
pub mod years;

pub use state::App;
