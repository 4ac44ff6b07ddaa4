//! `/api/v1/board/events`: the rows that changed, as they change (server-sent events).

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt};
use shared::board::Row;
use shared::id::UnitCode;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::board::{BoardQuery, rows};
use super::json::Query;
use super::{Problem, ProblemBody};
use crate::App;
use crate::auth::Caller;
use crate::auth::sessions::SessionWatch;
use crate::news::Changed;

/// Changes that come within this time go out together: a dossier that is being synced changes many times a second.
const TOGETHER: Duration = Duration::from_millis(200);
/// A comment is sent when nothing else was, so that proxies keep the connection and dead ones are noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The rows of the board that change from now on.
#[utoipa::path(get, path = "/api/v1/board/events", tag = "board", params(BoardQuery), responses(
    (status = 200, description = "Server-sent events: `row`, with a row of the board as JSON. Open this first, then \
        read the board: nothing is missed. When it ends, do both again", content_type = "text/event-stream"),
    (status = 401, description = "Not signed in", body = ProblemBody),
    (status = 503, description = "Too many streams; see Retry-After", body = ProblemBody),
))]
pub(super) async fn board_events(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<BoardQuery>,
) -> Result<Response, Problem> {
    let place = Arc::clone(&app.streams)
        .try_acquire_owned()
        .map_err(|_| Problem::Unavailable { retry_after_s: 30 })?;
    app.metrics.streams.up();
    let watch = Watch {
        news: app.news.subscribe(),
        session: app.accounts.sessions.watch(caller.session),
        app,
        caller,
        year: query.year,
        place,
    };
    let events = stream::unfold(watch, next).flat_map(stream::iter);
    Ok(sse(events).into_response())
}

fn sse(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> impl IntoResponse {
    Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

/// One open stream.
struct Watch {
    app: App,
    caller: Caller,
    year: u16,
    news: Receiver<Changed>,
    session: SessionWatch,
    #[allow(dead_code, reason = "held, not read")]
    place: OwnedSemaphorePermit,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.app.metrics.streams.down();
    }
}

/// The next events; `None` ends the stream: the session is over, the server stops, or storage failed. The client then
/// opens it again.
async fn next(mut watch: Watch) -> Option<(Vec<Result<Event, Infallible>>, Watch)> {
    let mut changed = tokio::select! {
        biased;
        () = watch.session.ended() => return None,
        () = watch.app.stop.stopping() => return None,
        changed = changed(&mut watch.news, watch.year) => changed?,
    };
    tokio::time::sleep(TOGETHER).await;
    while let Some(more) = changed_already(&mut watch.news, watch.year) {
        changed.add(more);
    }
    // What the caller may see is decided again each time, not once for as long as the stream lives.
    let rows = rows(&watch.app, &watch.caller.principal(), watch.year).await.ok()?;
    let events = rows
        .into_iter()
        .filter(|row| changed.contains(&row.unit.code))
        .filter_map(|row| event(&row));
    Some((events.map(Ok).collect(), watch))
}

fn event(row: &Row) -> Option<Event> {
    Event::default().event("row").json_data(row).ok()
}

/// Whose dossiers changed.
enum Communes {
    These(HashSet<UnitCode>),
    /// News was missed; anybody's may have.
    Any,
}

impl Communes {
    fn contains(&self, unit: &UnitCode) -> bool {
        match self {
            Self::These(units) => units.contains(unit),
            Self::Any => true,
        }
    }

    fn add(&mut self, more: Self) {
        match (self, more) {
            (Self::These(units), Self::These(more)) => units.extend(more),
            (this, Self::Any) => *this = Self::Any,
            (Self::Any, Self::These(_)) => {}
        }
    }

    fn one(unit: UnitCode) -> Self {
        Self::These(HashSet::from([unit]))
    }
}

/// Waits for a change in this year; `None` when no more can come.
async fn changed(news: &mut Receiver<Changed>, year: u16) -> Option<Communes> {
    loop {
        match news.recv().await {
            Ok(changed) if changed.year == year => return Some(Communes::one(changed.unit)),
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return Some(Communes::Any),
            Err(RecvError::Closed) => return None,
        }
    }
}

/// A change in this year that has happened already.
fn changed_already(news: &mut Receiver<Changed>, year: u16) -> Option<Communes> {
    use tokio::sync::broadcast::error::TryRecvError;
    loop {
        match news.try_recv() {
            Ok(changed) if changed.year == year => return Some(Communes::one(changed.unit)),
            Ok(_) => {}
            Err(TryRecvError::Lagged(_)) => return Some(Communes::Any),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
        }
    }
}
