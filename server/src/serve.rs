//! Running the server: the listener, its limits, the orderly stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::stop::Stop;
use crate::{App, clock, router};

/// Connections open at the same time; the next waits in the system's queue.
const CONNECTIONS: u32 = 10_000;
/// How long a client may take to send the head of a request, and may stay silent between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// A head of a request that has not ended after this many bytes is refused (one that ends within the same read is not).
const LONGEST_HEAD: usize = 64 * 1024;
/// How long requests in flight may take when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// How often sessions that ended elsewhere are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Serves `app` on `listener` until `stop` completes; then open streams end and requests in flight may finish.
///
/// # Errors
/// Only when the listener itself cannot be used any more; a failing connection ends alone.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()> {
    let router = router::router(app.clone());
    let sweeper = tokio::spawn(sweep(app.clone()));
    let places = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = connection(stream, peer, router.clone(), app.stop.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Most likely out of file descriptors: others will be closed meanwhile.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    app.stop.now();
    // All places free: every connection is closed.
    if tokio::time::timeout(STOP_WITHIN, places.acquire_many(CONNECTIONS))
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
    app.hub.drained().await;
    sweeper.abort();
    Ok(())
}

/// Serves one connection until it ends, or until the request in flight is answered when the server stops.
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, stop: Stop) {
    // Small answers must not wait for more to come; a failure only costs that.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.stopping() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that goes away mid-request is no news.
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

/// Ends what hangs on sessions that are over, also on those another process ended.
async fn sweep(app: App) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = app.accounts.sessions.sweep(clock::now_ms()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "sessions could not be looked through"
            );
        }
    }
}

/// Completes at ctrl-c or, on Unix, SIGTERM: what a service manager sends first.
pub async fn stop_signal() {
    let interrupt = async {
        // A process that cannot listen for ctrl-c is stopped by its manager instead.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending::<()>().await,
            }
        };
        tokio::select! { () = interrupt => {}, () = terminate => {} }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
