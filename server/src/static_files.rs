//! The built app: hashed files for ever, everything else asked for again each time, the shell for the app's routes.

use std::path::Path;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::App;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const NO_CACHE: &str = "no-cache";

/// Answers what no other route takes: a file of the built app, its shell, or 404.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = request.uri().path();
    let Some(dist) = &app.config.dist else {
        return not_found();
    };
    if is_app_route(path) {
        return match file(dist, "/index.html", request).await {
            response if response.status() == StatusCode::NOT_FOUND => not_built(),
            response => response,
        };
    }
    if !is_public_file(path) {
        return not_found();
    }
    let path = path.to_owned();
    file(dist, &path, request).await
}

async fn file(dist: &Path, path: &str, request: Request) -> Response {
    let immutable = is_hashed(path);
    let (mut parts, _) = request.into_parts();
    let Ok(uri) = Uri::try_from(path) else {
        return not_found();
    };
    parts.uri = uri;
    if !immutable {
        // Judged by the time of the file, an older build put back would be "not modified". These files are small.
        parts.headers.remove(header::IF_MODIFIED_SINCE);
        parts.headers.remove(header::IF_UNMODIFIED_SINCE);
    }
    let files = ServeDir::new(dist)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let Ok(response) = files.oneshot(Request::from_parts(parts, Body::empty())).await;
    let mut response = response.map(Body::new);
    if response.status() == StatusCode::NOT_FOUND {
        return not_found();
    }
    let cache = HeaderValue::from_static(if immutable { IMMUTABLE } else { NO_CACHE });
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache);
    if headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "text/html")
    {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !immutable {
        headers.remove(header::LAST_MODIFIED);
    }
    response
}

/// The routes of the app, which answer with its shell: also offline, when the service worker answers, so both lists
/// must be the same (`app/public/sw.js`).
fn is_app_route(path: &str) -> bool {
    let below = |place: &str| {
        path.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    matches!(path, "/" | "/dang-nhap" | "/thiet-bi") || below("/ho-so") || below("/ra-soat")
}

/// Not the compressed twins under their own names, not what is only for the server, nothing hidden.
fn is_public_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    !(hidden || name.is_empty() || name == "assets.json" || name.ends_with(".br") || name.ends_with(".gz"))
}

/// `name-<at least eight hex digits>.ext`: the name changes when the content does.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let hash = stem.rsplit_once('-').map(|(_, hash)| hash).unwrap_or_default();
    hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn not_found() -> Response {
    text(StatusCode::NOT_FOUND, "Không có trang này. Hãy kiểm tra lại địa chỉ.\n")
}

fn not_built() -> Response {
    text(
        StatusCode::SERVICE_UNAVAILABLE,
        "Máy chủ đang chạy nhưng chưa có giao diện. Quản trị: chạy `cargo xtask build` rồi mở lại trang.\n",
    )
}

fn text(status: StatusCode, text: &'static str) -> Response {
    (
        status,
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        ],
        text,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_is_for_the_apps_routes_only() {
        for route in [
            "/",
            "/dang-nhap",
            "/thiet-bi",
            "/ho-so/2024",
            "/ho-so/2024/5.4",
            "/ra-soat",
            "/ra-soat/a/2024",
        ] {
            assert!(is_app_route(route), "{route}");
        }
        for route in [
            "/cong-khai/a/2024",
            "/xac-minh",
            "/api/v1/nothing",
            "/ho-so2",
            "/dang-nhap/x",
            "/x",
            "//",
        ] {
            assert!(!is_app_route(route), "{route}");
        }
    }

    #[test]
    fn hashed_names() {
        for name in [
            "/app-0123456789abcdef.js",
            "/app_bg-deadbeef00.wasm",
            "/x/style-00000000.css",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "/index.html",
            "/sw.js",
            "/icon-192.png",
            "/icon-192x192.png",
            "/app-notahash.js",
            "/a/",
            "",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn what_is_not_handed_out() {
        for path in [
            "/assets.json",
            "/index.html.br",
            "/a.js.gz",
            "/.git/config",
            "/a/.b/c",
            "/a/",
        ] {
            assert!(!is_public_file(path), "{path}");
        }
        assert!(is_public_file("/sw.js"));
    }
}
