//! What the device has to say above a screen: a new version, an unsuitable browser, a store that refuses.

use crate::device::{self, Device};
use crate::parts::live::live;
use leptos::prelude::*;

/// The words of this part.
mod words {
    pub(super) const OFFERED: &str = "Có bản mới của ứng dụng.";
    pub(super) const OFFERED_SAFE: &str =
        "Dữ liệu và phần đang nhập dở được giữ nguyên. Có thể cập nhật bây giờ hoặc để sau.";
    pub(super) const ACCEPT: &str = "Cập nhật";
    pub(super) const LATER: &str = "Để sau";
    pub(super) const TOO_OLD: &str = "Ứng dụng cũ hơn máy chủ.";
    pub(super) const TOO_OLD_SAFE: &str =
        "Mọi dữ liệu vẫn nằm trên máy này. Vẫn chấm điểm được; cập nhật để gửi lên máy chủ.";
    pub(super) const CLOSE: &str = "Đã hiểu";
}

/// All of them, the most urgent first. Nothing here covers the screen or stops the work.
#[component]
pub fn Notices() -> impl IntoView {
    let device = expect_context::<Device>();
    view! {
        <div class="notices">
            <UpdateNotice device />
            <AdviceNotice device />
            <Problems device />
        </div>
    }
}

#[component]
fn UpdateNotice(device: Device) -> impl IntoView {
    let later = RwSignal::new(false);
    let accept = move |_| device.accept_update();
    live(move || match device.update.get() {
        device::Update::Offered if !later.get() => Some(
            view! {
                <section class="notice" role="status" aria-label="Bản mới">
                    <h2>{words::OFFERED}</h2>
                    <p>{words::OFFERED_SAFE}</p>
                    <div class="btn-row">
                        <button class="btn main" type="button" on:click=accept>
                            {words::ACCEPT}
                        </button>
                        <button class="btn" type="button" on:click=move |_| later.set(true)>
                            {words::LATER}
                        </button>
                    </div>
                </section>
            }
            .into_any(),
        ),
        device::Update::TooOld => Some(
            view! {
                <section class="notice warn" role="status" aria-label="Phiên bản">
                    <h2>{words::TOO_OLD}</h2>
                    <p>{words::TOO_OLD_SAFE}</p>
                    <div class="btn-row">
                        <button class="btn main" type="button" on:click=accept>
                            {words::ACCEPT}
                        </button>
                    </div>
                </section>
            }
            .into_any(),
        ),
        device::Update::None | device::Update::Offered => None,
    })
}

#[component]
fn AdviceNotice(device: Device) -> impl IntoView {
    live(move || {
        device.advice.get().map(|advice| {
            view! {
                <section class="notice warn" aria-label="Trình duyệt">
                    <p>{advice.text()}</p>
                    <div class="btn-row">
                        <button class="btn" type="button" on:click=move |_| device.advice.set(None)>
                            {words::CLOSE}
                        </button>
                    </div>
                </section>
            }
        })
    })
}

#[component]
fn Problems(device: Device) -> impl IntoView {
    live(move || {
        let notices = device.notices.get();
        notices
            .into_iter()
            .enumerate()
            .map(|(place, notice)| {
                let dismiss = move |_| {
                    device.notices.update(|notices| {
                        if place < notices.len() {
                            notices.remove(place);
                        }
                    });
                };
                view! {
                    <section class="notice bad" role="alert">
                        <h2>{notice.text}</h2>
                        <p>{notice.safe}" "{notice.next}</p>
                        <div class="btn-row">
                            <button class="btn" type="button" on:click=dismiss>
                                {words::CLOSE}
                            </button>
                        </div>
                    </section>
                }
            })
            .collect_view()
    })
}
