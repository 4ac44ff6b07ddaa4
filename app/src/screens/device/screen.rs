//! The screen of this device.

use super::account::AccountCard;
use super::refused::{LeftOver, Refused};
use super::storage::Storage;
use crate::device::{Device, OfflineStart};
use crate::parts::heading::Heading;
use crate::parts::live::live;
use leptos::prelude::*;

/// The words of this screen.
mod words {
    pub(super) const TITLE: &str = "Thiết bị";
    pub(super) const READY: &str = "Sẵn sàng ngoại tuyến: mất mạng vẫn mở được và chấm được.";
    pub(super) const NOT_READY: &str = "Chưa sẵn sàng ngoại tuyến: hãy để trang mở thêm ít phút khi có mạng.";
    pub(super) const NEVER: &str = "Không mở lại được khi mất mạng: trình duyệt này không cho giữ ứng dụng trên máy. Hãy dùng cửa sổ thường của Chrome/Safari.";
}

/// The screen.
#[component]
pub fn DeviceScreen() -> impl IntoView {
    let device = expect_context::<Device>();
    view! {
        <div class="pad">
            <Heading tab=words::TITLE.to_owned()>{words::TITLE}</Heading>
            <Refused device />
            <LeftOver device />
            {live(move || device.session.get().map(|account| view! { <AccountCard device account /> }))}
            <Storage />
            <p class="small" role="status">
                {live(move || match device.offline_start.get() {
                    OfflineStart::Ready => words::READY,
                    OfflineStart::NotYet => words::NOT_READY,
                    OfflineStart::Impossible => words::NEVER,
                })}
            </p>
        </div>
    }
}
