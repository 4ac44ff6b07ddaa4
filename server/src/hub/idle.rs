//! What is not used leaves memory.

use super::document::{Document, Event};
use super::{Inner, locked};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often is looked, at the least and at the most.
const LOOK: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(15));

/// Looks for idle documents until the hub is gone.
pub(super) async fn sweep(hub: Weak<Inner>, idle: Duration) {
    let mut look = tokio::time::interval((idle / 4).clamp(LOOK.0, LOOK.1));
    loop {
        look.tick().await;
        let Some(hub) = hub.upgrade() else { return };
        hub.rest(idle);
        hub.keep_seen().await;
    }
}

impl Inner {
    /// Asks idle documents to leave memory, and forgets those nobody is connected to.
    pub(super) fn rest(&self, idle: Duration) {
        let known: Vec<Arc<Document>> = locked(&self.documents).values().cloned().collect();
        for document in known {
            // A desk that is locked is in use.
            let is_idle = document.desk.try_lock().is_ok_and(|desk| desk.is_idle(idle));
            if is_idle {
                self.tell(&document, Event::Rest);
            }
        }
        // Whoever else holds a document got it from this map, under this lock, or from one that did.
        locked(&self.documents).retain(|_, document| {
            Arc::strong_count(document) > 1 || !document.desk.try_lock().is_ok_and(|desk| desk.is_disposable())
        });
    }

    /// Writes down who was seen since the last time.
    async fn keep_seen(&self) {
        let seen: Vec<_> = std::mem::take(&mut *locked(&self.seen)).into_iter().collect();
        if seen.is_empty() {
            return;
        }
        if let Err(error) = self.settings.store.seen(seen).await {
            // The board shows an older time; the next sync corrects it.
            tracing::warn!(%error, "who was seen was not noted");
        }
    }
}
