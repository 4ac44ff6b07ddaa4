//! Who is signed in, and the ways out.

use crate::device::{Account, Device};
use crate::parts::dialog::{Dialog, DialogHandle};
use leptos::{prelude::*, task::spawn_local};

/// The words of this part.
mod words {
    pub(super) const TITLE: &str = "Tài khoản";
    pub(super) const SWITCH: &str = "Đổi người dùng";
    pub(super) const SWITCH_HELP: &str =
        "Đổi người dùng: người khác đăng nhập trên máy này; tài khoản này mở lại được khi không có mạng.";
    pub(super) const SIGN_OUT: &str = "Đăng xuất";
    pub(super) const STAY: &str = "Ở lại";
    pub(super) const SURE: &str = "Đăng xuất khỏi máy này?";
    pub(super) const SAFE: &str = "Dữ liệu của tài khoản vẫn nằm trên máy và hiện lại khi đăng nhập. Sau khi đăng xuất, cần có mạng và mật khẩu để mở lại.";
    pub(super) const ALL_SENT: &str = "Mọi thay đổi đã được gửi.";
}

/// The card of the account.
#[component]
pub(super) fn AccountCard(
    /// The device.
    device: Device,
    /// The account that is open.
    account: Account,
) -> impl IntoView {
    let dialog = DialogHandle::new();
    let leave = move |_| spawn_local(async move { device.sign_out().await });
    let switch = move |_| spawn_local(async move { device.switch_to_sign_in().await });
    let unit = account.unit.as_ref().map(|unit| format!("{} {}", unit.kind, unit.name));
    let waiting = move || match device.waiting.get() {
        0 => words::ALL_SENT.to_owned(),
        count => format!("Còn {count} thay đổi chưa gửi."),
    };
    let pair = |term: &'static str, value: String| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <section class="card" aria-labelledby="tai-khoan">
            <h2 id="tai-khoan">{words::TITLE}</h2>
            <dl class="pairs">
                {pair("Tên", account.user.name.clone())} {pair("Chức danh", account.position.title.clone())}
                {unit.map(|unit| pair("Đơn vị", unit))} {pair("Tên đăng nhập", account.user.username)}
            </dl>
            <p aria-live="polite">{waiting}</p>
            <div class="btn-row">
                <button class="btn" type="button" on:click=switch>
                    {words::SWITCH}
                </button>
                <button class="btn" type="button" on:click=move |_| dialog.open()>
                    {words::SIGN_OUT}
                </button>
            </div>
            <p class="small">{words::SWITCH_HELP}</p>
            <Dialog dialog title=words::SURE>
                <p>{waiting} " " {words::SAFE}</p>
                <div class="btn-row">
                    <button class="btn" type="button" on:click=move |_| dialog.close()>
                        {words::STAY}
                    </button>
                    <button class="btn main" type="button" on:click=leave>
                        {words::SIGN_OUT}
                    </button>
                </div>
            </Dialog>
        </section>
    }
}
