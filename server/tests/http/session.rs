//! Signing in and out, and what a session is worth.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::kit::http::{Browser, Server, problem};
use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};
use server::auth::sessions::{IDLE_MS, LONGEST_MS};
use server::clock::now_ms;
use sqlx::Row;

#[tokio::test]
async fn signs_in_says_who_and_out() {
    let server = Server::demo().await;
    let mut browser = server.browser();
    assert_eq!(problem(browser.get("/api/v1/session").await).await, "sign-in-needed");
    let answer = browser.sign_in("ThuongCat.TuPhap", "demo-2024").await;
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.starts_with("tcpl=") && cookie.contains("; HttpOnly; SameSite=Lax;"),
        "{cookie}"
    );
    assert!(!cookie.contains("Secure"), "plain http on loopback");
    let who: Value = answer.json().await.unwrap();
    assert_eq!(who["user"]["username"], "thuongcat.tuphap");
    assert_eq!(who["unit"]["path"], "ha-noi/bac-tu-liem/thuong-cat");
    assert_eq!(who["unit"]["level"], "commune");
    assert_eq!(
        who["position"],
        json!({ "id": "tu-phap-ho-tich", "title": "Công chức Tư pháp - Hộ tịch" })
    );
    let years = who["years"].as_array().unwrap();
    assert!(years.contains(&json!({ "year": 2024, "set": "QD25_2021" })));
    assert!(years.contains(&json!({ "year": 2025, "set": null })), "suspended");
    assert_eq!(browser.json("/api/v1/session").await, who);
    assert_eq!(
        browser
            .request(Method::DELETE, "/api/v1/session")
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert_eq!(
        problem(browser.get("/api/v1/session").await).await,
        "sign-in-needed",
        "dead at once"
    );
}

#[tokio::test]
async fn an_administrator_has_no_unit() {
    let server = Server::demo().await;
    let who = server.signed_in("quantri").await.json("/api/v1/session").await;
    assert_eq!(who["unit"], Value::Null);
    assert_eq!(who["position"]["title"], "Quản trị hệ thống");
}

#[tokio::test]
async fn wrong_password_unknown_account_and_disabled_account_look_the_same() {
    let server = Server::demo().await;
    server
        .app
        .accounts
        .users
        .disable("thuongcat.congan", now_ms())
        .await
        .unwrap();
    for (username, password) in [
        ("thuongcat.tuphap", "demo-2023"),
        ("nobody", "demo-2024"),
        ("không có ai", "demo-2024"),
        ("thuongcat.congan", "demo-2024"),
        ("thuongcat.tuphap", ""),
    ] {
        let answer = server.browser().sign_in(username, password).await;
        assert_eq!(answer.status(), 401);
        assert!(answer.headers().get(SET_COOKIE).is_none());
        assert_eq!(problem(answer).await, "wrong-password", "{username}");
    }
}

#[tokio::test]
async fn an_unknown_account_costs_as_much_as_a_known_one() {
    // Not a stopwatch: with the decoy taken away the hash is not computed at all, a hundred times faster.
    // The quickest of three: a busy machine holds up one or the other, not all of either.
    let server = Server::demo().await;
    let mut took = [std::time::Duration::MAX; 2];
    for _ in 0..3 {
        for (username, took) in ["nobody", "thuongcat.tuphap"].into_iter().zip(&mut took) {
            let began = tokio::time::Instant::now();
            server.browser().sign_in(username, "wrong").await;
            *took = began.elapsed().min(*took);
        }
    }
    assert!(took[0] * 5 > took[1], "{took:?}");
}

#[tokio::test]
async fn only_hashes_are_stored() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    let ticket: Value = browser.post("/api/v1/sync-ticket").await.json().await.unwrap();
    let ticket = ticket["ticket"].as_str().unwrap();
    let token = browser.cookie.as_deref().unwrap().split_once('=').unwrap().1;
    let raw = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let secrets = [
        token.as_bytes().to_vec(),
        raw(token),
        ticket.as_bytes().to_vec(),
        raw(ticket),
        b"demo-2024".to_vec(),
    ];
    server.app.store.close().await;
    for entry in std::fs::read_dir(server.data.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in &secrets {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret),
                "a secret is on disk"
            );
        }
    }
}

/// When the only session was renewed, and when it expires.
async fn times(server: &Server) -> (i64, i64) {
    let row = sqlx::query("SELECT renewed_ms, expires_ms FROM sessions")
        .fetch_one(server.app.store.pool())
        .await
        .unwrap();
    (row.get(0), row.get(1))
}

