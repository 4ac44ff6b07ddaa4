//! The public pages: rendered here, no script, no session.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::StreamExt;
use leptos::prelude::*;

use crate::{App, assets};

/// `GET /gioi-thieu`: what this is, which browsers, how to install it, what works without a network.
pub async fn introduction(State(app): State<App>, request: Request) -> Response {
    let style = assets::read(app.config.dist.as_deref())
        .await
        .map(|assets| assets.style);
    render(request, move || app::public_pages::introduction(style.clone())).await
}

/// Tells Leptos which runtime it runs in; once is enough, more often harmless.
pub fn init() {
    // An error says that it was told already.
    let _ = any_spawner::Executor::init_tokio();
}

/// Renders with leptos_axum, but leaves out the inline scripts it appends for a hydration that never comes here: the
/// content security policy allows none.
async fn render<V: IntoView + 'static>(request: Request<Body>, page: impl Fn() -> V + Send + 'static) -> Response {
    let mut response = leptos_axum::handle_response_inner(
        || {},
        page,
        request,
        |view, _scripts, _out_of_order| {
            Box::pin(async move {
                let html: String = view.to_html_stream_in_order().collect().await;
                let whole = futures::stream::once(async move { html });
                Box::pin(whole) as std::pin::Pin<Box<dyn futures::Stream<Item = String> + Send>>
            })
        },
    )
    .await;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
