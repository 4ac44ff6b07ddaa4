//! For whoever watches the server: `/healthz`, `/readyz`, `/metrics`.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::api::Problem;
use crate::store::Store;

/// `GET /healthz`: the process lives, whatever the state of the database.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database can be written.
pub async fn ready(State(app): State<App>) -> Response {
    match app.store.check().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
        }
    }
}

/// `GET /metrics`: counters in Prometheus' text form, for a collector on this machine. A request from elsewhere, or one
/// a proxy passed on, finds nothing here.
pub async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let passed_on = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    if passed_on || !peer.ip().to_canonical().is_loopback() {
        return Err(Problem::NotFound);
    }
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        app.metrics.text(),
    )
        .into_response())
}
