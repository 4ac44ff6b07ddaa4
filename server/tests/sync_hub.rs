//! The hub over a store that is slow, that fails and that loses what was not flushed, without sockets.

mod kit;

use automerge::ChangeHash;
use kit::client::{Client, PATIENCE, account, dossier_of, principal};
use kit::held::HeldStore;
use kit::hub::{hub, resting_hub};
use kit::lossy::{Commits, LossyStore};
use server::hub::{Hub, Outgoing, Who};
use server::store::Store;
use shared::board::Figures;
use shared::criteria;
use shared::dossier::{Identity, write};
use shared::id::{DeviceId, HeadId};
use shared::scoring::{Context, HeadDeclaration};
use shared::sync::{DocumentId, PeerId};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

const HA: &str = "thuongcat.tuphap";
const BINH: &str = "thuongcat.vanphong";

/// Long enough for an answer that is not held back.
const A_WHILE: Duration = Duration::from_millis(150);

async fn connected(hub: &Hub, username: &str) -> Client {
    let mut client = Client::new(username);
    client.connect_to(hub, principal(&account(username))).await;
    client
}

/// The dossier both work on.
fn dossier() -> Identity {
    dossier_of(&account(HA), 2023)
}

/// Takes up a dossier, and hears what the server has of it.
async fn begun(client: &mut Client, identity: &Identity) -> DocumentId {
    let doc = client.begin(identity).await;
    let in_step = |client: &Client| client.heard(doc).saved_state.is_some();
    client.until("in step with the server", in_step).await;
    doc
}

async fn has(store: &LossyStore, doc: DocumentId, change: ChangeHash) -> bool {
    let Some(stored) = store.load(doc).await.unwrap() else {
        return false;
    };
    let stored = kit::contract::rebuild(&stored);
    stored.get_change_meta_by_hash(&change).is_some()
}

