//! Every route of the server in one place.

use axum::{Router, middleware, routing::get};

use crate::{App, headers, pages, static_files};

/// The routes: `/healthz` answers while the process lives, whatever the state of the database.
pub fn router(app: App) -> Router {
    pages::init();
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/gioi-thieu", get(pages::introduction))
        .fallback(static_files::serve)
        .layer(middleware::from_fn_with_state(app.clone(), headers::security))
        .with_state(app)
}
