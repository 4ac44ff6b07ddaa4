//! One line in the log for each request, and its count. Never the query, a cookie, a token or a body.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use crate::App;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// From here on a request is logged even when all went well.
const SLOW: Duration = Duration::from_secs(1);

/// Gives the request an id (its own, whatever the client says), logs and counts the answer.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = Uuid::new_v4();
    let method = request.method().clone();
    // The route, not the address: what stands in an address may name a person or be a secret.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("file", MatchedPath::as_str)
        .to_owned();
    let began = Instant::now();
    let span = tracing::info_span!("request", %id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    let took = began.elapsed();
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| match status.as_u16() {
        500.. => tracing::error!(status = status.as_u16(), ms, "failed"),
        400.. => tracing::info!(status = status.as_u16(), ms, "refused"),
        _ if took >= SLOW => tracing::info!(status = status.as_u16(), ms, "slow"),
        _ => tracing::debug!(status = status.as_u16(), ms, "answered"),
    });
    if let Some(count) = app
        .metrics
        .answers
        .get(usize::from(status.as_u16() / 100).saturating_sub(1))
    {
        count.up();
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
