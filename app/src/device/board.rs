//! The board of a year, for reviewers: as last seen from the disk, then from the server, then kept live.

use super::handle::Device;
use super::http::{self, HttpError};
use super::space::Space;
use super::store::Write;
use super::store::layout::meta;
use futures::StreamExt;
use gloo_net::eventsource::futures::EventSource;
use leptos::prelude::*;
use shared::board::{Board, Row};
use shared::json;
use shared::sorted::SortedMap;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

/// How long before the server is asked again, in ms.
const AGAIN_MS: u32 = 5_000;

/// A board, as the screens hold it. Its signals and its connection end with the screen that asked for it.
#[derive(Debug, Clone, Copy)]
pub struct BoardHandle {
    /// The rows; none while nothing is known, neither here nor from the server.
    pub rows: RwSignal<Option<Vec<Row>>>,
    /// Whether the server tells of changes as they happen.
    pub live: RwSignal<bool>,
    /// Why the rows are not fresh; Vietnamese.
    pub problem: RwSignal<Option<String>>,
}

impl Device {
    /// The board of a year. Call it where a screen is made.
    pub fn board(self, year: u16) -> BoardHandle {
        let handle = BoardHandle {
            rows: RwSignal::new(None),
            live: RwSignal::new(false),
            problem: RwSignal::new(None),
        };
        let Some(space) = self.core().space() else {
            return handle;
        };
        let stored = space
            .small
            .borrow()
            .meta
            .get(&meta::board(year))
            .and_then(|text| json::from_str(text));
        if let Some(Board { rows, .. }) = stored {
            handle.rows.set(Some(rows));
        }
        spawn_local(follow(Rc::downgrade(&space), year, handle));
        handle
    }
}

/// Follows a board until its screen is gone.
async fn follow(space: Weak<Space>, year: u16, handle: BoardHandle) {
    while !handle.rows.is_disposed() {
        let Some(space) = space.upgrade().filter(|space| !space.link.closed.get()) else {
            return;
        };
        let wake = space.link.wake.clone();
        // The stream first, so that nothing falls between the two.
        let mut source = EventSource::new(&format!("/api/v1/board/events?year={year}")).ok();
        let events = source.as_mut().and_then(|source| source.subscribe("row").ok());
        match http::get_text(&format!("/api/v1/board?year={year}")).await {
            Ok(text) => {
                show(&space, year, &text, handle);
                drop(space);
                if let Some(mut events) = events {
                    handle.live.try_set(true);
                    while let Some(Ok((_, event))) = events.next().await {
                        let row = event.data().as_string().and_then(|text| json::from_str::<Row>(&text));
                        if handle.rows.is_disposed() {
                            return;
                        }
                        if let Some(row) = row {
                            put(handle, row);
                        }
                    }
                    handle.live.try_set(false);
                }
            }
            Err(problem) => {
                drop(space);
                handle.problem.try_set(Some(words(&problem)));
            }
        }
        wake.sleep_ms(AGAIN_MS).await;
    }
}

fn words(problem: &HttpError) -> String {
    match problem {
        HttpError::Unreachable => "Không kết nối được máy chủ; đang hiện số liệu của lần xem trước.".to_owned(),
        HttpError::SignInNeeded => "Cần đăng nhập lại để xem số liệu mới.".to_owned(),
        HttpError::Refused(words) => words.clone(),
        HttpError::Wait { .. } => problem.to_string(),
    }
}

fn show(space: &Rc<Space>, year: u16, text: &str, handle: BoardHandle) {
    let Some(board) = json::from_str::<Board>(text) else {
        return;
    };
    handle.rows.try_set(Some(board.rows));
    handle.problem.try_set(None);
    space.store_soon(Write {
        meta: SortedMap::from([(meta::board(year), Some(text.to_owned()))]),
        ..Write::default()
    });
}

/// Puts a changed row in the place of the old one.
fn put(handle: BoardHandle, row: Row) {
    handle.rows.try_update(|rows| {
        let rows = rows.get_or_insert_default();
        match rows.iter_mut().find(|old| old.unit.code == row.unit.code) {
            Some(old) => *old = row,
            None => rows.push(row),
        }
    });
}
