//! The status line: one fact about where what was entered is now.

use super::icon::Icon;
use crate::device::SyncStatus;
use crate::parts::live::{bound, live};
use leptos::prelude::*;

/// How a status looks, and where it leads when the official must do something.
fn look(status: SyncStatus) -> (&'static str, Icon, Option<&'static str>) {
    match status {
        SyncStatus::Saving => ("", Icon::Moving, None),
        SyncStatus::Saved => ("ok", Icon::Done, None),
        SyncStatus::Syncing => ("", Icon::Moving, None),
        SyncStatus::Synced { .. } => ("ok", Icon::Done, None),
        SyncStatus::Offline { .. } => ("wait", Icon::Waiting, None),
        SyncStatus::Refused { .. } => ("bad", Icon::Attention, Some("/thiet-bi")),
        SyncStatus::NotStored => ("bad", Icon::Attention, None),
        SyncStatus::SignInNeeded { .. } => ("wait", Icon::Attention, Some("/dang-nhap")),
        SyncStatus::AppTooOld { .. } => ("wait", Icon::Attention, Some("/thiet-bi")),
    }
}

/// The line, on top of every screen. The element stays; only its words change, so that a screen reader says them.
#[component]
pub fn StatusLine(
    /// What is true now; nothing while nobody works here, since nothing was entered.
    #[prop(into)]
    status: Signal<Option<SyncStatus>>,
    /// Who works here; shown where there is room.
    #[prop(into)]
    who: Signal<String>,
) -> impl IntoView {
    let status = Memo::new(move |_| status.get());
    view! {
        <div class=bound(move || format!("status {}", status.get().map_or("", |status| look(status).0)))>
            <span class="mark">{Icon::following(move || status.get().map(|status| look(status).1))}</span>
            <span role="status" id="trang-thai">
                {live(move || {
                    status.get().map(|status| match look(status).2 {
                        Some(href) => view! { <a href=href>{status.to_string()}</a> }.into_any(),
                        None => status.to_string().into_any(),
                    })
                })}
            </span>
            <span class="who">{live(move || who.get())}</span>
        </div>
    }
}
