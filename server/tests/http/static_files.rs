//! The built app and the public page.

use crate::kit::http::Server;
use reqwest::Method;
use std::fs;
use std::path::Path;

fn built(dist: &Path) {
    let write = |name: &str, text: &str| fs::write(dist.join(name), text).unwrap();
    write("index.html", "<!doctype html>shell");
    write("index.html.br", "br of shell");
    write("sw.js", "worker");
    write("manifest.webmanifest", "{}");
    write("app-0123456789abcdef.js", "script");
    write("app-0123456789abcdef.js.br", "br of script");
    write("app-0123456789abcdef.js.gz", "gz of script");
    write("app_bg-0123456789abcdef.wasm", "module");
    write("assets.json", "{\"style\":\"/style-00112233.css\",\"build\":\"b1\"}");
    fs::create_dir(dist.join("icons")).unwrap();
    write("icons/icon-192.png", "png");
}

async fn server(dist: &Path) -> Server {
    let dist = dist.to_owned();
    Server::with(|config| config.dist = Some(dist)).await
}

#[tokio::test]
async fn the_shell_answers_the_apps_routes_and_nothing_else() {
    let dist = tempfile::tempdir().unwrap();
    built(dist.path());
    let server = server(dist.path()).await;
    let browser = server.browser();
    for route in [
        "/",
        "/dang-nhap",
        "/ho-so/2024/5.4",
        "/ra-soat",
        "/ra-soat/x/2024",
        "/thiet-bi?x=1",
    ] {
        let answer = browser.get(route).await;
        assert_eq!(answer.status(), 200, "{route}");
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        assert!(
            answer.headers().get("last-modified").is_none(),
            "an older build put back must be seen"
        );
        assert_eq!(answer.text().await.unwrap(), "<!doctype html>shell");
    }
    for path in [
        "/cong-khai/x/2024",
        "/nothing",
        "/assets.json",
        "/icons",
        "/icons/",
        "/index.html.br",
        "/..%2fx",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
    }
    let answer = browser.request(Method::POST, "/").send().await.unwrap();
    assert_eq!(answer.status(), 405);
}

#[tokio::test]
async fn types_compression_and_caching() {
    let dist = tempfile::tempdir().unwrap();
    built(dist.path());
    let server = server(dist.path()).await;
    let get = |path: &str, encoding: &str| {
        server
            .browser()
            .request(Method::GET, path)
            .header("accept-encoding", encoding)
            .send()
    };
    const IMMUTABLE: &str = "public, max-age=31536000, immutable";
    for (path, encoding, body, kind, cache) in [
        (
            "/app-0123456789abcdef.js",
            "br, gzip",
            "br of script",
            "text/javascript",
            IMMUTABLE,
        ),
        (
            "/app-0123456789abcdef.js",
            "gzip",
            "gz of script",
            "text/javascript",
            IMMUTABLE,
        ),
        (
            "/app-0123456789abcdef.js",
            "identity",
            "script",
            "text/javascript",
            IMMUTABLE,
        ),
        (
            "/app_bg-0123456789abcdef.wasm",
            "br",
            "module",
            "application/wasm",
            IMMUTABLE,
        ),
        ("/sw.js", "br", "worker", "text/javascript", "no-cache"),
        (
            "/manifest.webmanifest",
            "br",
            "{}",
            "application/manifest+json",
            "no-cache",
        ),
        ("/icons/icon-192.png", "br", "png", "image/png", "no-cache"),
        (
            "/ho-so/2024",
            "br",
            "br of shell",
            "text/html; charset=utf-8",
            "no-cache",
        ),
    ] {
        let answer = get(path, encoding).await.unwrap();
        assert_eq!(answer.headers()["content-type"], kind, "{path}");
        assert_eq!(answer.headers()["cache-control"], cache, "{path}");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        assert_eq!(answer.text().await.unwrap(), body, "{path} {encoding}");
    }
    let gone = get("/app-ffffffffffffffff.js", "br").await.unwrap();
    assert_eq!(
        (
            gone.status().as_u16(),
            gone.headers()["cache-control"].to_str().unwrap()
        ),
        (404, "no-store")
    );
}

#[tokio::test]
async fn without_a_built_app_the_page_says_so() {
    let server = Server::demo().await;
    assert_eq!(server.browser().get("/").await.status(), 404);
    let empty = tempfile::tempdir().unwrap();
    let server = self::server(empty.path()).await;
    let answer = server.browser().get("/").await;
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("chưa có giao diện"));
}

#[tokio::test]
async fn the_public_page_needs_no_script_and_no_session() {
    let dist = tempfile::tempdir().unwrap();
    built(dist.path());
    let server = server(dist.path()).await;
    let answer = server.browser().get("/gioi-thieu").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    let html = answer.text().await.unwrap();
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"vi\">"), "{html}");
    assert!(
        html.contains("<link rel=\"stylesheet\" href=\"/style-00112233.css\">"),
        "{html}"
    );
    assert!(html.contains("<title>Giới thiệu – Chuẩn tiếp cận pháp luật</title>"));
    for forbidden in ["<script", "<style", "style=", " onclick", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    for word in ["không có mạng", "Chrome", "Safari", "Zalo", "Thêm vào"] {
        assert!(html.contains(word), "{word}");
    }
    let who = server.signed_in("quantri").await.json("/api/v1/session").await;
    assert_eq!(who["server"]["build"], "b1");
}
