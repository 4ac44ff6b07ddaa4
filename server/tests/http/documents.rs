//! Lists and documents. Who may see which is the business of the access table (`access.rs`).

use crate::kit::http::{Browser, Server, problem};
use automerge::{Automerge, ReadDoc};
use serde_json::Value;
use shared::dossier::Identity;

async fn only_document(browser: &Browser) -> (String, Value) {
    let list = browser.json("/api/v1/documents?year=2024&kind=dossier").await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    let id = list[0]["document_url"]
        .as_str()
        .unwrap()
        .strip_prefix("automerge:")
        .unwrap()
        .to_owned();
    (id, list[0].clone())
}

#[tokio::test]
async fn the_list_says_what_there_is() {
    let server = Server::demo().await;
    let browser = server.signed_in("hanoi.sotuphap").await;
    let (id, item) = only_document(&browser).await;
    let identity = Identity::dossier("x-ha-noi-bac-tu-liem-thuong-cat".into(), 2024, "QD25_2021".into());
    assert_eq!(id, identity.document_id().to_string());
    assert_eq!(item["unit"]["path"], "ha-noi/bac-tu-liem/thuong-cat");
    assert_eq!(item["criteria_set"], "QD25_2021");
    assert_eq!(item["state"]["name"], "scoring");
    assert_eq!(item["summary"]["total"], 9500);
    assert_eq!(item["summary"]["met_count"], 3);
    for (query, count) in [
        ("", 1),
        ("?year=2023", 0),
        ("?unit=x-ha-noi", 1),
        ("?unit=x-ha-noi-bac-tu-liem-thuong-cat", 1),
        ("?unit=x-ha-noi-nam-tu-liem", 0),
        ("?unit=nowhere", 0),
        ("?kind=thread", 0),
    ] {
        let list = browser.json(&format!("/api/v1/documents{query}")).await;
        assert_eq!(list.as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn a_document_as_json_now_and_as_it_was() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    let (id, item) = only_document(&browser).await;
    let now = browser.json(&format!("/api/v1/documents/{id}")).await;
    assert_eq!(now["heads"], item["heads"]);
    assert_eq!(now["figures"]["summary"], item["summary"]);
    assert_eq!(now["indicators"].as_object().unwrap().len(), 20);
    let register = &now["indicators"]["5.4"]["registers"];
    let entered = register.as_object().unwrap().values().next().unwrap();
    let author = entered["current"]["author"].as_str().unwrap();
    assert_eq!(now["people"][author]["position"], "Trưởng Công an phường");
    assert_eq!(now["declarations"]["chu-tich-ubnd"]["current"]["value"], "1n");
    let before = declared(&now, "chu-tich-ubnd");
    let stored = whole(&browser, &id).await;
    let change = stored.get_change_by_hash(&before.parse().unwrap()).unwrap();
    let heads: Vec<String> = change.deps().iter().map(ToString::to_string).collect();
    let then = browser
        .json(&format!("/api/v1/documents/{id}?heads={}", heads.join(",")))
        .await;
    assert_eq!(then["heads"], serde_json::json!(heads));
    assert_eq!(
        then["declarations"].as_object().unwrap().len(),
        1,
        "the second head was not declared yet"
    );
    assert_eq!(then["figures"]["summary"]["met_count"], 2);
}

/// The change in which a head was declared.
fn declared(document: &Value, head: &str) -> String {
    document["declarations"][head]["current"]["change"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn whole(browser: &Browser, id: &str) -> Automerge {
    let answer = browser.get(&format!("/api/v1/documents/{id}/export")).await;
    assert_eq!(answer.status(), 200);
    let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(
        disposition,
        "attachment; filename=\"x-ha-noi-bac-tu-liem-thuong-cat-2024.automerge\""
    );
    Automerge::load(&answer.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_export_is_the_whole_document() {
    let server = Server::demo().await;
    let browser = server.signed_in("bactuliem.tuphap").await;
    let (id, item) = only_document(&browser).await;
    let doc = whole(&browser, &id).await;
    let heads: Vec<String> = doc.get_heads().iter().map(ToString::to_string).collect();
    assert_eq!(item["heads"], serde_json::json!(heads));
    assert_eq!(Identity::of(&doc).unwrap().document_id().to_string(), id);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let server = Server::demo().await;
    let browser = server.signed_in("thuongcat.tuphap").await;
    let (id, _) = only_document(&browser).await;
    let unknown = "00".repeat(32);
    let other = Identity::dossier("x-ha-noi-bac-tu-liem-lien-mac".into(), 2024, "QD25_2021".into()).document_id();
    for (path, name) in [
        (String::from("/api/v1/documents/nonsense"), "not-found"),
        (format!("/api/v1/documents/{other}"), "not-found"),
        (format!("/api/v1/documents/{id}?heads={unknown}"), "unknown-heads"),
        (format!("/api/v1/documents/{id}?heads=xyz"), "bad-request"),
        (
            format!("/api/v1/documents/{id}?heads={}", vec![unknown.as_str(); 65].join(",")),
            "bad-request",
        ),
    ] {
        assert_eq!(problem(browser.get(&path).await).await, name, "{path}");
    }
}
