//! What is on this machine, and how much room is left.

use crate::device::storage_use;
use leptos::{prelude::*, task::spawn_local};

/// The words of this part.
mod words {
    pub(super) const TITLE: &str = "Bộ nhớ trên máy";
    pub(super) const KEPT: &str = "Trình duyệt cam kết không tự xóa dữ liệu này.";
    pub(super) const NOT_KEPT: &str = "Trình duyệt có thể xóa dữ liệu khi máy hết chỗ. Hãy đồng bộ thường xuyên hoặc cài ứng dụng lên màn hình chính.";
    pub(super) const UNKNOWN: &str = "Trình duyệt không cho biết dung lượng.";
}

/// `1,4 MB`: bytes in the unit a person reads, with one decimal.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    let (unit, name) = UNITS
        .into_iter()
        .find(|(unit, _)| bytes >= *unit)
        .unwrap_or((1, "byte"));
    let tenths = bytes.saturating_mul(10) / unit;
    match tenths % 10 {
        0 => format!("{} {name}", tenths / 10),
        tenth => format!("{},{tenth} {name}", tenths / 10),
    }
}

/// The card. It asks each time it is shown, and says nothing before the browser has answered.
#[component]
pub(super) fn Storage() -> impl IntoView {
    let answer = RwSignal::new(None);
    spawn_local(async move {
        let room = storage_use().await;
        // The screen may be gone by now.
        let _ = answer.try_set(Some(room));
    });
    let room = move || match answer.get() {
        None => ().into_any(),
        Some(None) => view! { <p>{words::UNKNOWN}</p> }.into_any(),
        Some(Some(room)) => {
            let line = format!("Đã dùng {} trong {}", size(room.used), size(room.quota));
            view! {
                <p id="bo-nho-dung">{line}</p>
                <meter
                    aria-labelledby="bo-nho-dung"
                    min="0"
                    max=room.quota.to_string()
                    high=(room.quota / 10 * 9).to_string()
                    value=room.used.to_string()
                ></meter>
                <p class="small">{if room.persisted { words::KEPT } else { words::NOT_KEPT }}</p>
            }
            .into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="bo-nho">
            <h2 id="bo-nho">{words::TITLE}</h2>
            {room}
        </section>
    }
}
