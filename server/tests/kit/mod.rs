//! What the server's tests share.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of the kit")]

pub mod access;
pub mod changes;
pub mod client;
pub mod contract;
pub mod cut;
pub mod held;
pub mod hostile;
pub mod http;
pub mod hub;
pub mod lossy;
pub mod process;
pub mod samod;
