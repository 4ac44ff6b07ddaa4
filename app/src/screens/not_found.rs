//! An address that names nothing.

use crate::parts::heading::Heading;
use leptos::prelude::*;

/// The screen.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="pad">
            <Heading tab="Không có trang này".to_owned()>"Không có trang này"</Heading>
            <p>"Địa chỉ có thể đã được gõ nhầm. Dữ liệu trên máy vẫn còn nguyên."</p>
            <p>
                <a class="btn main" href="/">
                    "Về hồ sơ"
                </a>
            </p>
        </div>
    }
}
