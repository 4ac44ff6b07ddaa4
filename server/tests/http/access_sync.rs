//! What the server lets one account do with dossiers over `/sync`: read them, and write at every kind of place.

use crate::kit::access::places;
use crate::kit::client::Client;
use crate::kit::http::{Browser, Server};
use automerge::transaction::Transactable;
use automerge::{Automerge, Change, ChangeHash, ObjId};
use server::demo::DemoAccount;
use server::store::Store;
use shared::access::Place;
use shared::dossier::layout::{CRITERIA_VERSION, Layout};
use shared::dossier::{Author, DocumentId, Identity, Person, write};
use shared::points::Points;
use shared::scoring::{Entry, HeadDeclaration, Judged};

/// What one account could do with one dossier.
#[derive(Default)]
pub(crate) struct OverSync {
    pub(crate) read: bool,
    /// The names of the places (see [`places`]) at which a change became durable.
    pub(crate) writes: Vec<&'static str>,
}

/// Tries everything: one connection to read all dossiers, and one for each kind of place, because a refusal makes a
/// connection read-only.
pub(crate) async fn observe(
    server: &Server,
    account: &DemoAccount,
    browser: &Browser,
    dossiers: &[Identity],
) -> Vec<OverSync> {
    let mut observed: Vec<OverSync> = dossiers.iter().map(|_| OverSync::default()).collect();
    let mut client = connected(server, account, browser).await;
    for (identity, observed) in dossiers.iter().zip(&mut observed) {
        observed.read = reads(server, &mut client, identity.document_id()).await;
    }
    for (name, place) in places(account) {
        let mut client = connected(server, account, browser).await;
        let mut written = Vec::new();
        for identity in dossiers {
            let doc = client.begin(identity).await;
            let author = client.author.clone();
            written.push((doc, write_at(client.doc_mut(doc), &author, &place)));
            client.changed(doc).await;
        }
        let settled = |client: &Client| written.iter().all(|(doc, _)| is_settled(client, *doc));
        client.until(name, settled).await;
        for ((doc, change), observed) in written.iter().zip(&mut observed) {
            let promised = client.was_durable(*doc, change);
            assert_eq!(
                stored(server, *change).await,
                promised,
                "{} {name}: stored if and only if promised",
                account.username
            );
            observed.writes.extend(promised.then_some(name));
        }
    }
    observed
}

async fn connected(server: &Server, account: &DemoAccount, browser: &Browser) -> Client {
    let mut client = Client::of(account.id(), Person::new(&account.name, account.position.as_str()));
    assert!(client.connect(&server.url, &browser.ticket().await).await);
    client
}

/// Asks for a document as a device that has nothing of it.
async fn reads(server: &Server, client: &mut Client, doc: DocumentId) -> bool {
    let stored = server.app.store.find(doc).await.unwrap().unwrap().heads;
    client.hold(doc, Automerge::new()).await;
    let came = |client: &Client| client.doc(doc).get_heads() == stored;
    client
        .until("the document, or that there is none", |client| {
            came(client) || client.heard(doc).unavailable > 0
        })
        .await;
    let came = came(client);
    assert!(came || client.doc(doc).get_heads().is_empty(), "all of it or nothing");
    came
}

/// Whether the server has said what it makes of a document's changes.
fn is_settled(client: &Client, doc: DocumentId) -> bool {
    let heard = client.heard(doc);
    client.is_durable(doc) || heard.unavailable > 0 || heard.read_only || !heard.refused.is_empty()
}

async fn stored(server: &Server, change: ChangeHash) -> bool {
    let found = sqlx::query("SELECT 1 FROM changes WHERE hash = ?").bind(change.0.to_vec());
    found.fetch_optional(server.app.store.pool()).await.unwrap().is_some()
}

/// One change at a place, as well-formed as this version makes it.
fn write_at(doc: &mut Automerge, author: &Author, place: &Place) -> ChangeHash {
    const TIME_S: i64 = 1_700_000_000;
    let layout = Layout::of_document(doc).unwrap();
    let raw = match place {
        Place::Score(number) => {
            let entry = Entry::Judged(Judged::new(Points::whole(1), "thử").unwrap());
            write::set_entry(doc, author, number, "diem", &entry, TIME_S)
        }
        Place::Explanation(number) => write::edit_explanation(doc, author, number, "", "thử", TIME_S),
        Place::Declaration(head) => write::declare_head(doc, author, head, &HeadDeclaration::None, TIME_S),
        Place::Person(user) if *user == author.user => write::set_person(doc, author, TIME_S),
        Place::Person(user) => {
            return put(
                doc,
                author,
                &layout.people(),
                &user.to_string(),
                &author.person.encode(),
            );
        }
        Place::Evidence(number) => {
            let object = layout.evidence(number).unwrap();
            return put(doc, author, &object, "thu", "1");
        }
        Place::CriteriaVersion => return put(doc, author, &layout.meta(), CRITERIA_VERSION, "1"),
    };
    Change::from_bytes(raw.unwrap().expect("something new")).unwrap().hash()
}

/// A change no function of `shared` makes.
fn put(doc: &mut Automerge, author: &Author, object: &ObjId, key: &str, value: &str) -> ChangeHash {
    author.sign(doc);
    let mut transaction = doc.transaction();
    transaction.put(object, key, value).unwrap();
    transaction.commit().0.unwrap()
}
