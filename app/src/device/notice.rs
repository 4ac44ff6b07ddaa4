//! Things the official must know: what happened, what is safe, what to do next.

use super::store::StoreError;

/// One notice, shown until it is dismissed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about: a second notice of the same kind takes the place of the first.
    pub kind: NoticeKind,
    /// What happened.
    pub text: String,
    /// What is safe.
    pub safe: String,
    /// What to do next.
    pub next: String,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// The browser's store.
    Store,
    /// Rows on this machine that cannot be read.
    Damaged,
    /// The machine's clock.
    Clock,
    /// Another account has signed in in this browser.
    OtherAccount,
}

impl Notice {
    /// The browser did not store what was entered.
    pub fn store(problem: &StoreError) -> Self {
        let (text, next) = match problem {
            StoreError::Full => (
                "Bộ nhớ dành cho trình duyệt trên máy đã đầy.",
                "Hãy giải phóng bộ nhớ máy; đừng đóng trang khi chưa đồng bộ.",
            ),
            StoreError::Closed => (
                "Trình duyệt vừa đóng kho dữ liệu trên máy.",
                "Ứng dụng đang mở lại và ghi lại; đừng đóng trang khi chưa đồng bộ.",
            ),
            StoreError::NewerApp => (
                "Một thẻ khác đang dùng bản ứng dụng mới hơn, thẻ này không lưu trên máy được nữa.",
                "Hãy chờ đồng bộ xong rồi tải lại trang.",
            ),
            StoreError::Refused(_) => (
                "Trình duyệt không cho lưu dữ liệu trên máy.",
                "Hãy mở bằng cửa sổ thường của Chrome/Safari (không ẩn danh); đừng đóng trang khi chưa đồng bộ.",
            ),
        };
        Self {
            kind: NoticeKind::Store,
            text: text.to_owned(),
            safe: "Những gì đã lưu trước đó vẫn còn; thay đổi mới đang giữ trong trang này và gửi thẳng lên máy chủ."
                .to_owned(),
            next: next.to_owned(),
        }
    }

    /// The browser had closed the store; it is open again, and what is open in this page is in it.
    pub fn store_restored() -> Self {
        Self {
            kind: NoticeKind::Store,
            text: "Trình duyệt vừa đóng kho dữ liệu trên máy; ứng dụng đã mở lại.".to_owned(),
            safe: "Hồ sơ đang mở, kể cả thay đổi chưa gửi, đã được ghi lại đầy đủ.".to_owned(),
            next: "Nếu vừa xóa dữ liệu duyệt web, hãy để máy có mạng để lấy lại hồ sơ các năm khác.".to_owned(),
        }
    }

    /// The official agreed to a new build, but it would lose what the browser does not store.
    pub fn not_updated() -> Self {
        Self {
            kind: NoticeKind::Store,
            text: "Chưa cập nhật: trình duyệt chưa lưu được hết nội dung trên máy.".to_owned(),
            safe: "Nội dung đó vẫn giữ trong trang này; bản đang dùng vẫn chạy như trước.".to_owned(),
            next: "Hãy giải phóng bộ nhớ máy rồi bấm Cập nhật lần nữa; đừng đóng trang.".to_owned(),
        }
    }

    /// `rows` stored rows of a dossier cannot be read, or what they build on is missing.
    pub fn damaged(rows: usize, year: u16) -> Self {
        Self {
            kind: NoticeKind::Damaged,
            text: format!("{rows} bản ghi của hồ sơ năm {year} trên máy này bị hỏng, không đọc được."),
            safe: "Bản ghi hỏng được giữ nguyên, không bị xóa; phần còn lại của hồ sơ vẫn dùng được.".to_owned(),
            next: "Hãy kết nối mạng để lấy lại từ máy chủ; nếu vẫn báo, xin báo quản trị trước khi xóa gì trên máy."
                .to_owned(),
        }
    }

    /// The machine's clock is `off_s` seconds ahead (or behind, if negative) of the server's.
    pub fn clock(off_s: i64) -> Self {
        let (amount, way) = (off_s.unsigned_abs(), if off_s > 0 { "nhanh" } else { "chậm" });
        let amount = match amount {
            0..7_200 => format!("{} phút", amount / 60),
            7_200..172_800 => format!("{} giờ", amount / 3_600),
            172_800..63_072_000 => format!("{} ngày", amount / 86_400),
            _ => format!("{} năm", amount / 31_536_000),
        };
        Self {
            kind: NoticeKind::Clock,
            text: format!("Đồng hồ của máy {way} khoảng {amount} so với máy chủ."),
            safe: "Thứ tự các thay đổi không phụ thuộc đồng hồ máy; giờ ghi từ nay được chỉnh theo máy chủ.".to_owned(),
            next: "Hãy bật tự động đặt ngày giờ trong phần Cài đặt của máy.".to_owned(),
        }
    }

    /// Another account signed in in this browser, so that this tab cannot synchronise under its own.
    pub fn other_account(name: &str) -> Self {
        Self {
            kind: NoticeKind::OtherAccount,
            text: format!("Trình duyệt này đang đăng nhập bằng tài khoản khác: {name}."),
            safe: "Thay đổi của tài khoản đang mở ở đây vẫn lưu trên máy và chờ gửi.".to_owned(),
            next: "Đăng nhập lại tài khoản này để gửi.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_wrong_the_clock_is() {
        assert!(Notice::clock(2 * 31_536_000 + 5).text.contains("nhanh khoảng 2 năm"));
        assert!(Notice::clock(-86_400 * 3).text.contains("chậm khoảng 3 ngày"));
        assert!(Notice::clock(600).text.contains("10 phút"));
    }
}
