//! What stands before every call: origin, sizes, methods, headers, the description; and the orderly stop.

use crate::kit::http::{Server, problem};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_foreign_page_cannot_use_the_cookie() {
    let server = Server::demo().await;
    let mut browser = server.signed_in("thuongcat.tuphap").await;
    for origin in [
        None,
        Some("http://evil.example"),
        Some("null"),
        Some("http://127.0.0.1:1"),
    ] {
        browser.origin = origin.map(str::to_owned);
        let answer = browser.post("/api/v1/sync-ticket").await;
        assert_eq!(problem(answer).await, "foreign-origin", "{origin:?}");
        let answer = browser.request(Method::DELETE, "/api/v1/session").send().await.unwrap();
        assert_eq!(problem(answer).await, "foreign-origin", "{origin:?}");
    }
    browser.origin = Some(server.url.clone());
    assert_eq!(
        browser.get("/api/v1/session").await.status(),
        200,
        "nothing was signed out"
    );
}

#[tokio::test]
async fn a_foreign_page_cannot_sign_anybody_in() {
    let server = Server::demo().await;
    let mut browser = server.browser();
    browser.origin = Some(String::from("http://evil.example"));
    assert_eq!(
        problem(browser.sign_in("quantri", "demo-2024").await).await,
        "foreign-origin"
    );
    browser.origin = None;
    assert_eq!(
        browser.sign_in("quantri", "demo-2024").await.status(),
        200,
        "a program without a browser may"
    );
}

#[tokio::test]
async fn bodies_are_bounded_and_never_quoted() {
    let server = Server::demo().await;
    let browser = server.browser();
    let post = |body: String| {
        browser
            .request(Method::POST, "/api/v1/session")
            .header("content-type", "application/json")
            .body(body)
    };
    let huge = format!("{{\"username\":\"{}\"}}", "a".repeat(20_000));
    assert_eq!(problem(post(huge).send().await.unwrap()).await, "too-large");
    for body in [
        "",
        "{",
        "[]",
        "{\"username\":1,\"password\":\"hunter2\"}",
        "{\"password\":\"hunter2\", oops}",
    ] {
        let answer = post(body.to_owned()).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let text = answer.text().await.unwrap();
        assert!(
            text.contains("urn:chuan-tcpl:problem:bad-request") && !text.contains("hunter2"),
            "{text}"
        );
    }
    let plain = browser
        .request(Method::POST, "/api/v1/session")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(
        problem(plain).await,
        "bad-request",
        "a form of another page cannot post JSON"
    );
}

#[tokio::test]
async fn an_endless_head_is_cut_off() {
    let server = Server::demo().await;
    let request = server.browser().request(Method::GET, "/healthz");
    assert_eq!(
        request.header("x-a", "a".repeat(30_000)).send().await.unwrap().status(),
        200
    );
    let request = server.browser().request(Method::GET, "/healthz");
    let answer = request.header("x-a", "a".repeat(300_000)).send().await;
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() == 431));
}

#[tokio::test]
async fn unknown_calls_and_methods_are_problems() {
    let server = Server::demo().await;
    let browser = server.signed_in("quantri").await;
    assert_eq!(problem(browser.get("/api/v1/nothing").await).await, "not-found");
    assert_eq!(problem(browser.get("/api/v2/session").await).await, "not-found");
    let answer = browser.request(Method::PUT, "/api/v1/session").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    assert_eq!(problem(answer).await, "method-not-allowed");
    assert_eq!(
        problem(browser.get("/api/v1/board").await).await,
        "bad-request",
        "a year is needed"
    );
    assert_eq!(problem(browser.get("/api/v1/board?year=x").await).await, "bad-request");
    assert_eq!(
        problem(browser.get("/api/v1/documents?nonsense=1").await).await,
        "bad-request"
    );
}

#[tokio::test]
async fn every_call_needs_a_session_but_signing_in_and_the_description() {
    let server = Server::demo().await;
    let description: Value = server.browser().json("/api/v1/openapi.json").await;
    let mut asked = 0;
    for (path, calls) in description["paths"].as_object().unwrap() {
        for method in calls.as_object().unwrap().keys() {
            if (path.as_str(), method.as_str()) == ("/api/v1/session", "post") {
                continue;
            }
            let path = path.replace("{document}", "x");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = server.browser().request(method.clone(), &path).send().await.unwrap();
            assert_eq!(problem(answer).await, "sign-in-needed", "{method} {path}");
            asked += 1;
        }
    }
    assert_eq!(asked, 8);
}

#[tokio::test]
async fn every_answer_has_the_security_headers_and_an_id() {
    let server = Server::demo().await;
    let host = server.url.strip_prefix("http://").unwrap();
    for path in ["/healthz", "/api/v1/session", "/gioi-thieu", "/nothing", "/"] {
        let answer = server.browser().get(path).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "));
        assert!(
            policy.contains(&format!("; connect-src 'self' ws://{host}; ")),
            "{policy}"
        );
        assert!(
            policy.ends_with("; base-uri 'none'; frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert!(header("permissions-policy").contains("geolocation=()"));
        assert_eq!(header("x-request-id").len(), 36);
        assert!(
            answer.headers().get("strict-transport-security").is_none(),
            "plain http"
        );
    }
    let answer = server.browser().get("/api/v1/session").await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn a_host_header_cannot_write_into_the_policy() {
    let server = Server::demo().await;
    let request = server
        .browser()
        .request(Method::GET, "/healthz")
        .header("host", "x;script-src *");
    let policy = request.send().await.unwrap().headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("connect-src 'self'; ") && !policy.contains('*'),
        "{policy}"
    );
}

#[tokio::test]
async fn alive_ready_and_counted() {
    let server = Server::demo().await;
    let browser = server.signed_in("quantri").await;
    assert_eq!(browser.get("/healthz").await.text().await.unwrap(), "ok\n");
    assert_eq!(browser.get("/readyz").await.status(), 200);
    let text = browser.get("/metrics").await.text().await.unwrap();
    assert!(text.contains("tcpl_sign_ins_total{result=\"ok\"} 1\n"), "{text}");
    let proxied = browser
        .request(Method::GET, "/metrics")
        .header("x-forwarded-for", "10.0.0.1")
        .send()
        .await
        .unwrap();
    assert_eq!(proxied.status(), 404, "not for what a proxy passes on");
    // Somebody else holds the database for longer than the server waits.
    let held = server.app.store.pool().begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(browser.get("/healthz").await.status(), 200);
    assert_eq!(browser.get("/readyz").await.status(), 503);
    drop(held);
    assert_eq!(browser.get("/readyz").await.status(), 200);
}

#[tokio::test]
async fn the_description_is_the_one_in_the_docs() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let current = server::api::document() + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == current,
        "docs/openapi.json is old: run the tests once with UPDATE_DOCS=1 and look at the diff"
    );
}

#[tokio::test]
async fn an_orderly_stop_ends_streams_and_closes_the_door() {
    let mut server = Server::demo().await;
    let browser = server.signed_in("bactuliem.tuphap").await;
    let mut stream = browser.get("/api/v1/board/events?year=2024").await;
    server.stop().await;
    assert!(
        stream.chunk().await.unwrap().is_none(),
        "the stream ended, it was not cut"
    );
    assert!(browser.request(Method::GET, "/healthz").send().await.is_err());
}
