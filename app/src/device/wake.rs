//! Waiting that can be cut short: the network may be back, the page is seen again, something was entered.

use core::cell::RefCell;
use futures::channel::oneshot;
use futures::future::{Either, select};
use std::rc::Rc;

/// Wakes everybody who waits on it.
#[derive(Clone, Default)]
pub(super) struct Wake(Rc<RefCell<Vec<oneshot::Sender<()>>>>);

impl Wake {
    /// Ends all waiting.
    pub(super) fn wake(&self) {
        for one in self.0.take() {
            // Whoever waited may have gone.
            let _gone = one.send(());
        }
    }

    /// Waits for [`wake`](Self::wake).
    pub(super) async fn woken(&self) {
        let (sender, woken) = oneshot::channel();
        self.0.borrow_mut().push(sender);
        let _ = woken.await;
    }

    /// Waits so many milliseconds, or less.
    pub(super) async fn sleep_ms(&self, ms: u32) {
        let (timer, woken) = (
            core::pin::pin!(super::time::sleep_ms(ms)),
            core::pin::pin!(self.woken()),
        );
        select(timer, woken).await;
    }
}

/// The answer of `work`, or `None` if it takes longer than so many milliseconds.
pub(super) async fn within_ms<T>(ms: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(core::pin::pin!(work), core::pin::pin!(super::time::sleep_ms(ms))).await {
        Either::Left((answer, _)) => Some(answer),
        Either::Right(_) => None,
    }
}
