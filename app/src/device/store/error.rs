//! What can go wrong with the browser's store, whether a retry helps, and what to tell the official.

use thiserror::Error;

/// A problem of the store. `Display` is Vietnamese; [`crate::device::Notice::store`]
/// says what is safe and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The browser's space is used up. A retry helps after something was freed.
    #[error("Bộ nhớ dành cho trình duyệt trên máy đã đầy")]
    Full,
    /// The browser closed the database (site data cleared, disk error). It is opened again at the next write.
    #[error("Trình duyệt vừa đóng kho dữ liệu trên máy")]
    Closed,
    /// A newer build has changed the layout of the database. A reload helps, a retry does not.
    #[error("Một thẻ khác đang dùng bản ứng dụng mới hơn")]
    NewerApp,
    /// IndexedDB is not to be had (private window, site data forbidden, damaged profile), or it gave up a transaction.
    #[error("Trình duyệt không cho lưu dữ liệu trên máy ({0})")]
    Refused(String),
}

impl StoreError {
    /// Whether the same write may succeed when tried again a little later.
    pub fn retry_helps(&self) -> bool {
        !matches!(self, Self::NewerApp)
    }
}
