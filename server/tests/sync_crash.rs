//! The server is killed, or the link breaks, at any moment of a sync: whatever a client saw as durable is on disk, and
//! everybody agrees afterwards.

mod kit;

use automerge::{ChangeHash, ReadDoc as _};
use kit::client::{Client, PATIENCE, account, dossier_of};
use kit::cut::link;
use kit::http::Browser;
use kit::process::ServerProcess;
use server::state::open_store;
use server::store::Store as _;
use shared::dossier::DocumentId;
use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

/// Moments at which the server is killed, and at which the link is cut.
const MOMENTS: u64 = 25;
/// Changes of one sync, of two officials together.
const CHANGES: u64 = 500;
/// Of these, entered before the connection.
const OFFLINE: u64 = 150;

/// Indicators that are judged as a whole.
const JUDGED: [&str; 8] = ["2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "4.1", "4.2"];

/// Numbers that look random and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64 (public domain).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// An official with a device.
struct Official {
    client: Client,
    browser: Browser,
    entered: u64,
    /// What may still be entered.
    left: u64,
}

impl Official {
    fn enter(&mut self, doc: DocumentId) {
        self.left -= 1;
        self.entered += 1;
        let number = JUDGED[usize::try_from(self.entered).unwrap() % JUDGED.len()];
        self.client
            .score_offline(doc, number, i64::try_from(self.entered % 380).unwrap());
    }

    /// Connects and goes on entering until all is entered and durable, or the connection is gone.
    async fn work(&mut self, doc: DocumentId, url: &str, ticket: &str) {
        if !self.client.connect(url, ticket).await {
            return;
        }
        let until = Instant::now() + PATIENCE;
        while self.client.is_connected() && (self.left > 0 || !self.client.is_durable(doc)) {
            assert!(Instant::now() < until, "the client is stuck");
            if self.left > 0 {
                self.enter(doc);
                self.client.changed(doc).await;
                // Now and then the answers pile up, as on a slow phone.
                let wait = if self.left.is_multiple_of(4) { 2 } else { 0 };
                self.client.settle(Duration::from_millis(wait)).await;
            } else {
                self.client.take(until).await;
            }
        }
    }
}

/// Everything the store holds of a document, read without the server.
async fn on_disk(data: &Path, doc: DocumentId) -> HashSet<ChangeHash> {
    let store = open_store(data).await.unwrap();
    let stored = store.load(doc).await.unwrap();
    store.close().await;
    let Some(stored) = stored else { return HashSet::new() };
    let doc = kit::contract::rebuild(&stored);
    assert_eq!(stored.row.heads, doc.get_heads(), "the row is of the same transaction");
    doc.get_changes_meta(&[]).iter().map(|change| change.hash).collect()
}

/// What a client was told is durable, with all that comes before it; but for the genesis and migrations, which every
/// device and the server make themselves.
fn durable(client: &Client, doc: DocumentId) -> Vec<ChangeHash> {
    let heads: Vec<ChangeHash> = client.heard(doc).durable.iter().copied().collect();
    let (all, later) = (
        client.doc(doc).get_changes_meta(&[]),
        client.doc(doc).get_changes_meta(&heads),
    );
    let later: HashSet<ChangeHash> = later.iter().map(|change| change.hash).collect();
    let entered = all.iter().filter(|change| change.timestamp > 0);
    entered
        .map(|change| change.hash)
        .filter(|hash| !later.contains(hash))
        .collect()
}

struct Field {
    data: TempDir,
    officials: Vec<Official>,
    chance: Chance,
}

impl Field {
    /// A server folder with the demonstration's accounts, and two officials of one commune who are signed in.
    async fn new() -> (Self, ServerProcess) {
        let data = tempfile::tempdir().unwrap();
        let server = ServerProcess::start(data.path(), true);
        let mut officials = Vec::new();
        for username in ["thuongcat.tuphap", "thuongcat.vanphong"] {
            let mut browser = server.browser();
            assert_eq!(browser.sign_in(username, "demo-2024").await.status(), 200);
            officials.push(Official {
                client: Client::new(username),
                browser,
                entered: 0,
                left: 0,
            });
        }
        (
            Self {
                data,
                officials,
                chance: Chance(2024),
            },
            server,
        )
    }

    /// What both enter in the moment's dossier; a few dossiers grow over the moments.
    async fn begin(&mut self, moment: u64) -> DocumentId {
        let year = 2017 + u16::try_from(moment % 7).unwrap();
        let mut identity = dossier_of(&account("thuongcat.tuphap"), year);
        if year < 2022 {
            identity.set = "QD619_2017".into();
        }
        for official in &mut self.officials {
            official.client.begin(&identity).await;
            official.left = CHANGES / 2;
            for _ in 0..OFFLINE / 2 {
                official.enter(identity.document_id());
            }
        }
        identity.document_id()
    }
}

/// A ticket for each.
async fn tickets(officials: &[Official]) -> [String; 2] {
    [officials[0].browser.ticket().await, officials[1].browser.ticket().await]
}

/// Connects both officials at once, and goes on until both are done or cut off.
async fn work(officials: &mut [Official], doc: DocumentId, urls: [&str; 2], tickets: [String; 2]) {
    let [ha, binh] = officials else {
        unreachable!("two officials")
    };
    tokio::join!(ha.work(doc, urls[0], &tickets[0]), binh.work(doc, urls[1], &tickets[1]));
}

/// After the break: what was durable is on disk, and with a good link all goes well.
async fn recover(field: &mut Field, server: &ServerProcess, doc: DocumentId, promised: &[Vec<ChangeHash>]) {
    for official in &mut field.officials {
        official.client.cut().await;
        official.browser = server.again(&official.browser);
    }
    let tickets = tickets(&field.officials).await;
    work(&mut field.officials, doc, [&server.url, &server.url], tickets).await;
    // Whoever was done first still hears of the other's last changes.
    let all: Vec<ChangeHash> = field
        .officials
        .iter()
        .flat_map(|official| official.client.doc(doc).get_heads())
        .collect();
    for official in &mut field.officials {
        assert!(official.client.is_connected(), "{:?}", official.client.goodbye);
        assert!(official.client.is_durable(doc));
        let has_all = |client: &Client| client.doc(doc).get_missing_deps(&all).is_empty();
        official
            .client
            .until("the other's last changes are here", has_all)
            .await;
    }
    let stored = on_disk(field.data.path(), doc).await;
    for (official, promised) in field.officials.iter_mut().zip(promised) {
        assert!(promised.iter().all(|hash| stored.contains(hash)));
        let here = official.client.doc(doc).get_changes_meta(&[]);
        assert_eq!(here.len(), stored.len());
        assert!(here.iter().all(|change| stored.contains(&change.hash)), "all agree");
        assert!(official.client.heard(doc).refused.is_empty());
        drop(here);
        official.client.cut().await;
        official.client.forget(doc);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_the_server_has_what_it_promised() {
    let (mut field, mut server) = Field::new().await;
    let mut broken = 0;
    let mut promises = 0;
    for moment in 0..MOMENTS {
        let doc = field.begin(moment).await;
        let after = Duration::from_millis(field.chance.below(400));
        let url = server.url.clone();
        let killed = async {
            tokio::time::sleep(after).await;
            server.kill();
        };
        let tickets = tickets(&field.officials).await;
        tokio::join!(work(&mut field.officials, doc, [&url, &url], tickets), killed);
        let promised: Vec<_> = field
            .officials
            .iter()
            .map(|official| durable(&official.client, doc))
            .collect();
        broken += u64::from(field.officials.iter().any(|official| !official.client.is_durable(doc)));
        promises += promised.iter().map(Vec::len).sum::<usize>();
        let stored = on_disk(field.data.path(), doc).await;
        for hash in promised.iter().flatten() {
            assert!(
                stored.contains(hash),
                "moment {moment}, killed after {after:?}: {hash} was promised"
            );
        }
        server = ServerProcess::start(field.data.path(), false);
        recover(&mut field, &server, doc, &promised).await;
    }
    assert!(broken > MOMENTS / 2, "most were killed before the end: {broken}");
    assert!(promises > 1_000, "some after promises: {promises}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_in_the_middle_of_any_frame_the_link_is_made_again() {
    let (mut field, server) = Field::new().await;
    let mut broken = 0;
    for moment in 0..MOMENTS {
        let doc = field.begin(moment).await;
        let (first, second) = (field.chance.below(60_000), field.chance.below(60_000));
        let links = [
            link(&server.url, i64::try_from(first).unwrap()).await,
            link(&server.url, i64::try_from(second).unwrap()).await,
        ];
        let tickets = tickets(&field.officials).await;
        work(&mut field.officials, doc, [&links[0], &links[1]], tickets).await;
        let promised: Vec<_> = field
            .officials
            .iter()
            .map(|official| durable(&official.client, doc))
            .collect();
        broken += u64::from(field.officials.iter().any(|official| !official.client.is_durable(doc)));
        recover(&mut field, &server, doc, &promised).await;
    }
    assert!(broken > MOMENTS / 2, "most were cut before the end: {broken}");
}
