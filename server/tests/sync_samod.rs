//! samod, which is not ours: as client of our server through `/sync?ticket=`, and as server of our session, each over a
//! real WebSocket. What is refused is in `sync_refused`.

mod kit;

use automerge::Automerge;
use kit::client::{Client, account, dossier_of};
use kit::hostile::put;
use kit::http::Server;
use kit::samod::{Samod, change, has, listening, repo, until_has};
use samod::ShareConfig;
use shared::dossier::{Author, Identity, Person, write};
use shared::points::Points;
use shared::scoring::{Entry, Judged};
use std::time::Duration;

const QUIET: Duration = Duration::from_millis(100);

fn identity(year: u16) -> Identity {
    dossier_of(&account("thuongcat.tuphap"), year)
}

fn author(username: &str) -> Author {
    let account = account(username);
    Author {
        user: account.id(),
        person: Person::new(&account.name, "Công chức"),
        criteria_version: "1".to_owned(),
    }
}

/// Enters points as an official, in whatever holds the document.
fn enter(doc: &mut Automerge, author: &Author, at: &str, hundredths: i64) {
    let entry = Entry::Judged(Judged::new(Points::from_hundredths(hundredths), "theo hồ sơ").unwrap());
    let written = write::set_entry(doc, author, &at.into(), "diem", &entry, 1_700_000_000);
    assert!(written.unwrap().is_some());
}

async fn connected(server: &Server, username: &str) -> Samod {
    let ticket = server.signed_in(username).await.ticket().await;
    Samod::connect(&server.url, &ticket).await
}

/// A device of a colleague's, with our session.
async fn colleague(server: &Server, identity: &Identity) -> Client {
    let mut client = Client::new("thuongcat.tuphap");
    let ticket = server.signed_in("thuongcat.tuphap").await.ticket().await;
    assert!(client.connect(&server.url, &ticket).await);
    client.begin(identity).await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn samod_writes_and_reads_a_dossier_through_our_server() {
    let mut server = Server::demo().await;
    let identity = identity(2024);
    let doc = identity.document_id();
    let mut colleague = colleague(&server, &identity).await;
    let samod = connected(&server, "thuongcat.vanphong").await;
    let handle = samod.find(doc).await.unwrap();
    let author = author("thuongcat.vanphong");
    let theirs = change(&handle, |doc| enter(doc, &author, "5.4", 123));
    colleague.until_has(doc, theirs).await;
    let ours = colleague.score(doc, "2.1", 321).await;
    until_has(&handle, ours).await;
    // It came from the disk, and is there for the next one too.
    colleague.until_durable(doc).await;
    let next = connected(&server, "bactuliem.tuphap").await;
    let handle = next.find(doc).await.unwrap();
    assert!(has(&handle, theirs) && has(&handle, ours));
    assert_eq!(
        handle.with_document(|doc| doc.get_heads()),
        colleague.doc(doc).get_heads()
    );
    samod.repo.stop().await;
    next.repo.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samod_begins_a_year_that_nobody_has_begun() {
    let server = Server::demo().await;
    let identity = identity(2023);
    let doc = identity.document_id();
    let samod = connected(&server, "thuongcat.vanphong").await;
    let handle = samod.find(doc).await.expect("a year that is open can be begun");
    let author = author("thuongcat.vanphong");
    let theirs = change(&handle, |doc| enter(doc, &author, "5.4", 123));
    let mut colleague = colleague(&server, &identity).await;
    colleague.until_has(doc, theirs).await;
    samod.repo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samod_of_a_reviewer_reads_only() {
    let server = Server::demo().await;
    let identity = identity(2024);
    let doc = identity.document_id();
    let mut colleague = colleague(&server, &identity).await;
    let samod = connected(&server, "bactuliem.tuphap").await;
    let handle = samod.find(doc).await.unwrap();
    samod.settle(QUIET).await;
    let before = samod.messages();
    let bad = change(&handle, |doc| put(doc, "1p"));
    samod.settle(QUIET).await;
    assert!(samod.messages() - before <= 5);
    let ours = colleague.score(doc, "2.1", 321).await;
    colleague.until_durable(doc).await;
    until_has(&handle, ours).await;
    samod.settle(QUIET).await;
    assert!(samod.messages() - before <= 5 + 5, "{}", samod.messages() - before);
    assert!(colleague.doc(doc).get_change_meta_by_hash(&bad).is_none());
    assert!(samod.is_connected());
    samod.repo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samod_gets_no_dossier_of_another_commune_and_makes_none_of_its_own() {
    let server = Server::demo().await;
    let samod = connected(&server, "mydinh1.vanphong").await;
    let doc = identity(2024).document_id();
    assert!(samod.find(doc).await.is_none());
    // Its own document is offered to the server, which does not take it.
    let before = samod.messages();
    samod.repo.create(Automerge::new()).await.unwrap();
    samod.settle(QUIET).await;
    assert!(samod.messages() - before <= 5);
    assert_eq!(server.app.hub.counted().changes, 0);
    assert!(samod.is_connected());
    samod.repo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samod_is_a_server_of_our_session() {
    let repo = repo(ShareConfig::read_write()).await;
    let identity = identity(2023);
    let mut client = Client::new("thuongcat.tuphap");
    assert!(client.connect(&listening(&repo).await, "none").await);
    let doc = client.begin(&identity).await;
    let ours = client.score(doc, "2.1", 321).await;
    client.settle(QUIET).await;
    let handle = kit::samod::find(&repo, doc).await.unwrap();
    until_has(&handle, ours).await;
    let author = author("thuongcat.vanphong");
    let theirs = change(&handle, |doc| enter(doc, &author, "5.4", 123));
    client.until_has(doc, theirs).await;
    // It is not ours: it promises nothing.
    assert!(client.heard(doc).durable.is_empty());
    repo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samod_lets_our_session_read_only() {
    let repo = repo(ShareConfig::read_only()).await;
    let identity = identity(2023);
    let mut client = Client::new("thuongcat.tuphap");
    assert!(client.connect(&listening(&repo).await, "none").await);
    let doc = client.begin(&identity).await;
    client.until("read only", |client| client.heard(doc).read_only).await;
    client.settle(QUIET).await;
    let before = client.heard(doc).sent + client.heard(doc).came;
    client.score(doc, "2.1", 321).await;
    client.settle(QUIET).await;
    assert!(client.heard(doc).sent + client.heard(doc).came - before <= 5);
    assert!(client.is_connected());
    repo.stop().await;
}
