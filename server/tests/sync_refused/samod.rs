//! Each hostile thing with samod.

use super::{FURTHER, QUIET, World};
use crate::kit::client::Client;
use crate::kit::hostile::{self, Hostile, Make};
use crate::kit::samod::{Samod, change, until_has};
use shared::dossier::write;
use shared::points::Points;
use shared::scoring::{Entry, Judged};

#[tokio::test(flavor = "multi_thread")]
async fn samod_is_refused_and_everything_else_stays() {
    let world = World::new().await;
    let mut colleague = world.colleagues_device().await;
    for hostile in &hostile::ALL {
        refused(&world, &mut colleague, hostile).await;
    }
}

async fn refused(world: &World, colleague: &mut Client, hostile: &Hostile) {
    let (name, villain) = (hostile.name, world.villain());
    let doc = world.identity.document_id();
    let samod = Samod::connect(&world.server.url, &world.villain.ticket().await).await;
    let handle = samod.find(doc).await.unwrap();
    samod.settle(QUIET).await;
    let before = samod.messages();

    let bad = match hostile.make {
        Make::Change(make) => Some(change(&handle, |doc| make(doc, &villain))),
        Make::Payload(make) => {
            samod.send(hostile::frame(doc, make(&villain)));
            None
        }
        Make::Frame(make) => {
            samod.send(make());
            None
        }
    };
    samod.settle(QUIET).await;
    let further = samod.messages() - before;
    assert!((1..=2 + FURTHER).contains(&further), "{name}: {further} messages");
    if let Some(bad) = bad {
        assert_eq!(world.brought_by(bad).await, None, "{name}: stored");
    }

    let before = samod.messages();
    let good = colleague.score(doc, "2.1", world.new_points()).await;
    colleague.until_durable(doc).await;
    until_has(&handle, good).await;
    samod.settle(QUIET).await;
    let further = samod.messages() - before;
    assert!(
        further <= FURTHER,
        "{name}: {further} messages after a colleague's change"
    );
    assert!(samod.is_connected(), "{name}");

    // Whoever comes again without the bad change writes again.
    samod.repo.stop().await;
    let samod = Samod::connect(&world.server.url, &world.villain.ticket().await).await;
    let handle = samod.find(doc).await.unwrap();
    let points = world.new_points();
    let good = change(&handle, |doc| {
        let entry = Entry::Judged(Judged::new(Points::from_hundredths(points), "theo hồ sơ").unwrap());
        write::set_entry(doc, &villain.author, &"5.4".into(), "diem", &entry, 1_700_000_000).unwrap();
    });
    colleague.until_has(doc, good).await;
    assert_eq!(world.brought_by(good).await, Some(villain.author.user), "{name}");
    samod.repo.stop().await;
}
