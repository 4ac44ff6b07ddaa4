//! Thiết bị: who is signed in, what is on this machine, what the server refused.

mod account;
mod refused;
mod screen;
mod storage;

pub use screen::DeviceScreen;
