//! Changes whose dependencies another account brings later.

use super::{FURTHER, QUIET, World};
use crate::kit::client::Client;
use crate::kit::hostile::{actor_of, frame, payload_of, put};
use automerge::{Automerge, Change};
use shared::sync::{DocumentId, RefusalCode};

/// A colleague's change that the server does not have yet, and the villain's that builds on it.
async fn orphan(world: &World, colleague: &mut Client, make: impl Fn(&mut Automerge)) -> (DocumentId, Change) {
    let doc = world.identity.document_id();
    colleague.score_offline(doc, "2.1", world.new_points());
    let mut theirs = colleague.doc_mut(doc).fork();
    make(&mut theirs);
    (doc, theirs.get_last_local_change().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_waits_and_is_whose_account_brought_it() {
    let world = World::new().await;
    let villain = world.villain();
    let (mut device, mut colleague) = (world.villains_device().await, world.colleagues_device().await);
    let make = |doc: &mut Automerge| {
        villain.author.sign(doc);
        put(doc, "1p");
    };
    let (doc, orphan) = orphan(&world, &mut colleague, make).await;
    device.send(frame(doc, payload_of(std::slice::from_ref(&orphan)))).await;
    device.settle(QUIET).await;
    assert_eq!(
        world.brought_by(orphan.hash()).await,
        None,
        "what it builds on is missing"
    );
    assert!(device.heard(doc).refused.is_empty(), "waiting is no refusal");

    let parent = orphan.deps()[0];
    colleague.changed(doc).await;
    // The next message of the one who brought it lets it in.
    device.until_has(doc, parent).await;
    colleague.until_has(doc, orphan.hash()).await;
    assert_eq!(world.brought_by(orphan.hash()).await, Some(villain.author.user));
    assert_eq!(world.brought_by(parent).await, Some(colleague.author.user));
    assert!(device.is_connected() && colleague.is_connected());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_orphan_is_refused_when_what_it_builds_on_comes() {
    let world = World::new().await;
    let (mut device, mut colleague) = (world.villains_device().await, world.colleagues_device().await);
    let mine = colleague.author.user;
    let continued = |doc: &mut Automerge| {
        doc.set_actor(actor_of(doc, mine));
        put(doc, "1p");
    };
    let (doc, orphan) = orphan(&world, &mut colleague, continued).await;
    assert!(orphan.seq() > 1 && orphan.author().is_none());
    device.send(frame(doc, payload_of(std::slice::from_ref(&orphan)))).await;
    device.settle(QUIET).await;
    let before = device.heard(doc).sent + device.heard(doc).came;
    colleague.changed(doc).await;
    colleague.until_durable(doc).await;
    device
        .until("the refusal", |device| !device.heard(doc).refused.is_empty())
        .await;
    device.settle(QUIET).await;
    let heard = device.heard(doc);
    assert_eq!(heard.refused[0].1.code, RefusalCode::Author);
    assert_eq!(heard.refused[0].0, [orphan.hash()]);
    let further = heard.sent + heard.came - before;
    assert!(further <= 2 + FURTHER, "{further} messages");
    assert_eq!(world.brought_by(orphan.hash()).await, None);

    // The colleague's own next change is the one the villain would have had in its place.
    let good = colleague.score(doc, "2.1", world.new_points()).await;
    colleague.until_durable(doc).await;
    device.until_has(doc, good).await;
    assert!(device.is_connected());
}
