//! What every handler can reach.

use std::sync::Arc;

use crate::config::Config;

/// The server's state: cheap to clone, everything behind it shared.
#[derive(Clone)]
pub struct App {
    /// What the operator set.
    pub config: Arc<Config>,
}