/// Waits until something is so.
async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let within = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < within, "not in time: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_changes_one_by_one() {
    let hub = hub(Arc::new(LossyStore::new()));
    let (mut ha, mut binh) = (connected(&hub, HA).await, connected(&hub, BINH).await);
    for client in [&mut ha, &mut binh] {
        begun(client, &dossier()).await;
    }
    let doc = dossier().document_id();
    let task = async |client: &mut Client| {
        for n in 0..150 {
            client.score(doc, ["2.1", "2.2", "3.1"][n % 3], 100).await;
            client.until_durable(doc).await;
        }
    };
    tokio::join!(task(&mut ha), task(&mut binh));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_durable_and_nobody_hears_of_it_before_the_commit() {
    let disk = LossyStore::new();
    let slow = HeldStore::new(disk.clone());
    let hub = hub(Arc::new(slow.clone()));
    let (mut ha, mut binh) = (connected(&hub, HA).await, connected(&hub, BINH).await);
    let doc = begun(&mut ha, &dossier()).await;
    begun(&mut binh, &dossier()).await;
    let first = ha.score(doc, "2.1", 100).await;
    until("the commit was asked for", || slow.asked() == 1).await;
    let second = ha.score(doc, "2.2", 100).await;
    for client in [&mut ha, &mut binh] {
        client.settle(A_WHILE).await;
    }
    assert!(!ha.was_durable(doc, &first) && !ha.was_durable(doc, &second));
    assert!(binh.doc(doc).get_change_meta_by_hash(&first).is_none());
    // The power goes before the commit: nothing was promised, and the device still has everything.
    disk.cut_power();
    assert!(!has(&disk, doc, first).await);

    slow.let_go(1);
    ha.until("the first is durable", |ha| ha.was_durable(doc, &first)).await;
    until("what came meanwhile is next", || slow.asked() == 2).await;
    ha.settle(A_WHILE).await;
    assert!(
        !ha.was_durable(doc, &second),
        "it is not of the commit that was under way"
    );
    disk.cut_power();
    assert!(has(&disk, doc, first).await);
    slow.let_go(1);
    ha.until_durable(doc).await;
    disk.cut_power();
    assert!(has(&disk, doc, second).await);
    binh.until_has(doc, second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_double_shows_a_store_that_does_not_flush() {
    let disk = LossyStore::new();
    disk.commits(Commits::Unflushed);
    let hub = hub(Arc::new(disk.clone()));
    let mut ha = connected(&hub, HA).await;
    let doc = begun(&mut ha, &dossier()).await;
    let change = ha.score(doc, "2.1", 100).await;
    ha.until_durable(doc).await;
    disk.cut_power();
    assert!(!has(&disk, doc, change).await, "the other tests would see it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_promises_nothing_and_loses_nothing() {
    let disk = LossyStore::new();
    let hub = hub(Arc::new(disk.clone()));
    let (mut ha, mut binh) = (connected(&hub, HA).await, connected(&hub, BINH).await);
    let doc = begun(&mut ha, &dossier()).await;
    begun(&mut binh, &dossier()).await;
    ha.score(doc, "2.1", 100).await;
    ha.until_durable(doc).await;
    for failure in [Commits::Fail, Commits::LoseTheAnswer] {
        disk.commits(failure);
        let (mine, theirs) = (ha.score(doc, "2.2", 100).await, binh.score(doc, "2.3", 100).await);
        for client in [&mut ha, &mut binh] {
            client.settle(PATIENCE).await;
            let goodbye = client.goodbye.take();
            assert_eq!(
                goodbye.as_deref(),
                Some("come back and send again what was not confirmed")
            );
        }
        assert!(!ha.was_durable(doc, &mine) && !binh.was_durable(doc, &theirs));
        assert!(binh.doc(doc).get_change_meta_by_hash(&mine).is_none(), "not passed on");
        if failure == Commits::Fail {
            assert!(!has(&disk, doc, mine).await);
        }
        disk.commits(Commits::Flushed);
        for (client, username) in [(&mut ha, HA), (&mut binh, BINH)] {
            client.cut().await;
            client.connect_to(&hub, principal(&account(username))).await;
            client.until_durable(doc).await;
        }
        ha.until_has(doc, theirs).await;
        binh.until_has(doc, mine).await;
        disk.cut_power();
        assert!(has(&disk, doc, mine).await && has(&disk, doc, theirs).await);
        assert!(ha.heard(doc).refused.is_empty() && binh.heard(doc).refused.is_empty());
    }
    assert!(hub.counted().failures >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_document_does_wrong_does_not_keep_the_others_from_the_disk() {
    let disk = LossyStore::new();
    let slow = HeldStore::new(disk.clone());
    let hub = hub(Arc::new(slow.clone()));
    let (mut ha, mut binh) = (connected(&hub, HA).await, connected(&hub, BINH).await);
    let other = dossier_of(&account(HA), 2024);
    let (bad, good) = (begun(&mut ha, &dossier()).await, begun(&mut binh, &other).await);
    slow.let_go(1);
    ha.score(bad, "2.1", 100).await;
    ha.until_durable(bad).await;
    // A commit is held, so that the next two wait together.
    binh.score(good, "2.1", 100).await;
    until("a commit is under way", || slow.asked() == 2).await;
    let lost = ha.score(bad, "2.2", 100).await;
    let kept = binh.score(good, "2.2", 100).await;
    // Another server has written to the same database: the rows of the first do not fit any more.
    let elsewhere = kit::hub::hub(Arc::new(disk.clone()));
    let mut stranger = connected(&elsewhere, BINH).await;
    begun(&mut stranger, &dossier()).await;
    stranger.score(bad, "2.3", 100).await;
    stranger.until_durable(bad).await;
    slow.let_go(100);
    binh.until_durable(good).await;
    assert!(has(&disk, good, kept).await && binh.is_connected());
    ha.settle(PATIENCE).await;
    assert!(!ha.is_connected() && !ha.was_durable(bad, &lost));
    // Read again, it goes on.
    ha.connect_to(&hub, principal(&account(HA))).await;
    ha.until_durable(bad).await;
    assert!(has(&disk, bad, lost).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_document_leaves_memory_and_comes_back_for_news() {
    let hub = resting_hub(Arc::new(LossyStore::new()), Duration::from_millis(50));
    let (mut ha, mut binh) = (connected(&hub, HA).await, connected(&hub, BINH).await);
    let doc = begun(&mut ha, &dossier()).await;
    begun(&mut binh, &dossier()).await;
    for round in 1..4 {
        let change = ha.score(doc, "2.1", 100 + round).await;
        ha.until_durable(doc).await;
        binh.until_has(doc, change).await;
        binh.settle(Duration::from_millis(20)).await;
        until("it has left memory", || hub.counted().loaded == 0).await;
        assert_eq!((hub.counted().documents, hub.counted().connections), (1, 2));
        // Whoever has everything is answered without it.
        let mut third = connected(&hub, BINH).await;
        third.hold(doc, binh.doc(doc).clone()).await;
        third
            .until("in step", |third| third.heard(doc).saved_state.is_some())
            .await;
        assert_eq!(hub.counted().loaded, 0);
    }
    assert_eq!((ha.goodbye.take(), binh.goodbye.take()), (None, None));
    ha.cut().await;
    binh.cut().await;
    until("nothing of it is kept", || hub.counted().documents == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_is_let_go_and_holds_nobody_up() {
    let hub = hub(Arc::new(LossyStore::new()));
    let mut ha = connected(&hub, HA).await;
    let doc = begun(&mut ha, &dossier()).await;
    // Asks for one document after the other, and never takes an answer.
    let who = Who {
        principal: principal(&account(BINH)),
        device: DeviceId::from_slice(&[1; 16]).unwrap(),
    };
    let mut deaf = hub.connect(who, PeerId::new("deaf0000"), true);
    let mut asked = 0_u64;
    let asking = async {
        for n in 0..6_000_u64 {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&n.to_be_bytes());
            deaf.receive(DocumentId(id), Vec::new()).await;
            asked += 1;
        }
    };
    let working = async {
        for n in 0..30 {
            ha.score(doc, "2.1", n).await;
            ha.until_durable(doc).await;
        }
    };
    timeout(PATIENCE, async { tokio::join!(asking, working) })
        .await
        .unwrap();
    assert_eq!(asked, 6_000);
    let said = timeout(PATIENCE, deaf.next()).await.unwrap();
    let Outgoing::Close(goodbye) = said else {
        panic!("not closed: {said:?}")
    };
    assert_eq!(goodbye.close_code().0, 1013);
    let mut waiting = 0;
    while deaf.more().is_some() {
        waiting += 1;
    }
    assert!((1..=4096).contains(&waiting), "{waiting}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_those_of_the_whole_document_after_every_change() {
    let disk = LossyStore::new();
    let hub = hub(Arc::new(disk.clone()));
    let (mut ha, mut binh) = (connected(&hub, HA).await, connected(&hub, BINH).await);
    let doc = begun(&mut ha, &dossier()).await;
    begun(&mut binh, &dossier()).await;
    let mut seen = HashSet::new();
    for round in 0..4 {
        let change = ha.score(doc, "2.1", 100 * (round + 1)).await;
        figures(&mut ha, &disk, doc, &mut seen).await;
        // Both at once, without having heard of each other: two values stand there.
        binh.until_has(doc, change).await;
        ha.score_offline(doc, "2.2", 100 * round);
        binh.score_offline(doc, "2.2", 100 * round + 50);
        binh.changed(doc).await;
        binh.until_durable(doc).await;
        ha.changed(doc).await;
        figures(&mut ha, &disk, doc, &mut seen).await;
        let declaration =
            [HeadDeclaration::None, HeadDeclaration::Cleared][usize::try_from(round % 2).unwrap()].clone();
        let (author, head) = (ha.author.clone(), HeadId::from("chu-tich-ubnd"));
        write::declare_head(ha.doc_mut(doc), &author, &head, &declaration, 1_700_000_000).unwrap();
        ha.changed(doc).await;
        figures(&mut ha, &disk, doc, &mut seen).await;
    }
    assert!(seen.len() >= 10, "they did change: {}", seen.len());
}

/// Waits until everything is durable; what is stored is what the whole stored document comes to.
async fn figures(client: &mut Client, disk: &LossyStore, doc: DocumentId, seen: &mut HashSet<String>) {
    client.until_durable(doc).await;
    let stored = disk.load(doc).await.unwrap().unwrap();
    let set = criteria::set(&stored.row.identity.set).unwrap();
    let figures = Figures::of(&kit::contract::rebuild(&stored), set, Context::default()).unwrap();
    let figures = serde_json::to_string(&figures).unwrap();
    assert_eq!(stored.row.summary.as_deref(), Some(figures.as_str()));
    seen.insert(figures);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_while_its_document_is_loaded_does_not_keep_it_in_memory() {
    let disk = LossyStore::new();
    let before = hub(Arc::new(disk.clone()));
    let mut ha = connected(&before, HA).await;
    let doc = begun(&mut ha, &dossier()).await;
    ha.score(doc, "2.1", 100).await;
    ha.until_durable(doc).await;
    drop((ha, before));

    let slow = HeldStore::new(disk);
    slow.hold_loads();
    let hub = hub(Arc::new(slow.clone()));
    let mut binh = connected(&hub, BINH).await;
    binh.begin(&dossier()).await;
    until("the load was asked for", || slow.loads_asked() == 1).await;
    binh.cut().await;
    until("the connection is gone", || hub.counted().connections == 0).await;
    sleep(A_WHILE).await;
    slow.let_load(1);
    until("the dossier is in memory", || hub.counted().loaded == 1).await;
    until("and leaves it", || {
        hub.rest();
        hub.counted().loaded == 0
    })
    .await;
}
