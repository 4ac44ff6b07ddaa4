//! Signing in and out, and handing the machine to another official.

use super::account::KnownAccount;
use super::core::{Core, Update};
use super::handle::Device;
use super::http::{self, HttpError, SessionAnswer};
use super::notice::{Notice, NoticeKind};
use super::space::Space;
use super::store::layout::meta;
use super::store::{DossierStore, Small, Write};
use super::{storage, update};
use leptos::prelude::{Update as _, *};
use shared::json;
use shared::sorted::SortedMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A clock that is off by more than this is worth a notice, in seconds.
const CLOCK_NOTICE_S: i64 = 600;

/// Why signing in did not work. `Display` is Vietnamese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The server is out of reach.
    #[error("Không kết nối được máy chủ. Kiểm tra mạng rồi thử lại; dữ liệu đã lưu trên máy không mất.")]
    Unreachable,
    /// The server said no, in its own words.
    #[error("{0}")]
    Refused(String),
    /// The account was signed out on this machine, or was never signed in.
    #[error("Tài khoản này đã đăng xuất trên máy. Hãy nhập mật khẩu để đăng nhập lại.")]
    PasswordNeeded,
}

impl From<HttpError> for SignInError {
    fn from(problem: HttpError) -> Self {
        match problem {
            HttpError::Unreachable => Self::Unreachable,
            HttpError::SignInNeeded => Self::PasswordNeeded,
            refused @ (HttpError::Refused(_) | HttpError::Wait { .. }) => Self::Refused(refused.to_string()),
        }
    }
}

impl Device {
    /// Signs in. Needs the network. If another account is open it is closed; everything of it stays on this machine.
    ///
    /// # Errors
    /// [`SignInError`]; whoever was signed in before still is.
    pub async fn sign_in(self, username: &str, password: &str) -> Result<(), SignInError> {
        let core = self.core();
        let known = self
            .accounts
            .with_untracked(|known| known.iter().find(|one| one.username == username).cloned());
        let device_id = known.map(|known| known.device_id.to_string());
        let answer = http::sign_in(username, password, &device_name(), device_id).await?;
        core.signed_in(answer).await;
        Ok(())
    }

    /// Signs out: the session ends on the server (now, or when it expires, if the server is out of reach), and this
    /// account needs its password again on this machine. What is not sent stays and is counted on the sign-in page.
    pub async fn sign_out(self) {
        let core = self.core();
        if let Some(account) = self.session.get_untracked() {
            core.machine.remember(&account, true);
        }
        core.flush();
        if let Some(space) = core.space() {
            space.tabs.signed_out();
        }
        // Out of reach: the session stays on the server until it expires, but nobody opens the account here.
        http::sign_out().await;
        core.nobody();
    }

    /// Hands the machine over: the sign-in page is shown, the account can be opened again without a network.
    pub async fn switch_to_sign_in(self) {
        let core = self.core();
        core.flush();
        core.nobody();
    }

    /// Opens an account that has worked on this machine and was not signed out, without the network.
    ///
    /// # Errors
    /// [`SignInError::PasswordNeeded`].
    pub async fn open_account(self, username: &str) -> Result<(), SignInError> {
        let core = self.core();
        let known = self
            .accounts
            .get_untracked()
            .into_iter()
            .find(|known| known.username == username);
        let known: KnownAccount = known
            .filter(|known| !known.signed_out)
            .ok_or(SignInError::PasswordNeeded)?;
        if core.resume(known.user).await {
            Ok(())
        } else {
            Err(SignInError::PasswordNeeded)
        }
    }
}

