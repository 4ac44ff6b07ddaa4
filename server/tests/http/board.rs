//! The board and its live rows.

use crate::kit::http::{Browser, Server};
use reqwest::{Method, Response};
use serde_json::Value;
use server::news::Changed;
use std::time::Duration;

fn names(board: &Value) -> Vec<&str> {
    board["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["unit"]["name"].as_str().unwrap())
        .collect()
}

async fn board(browser: &Browser, year: u16) -> Value {
    browser.json(&format!("/api/v1/board?year={year}")).await
}

#[tokio::test]
async fn one_row_for_each_commune_below_also_without_a_dossier() {
    let server = Server::demo().await;
    let district = board(&server.signed_in("bactuliem.tuphap").await, 2024).await;
    assert_eq!(names(&district).len(), 13);
    assert_eq!(district["unit"]["name"], "Bắc Từ Liêm");
    assert_eq!(district["set"], "QD25_2021");
    for row in district["rows"].as_array().unwrap() {
        let began = row["unit"]["name"] == "Thượng Cát";
        assert_eq!(row["document_id"].is_string(), began);
        assert_eq!(row["summary"]["total"] == 9500, began);
        assert_eq!(row["indicators"].as_object().unwrap().len(), if began { 20 } else { 0 });
        assert_eq!(row["last_seen_ms"].is_i64(), began);
    }
    let cell = |number: &str| {
        let rows = district["rows"].as_array().unwrap();
        rows.iter().find(|row| row["unit"]["name"] == "Thượng Cát").unwrap()["indicators"][number].clone()
    };
    assert_eq!(
        (cell("3.1")["points"].as_i64(), cell("3.1")["max"].as_i64()),
        (Some(400), Some(600))
    );
    assert_eq!(
        names(&board(&server.signed_in("hanoi.sotuphap").await, 2024).await).len(),
        23
    );
    assert_eq!(
        names(&board(&server.signed_in("camau.sotuphap").await, 2024).await).len(),
        0
    );
    assert_eq!(names(&board(&server.signed_in("quantri").await, 2024).await).len(), 0);
    assert_eq!(
        names(&board(&server.signed_in("thuongcat.tuphap").await, 2024).await),
        ["Thượng Cát"]
    );
    let suspended = board(&server.signed_in("bactuliem.tuphap").await, 2025).await;
    assert_eq!(suspended["set"], Value::Null);
}

async fn events(browser: &Browser) -> Response {
    let answer = browser.get("/api/v1/board/events?year=2024").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    answer
}

/// The next events of a stream, or nothing if none come within half a second.
async fn next(stream: &mut Response) -> Option<String> {
    let chunk = tokio::time::timeout(Duration::from_millis(500), stream.chunk())
        .await
        .ok()?;
    chunk.unwrap().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

fn changed(unit: &str, year: u16) -> Changed {
    Changed {
        unit: unit.into(),
        year,
    }
}

#[tokio::test]
async fn a_changed_row_comes_to_those_who_may_see_it() {
    let server = Server::demo().await;
    let district = server.signed_in("bactuliem.tuphap").await;
    let mut stream = events(&district).await;
    let mut elsewhere = events(&server.signed_in("namtuliem.tuphap").await).await;
    for _ in 0..100 {
        server.app.news.tell(changed("x-ha-noi-bac-tu-liem-thuong-cat", 2024));
    }
    server.app.news.tell(changed("x-ha-noi-bac-tu-liem-thuong-cat", 2023));
    let text = next(&mut stream).await.expect("an event");
    let data = text
        .strip_prefix("event: row\ndata: ")
        .expect(&text)
        .strip_suffix("\n\n")
        .expect(&text);
    let row: Value = serde_json::from_str(data).expect("one event for a hundred changes");
    let board = board(&district, 2024).await;
    assert!(board["rows"].as_array().unwrap().contains(&row), "a row of the board");
    assert_eq!(next(&mut stream).await, None);
    assert_eq!(next(&mut elsewhere).await, None);
    server.app.news.tell(changed("x-ha-noi-nam-tu-liem-my-dinh-1", 2024));
    assert!(next(&mut elsewhere).await.unwrap().contains("Mỹ Đình 1"));
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn a_slow_reader_is_sent_everything_rather_than_left_behind() {
    let server = Server::demo().await;
    let mut stream = events(&server.signed_in("bactuliem.tuphap").await).await;
    // Told in one go, without letting the stream run in between: more than it can be behind.
    for _ in 0..5_000 {
        server.app.news.tell(changed("x-ha-noi-nam-tu-liem-my-dinh-1", 2024));
    }
    let mut rows = 0;
    while let Some(text) = next(&mut stream).await {
        rows += text.matches("event: row").count();
    }
    assert_eq!(rows, 13);
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_gives_its_place_back() {
    let server = Server::demo().await;
    let browser = server.signed_in("bactuliem.tuphap").await;
    let places = server.app.streams.available_permits();
    let mut stream = events(&browser).await;
    assert_eq!(server.app.streams.available_permits(), places - 1);
    assert_eq!(server.app.metrics.streams.get(), 1);
    browser.request(Method::DELETE, "/api/v1/session").send().await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(5), stream.chunk())
        .await
        .expect("ends")
        .unwrap();
    assert!(end.is_none());
    while server.app.metrics.streams.get() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.app.streams.available_permits(), places);
}

#[tokio::test]
async fn there_are_only_so_many_places() {
    let server = Server::demo().await;
    let browser = server.signed_in("bactuliem.tuphap").await;
    let all = server.app.streams.available_permits() as u32;
    let taken = server.app.streams.acquire_many(all).await.unwrap();
    let answer = browser.get("/api/v1/board/events?year=2024").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "30");
    drop(taken);
    events(&browser).await;
}
