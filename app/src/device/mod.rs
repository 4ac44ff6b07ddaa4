//! The device: what is kept on this machine, who is signed in, how it reaches the server.
//!
//! The screens see `Device` (from the Leptos context) and the handles it gives; nothing below is theirs to touch.
//!
//! | part | what it is |
//! |---|---|
//! | `store` | the rows on the disk: a trait, IndexedDB behind it, the queue in front of it |
//! | `held`, `snapshot`, `common` | dossiers in memory, what the screens see of them, what they all begin with |
//! | `space` | one account at work: store, dossiers, tabs, link |
//! | `link` | the way to the server: when to connect, the socket, what the session wants done |
//! | `tabs` | the other tabs of the same account |
//! | `session`, `machine` | signing in and out, the accounts of this machine |
//! | `refused` | what the server refused |
//! | `update` | the service worker and a new build |
//! | `handle` | what the screens hold: `Device`, `DossierHandle` |
#![cfg_attr(
    not(all(feature = "csr", target_arch = "wasm32")),
    allow(
        dead_code,
        reason = "what only the browser part uses is compiled elsewhere for its tests"
    )
)]

mod account;
mod advice;
mod common;
mod held;
mod hex;
mod link;
mod notice;
mod refusal;
mod snapshot;
mod status;
pub mod store;

// This macro and no own one: rustfmt looks into it for the files of these modules.
cfg_if::cfg_if! {
    if #[cfg(all(feature = "csr", target_arch = "wasm32"))] {
        mod ahead;
        mod aside;
        mod board;
        mod compaction;
        mod core;
        mod drafts;
        mod edit;
        mod handle;
        mod http;
        mod machine;
        mod refused;
        mod session;
        mod space;
        mod start;
        mod storage;
        mod tabs;
        mod time;
        mod update;
        mod view;
        mod wake;

        pub use aside::AsideError;
        pub use board::BoardHandle;
        pub use core::{OfflineStart, Signals, Update};
        pub use edit::{Saved, WriteError};
        pub use handle::{Device, DossierHandle};
        pub use session::SignInError;
        pub use storage::{StorageUse, storage_use};
        pub use view::Opening;
    }
}

pub use account::{Account, AccountPosition, AccountUnit, AccountUser, KnownAccount, ServerYear};
pub use advice::Advice;
pub use notice::{Notice, NoticeKind};
pub use refusal::{LeftOverField, LeftOverRecord, RefusedDossier};
pub use shared::board::Row as BoardRow;
pub use snapshot::{IndicatorEntries, Snapshot, Touched};
pub use status::{Facts, Network, SyncStatus};
pub use store::StoreError;
