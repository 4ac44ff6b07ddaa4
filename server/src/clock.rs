//! The one place where the server reads a clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in Unix milliseconds.
#[allow(clippy::disallowed_methods)]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
