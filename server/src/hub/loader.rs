//! Threads that load documents. Loading takes a CPU and several times the memory the document keeps; on threads of their
//! own it holds up no socket, and what one load gives back is there for the next.

use super::Inner;
use super::document::{Document, Event};
use super::opening::{self, Opened};
use crate::store::StoreResult;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};
use tokio::runtime::Handle;

/// How many documents are loaded at the same time.
const LOADERS: usize = 2;

/// A document that has to be loaded.
type Job = (Weak<Inner>, Arc<Document>);

/// The hub's end. The threads end when it is gone.
pub(super) struct Loader(Sender<Job>);

impl Loader {
    /// Starts the threads.
    ///
    /// # Panics
    /// Outside of a tokio runtime, or when the system gives no thread.
    pub(super) fn start() -> Self {
        let (sender, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..LOADERS {
            let (jobs, runtime) = (jobs.clone(), Handle::current());
            let thread = std::thread::Builder::new().name("load".to_owned());
            #[expect(clippy::expect_used, reason = "the server cannot start without threads")]
            thread.spawn(move || work(&jobs, &runtime)).expect("a thread");
        }
        Self(sender)
    }

    /// Loads a document when it is its turn. [`Event::Loaded`] comes back.
    pub(super) fn load(&self, hub: &Arc<Inner>, document: &Arc<Document>) {
        // The threads live as long as this end.
        let _ = self.0.send((Arc::downgrade(hub), document.clone()));
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, runtime: &Handle) {
    loop {
        let job = super::locked(jobs).recv();
        let Ok((hub, document)) = job else { return };
        let Some(hub) = hub.upgrade() else { return };
        let opened = catch_unwind(AssertUnwindSafe(|| load(&hub, &document, runtime)))
            .unwrap_or_else(|_| Err(opening::damaged("loading it panics")));
        hub.tell(&document, Event::Loaded(opened.map(Box::new)));
    }
}

fn load(hub: &Inner, document: &Document, runtime: &Handle) -> StoreResult<Opened> {
    // The rows are decoded here, and not where other connections wait.
    let stored = runtime.block_on(hub.settings.store.load(document.id))?;
    opening::open(hub, stored.ok_or_else(|| opening::damaged("its row is gone"))?)
}
