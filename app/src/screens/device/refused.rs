//! What the server refused, and what was left over after it was set aside. Nothing typed is thrown away silently.

use crate::device::{Device, LeftOverField, LeftOverRecord, RefusedDossier};
use crate::parts::dialog::{Dialog, DialogHandle};
use crate::parts::live::{bound, live};
use leptos::{prelude::*, task::spawn_local};

/// The words of this part.
mod words {
    pub(super) const TITLE: &str = "Máy chủ từ chối một số thay đổi";
    pub(super) const SAFE: &str = "Các thay đổi này vẫn nằm trên máy, và thay đổi của đồng nghiệp vẫn được nhận về. Thay đổi mới trong hồ sơ này chưa gửi được cho đến khi phần bị từ chối được để riêng.";
    pub(super) const SET_ASIDE: &str = "Để riêng và làm tiếp";
    pub(super) const WHAT: &str = "Khi để riêng: ứng dụng mở bản của máy chủ và nhập lại dưới tên của bạn mọi giá trị được phép; những gì còn lại được liệt kê ở trang này, không bị xóa.";
    pub(super) const LEFT: &str = "Phần để riêng";
    pub(super) const HERE: &str = "Trên máy này";
    pub(super) const SERVER: &str = "Trên máy chủ";
    pub(super) const NOTHING: &str = "trống";
    pub(super) const DOWNLOAD: &str = "Tải về";
    pub(super) const LET_GO: &str = "Bỏ phần này";
    pub(super) const SURE: &str = "Bỏ phần để riêng này?";
    pub(super) const GONE: &str = "Phần này sẽ không còn trên máy. Hãy tải về trước nếu còn cần.";
    pub(super) const KEEP: &str = "Giữ lại";
}

/// The refused dossiers.
#[component]
pub(super) fn Refused(
    /// The device.
    device: Device,
) -> impl IntoView {
    let list = move || {
        let refused = device.refused.get().into_iter();
        refused
            .map(|dossier| view! { <OneRefused device dossier /> })
            .collect_view()
    };
    view! {
        <Show when=move || !device.refused.with(Vec::is_empty)>
            <section class="card bad" aria-labelledby="tu-choi">
                <h2 id="tu-choi">{words::TITLE}</h2>
                <p>{words::SAFE}</p>
                <ul class="refused">{list}</ul>
                <p class="small">{words::WHAT}</p>
            </section>
        </Show>
    }
}

#[component]
fn OneRefused(device: Device, dossier: RefusedDossier) -> impl IntoView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let document = dossier.document;
    let set_aside = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = device.set_aside(document).await;
            // The card may be gone by now: then there is nothing left to say.
            let _ = busy.try_set(false);
            let _ = problem.try_set(answer.err().map(|error| error.to_string()));
        });
    };
    view! {
        <li>
            <b>{format!("Hồ sơ năm {}: {} thay đổi", dossier.identity.year, dossier.changes)}</b>
            <span>{dossier.reason}</span>
            <button
                class="btn main"
                type="button"
                aria-disabled=bound(move || busy.get().then_some("true"))
                on:click=set_aside
            >
                {words::SET_ASIDE}
            </button>
            <p class="error" role="alert">
                {live(move || problem.get())}
            </p>
        </li>
    }
}

/// What was left over, by field, with both values.
#[component]
pub(super) fn LeftOver(
    /// The device.
    device: Device,
) -> impl IntoView {
    live(move || {
        let records = device.left_over.get().into_iter();
        records
            .map(|record| view! { <OneRecord device record /> })
            .collect_view()
    })
}

#[component]
fn OneRecord(device: Device, record: LeftOverRecord) -> impl IntoView {
    let dialog = DialogHandle::new();
    let problem = RwSignal::new(None::<String>);
    let (name, json) = record.export();
    let address = format!(
        "data:application/json;charset=utf-8,{}",
        js_sys::encode_uri_component(&json)
    );
    let title = format!("{} · hồ sơ năm {}", words::LEFT, record.identity.year);
    let counted = format!(
        "Đã nhập lại {} mục. Còn {} mục chưa nhập lại được:",
        record.written,
        record.fields.len()
    );
    let fields = record.fields.clone().into_iter().map(field).collect_view();
    let reason = record.reason.clone();
    let let_go = move |_| {
        let record = record.clone();
        dialog.close();
        spawn_local(async move {
            let answer = device.let_go(&record).await;
            // The card may be gone by now: then there is nothing left to say.
            let _ = problem.try_set(answer.err().map(|error| error.to_string()));
        });
    };
    view! {
        <section class="card">
            <h2>{title}</h2>
            <p>{reason}</p>
            <p>{counted}</p>
            <ul class="refused">{fields}</ul>
            <p class="error" role="alert">
                {live(move || problem.get())}
            </p>
            <div class="btn-row">
                <a class="btn" href=address download=name>
                    {words::DOWNLOAD}
                </a>
                <button class="btn danger" type="button" on:click=move |_| dialog.open()>
                    {words::LET_GO}
                </button>
            </div>
            <Dialog dialog title=words::SURE>
                <p>{words::GONE}</p>
                <div class="btn-row">
                    <button class="btn" type="button" on:click=move |_| dialog.close()>
                        {words::KEEP}
                    </button>
                    <button class="btn danger" type="button" on:click=let_go>
                        {words::LET_GO}
                    </button>
                </div>
            </Dialog>
        </section>
    }
}

fn field(field: LeftOverField) -> impl IntoView {
    let shown = |value: Option<String>| value.unwrap_or_else(|| words::NOTHING.to_owned());
    view! {
        <li>
            <b>{field.place}</b>
            <dl class="pairs">
                <div>
                    <dt>{words::HERE}</dt>
                    <dd>{shown(field.here)}</dd>
                </div>
                <div>
                    <dt>{words::SERVER}</dt>
                    <dd>{shown(field.server)}</dd>
                </div>
            </dl>
            <span class="small">{field.reason}</span>
        </li>
    }
}
