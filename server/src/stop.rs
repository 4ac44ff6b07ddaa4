//! The orderly stop: what lives long (sockets, streams) asks here when to end.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether the server is stopping. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::channel(false).0))
    }
}

impl Stop {
    /// Begins the stop; from now on [`Stop::stopping`] completes at once.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Completes when the server begins to stop.
    pub async fn stopping(&self) {
        // An error would say that the sender is gone, and it is held here.
        let _ = self.0.subscribe().wait_for(|stopping| *stopping).await;
    }
}
