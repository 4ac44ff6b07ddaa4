//! What was just committed, for everybody who shows it live.

use shared::id::UnitCode;
use tokio::sync::broadcast;

/// How many a slow listener may be behind before it is told that it missed some.
const KEPT: usize = 1024;

/// A document changed, and the change is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Whose it is.
    pub unit: UnitCode,
    /// Its assessment year.
    pub year: u16,
}

/// Sends [`Changed`] to whoever listens now. Cheap to clone.
#[derive(Debug, Clone)]
pub struct News(broadcast::Sender<Changed>);

impl Default for News {
    fn default() -> Self {
        Self(broadcast::channel(KEPT).0)
    }
}

impl News {
    /// Tells everybody. To be called after the commit, never before.
    pub fn tell(&self, changed: Changed) {
        // Nobody listening is no error.
        let _ = self.0.send(changed);
    }

    /// Listens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.0.subscribe()
    }
}
