//! *Set aside and go on*, with the real server: what the app does, without its disk.

use super::{QUIET, World};
use crate::kit::client::Client;
use crate::kit::hostile::{self, Villain};
use automerge::Automerge;
use shared::access::{Action, Decision, DocumentKind, Place, Principal, Reason, Resource, decide};
use shared::dossier::layout::Layout;
use shared::dossier::{LeftOver, Replayed, read, replay};
use shared::points::Points;
use shared::scoring::Entry;
use shared::sync::RefusalCode;
use shared::workflow::Status;

/// The year is empty at first.
const YEAR: u16 = 2023;
/// Where the hostile changes of the list write; it gets no other value.
const BROKEN: &str = "5.4";

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_offline_changes_nineteen_go_on_and_one_is_listed() {
    let mut world = World::new().await;
    world.identity.year = YEAR;
    let villain = world.villain();
    let doc = world.identity.document_id();
    // Somebody has to have written here whose actor can be continued.
    let other = world.server.signed_in("thuongcat.congan").await;
    let mut other = world.device(Client::new("thuongcat.congan"), &other).await;
    other.score(doc, BROKEN, world.new_points()).await;
    other.until_durable(doc).await;
    for (round, (hostile, make)) in hostile::changes().enumerate() {
        let name = hostile.name;
        let mut device = offline(&world, make, round).await;
        let branch = device.doc(doc).get_changes(&[]).len();
        assert!(device.connect(&world.server.url, &world.villain.ticket().await).await);
        device.until(name, |device| !device.heard(doc).refused.is_empty()).await;
        device.settle(QUIET).await;
        let refused = &device.heard(doc).refused;
        assert_eq!(refused[0].1.code, hostile.code.unwrap(), "{name}");
        // Those before it are there; it and those that build on it are not. Of a message that is too large nothing is.
        if refused[0].1.code != RefusalCode::TooLarge {
            assert_eq!(refused[1].1.code, RefusalCode::Descends, "{name}");
            assert_eq!(
                refused.iter().map(|(hashes, _)| hashes.len()).sum::<usize>(),
                11,
                "{name}"
            );
        }
        assert_eq!(
            device.doc(doc).get_changes(&[]).len(),
            branch,
            "{name}: nothing is lost here"
        );

        let (mut next, replayed) = set_aside(&world, &villain, device).await;
        next.until_durable(doc).await;
        // Of the one, each thing it wrote; of the others nothing.
        let of_the_one = |left: &LeftOver| !left.mine.is_empty() && !entries(round).any(|(at, _)| is_at(left, at));
        assert!(!replayed.left_over.is_empty(), "{name}");
        assert!(
            replayed.left_over.iter().all(of_the_one),
            "{name}: {:?}",
            replayed.left_over
        );
        assert_eq!(next.heard(doc).refused.len(), 0, "{name}");

        // Another device of the account sees all nineteen, each under its author.
        let mut other = world.villains_device().await;
        other.settle(QUIET).await;
        for (at, points) in entries(round) {
            let registers = read::indicator(other.doc(doc), &at.into()).unwrap().registers;
            let register = &registers["diem"];
            let Entry::Judged(judged) = &register.current.value else {
                panic!("{name}: {at}");
            };
            assert_eq!(judged.points(), Points::from_hundredths(points), "{name}: {at}");
            assert_eq!(register.current.author, Some(villain.author.user), "{name}: {at}");
            assert_eq!(register.others.len(), 0, "{name}: {at}");
        }
        // And going on is going on.
        let later = next.score(doc, BROKEN, world.new_points()).await;
        next.until_durable(doc).await;
        other.until_has(doc, later).await;
    }
}

/// The nineteen, with points that no other round enters.
fn entries(round: usize) -> impl Iterator<Item = (&'static str, i64)> {
    let layout = Layout::of(&"QD25_2021".into()).unwrap();
    let numbers = layout.numbers().iter().filter(|at| **at != BROKEN);
    numbers.zip(1..).map(move |(at, n)| (*at, 20 * round as i64 + n))
}

fn is_at(left: &LeftOver, number: &str) -> bool {
    left.place == Some(Place::Score(number.into()))
}

/// A device that was in step, and entered twenty things since; the tenth is what `make` makes.
async fn offline(world: &World, make: fn(&mut Automerge, &Villain), round: usize) -> Client {
    let mut device = world.villains_device().await;
    device.cut().await;
    let (doc, villain) = (world.identity.document_id(), world.villain());
    for (n, (at, points)) in entries(round).enumerate() {
        if n == 9 {
            make(device.doc_mut(doc), &villain);
            // Whatever it wrote as, what follows is written by an actor of the account's own.
            device.doc_mut(doc).set_author(None);
        }
        device.score_offline(doc, at, points);
    }
    device
}

/// What the app does: the server's version on a connection of its own, everything allowed entered on it again, and a new
/// connection.
async fn set_aside(world: &World, villain: &Villain, mut device: Client) -> (Client, Replayed) {
    let doc = world.identity.document_id();
    device.cut().await;
    let mut fetching = Client::of(villain.author.user, villain.author.person.clone());
    assert!(fetching.connect(&world.server.url, &world.villain.ticket().await).await);
    fetching.hold(doc, Automerge::new()).await;
    fetching
        .until("the server's version", |fetching| {
            fetching.heard(doc).saved_state.is_some()
        })
        .await;
    fetching.cut().await;

    let mut server = fetching.doc(doc).fork();
    let allowed = |place: &Place| may_write(world, place);
    let replayed = replay(device.doc(doc), &mut server, &villain.author, allowed).unwrap();
    let mut next = Client::of(villain.author.user, villain.author.person.clone());
    assert!(next.connect(&world.server.url, &world.villain.ticket().await).await);
    next.hold(doc, server).await;
    (next, replayed)
}

fn may_write(world: &World, place: &Place) -> Result<(), Reason> {
    let principal = Principal {
        user: world.account.id(),
        unit: world.account.unit.clone(),
        position: world.account.position.clone(),
    };
    let resource = Resource {
        kind: DocumentKind::Dossier,
        unit: world.identity.unit.clone(),
        year: world.identity.year,
        state: Status::default(),
    };
    match decide(
        &world.server.app.units,
        &principal,
        &resource,
        &Action::Write(place.clone()),
    ) {
        Decision::Allow => Ok(()),
        Decision::Deny(reason) => Err(reason),
    }
}
