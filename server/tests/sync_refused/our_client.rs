//! Each hostile thing with our own session.

use super::{FURTHER, QUIET, World};
use crate::kit::client::Client;
use crate::kit::hostile::{self, Hostile, Make};
use automerge::ChangeHash;
use shared::sync::{DocumentId, RefusalCode};

/// Messages about the document, both ways.
fn messages(client: &Client, doc: DocumentId) -> u32 {
    client.heard(doc).sent + client.heard(doc).came
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_refused_with_a_reason_and_everything_else_stays() {
    let world = World::new().await;
    let mut colleague = world.colleagues_device().await;
    for hostile in &hostile::ALL {
        refused(&world, &mut colleague, hostile).await;
    }
}

async fn refused(world: &World, colleague: &mut Client, hostile: &Hostile) {
    let (name, villain) = (hostile.name, world.villain());
    let mut device = world.villains_device().await;
    let doc = world.identity.document_id();
    let before = messages(&device, doc);

    let bad: Vec<ChangeHash> = match hostile.make {
        Make::Change(make) => {
            let known = device.doc(doc).get_heads();
            make(device.doc_mut(doc), &villain);
            device.changed(doc).await;
            device
                .doc(doc)
                .get_changes_meta(&known)
                .iter()
                .map(|change| change.hash)
                .collect()
        }
        Make::Payload(make) => {
            device.send(hostile::frame(doc, make(&villain))).await;
            Vec::new()
        }
        Make::Frame(make) => {
            device.send(make()).await;
            Vec::new()
        }
    };
    match hostile.code {
        Some(code) => {
            device.until(name, |device| !device.heard(doc).refused.is_empty()).await;
            device.settle(QUIET).await;
            let refused = &device.heard(doc).refused;
            assert_eq!(refused[0].1.code, code, "{name}: {refused:?}");
            assert!(!refused[0].1.text.is_empty(), "{name}: it says why");
            // What is too large is not even taken apart.
            let named = bad.iter().all(|bad| refused[0].0.contains(bad));
            assert!(named || code == RefusalCode::TooLarge, "{name}: {refused:?}");
            assert!(device.heard(doc).read_only, "{name}");
        }
        None => {
            device.settle(QUIET).await;
            assert_eq!(device.errors, 1, "{name}: it is said that it was not taken");
        }
    }
    let further = messages(&device, doc) - before;
    assert!(further <= 2 + FURTHER, "{name}: {further} messages");
    for bad in &bad {
        assert_eq!(world.brought_by(*bad).await, None, "{name}: stored");
    }

    let before = messages(&device, doc);
    let good = colleague.score(doc, "2.1", world.new_points()).await;
    colleague.until_durable(doc).await;
    device.until_has(doc, good).await;
    device.settle(QUIET).await;
    let further = messages(&device, doc) - before;
    assert!(
        further <= FURTHER,
        "{name}: {further} messages after a colleague's change"
    );
    assert!(device.is_connected(), "{name}");
    assert_eq!(colleague.heard(doc).refused.len(), 0, "{name}");
    if hostile.code.is_none() {
        device.score(doc, "5.4", world.new_points()).await;
        device.until_durable(doc).await;
    }
}