async fn shift(server: &Server, change: &'static str, by_ms: i64) {
    sqlx::query(change)
        .bind(by_ms)
        .execute(server.app.store.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn use_renews_a_session_up_to_a_limit_and_idling_ends_it() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    let (_, first) = times(&server).await;
    browser.json("/api/v1/session").await;
    assert_eq!(times(&server).await.1, first, "not written at every request");
    const BACK: &str = "UPDATE sessions SET created_ms = created_ms - ?1, renewed_ms = renewed_ms - ?1, \
                        expires_ms = expires_ms - ?1";
    shift(&server, BACK, IDLE_MS / 2).await;
    browser.json("/api/v1/session").await;
    let (renewed, expires) = times(&server).await;
    assert_eq!(expires - renewed, IDLE_MS, "renewed");
    shift(
        &server,
        "UPDATE sessions SET created_ms = created_ms - ?1, renewed_ms = 0",
        LONGEST_MS - IDLE_MS,
    )
    .await;
    browser.json("/api/v1/session").await;
    let (renewed, expires) = times(&server).await;
    assert!(expires - renewed < IDLE_MS, "but not beyond the longest");
    shift(&server, BACK, IDLE_MS + 1000).await;
    assert_eq!(problem(browser.get("/api/v1/session").await).await, "sign-in-needed");
}

#[tokio::test]
async fn a_device_stays_one_device_and_has_one_session() {
    let server = Server::demo().await;
    let mut browser = server.browser();
    let first: Value = browser
        .sign_in("thuongcat.tuphap", "demo-2024")
        .await
        .json()
        .await
        .unwrap();
    let old = browser.clone();
    let again = sign_in_as_device(&mut browser, "thuongcat.tuphap", &first["device_id"]).await;
    assert_eq!(again["device_id"], first["device_id"]);
    assert_eq!(
        problem(old.get("/api/v1/session").await).await,
        "sign-in-needed",
        "the earlier session is over"
    );
    let colleague = sign_in_as_device(&mut server.browser(), "thuongcat.vanphong", &first["device_id"]).await;
    assert_ne!(
        colleague["device_id"], first["device_id"],
        "another account's device is not taken over"
    );
    assert_eq!(browser.get("/api/v1/session").await.status(), 200);
}

async fn sign_in_as_device(browser: &mut Browser, username: &str, device: &Value) -> Value {
    let body = json!({ "username": username, "password": "demo-2024", "device_name": "Máy thử", "device_id": device });
    let answer = browser
        .request(Method::POST, "/api/v1/session")
        .json(&body)
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()[SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    browser.cookie = Some(cookie);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn each_device_has_its_own_session_and_the_oldest_goes_when_there_are_too_many() {
    let server = Server::demo().await;
    let first = server.signed_in("thuongcat.tuphap").await;
    let second = server.signed_in("thuongcat.tuphap").await;
    first.request(Method::DELETE, "/api/v1/session").send().await.unwrap();
    assert_eq!(
        second.get("/api/v1/session").await.status(),
        200,
        "the other device is not signed out"
    );
    shift(&server, "UPDATE sessions SET renewed_ms = renewed_ms - ?1", 1).await;
    for _ in 0..20 {
        server.signed_in("thuongcat.tuphap").await;
    }
    assert_eq!(second.get("/api/v1/session").await.status(), 401);
}

#[tokio::test]
async fn disabling_and_a_new_password_sign_out_everywhere() {
    let server = Server::demo().await;
    let users = &server.app.accounts.users;
    let browser = server.signed_in("thuongcat.tuphap").await;
    assert!(users.disable("thuongcat.tuphap", now_ms()).await.unwrap());
    assert_eq!(browser.get("/api/v1/session").await.status(), 401);
    assert!(users.enable("thuongcat.tuphap").await.unwrap());
    assert_eq!(
        browser.get("/api/v1/session").await.status(),
        401,
        "enabled again, but the session is gone"
    );
    let browser = server.signed_in("thuongcat.tuphap").await;
    let (_, stored) = users.find("thuongcat.tuphap").await.unwrap().unwrap();
    assert!(users.set_password("thuongcat.tuphap", &stored).await.unwrap());
    assert_eq!(browser.get("/api/v1/session").await.status(), 401);
    assert!(!users.disable("nobody", now_ms()).await.unwrap());
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_bound_to_the_host() {
    let public = server::auth::origin::Origin::parse("https://tcpl.example");
    let server = Server::with(|config| config.public_origin = public).await;
    let mut browser = server.browser();
    assert_eq!(
        problem(browser.sign_in("quantri", "demo-2024").await).await,
        "foreign-origin",
        "http is not https"
    );
    browser.origin = Some(String::from("https://tcpl.example"));
    let answer = browser.sign_in("quantri", "demo-2024").await;
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.starts_with("__Host-tcpl=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    assert_eq!(browser.get("/api/v1/session").await.status(), 200);
    browser.cookie = browser.cookie.map(|cookie| cookie.replace("__Host-", ""));
    assert_eq!(
        browser.get("/api/v1/session").await.status(),
        401,
        "the plain name is not taken"
    );
}
