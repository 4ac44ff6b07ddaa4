//! What stands before every call of the API.

use std::any::Any;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Problem;
use crate::App;
use crate::auth::origin::{self, From};

/// A call that changes something must come from a page of this server, or from no page at all; without an `Origin` it
/// must not carry the session's cookie, which a browser attaches by itself.
pub(super) async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let safe = request.method().is_safe();
    match origin::from(headers, app.config.https(), app.config.public_origin.as_ref()) {
        From::Foreign if !safe => Problem::ForeignOrigin.into_response(),
        From::NotSaid if !safe && app.config.cookie().is_in(headers) => Problem::ForeignOrigin.into_response(),
        _ => next.run(request).await,
    }
}

/// The longest any call takes, its body included. A stream begins within it and then goes on.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Ends a call that takes too long.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::TimedOut.into_response(),
    }
}

/// A handler that panicked: the request fails, the server goes on. What the panic said is in the log only.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::Internal.into_response()
}
