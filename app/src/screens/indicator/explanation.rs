//! Giải trình: prose that colleagues may edit at the same time.

use crate::parts::live::live;
use crate::parts::typed_group::{Enter, Group, TypedGroup};
use crate::screens::open::Shown;
use leptos::prelude::*;
use shared::criteria::Indicator;
use shared::dossier::text::MAX_TEXT;
use std::sync::Arc;

/// The words of this part.
mod words {
    pub(super) const TITLE: &str = "Giải trình";
    pub(super) const NONE: &str = "Chưa có giải trình.";
    pub(super) const HINT: &str = "Tự lưu khi ngừng gõ. Nhiều người cùng sửa được.";
}

/// The explanation: a field for those who write, plain text for those who read.
#[component]
pub fn Explanation(shown: Shown, indicator: &'static Indicator) -> impl IntoView {
    let handle = shown.handle;
    let saved = Memo::new(move |_| {
        handle
            .indicator(&indicator.number)
            .map(|entries| entries.explanation.clone())
            .unwrap_or_default()
    });
    if !shown.can_write() {
        return view! {
            <section class="card">
                <h2>{words::TITLE}</h2>
                <p class="prose">{live(move || saved.with(|text| if text.is_empty() { words::NONE.to_owned() } else { text.clone() }))}</p>
            </section>
        }
        .into_any();
    }
    let enter: Enter = Arc::new(move |edit, _| {
        Some(Box::pin(handle.edit_explanation(
            &indicator.number,
            &edit.base,
            &edit.new,
        )))
    });
    let group = Group::new(handle, format!("{}/giai-trinh", indicator.number), 1, saved, enter);
    let start = group.text();
    view! {
        <section class="card">
            <TypedGroup group shows=Callback::new(|_| ())>
                <div class="field">
                    <h2>
                        <label for="giai-trinh">{words::TITLE}</label>
                    </h2>
                    <textarea
                        class="input"
                        id="giai-trinh"
                        rows="4"
                        maxlength=MAX_TEXT.to_string()
                        aria-describedby="giai-trinh-goi-y"
                        prop:value=start
                    ></textarea>
                    <p class="hint" id="giai-trinh-goi-y">
                        {words::HINT}
                    </p>
                </div>
            </TypedGroup>
        </section>
    }
    .into_any()
}
