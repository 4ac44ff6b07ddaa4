//! The domain of Chuẩn TCPL: criteria, scoring, dossier, access and synchronisation.
//!
//! Nothing here does I/O, reads a clock or makes randomness: time, randomness and identity are passed in.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod access;
pub mod board;
pub mod criteria;
pub mod dossier;
pub mod id;
pub mod json;
pub mod points;
pub mod position;
pub mod scoring;
pub mod sorted;
pub mod sync;
pub mod unit;
pub mod vi;
pub mod workflow;
