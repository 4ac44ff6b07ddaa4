//! The device: what is kept on this machine, who is signed in, how it reaches the server.
//!
//! The screens see [`Device`] (from the Leptos context) and the handles it gives; nothing below is theirs to touch.

mod account;
mod status;

pub use account::{Account, AccountPosition, AccountUnit, AccountUser, ServerYear};
pub use status::{Facts, Network, SyncStatus};
