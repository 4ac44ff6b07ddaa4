//! Officials over `/sync`: what one enters, another sees.

mod kit;

use kit::client::{Client, account, dossier_of};
use kit::http::Server;
use std::time::Duration;

/// A device of a demonstration account, connected.
async fn connected(server: &Server, username: &str) -> Client {
    let mut client = Client::new(username);
    let ticket = server.signed_in(username).await.ticket().await;
    assert!(client.connect(&server.url, &ticket).await);
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_official_enters_another_sees() {
    let server = Server::demo().await;
    let identity = dossier_of(&account("thuongcat.tuphap"), 2023);
    let mut ha = connected(&server, "thuongcat.tuphap").await;
    let doc = ha.begin(&identity).await;
    ha.score(doc, "2.4", 300).await;
    ha.until_durable(doc).await;

    let mut binh = connected(&server, "thuongcat.vanphong").await;
    binh.begin(&identity).await;
    let second = binh.score(doc, "2.1", 600).await;
    binh.until_durable(doc).await;
    ha.until_has(doc, second).await;
    assert_eq!(ha.doc(doc).get_heads(), binh.doc(doc).get_heads());

    // The board has both, and the reviewer's copy too.
    let reviewer = server.signed_in("bactuliem.tuphap").await;
    let board = reviewer.json("/api/v1/board?year=2023").await;
    let rows = board["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["unit"]["name"] == "Thượng Cát").unwrap();
    assert_eq!(row["summary"]["total"], 900, "{row}");
    let mut reviewer = connected(&server, "bactuliem.tuphap").await;
    reviewer.hold(doc, automerge::Automerge::new()).await;
    reviewer.until_has(doc, second).await;
    reviewer.settle(Duration::from_millis(100)).await;
    assert!(reviewer.heard(doc).read_only);
    let third = ha.score(doc, "2.2", 400).await;
    reviewer.until_has(doc, third).await;
}
