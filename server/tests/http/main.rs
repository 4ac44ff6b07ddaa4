//! The server over real HTTP: a real router on a free port, a real database in a folder of its own.

#[path = "../kit/mod.rs"]
mod kit;

mod access;
mod access_sync;
mod board;
mod command_line;
mod documents;
mod door;
mod live;
mod session;
mod sign_in_limits;
mod static_files;
mod tickets;
