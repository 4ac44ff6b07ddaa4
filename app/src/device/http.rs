//! The calls of `/api/v1` the device makes.

use super::account::Account;
use super::time;
use super::wake::within_ms;
use gloo_net::http::{Request, Response};
use shared::json::{self, Read, Value, field};

/// Why a call gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum HttpError {
    /// The server could not be reached, or did not answer like one of ours. A retry helps later.
    #[error("không kết nối được máy chủ")]
    Unreachable,
    /// Not signed in (any more).
    #[error("cần đăng nhập")]
    SignInNeeded,
    /// The server said no; its own words, in Vietnamese.
    #[error("{0}")]
    Refused(String),
    /// The server asks to wait.
    #[error("{words} Thử lại sau {seconds} giây.")]
    Wait {
        /// How long.
        seconds: u32,
        /// Its own words.
        words: String,
    },
}

/// The server's answer about the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionAnswer {
    /// Who is signed in.
    pub(super) account: Account,
    /// The build of the app the server hands out; none if it does not say.
    pub(super) build: Option<String>,
    /// How many seconds this machine's clock is ahead, if that matters.
    pub(super) clock_ahead_s: Option<i64>,
}

const SESSION: &str = "/api/v1/session";
/// How long the server may take to end a session, in ms.
const SIGN_OUT_MS: u32 = 3_000;

/// Who is signed in on this browser.
pub(super) async fn who_am_i() -> Result<SessionAnswer, HttpError> {
    let answer = Request::get(SESSION).cache(web_sys::RequestCache::NoStore).send().await;
    session(answer.map_err(|_| HttpError::Unreachable)?).await
}

/// Signs in. `device_id` is what the server called this device for this account last time.
pub(super) async fn sign_in(
    username: &str,
    password: &str,
    device_name: &str,
    device_id: Option<String>,
) -> Result<SessionAnswer, HttpError> {
    let body = serde_json::json!({ "username": username, "password": password, "device_name": device_name, "device_id": device_id });
    let request = Request::post(SESSION).json(&body).map_err(|_| HttpError::Unreachable)?;
    session(request.send().await.map_err(|_| HttpError::Unreachable)?).await
}

/// Ends the session on the server, or it ends by itself there: nobody is kept waiting by a server that is silent.
pub(super) async fn sign_out() {
    let _ = within_ms(SIGN_OUT_MS, Request::delete(SESSION).send()).await;
}

/// Fetches JSON.
pub(super) async fn get_text(address: &str) -> Result<String, HttpError> {
    let answer = Request::get(address).cache(web_sys::RequestCache::NoStore).send().await;
    let answer = check(answer.map_err(|_| HttpError::Unreachable)?).await?;
    answer.text().await.map_err(|_| HttpError::Unreachable)
}

async fn session(answer: Response) -> Result<SessionAnswer, HttpError> {
    let date = answer.headers().get("date");
    let text = check(answer).await?.text().await.map_err(|_| HttpError::Unreachable)?;
    let json = json::parse(&text).ok_or(HttpError::Unreachable)?;
    let account = Account::read(&json).ok_or(HttpError::Unreachable)?;
    let said_ms = date.map(|date| js_sys::Date::parse(&date)).filter(|ms| ms.is_finite());
    Ok(SessionAnswer {
        account,
        build: json.get("server").and_then(|server| field(server, "build")),
        clock_ahead_s: said_ms.and_then(|ms| time::server_says(ms as i64)),
    })
}

async fn check(answer: Response) -> Result<Response, HttpError> {
    if answer.ok() {
        return Ok(answer);
    }
    let (status, wait) = (answer.status(), answer.headers().get("retry-after"));
    let problem = answer.text().await.ok().and_then(|text| problem(&json::parse(&text)?));
    match (problem, wait.and_then(|seconds| seconds.parse().ok())) {
        // A proxy's error page, or a server in trouble: as good as out of reach.
        (None, _) => Err(if status == 401 {
            HttpError::SignInNeeded
        } else {
            HttpError::Unreachable
        }),
        (Some(_), _) if status >= 500 => Err(HttpError::Unreachable),
        (Some((_, words)), Some(seconds)) => Err(HttpError::Wait { seconds, words }),
        (Some((kind, _)), _) if kind.ends_with(":sign-in-needed") => Err(HttpError::SignInNeeded),
        (Some((_, words)), _) => Err(HttpError::Refused(words)),
    }
}

/// What RFC 9457 calls type and title.
fn problem(json: &Value) -> Option<(String, String)> {
    Some((field(json, "type")?, field(json, "title")?))
}
