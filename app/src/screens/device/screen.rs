//! The screen of this device.

use super::account::AccountCard;
use super::refused::{LeftOver, Refused};
use super::storage::Storage;
use crate::device::Device;
use crate::parts::heading::Heading;
use leptos::prelude::*;

/// The words of this screen.
mod words {
    pub(super) const TITLE: &str = "Thiết bị";
    pub(super) const READY: &str = "Sẵn sàng ngoại tuyến: mất mạng vẫn mở được và chấm được.";
    pub(super) const NOT_READY: &str = "Chưa sẵn sàng ngoại tuyến: hãy để trang mở thêm ít phút khi có mạng.";
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
            {move || device.session.get().map(|account| view! { <AccountCard device account /> })}
            <Storage />
            <p class="small" role="status">
                {move || if device.offline_ready.get() { words::READY } else { words::NOT_READY }}
            </p>
        </div>
    }
}
