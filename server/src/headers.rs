//! The headers that every response carries, and the content security policy.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;
use crate::auth::origin::Origin;

/// What no page of this product does: said once, so that nothing smuggled in can.
const PERMISSIONS: &str = "accelerometer=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// A year; subdomains belong to others.
const HSTS: &str = "max-age=31536000";

/// Adds the security headers. The policy names the socket's own origin because Safari before 15.4 does not take
/// `'self'` for it.
pub async fn security(State(app): State<App>, request: Request, next: Next) -> Response {
    let https = app.config.https();
    let own = app
        .config
        .public_origin
        .clone()
        .or_else(|| Origin::of_host(request.headers(), https));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if let Ok(value) = HeaderValue::from_str(&policy(own.as_ref())) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

/// The content security policy; `own` is where browsers reach this server.
fn policy(own: Option<&Origin>) -> String {
    let socket = own.map(|origin| format!(" {}", origin.socket())).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
         connect-src 'self'{socket}; manifest-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_word_for_word() {
        let own = Origin::parse("https://tcpl.example").unwrap();
        assert_eq!(
            policy(Some(&own)),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' blob: data:; connect-src 'self' wss://tcpl.example; manifest-src 'self'; \
             worker-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        assert!(policy(None).contains("connect-src 'self'; "));
    }
}
