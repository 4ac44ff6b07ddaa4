//! Every route of the server in one place.

use axum::{Router, middleware, routing::get};

use crate::{App, api, headers, health, observe, pages, socket, static_files};

/// The routes.
pub fn router(app: App) -> Router {
    pages::init();
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/gioi-thieu", get(pages::introduction))
        .route("/sync", get(socket::sync))
        .merge(api::routes(&app))
        .fallback(static_files::serve)
        .layer(middleware::from_fn_with_state(app.clone(), headers::security))
        .layer(middleware::from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}
