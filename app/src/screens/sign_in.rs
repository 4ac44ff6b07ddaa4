//! Đăng nhập: by name and password where there is a network, or into an account this machine already knows.

use crate::device::{Device, KnownAccount};
use crate::parts::heading::{Heading, Travelled};
use crate::parts::live::{bound, live};
use crate::parts::navigation::{Going, Navigation};
use leptos::{ev, html, prelude::*, task::spawn_local};

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
    pub(super) const OPEN: &str = "Mở";
    pub(super) const PASSWORD_NEEDED: &str = "Cần mật khẩu";
    pub(super) const FIRST_TIME: &str =
        "Lần đầu đăng nhập trên máy này cần có mạng. Từ lần sau, mất mạng vẫn mở được hồ sơ và chấm điểm.";
}

/// The screen.
#[component]
pub fn SignIn() -> impl IntoView {
    let device = expect_context::<Device>();
    let fields = Fields {
        username: NodeRef::new(),
        password: NodeRef::new(),
    };
    view! {
        <div class="pad sign-in">
            <Heading tab=words::TITLE.to_owned()>{words::TITLE}</Heading>
            <p class="small">{words::ABOUT}</p>
            <KnownAccounts device fields />
            <PasswordForm device fields />
        </div>
    }
}

/// The two fields of the form.
#[derive(Debug, Clone, Copy)]
struct Fields {
    username: NodeRef<html::Input>,
    password: NodeRef<html::Input>,
}

impl Fields {
    fn read(self) -> (String, String) {
        let value = |node: NodeRef<html::Input>| node.get_untracked().map(|input| input.value()).unwrap_or_default();
        (value(self.username).trim().to_owned(), value(self.password))
    }

    /// Asks for the password of an account.
    fn ask(self, username: &str) {
        if let (Some(name), Some(password)) = (self.username.get_untracked(), self.password.get_untracked()) {
            name.set_value(username);
            // A refused focus leaves the official where they were; the name stands in its field.
            let _ = password.focus();
        }
    }
}

/// After signing in: back to where the official was, or on to the dossiers.
fn go_on() -> impl Fn() + Clone + Send + Sync + 'static {
    let navigation = expect_context::<Navigation>();
    let travelled = use_context::<Travelled>();
    move || {
        if navigation.path.get_untracked() != "/dang-nhap" {
            return;
        }
        let came_from_here = travelled.is_some_and(|travelled| travelled.0.get_value());
        let back = came_from_here.then(|| window().history().and_then(|history| history.back()));
        if !matches!(back, Some(Ok(()))) {
            navigation.go("/", Going::Instead);
        }
    }
}

#[component]
fn PasswordForm(device: Device, fields: Fields) -> impl IntoView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let shown = RwSignal::new(false);
    let done = go_on();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (name, secret) = fields.read();
        if name.is_empty() || secret.is_empty() {
            problem.set(Some(words::EMPTY.to_owned()));
            return;
        }
        busy.set(true);
        problem.set(None);
        let done = done.clone();
        spawn_local(async move {
            let answer = device.sign_in(&name, &secret).await;
            // The page may be gone by now: then there is nothing left to say.
            let _ = busy.try_set(false);
            match answer {
                Ok(()) => done(),
                Err(error) => drop(problem.try_set(Some(error.to_string()))),
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
                    node_ref=fields.username
                />
            </p>
            <div class="field">
                <label for="mat-khau">{words::PASSWORD}</label>
                <div class="password">
                    <input
                        class="input"
                        id="mat-khau"
                        name="password"
                        type=bound(move || if shown.get() { "text" } else { "password" })
                        autocomplete="current-password"
                        required
                        aria-invalid=invalid
                        aria-describedby="loi-dang-nhap"
                        node_ref=fields.password
                    />
                    <button
                        class="btn plain"
                        type="button"
                        aria-pressed=bound(move || shown.get().to_string())
                        aria-label="Hiện mật khẩu"
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {live(move || if shown.get() { words::HIDE } else { words::SHOW })}
                    </button>
                </div>
            </div>
            <p class="error" id="loi-dang-nhap" role="alert">
                {live(move || problem.get())}
            </p>
            <button class="btn main" type="submit" aria-disabled=bound(move || busy.get().then_some("true"))>
                {live(move || if busy.get() { words::BUSY } else { words::SUBMIT })}
            </button>
            <p class="small">{words::FIRST_TIME}</p>
        </form>
    }
}

/// Who has worked on this machine, with what of each is not sent: an account that was not signed out opens at one tap,
/// without a network too.
#[component]
fn KnownAccounts(device: Device, fields: Fields) -> impl IntoView {
    let list = move || {
        let known = device.accounts.get().into_iter();
        known
            .map(|account| view! { <Known device fields account /> })
            .collect_view()
    };
    view! {
        <section
            class="card"
            aria-labelledby="tai-khoan-may"
            hidden=bound(move || device.accounts.with(Vec::is_empty))
        >
            <h2 id="tai-khoan-may">{words::ON_THIS_DEVICE}</h2>
            <ul class="accounts">{list}</ul>
        </section>
    }
}

#[component]
fn Known(device: Device, fields: Fields, account: KnownAccount) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let done = go_on();
    let (username, signed_out) = (account.username.clone(), account.signed_out);
    let open = move |_| {
        if signed_out {
            fields.ask(&username);
            return;
        }
        let (username, done) = (username.clone(), done.clone());
        spawn_local(async move {
            match device.open_account(&username).await {
                Ok(()) => done(),
                Err(error) => {
                    fields.ask(&username);
                    // The page may be gone by now: then there is nothing left to say.
                    let _ = problem.try_set(Some(error.to_string()));
                }
            }
        });
    };
    let way = if signed_out {
        words::PASSWORD_NEEDED
    } else {
        words::OPEN
    };
    let unsent = account.line();
    view! {
        <li>
            <button class="btn" type="button" on:click=open>
                <span>
                    <b>{account.name}</b>
                    <span class="small">{account.username}</span>
                </span>
                <span class="small">{way}</span>
            </button>
            {unsent.map(|line| view! { <p class="notice warn">{line}</p> })}
            <p class="error" role="alert">
                {live(move || problem.get())}
            </p>
        </li>
    }
}
