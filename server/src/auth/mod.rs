//! Who is asking: accounts, passwords, sessions, tickets, and the extractors that put a [`Caller`] into a handler.
//!
//! What a caller may do is not decided here but in `shared::access`.

pub mod address;
pub mod argon;
pub mod caller;
pub mod cookie;
pub mod limit;
pub mod origin;
pub mod password;
pub mod sessions;
pub mod tickets;
pub mod token;
pub mod users;

pub use address::ClientAddress;
pub use caller::{Caller, SyncCaller};
pub use sessions::SessionId;

use sqlx::SqlitePool;

/// Everything about accounts, in one place of the server's state.
pub struct Accounts {
    /// The accounts themselves.
    pub users: users::Users,
    /// Who is signed in where.
    pub sessions: sessions::Sessions,
    /// One-use tickets for clients that cannot send a cookie on a WebSocket.
    pub tickets: tickets::Tickets,
    /// The password hash.
    pub passwords: password::Passwords,
    /// Failed sign-ins.
    pub limits: limit::Limits,
}

impl Accounts {
    /// Over the tables of migration 0002.
    ///
    /// # Errors
    /// When the system has no randomness or memory for the password hash.
    pub fn new(pool: &SqlitePool) -> Result<Self, password::PasswordError> {
        Ok(Self {
            users: users::Users::new(pool.clone()),
            sessions: sessions::Sessions::new(pool.clone()),
            tickets: tickets::Tickets::new(pool.clone()),
            passwords: password::Passwords::new()?,
            limits: limit::Limits::default(),
        })
    }
}
