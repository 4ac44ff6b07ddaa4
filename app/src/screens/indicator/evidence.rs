//! Tài liệu đánh giá: what usually proves an indicator. What was never checked against the annex says so.

use leptos::prelude::*;
use shared::criteria::{Indicator, SUGGESTION_MARK};

/// The list; nothing where no document is known.
#[component]
pub fn Evidence(indicator: &'static Indicator) -> impl IntoView {
    let documents = indicator.evidence.iter().map(|document| {
        view! {
            <li>
                <span>{document.text.clone()}</span>
                {(!document.sourced).then(|| view! { <span class="small">{SUGGESTION_MARK}</span> })}
            </li>
        }
    });
    (!indicator.evidence.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="tai-lieu">
                <h2 id="tai-lieu">"Tài liệu đánh giá"</h2>
                <ul class="evidence">{documents.collect_view()}</ul>
            </section>
        }
    })
}
