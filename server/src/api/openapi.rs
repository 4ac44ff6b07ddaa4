//! The description of the API, made from the same table as its routes.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use axum::{Json, Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Problem, board, board_events, documents, guard, session, ticket};
use crate::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Chuẩn TCPL",
        version = "1",
        description = "Dossiers of Chuẩn tiếp cận pháp luật. Sign in with POST /api/v1/session and keep the cookie; \
                       calls other than GET need the Origin of this server when they carry it. Documents are synced \
                       over the WebSocket /sync (automerge-repo protocol, version 1). Errors are problem+json \
                       (RFC 9457) with a stable type."
    ),
    servers((url = "/", description = "This server"))
)]
struct Description;

fn table() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(session::sign_in, session::who_am_i, session::sign_out))
        .routes(routes!(ticket::sync_ticket))
        .routes(routes!(documents::list))
        .routes(routes!(documents::read))
        .routes(routes!(documents::export))
        .routes(routes!(board::board))
        .routes(routes!(board_events::board_events))
}

/// The longest body a call takes, in bytes: sign-in is the largest.
const LONGEST_BODY: usize = 16 * 1024;

/// The routes of the API, its description among them, behind what stands before every call.
pub fn routes(app: &App) -> Router<App> {
    let (routes, description) = table().split_for_parts();
    let description = Arc::new(description);
    routes
        .route(
            "/api/v1/openapi.json",
            get(async move || Json(&*description).into_response()),
        )
        .route("/api/{*rest}", any(async || Problem::NotFound))
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(app.clone(), guard::same_origin))
        .layer(middleware::from_fn(guard::in_time))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
}

/// The description as `docs/openapi.json` has it.
pub fn document() -> String {
    table().split_for_parts().1.to_pretty_json().unwrap_or_default()
}
