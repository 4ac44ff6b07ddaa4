//! Who is asking: passwords, tokens, the cookie, the same-origin rule, the limit on failures.
//!
//! What a caller may do is not decided here but in `shared::access`.

pub mod cookie;
pub mod limit;
pub mod origin;
pub mod password;
pub mod token;
