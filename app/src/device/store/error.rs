//! What can go wrong with the browser's store, whether a retry helps, and what to tell the official.

use thiserror::Error;

/// A problem of the store. `Display` is Vietnamese and is shown: what happened, what is safe, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The browser's space is used up. A retry helps after something was freed.
    #[error(
        "Bộ nhớ dành cho trình duyệt trên máy đã đầy. Những gì đã lưu trước đó vẫn còn; thay đổi mới đang giữ trong trang này và gửi thẳng lên máy chủ. Hãy giải phóng bộ nhớ máy, đừng đóng trang khi chưa đồng bộ."
    )]
    Full,
    /// The browser closed the database (site data cleared, disk error). It is opened again at the next write.
    #[error(
        "Trình duyệt vừa đóng kho dữ liệu trên máy. Thay đổi mới đang giữ trong trang này; ứng dụng đang mở lại kho và ghi lại."
    )]
    Closed,
    /// A newer build has changed the layout of the database. A reload helps, a retry does not.
    #[error(
        "Một thẻ khác đã dùng bản ứng dụng mới hơn. Dữ liệu đã lưu vẫn còn; hãy tải lại trang này để tiếp tục lưu trên máy."
    )]
    NewerApp,
    /// Another tab holds the old layout and does not let go. A retry helps once it is closed.
    #[error("Một thẻ khác của ứng dụng đang giữ kho dữ liệu bản cũ. Hãy đóng thẻ đó.")]
    Blocked,
    /// IndexedDB is not to be had (private window, site data forbidden, damaged profile), or it gave up a transaction.
    #[error(
        "Trình duyệt không cho lưu dữ liệu trên máy ({0}). Thay đổi được gửi thẳng lên máy chủ; đừng đóng trang khi chưa đồng bộ."
    )]
    Refused(String),
}

impl StoreError {
    /// Whether the same write may succeed when tried again a little later.
    pub fn retry_helps(&self) -> bool {
        !matches!(self, Self::NewerApp)
    }
}