impl Core {
    /// The server has let somebody in.
    pub(super) async fn signed_in(self: &Rc<Self>, answer: SessionAnswer) {
        let user = answer.account.user.id;
        self.machine.remember(&answer.account, false);
        self.signals
            .notices
            .update(|notices| notices.retain(|notice| notice.kind != NoticeKind::OtherAccount));
        if let Some(space) = self.space().filter(|space| space.user() == user) {
            // The same account once more: what is open stays open.
            space.greeted(answer);
            space.link.wake.wake();
            return;
        }
        let store = self.store_of(&answer.account);
        let small = match store.small().await {
            Ok(small) => small,
            Err(problem) => {
                self.notify(Notice::store(&problem));
                Small::default()
            }
        };
        let space = self.enter(answer.account.clone(), store, small);
        space.greeted(answer);
        space.run();
        self.count_accounts();
        spawn_local(async {
            // A browser that does not promise may still keep the data.
            let _ = storage::ask_to_persist().await;
        });
    }

    /// Opens an account from what this machine has of it. Whether there was anything.
    pub(super) async fn resume(self: &Rc<Self>, user: shared::id::UserId) -> bool {
        let store = super::store::IdbStore::new(super::store::layout::database_name(user), Rc::new(|| ()));
        let Ok(small) = store.small().await else { return false };
        store.close();
        let account = small.meta.get(meta::SESSION).and_then(|text| json::from_str(text));
        let Some(account) = account else { return false };
        let store = self.store_of(&account);
        self.enter(account, store, small).run();
        true
    }

    /// Nobody works here now.
    pub(super) fn nobody(self: &Rc<Self>) {
        self.leave();
        self.machine.set_current(None);
        self.signals.session.set(None);
        self.count_accounts();
    }

    /// Counts again what each account on this machine has not sent.
    pub(super) fn count_accounts(self: &Rc<Self>) {
        let core = Rc::clone(self);
        spawn_local(async move { core.signals.accounts.set(core.machine.known().await) });
    }
}

impl Space {
    /// The server has said who this is, which years there are, what time it is.
    pub(super) fn greeted(self: &Rc<Self>, answer: SessionAnswer) {
        let Some(core) = self.core.upgrade() else { return };
        let text = serde_json::to_string(&answer.account).ok();
        let known = self.small.borrow().meta.get(meta::SESSION) == text.as_ref();
        if !known {
            let entries = SortedMap::from([(meta::SESSION.to_owned(), text)]);
            self.store_soon(Write {
                meta: entries,
                ..Write::default()
            });
        }
        let changed = *self.account.borrow() != answer.account;
        if changed {
            self.account.replace(answer.account.clone());
            core.signals.session.set(Some(answer.account));
            spawn_local(Rc::clone(self).open_all_years());
        }
        let ahead = answer.clock_ahead_s.unwrap_or_default();
        let entry = (meta::CLOCK.to_owned(), Some(ahead.to_string()));
        if self.small.borrow().meta.get(meta::CLOCK) != entry.1.as_ref() && (ahead != 0 || self.has_clock()) {
            self.store_soon(Write {
                meta: SortedMap::from([entry]),
                ..Write::default()
            });
        }
        if ahead.abs() > CLOCK_NOTICE_S {
            self.notify(Notice::clock(ahead));
        }
        if answer.build.is_some_and(|build| build != core.build) {
            update::look_for(&core);
        }
    }

    fn has_clock(&self) -> bool {
        self.small.borrow().meta.contains_key(meta::CLOCK)
    }

    /// The server has introduced itself on the socket.
    pub(super) fn server_speaks(&self, build: &str, newer_protocol: bool) {
        let Some(core) = self.core.upgrade() else { return };
        if newer_protocol {
            core.signals.update.set(Update::TooOld);
            self.link.too_old.set(true);
            self.link.renew.set(true);
        }
        if newer_protocol || !build.is_empty() && build != core.build {
            update::look_for(&core);
        }
    }
}

/// What to call this machine in the server's list of devices.
fn device_name() -> String {
    let agent = web_sys::window()
        .and_then(|window| window.navigator().user_agent().ok())
        .unwrap_or_default();
    let kinds = [
        ("Android", "Điện thoại Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Máy tính Windows"),
    ];
    let kind = kinds.iter().find(|(word, _)| agent.contains(word));
    kind.map_or("Máy tính", |(_, name)| name).to_owned()
}
