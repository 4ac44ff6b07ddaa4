//! Every route of the server in one place.

use axum::{Router, routing::get};

/// The routes: `/healthz` answers while the process lives, whatever the state of the database.
pub fn router() -> Router {
    Router::new().route("/healthz", get(async || "ok"))
}
