//! Thiết bị: who is signed in, what is on this machine, what the server refused.

mod account;
mod screen;
mod storage;

pub use screen::DeviceScreen;
