//! What the server refuses over `/sync`: it says why, the connection and the document stay, nothing goes round and round,
//! colleagues' changes still arrive, and whoever sets the bad change aside goes on.

#[path = "../kit/mod.rs"]
mod kit;

mod aside;
mod orphans;
mod our_client;
mod samod;

use automerge::ChangeHash;
use kit::client::{Client, account, dossier_of};
use kit::hostile::Villain;
use kit::http::{Browser, Server};
use server::demo::DemoAccount;
use shared::dossier::{Author, Identity, Person};
use shared::id::UserId;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A message that is not on its way by then is not on its way.
const QUIET: Duration = Duration::from_millis(100);

/// Messages about the document, both ways, after the refusal or the news, until somebody changes it.
const FURTHER: u32 = 5;

/// A server, somebody hostile, and a colleague of the same commune, each signed in.
struct World {
    server: Server,
    villain: Browser,
    colleague: Browser,
    account: DemoAccount,
    identity: Identity,
    next: AtomicI64,
}

impl World {
    async fn new() -> Self {
        let server = Server::demo().await;
        let account = account("thuongcat.vanphong");
        Self {
            villain: server.signed_in(&account.username).await,
            colleague: server.signed_in("thuongcat.tuphap").await,
            identity: dossier_of(&account, 2024),
            server,
            account,
            next: AtomicI64::new(1),
        }
    }

    fn villain(&self) -> Villain {
        let person = Person::new(&self.account.name, "Công chức Văn phòng - Thống kê");
        Villain {
            author: Author {
                user: self.account.id(),
                person,
                criteria_version: "1".to_owned(),
            },
            other: account("thuongcat.congan").id(),
            identity: self.identity.clone(),
        }
    }

    /// A device of the villain's, in step with the server.
    async fn villains_device(&self) -> Client {
        let Author { user, person, .. } = self.villain().author;
        self.device(Client::of(user, person), &self.villain).await
    }

    /// A device of the colleague's, in step with the server.
    async fn colleagues_device(&self) -> Client {
        self.device(Client::new("thuongcat.tuphap"), &self.colleague).await
    }

    async fn device(&self, mut client: Client, browser: &Browser) -> Client {
        assert!(client.connect(&self.server.url, &browser.ticket().await).await);
        let doc = client.begin(&self.identity).await;
        client
            .until("in step", |client| {
                client.is_durable(doc) && client.heard(doc).saved_state.is_some()
            })
            .await;
        client.settle(QUIET).await;
        client
    }

    /// Points that were never entered before, so that entering them is a change.
    fn new_points(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Who brought a stored change; `None`: it is not stored.
    async fn brought_by(&self, change: ChangeHash) -> Option<UserId> {
        let row = sqlx::query_as::<_, (Vec<u8>,)>("SELECT user_id FROM changes WHERE hash = ?");
        let row = row.bind(change.0.to_vec());
        let found = row.fetch_optional(self.server.app.store.pool()).await.unwrap();
        found.map(|(user,)| UserId::new(uuid::Uuid::from_slice(&user).unwrap()))
    }
}
