//! Tickets: one use, thirty seconds, gone with their session. Used here by the extractor the socket uses.

use crate::kit::http::{Browser, Server};
use axum::extract::FromRequestParts;
use axum::http::Request;
use reqwest::Method;
use serde_json::Value;
use server::api::Problem;
use server::auth::SyncCaller;

async fn ticket(browser: &Browser) -> String {
    let answer = browser.post("/api/v1/sync-ticket").await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["expires_in_s"], 30);
    body["ticket"].as_str().unwrap().to_owned()
}

/// Who `/sync` would take a request for.
async fn sync(server: &Server, request: Request<()>) -> Result<String, Problem> {
    let (mut parts, ()) = request.into_parts();
    let SyncCaller(caller) = SyncCaller::from_request_parts(&mut parts, &server.app).await?;
    Ok(caller.user.username)
}

async fn with_ticket(server: &Server, ticket: &str) -> Result<String, Problem> {
    sync(
        server,
        Request::get(format!("/sync?ticket={ticket}"))
            .header("host", "x")
            .body(())
            .unwrap(),
    )
    .await
}

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let server = Server::demo().await;
    let ticket = ticket(&server.signed_in("thuongcat.tuphap").await).await;
    assert_eq!(
        with_ticket(&server, &ticket).await,
        Ok(String::from("thuongcat.tuphap"))
    );
    assert_eq!(with_ticket(&server, &ticket).await, Err(Problem::BadTicket), "used");
    assert_eq!(with_ticket(&server, "nonsense").await, Err(Problem::BadTicket));
}

#[tokio::test]
async fn of_two_who_present_it_one_gets_in() {
    let server = Server::demo().await;
    let ticket = ticket(&server.signed_in("thuongcat.tuphap").await).await;
    let attempts = (0..8).map(|_| with_ticket(&server, &ticket));
    let answers = futures::future::join_all(attempts).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_ticket_dies_with_time_and_with_its_session() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    let late = ticket(&browser).await;
    sqlx::query("UPDATE tickets SET expires_ms = expires_ms - 30000")
        .execute(server.app.store.pool())
        .await
        .unwrap();
    assert_eq!(with_ticket(&server, &late).await, Err(Problem::BadTicket));
    let orphaned = ticket(&browser).await;
    browser.request(Method::DELETE, "/api/v1/session").send().await.unwrap();
    assert_eq!(with_ticket(&server, &orphaned).await, Err(Problem::BadTicket));
}

#[tokio::test]
async fn unused_tickets_do_not_pile_up() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    for _ in 0..30 {
        ticket(&browser).await;
    }
    let last = ticket(&browser).await;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM tickets")
        .fetch_one(server.app.store.pool())
        .await
        .unwrap();
    assert_eq!(count, 16);
    assert!(with_ticket(&server, &last).await.is_ok(), "the newest stays");
}

#[tokio::test]
async fn by_cookie_only_a_page_of_this_server_opens_a_socket() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    let cookie = browser.cookie.as_deref().unwrap();
    let request = |origin: Option<&str>| {
        let request = Request::get("/sync")
            .header("host", "127.0.0.1:9")
            .header("cookie", cookie);
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
        .body(())
        .unwrap()
    };
    assert!(sync(&server, request(Some("http://127.0.0.1:9"))).await.is_ok());
    for origin in [
        None,
        Some("http://127.0.0.1:8"),
        Some("http://evil.example"),
        Some("null"),
    ] {
        assert_eq!(
            sync(&server, request(origin)).await,
            Err(Problem::ForeignOrigin),
            "{origin:?}"
        );
    }
    let strangers = Request::get("/sync")
        .header("host", "x")
        .header("origin", "http://x")
        .body(())
        .unwrap();
    assert_eq!(sync(&server, strangers).await, Err(Problem::SignInNeeded));
}

#[tokio::test]
async fn what_hangs_on_a_session_ends_with_it() {
    let server = Server::demo().await;
    let sessions = &server.app.accounts.sessions;
    for by in ["sign out", "another process"] {
        let browser = server.signed_in("thuongcat.tuphap").await;
        let ticket = ticket(&browser).await;
        let (mut parts, ()) = Request::get(format!("/sync?ticket={ticket}"))
            .body(())
            .unwrap()
            .into_parts();
        let SyncCaller(caller) = SyncCaller::from_request_parts(&mut parts, &server.app).await.unwrap();
        let mut watch = sessions.watch(caller.session);
        let early = tokio::time::timeout(std::time::Duration::from_millis(50), watch.ended()).await;
        assert!(early.is_err(), "it lives");
        if by == "sign out" {
            browser.request(Method::DELETE, "/api/v1/session").send().await.unwrap();
        } else {
            sqlx::query("DELETE FROM sessions")
                .execute(server.app.store.pool())
                .await
                .unwrap();
        }
        tokio::time::timeout(std::time::Duration::from_secs(10), watch.ended())
            .await
            .expect(by);
    }
}
