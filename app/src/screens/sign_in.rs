//! Đăng nhập: by name and password where there is a network, or into an account this machine already knows.

use crate::device::{Device, KnownAccount};
use crate::parts::heading::Heading;
use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// The words of this screen.
mod words {
    pub(super) const TITLE: &str = "Đăng nhập";
    pub(super) const ABOUT: &str = "Chấm điểm xã, phường, thị trấn đạt chuẩn tiếp cận pháp luật.";
    pub(super) const USERNAME: &str = "Tên đăng nhập";
    pub(super) const PASSWORD: &str = "Mật khẩu";
    pub(super) const SHOW: &str = "Hiện";
    pub(super) const HIDE: &str = "Ẩn";
    pub(super) const SUBMIT: &str = "Đăng nhập";
    pub(super) const BUSY: &str = "Đang đăng nhập…";
    pub(super) const EMPTY: &str = "Hãy nhập tên đăng nhập và mật khẩu.";
    pub(super) const ON_THIS_DEVICE: &str = "Tài khoản trên máy này";
    pub(super) const FIRST_TIME: &str =
        "Lần đầu đăng nhập trên máy này cần có mạng. Từ lần sau, mất mạng vẫn mở được hồ sơ và chấm điểm.";
}

/// The screen.
#[component]
pub fn SignIn() -> impl IntoView {
    let device = expect_context::<Device>();
    view! {
        <div class="pad sign-in">
            <Heading tab=words::TITLE.to_owned()>{words::TITLE}</Heading>
            <p class="small">{words::ABOUT}</p>
            <PasswordForm device />
            <KnownAccounts device />
        </div>
    }
}

/// After signing in: on to the dossiers, or stay where the address already points.
fn go_on() -> impl Fn() + Clone + Send + Sync + 'static {
    let (path, navigate) = (use_location().pathname, use_navigate());
    move || {
        if path.get_untracked() == "/dang-nhap" {
            let replace = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate("/", replace);
        }
    }
}

#[component]
fn PasswordForm(device: Device) -> impl IntoView {
    let username = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let shown = RwSignal::new(false);
    let done = go_on();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let read = |node: NodeRef<html::Input>| node.get_untracked().map(|input| input.value()).unwrap_or_default();
        let (name, secret) = (read(username).trim().to_owned(), read(password));
        if name.is_empty() || secret.is_empty() {
            problem.set(Some(words::EMPTY.to_owned()));
            return;
        }
        busy.set(true);
        problem.set(None);
        let done = done.clone();
        spawn_local(async move {
            let answer = device.sign_in(&name, &secret).await;
            busy.try_set(false);
            match answer {
                Ok(()) => done(),
                Err(error) => {
                    problem.try_set(Some(error.to_string()));
                }
            }
        });
    };
    let invalid = move || problem.with(Option::is_some).then_some("true");
    view! {
        <form class="card" on:submit=submit>
            <p class="field">
                <label for="ten">{words::USERNAME}</label>
                <input
                    class="input"
                    id="ten"
                    name="username"
                    type="text"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    aria-invalid=invalid
                    aria-describedby="loi-dang-nhap"
                    node_ref=username
                />
            </p>
            <div class="field">
                <label for="mat-khau">{words::PASSWORD}</label>
                <div class="password">
                    <input
                        class="input"
                        id="mat-khau"
                        name="password"
                        type=move || if shown.get() { "text" } else { "password" }
                        autocomplete="current-password"
                        required
                        aria-invalid=invalid
                        aria-describedby="loi-dang-nhap"
                        node_ref=password
                    />
                    <button
                        class="btn plain"
                        type="button"
                        aria-pressed=move || shown.get().to_string()
                        aria-label="Hiện mật khẩu"
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {move || if shown.get() { words::HIDE } else { words::SHOW }}
                    </button>
                </div>
            </div>
            <p class="error" id="loi-dang-nhap" role="alert">
                {move || problem.get()}
            </p>
            <button class="btn main" type="submit" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { words::BUSY } else { words::SUBMIT }}
            </button>
            <p class="small">{words::FIRST_TIME}</p>
        </form>
    }
}

#[component]
fn KnownAccounts(device: Device) -> impl IntoView {
    let known = move || device.accounts.get();
    view! {
        <Show when=move || !device.accounts.with(Vec::is_empty)>
            <section class="card" aria-labelledby="tai-khoan-may">
                <h2 id="tai-khoan-may">{words::ON_THIS_DEVICE}</h2>
                <ul class="accounts">
                    {move || known().into_iter().map(|account| view! { <li><Known device account /></li> }).collect_view()}
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Known(device: Device, account: KnownAccount) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let done = go_on();
    let username = account.username.clone();
    let open = move |_| {
        let (username, done) = (username.clone(), done.clone());
        spawn_local(async move {
            match device.open_account(&username).await {
                Ok(()) => done(),
                Err(error) => {
                    problem.try_set(Some(error.to_string()));
                }
            }
        });
    };
    let unsent = account.unsent;
    view! {
        <button class="btn" type="button" on:click=open>
            <span>
                <b>{account.name.clone()}</b>
                <span class="small">{account.username.clone()}</span>
            </span>
            {(unsent > 0).then(|| view! { <span class="chip warn">{format!("{unsent} chưa gửi")}</span> })}
        </button>
        {(unsent > 0).then(|| view! { <p class="small">{account.line()}</p> })}
        <p class="error" role="alert">
            {move || problem.get()}
        </p>
    }
}
