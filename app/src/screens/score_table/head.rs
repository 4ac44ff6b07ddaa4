//! The head of a dossier: whose, which year, how it stands.

use crate::device::Device;
use crate::parts::heading::Heading;
use crate::screens::glance::{CriteriaBars, Total, deadline};
use crate::screens::open::Shown;
use crate::screens::years::is_begun;
use leptos::prelude::*;
use shared::workflow::Status;

/// The head of the list.
#[component]
pub fn DossierHead(shown: Shown) -> impl IntoView {
    let device = expect_context::<Device>();
    let snapshot = shown.handle.snapshot;
    let summary = Signal::derive(move || snapshot.get().map(|snapshot| snapshot.summary.clone()));
    let left = deadline(device, shown.set, shown.address.year());
    let name = shown.name();
    let writes = shown.can_write();
    let state = move || match (writes, is_begun(snapshot)) {
        (true, Some(false)) => "Chưa bắt đầu".to_owned(),
        (true, _) => Status::default().label(),
        (false, _) => "Chỉ xem · tạm tính, chưa gửi".to_owned(),
    };
    view! {
        <div class="dossier-head">
            <div class="head">
                <Heading tab=name.clone()>{name}</Heading>
                <span class="chip">{state}</span>
            </div>
            <Total summary conditions=shown.address.conditions() left />
            <CriteriaBars summary />
        </div>
    }
}
