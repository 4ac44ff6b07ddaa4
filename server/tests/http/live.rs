//! Sign-in, socket and board together, as they run for real: tickets over a real WebSocket, rows after real commits.

use crate::kit::client::{Client, account, dossier_of};
use crate::kit::http::{Browser, Server};
use reqwest::{Method, Response};
use serde_json::Value;
use server::clock::now_ms;
use std::time::Duration;
use tokio::time::{Instant, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

async fn connected(server: &Server, username: &str) -> (Browser, Client) {
    let browser = server.signed_in(username).await;
    let mut client = Client::new(username);
    assert!(client.connect(&server.url, &browser.ticket().await).await);
    (browser, client)
}

/// The next row of a board's stream.
async fn row(stream: &mut Response) -> Value {
    loop {
        let chunk = timeout(PATIENCE, stream.chunk())
            .await
            .expect("a row")
            .unwrap()
            .expect("the stream goes on");
        let text = String::from_utf8(chunk.to_vec()).unwrap();
        if let Some(data) = text.strip_prefix("event: row\ndata: ") {
            return serde_json::from_str(data.trim_end()).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_official_enters_comes_to_the_reviewers_board_without_asking() {
    let server = Server::demo().await;
    let reviewer = server.signed_in("bactuliem.tuphap").await;
    let mut stream = reviewer.get("/api/v1/board/events?year=2023").await;
    let (_, mut official) = connected(&server, "thuongcat.tuphap").await;
    let doc = official.begin(&dossier_of(&account("thuongcat.tuphap"), 2023)).await;
    let before_ms = now_ms();
    official.score(doc, "2.4", 300).await;
    official.until_durable(doc).await;
    let first = row(&mut stream).await;
    assert_eq!(first["unit"]["name"], "Thượng Cát");
    assert_eq!(first["document_id"], doc.to_string());
    assert_eq!(first["summary"]["total"], 300);
    assert_eq!(first["indicators"]["2.4"]["points"], 300);
    assert!(first["last_seen_ms"].as_i64().unwrap() >= before_ms, "{first}");
    official.score(doc, "2.4", 500).await;
    official.until_durable(doc).await;
    let mut last = row(&mut stream).await;
    while last["summary"]["total"] != 500 {
        last = row(&mut stream).await;
    }
    let board = reviewer.json("/api/v1/board?year=2023").await;
    assert!(
        board["rows"].as_array().unwrap().contains(&last),
        "the row of the board"
    );
    let document = reviewer.json(&format!("/api/v1/documents/{doc}")).await;
    assert_eq!(document["figures"]["summary"]["total"], 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_this_sessions_sockets_and_no_others() {
    let server = Server::demo().await;
    let (phone, mut on_phone) = connected(&server, "thuongcat.tuphap").await;
    let (_, mut on_desk) = connected(&server, "thuongcat.tuphap").await;
    phone.request(Method::DELETE, "/api/v1/session").send().await.unwrap();
    let within = Instant::now() + PATIENCE;
    while on_phone.take(within).await {}
    assert!(
        !on_phone.is_connected() && Instant::now() < within,
        "closed by the server, not by patience"
    );
    on_desk.settle(Duration::from_millis(200)).await;
    assert!(on_desk.is_connected());
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_an_account_in_another_process_closes_its_sockets() {
    let server = Server::demo().await;
    let (_, mut client) = connected(&server, "thuongcat.tuphap").await;
    // As the command line does it: through the database alone.
    server
        .app
        .accounts
        .users
        .disable("thuongcat.tuphap", now_ms())
        .await
        .unwrap();
    let within = Instant::now() + PATIENCE;
    while client.take(within).await {}
    assert!(!client.is_connected() && Instant::now() < within);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_ticket_or_with_a_used_one_there_is_no_socket() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    let ticket = browser.ticket().await;
    assert!(Client::new("thuongcat.tuphap").connect(&server.url, &ticket).await);
    assert!(!Client::new("thuongcat.tuphap").connect(&server.url, &ticket).await);
    assert!(!Client::new("thuongcat.tuphap").connect(&server.url, "").await);
}
