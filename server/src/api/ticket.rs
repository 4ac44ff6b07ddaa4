//! `/api/v1/sync-ticket`: for clients that cannot send a cookie when they open a WebSocket.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Problem, ProblemBody};
use crate::auth::token::Token;
use crate::auth::{Caller, tickets};
use crate::{App, clock};

#[derive(Serialize, ToSchema)]
pub(super) struct TicketView {
    /// For `/sync?ticket=…`, once.
    ticket: String,
    /// Seconds until it is worth nothing.
    expires_in_s: i64,
}

/// A ticket for one WebSocket.
#[utoipa::path(post, path = "/api/v1/sync-ticket", tag = "sync", responses(
    (status = 200, description = "A ticket, bound to this account, device and session", body = TicketView),
    (status = 401, description = "Not signed in", body = ProblemBody),
))]
pub(super) async fn sync_ticket(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let ticket = Token::random().map_err(|error| {
        tracing::error!(%error, "no randomness");
        Problem::Internal
    })?;
    app.accounts
        .tickets
        .issue(&caller, ticket.hash(), clock::now_ms())
        .await?;
    let view = TicketView {
        ticket: ticket.encode(),
        expires_in_s: tickets::LIVES_MS / 1000,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}
