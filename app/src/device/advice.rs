//! What kind of browser this is, and what the official should do about it before working without a network.

/// Advice about the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// The page is open inside another app (Zalo, Facebook), which keeps data badly and for a short time.
    InAppBrowser,
    /// An iPhone or iPad that has not installed the app: the system deletes the data of sites not opened for a week.
    InstallFirst,
    /// A browser that keeps no app (a private window, mostly): it does not open again without a network.
    NoOfflineStart,
}

impl Advice {
    /// What to tell the official.
    pub fn text(self) -> &'static str {
        match self {
            Self::InAppBrowser => {
                "Mở bằng Chrome/Safari: trình duyệt bên trong Zalo, Facebook không giữ dữ liệu lâu dài. Bấm nút ⋯ hoặc ⋮ ở góc màn hình, chọn “Mở bằng trình duyệt”."
            }
            Self::InstallFirst => {
                "Cài ứng dụng trước khi làm việc ngoại tuyến: bấm Chia sẻ, chọn “Thêm vào Màn hình chính”, rồi mở từ biểu tượng mới. Chưa cài thì máy có thể xóa dữ liệu chưa gửi sau bảy ngày không dùng."
            }
            Self::NoOfflineStart => {
                "Ở đây ứng dụng không mở lại được khi mất mạng: trình duyệt không cho giữ ứng dụng trên máy (thường do cửa sổ ẩn danh). Vẫn chấm được khi trang đang mở; để làm việc ngoại tuyến, hãy mở bằng cửa sổ thường của Chrome/Safari."
            }
        }
    }

    /// What to advise, from `navigator.userAgent`, the number of touch points (an iPad calls itself a Macintosh), and
    /// whether the page runs installed (`display-mode: standalone`).
    pub fn for_browser(user_agent: &str, touch_points: i32, installed: bool) -> Option<Self> {
        const INSIDE: [&str; 7] = ["Zalo", "FBAN", "FBAV", "FB_IAB", "Messenger", "Instagram", " Line/"];
        let has = |word: &&str| user_agent.contains(*word);
        let apple = ["iPhone", "iPad", "iPod"].iter().any(has) || user_agent.contains("Macintosh") && touch_points > 1;
        if INSIDE.iter().any(has) {
            Some(Self::InAppBrowser)
        } else {
            (apple && !installed).then_some(Self::InstallFirst)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANDROID: &str =
        "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36";
    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E148 Safari/604.1";
    const IPAD: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15";

    #[test]
    fn apps_with_a_browser_inside_are_told_to_open_another() {
        for inside in [" Zalo android/12", " [FBAN/EMA;FBAV/400.0]", " Instagram 300.0"] {
            let agent = format!("{ANDROID}{inside}");
            assert_eq!(
                Advice::for_browser(&agent, 5, false),
                Some(Advice::InAppBrowser),
                "{agent}"
            );
        }
        assert!(Advice::InAppBrowser.text().starts_with("Mở bằng Chrome/Safari"));
        assert_eq!(Advice::for_browser(ANDROID, 5, false), None);
    }

    #[test]
    fn apple_asks_to_install_first() {
        assert_eq!(Advice::for_browser(IPHONE, 5, false), Some(Advice::InstallFirst));
        assert_eq!(Advice::for_browser(IPAD, 5, false), Some(Advice::InstallFirst));
        assert_eq!(Advice::for_browser(IPAD, 0, false), None, "a real Macintosh");
        assert_eq!(Advice::for_browser(IPHONE, 5, true), None, "installed");
    }
}
