//! A client, a server, and what they say to each other when nothing goes wrong.

mod sync_net;

use automerge::sync::{State, SyncDoc};
use automerge::{Automerge, ReadDoc};
use shared::sync::{Conn, Input, Output, Peer, PeerId, Room, answer_unloaded, wire};
use std::collections::HashMap;
use sync_net::*;

#[test]
fn a_change_arrives_is_durable_and_reaches_a_colleague() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));

    let hash = put(net.clients.get_mut(&1).unwrap().doc(), "5.4", "29,5");
    net.changed(1);

    assert!(net.clients[&1].durable().contains(&hash));
    assert_eq!(net.server.disk.last().unwrap().hash, hash);
    assert_eq!(net.server.disk.last().unwrap().user, Some(user(1)));
    let colleague = net.clients.get_mut(&2).unwrap().doc();
    let value = colleague.get(automerge::ROOT, "5.4").unwrap().unwrap().0;
    assert_eq!(value.as_str(), Some("29,5"));
}

#[test]
fn offline_changes_of_two_meet() {
    let mut net = Net::new(Server::with(genesis()));
    let mut one = Client::new("client01", opened(genesis(), 1, 0));
    let mut two = Client::new("client02", opened(genesis(), 2, 0));
    for n in 0..50 {
        put(one.doc(), &format!("a{n}"), n);
        put(two.doc(), &format!("b{n}"), n);
    }
    net.connect(1, 1, true, one);
    net.connect(2, 2, true, two);
    let heads = net.server.room.document().unwrap().get_heads();
    assert_eq!(heads.len(), 2);
    for client in net.clients.values_mut() {
        assert_eq!(client.doc().get_heads(), heads);
    }
    assert_eq!(net.server.disk.len(), 101);
}

#[test]
fn one_score_costs_less_than_600_bytes_both_ways() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    put(net.clients.get_mut(&1).unwrap().doc(), "5.3", "1|p");
    net.changed(1);
    net.reset_counts();
    put(net.clients.get_mut(&1).unwrap().doc(), "5.4", "1|p");
    net.changed(1);
    assert_eq!((net.up.1, net.down.1), (1, 1), "one message each way");
    assert!(net.up.0 + net.down.0 <= 600, "{:?} {:?}", net.up, net.down);
}

#[test]
fn a_change_costs_each_colleague_one_message_and_now_and_then_an_acknowledgement() {
    let mut net = Net::new(Server::with(genesis()));
    for n in 1..=4 {
        net.connect(
            n,
            n as u8,
            n != 4,
            Client::new(&format!("client{n:02}"), opened(genesis(), n as u8, 0)),
        );
    }
    for n in 1..=34 {
        net.reset_counts();
        put(net.clients.get_mut(&1).unwrap().doc(), "5.4", n);
        net.changed(1);
        // The three who only hear of it say so at every seventeenth.
        let said = if n % 17 == 0 { 3 } else { 0 };
        assert_eq!((net.up.1, net.down.1), (1 + said, 4), "{n}");
    }
    assert!(net.server.room.can_rest());
}

#[test]
fn what_a_colleague_sent_is_acknowledged_by_the_next_change() {
    let mut net = Net::new(Server::with(genesis()));
    for n in 1..=2 {
        net.connect(
            n,
            n as u8,
            true,
            Client::new(&format!("client{n:02}"), opened(genesis(), n as u8, 0)),
        );
    }
    for n in 0..40 {
        net.reset_counts();
        let by = n % 2 + 1;
        put(net.clients.get_mut(&by).unwrap().doc(), "5.4", n as i64);
        net.changed(by);
        assert_eq!((net.up.1, net.down.1), (1, 2), "{n}");
        assert!(
            net.up.0 + net.down.0 <= 900,
            "no filter over what was not acknowledged: {:?} {:?}",
            net.up,
            net.down
        );
    }
}

#[test]
fn a_new_dossier_is_stored_with_its_genesis_and_only_once_somebody_has_written() {
    let mut server = Server::with(Automerge::new());
    let unstored = genesis().get_changes(&[]);
    server.room = Room::open(DOC, server_id(), genesis(), &HashMap::new(), unstored);
    let mut net = Net::new(server);
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    assert!(net.server.disk.is_empty());
    let hash = put(net.clients.get_mut(&1).unwrap().doc(), "5.4", 1);
    net.changed(1);
    let stored: Vec<_> = net.server.disk.iter().map(|c| (c.hash, c.user)).collect();
    assert_eq!(stored, [(genesis().get_heads()[0], None), (hash, Some(user(1)))]);
    put(net.clients.get_mut(&1).unwrap().doc(), "5.4", 2);
    net.changed(1);
    assert_eq!(net.server.disk.len(), 3);
}

#[test]
fn what_everybody_makes_alike_is_taken_from_anyone_and_is_nobodys() {
    let mut migrated = genesis();
    put(&mut migrated, "later", 0);
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(migrated.clone(), 1, 0)));
    net.connect(2, 2, true, Client::new("client02", opened(migrated, 2, 0)));
    assert_eq!(net.server.disk.len(), 2);
    assert_eq!(net.server.disk[1].user, None);
    put(net.clients.get_mut(&2).unwrap().doc(), "5.4", 1);
    net.changed(2);
    assert_eq!(net.server.disk[2].user, Some(user(2)));
}

#[test]
fn whoever_types_on_while_the_server_is_slow_to_answer_is_not_taken_for_a_loop() {
    let mut net = Net::new(Server::with(genesis()));
    net.server.join(1, 1, true, true);
    let mut client = Client::new("client01", opened(genesis(), 1, 0));
    let (doc, saved_state) = (DOC, None);
    client.handle(Input::Opened);
    client.handle(Input::Open { doc, saved_state });
    let peer = wire::Message::peer(server_id(), PeerId::new("client01"), "test");
    let first = client.handle(Input::Frame(wire::encode(&peer, false)));
    assert_eq!(first.len(), 1, "what it has");
    // The answer is a while coming, as when the server reads the document from its disk.
    for n in 0..200 {
        put(client.doc(), "5.4", n);
        assert!(
            client.handle(Input::Changed { doc }).is_empty(),
            "nothing is asked twice"
        );
    }
    net.clients.insert(1, client);
    net.carry(1, first);
    let heads = net.clients.get_mut(&1).unwrap().doc().get_heads();
    assert_eq!(net.server.disk.len(), 201);
    assert_eq!(net.clients[&1].durable().last(), heads.first());
    // A dossier that was not to be had may be there later.
    let mut late = Client::new("client02", opened(genesis(), 2, 0));
    late.handle(Input::Opened);
    late.handle(Input::Open { doc, saved_state: None });
    let peer = wire::Message::peer(server_id(), PeerId::new("client02"), "test");
    late.handle(Input::Frame(wire::encode(&peer, false)));
    let unavailable = wire::Message::Unavailable {
        document: DOC,
        sender: server_id(),
        target: PeerId::new("client02"),
    };
    late.handle(Input::Frame(wire::encode(&unavailable, true)));
    put(late.doc(), "5.4", 1);
    assert_eq!(late.handle(Input::Changed { doc }).len(), 1, "it is asked for again");
}

/// A device that was in step, and 40 changes a colleague has made since.
fn away() -> (Net, Client) {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));
    let away = net.disconnect(1);
    for n in 0..40 {
        put(net.clients.get_mut(&2).unwrap().doc(), &format!("k{n}"), n);
        net.changed(2);
    }
    (net, away)
}

#[test]
fn coming_back_costs_one_message_each_way_and_an_acknowledgement() {
    let (mut net, mut client) = away();
    // A new session, as after a restart of the app, with what was saved.
    client.session = shared::sync::Session::client(PeerId::new("client01"), "test");
    assert!(client.saved.is_some());
    net.reset_counts();
    net.connect(1, 1, true, client);
    assert_eq!((net.up.1, net.down.1), (3, 2), "with join and peer");
    let heads = net.server.room.document().unwrap().get_heads();
    assert_eq!(net.clients.get_mut(&1).unwrap().doc().get_heads(), heads);
}

#[test]
fn a_device_that_lost_what_it_received_gets_it_again_at_once() {
    let (mut net, client) = away();
    net.connect(1, 1, true, client);
    let ahead = net.disconnect(1);
    // The app saved what it had in common with the server; the changes themselves were lost.
    let mut client = Client::new("client01", opened(genesis(), 1, 1));
    client.saved = ahead.saved;
    net.reset_counts();
    net.connect(1, 1, true, client);
    assert_eq!((net.up.1, net.down.1), (3, 2), "with join and peer");
    assert_eq!(net.clients.get_mut(&1).unwrap().doc().get_changes(&[]).len(), 41);
}

#[test]
fn a_server_restored_from_an_older_backup_gets_everything_back() {
    let (mut net, client) = away();
    net.connect(1, 1, true, client);
    let mut clients = vec![net.disconnect(1), net.disconnect(2)];
    let disk = net.server.disk[..5].to_vec();
    let mut net = Net::new(Server::reopened(disk));
    net.connect(2, 2, true, clients.remove(1));
    net.connect(1, 1, true, clients.remove(0));
    assert_eq!(net.server.disk.len(), 41);
    // From the other one alone, the colleague's changes are refused: they are not his.
    let (mut net, client) = away();
    net.connect(1, 1, true, client);
    let client = net.disconnect(1);
    let mut net = Net::new(Server::reopened(net.server.disk[..5].to_vec()));
    net.connect(1, 1, true, client);
    assert_eq!(net.server.disk.len(), 5);
}

#[test]
fn an_unloaded_document_is_answered_from_its_heads_and_news_still_reaches_the_connection() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    put(net.clients.get_mut(&1).unwrap().doc(), "5.4", 1);
    net.changed(1);
    let heads = net.server.room.document().unwrap().get_heads();
    let mut doc = net.clients.get_mut(&1).unwrap().doc().clone();
    doc.set_actor(actor(3, 0));
    let mut client = Client::new("client03", doc);
    client.handle(Input::Opened);
    client.handle(Input::Open {
        doc: DOC,
        saved_state: None,
    });
    let peer = wire::Message::peer(server_id(), PeerId::new("client03"), "test");
    let first = client.handle(Input::Frame(wire::encode(&peer, false)));
    let wire::Message::Sync { payload, .. } = wire::decode(&first[0]).unwrap() else {
        panic!("not a sync message");
    };
    assert_eq!(answer_unloaded(&payload, &[], true), None);
    assert_eq!(answer_unloaded(&payload, &genesis().get_heads(), true), None);
    assert_eq!(answer_unloaded(&[0; 3], &heads, true), None);
    let reply = answer_unloaded(&payload, &heads, true).unwrap();
    let message = wire::Message::Sync {
        document: DOC,
        sender: server_id(),
        target: PeerId::new("client03"),
        request: false,
        payload: reply.payload,
        durable: reply.durable,
    };
    assert!(client.handle(Input::Frame(wire::encode(&message, true))).is_empty());
    assert_eq!(client.durable(), heads);
    let known = client.docs.0[&DOC].clone();
    assert!(client.session.is_in_step(&DOC, &known));

    // The room goes to rest and comes back; both connections go on as if nothing had been.
    assert!(net.server.room.can_rest());
    let mut server = Server::reopened(net.server.disk.clone());
    let peer = |name: &str, n: u8| Peer {
        id: PeerId::new(name),
        user: user(n),
        device: device(n),
        writes: true,
        ours: true,
    };
    let room = core::mem::replace(&mut net.server.room, Server::with(genesis()).room);
    for (conn, resting) in room.rest() {
        server.room.resume(conn, peer("client01", 1), resting);
    }
    server.room.resume(Conn(3), peer("client03", 3), reply.resting);
    net.server = server;
    net.clients.insert(3, client);
    net.reset_counts();
    let hash = put(net.clients.get_mut(&1).unwrap().doc(), "5.4", 2);
    net.changed(1);
    assert_eq!((net.up.1, net.down.1), (1, 2));
    assert!(
        net.clients
            .get_mut(&3)
            .unwrap()
            .doc()
            .get_change_by_hash(&hash)
            .is_some()
    );
}

#[test]
fn what_the_server_does_not_have_is_unavailable_and_what_is_forgotten_is_not_spoken_of() {
    let mut client = Client::new("client01", Automerge::new());
    assert_eq!(client.handle(Input::Opened).len(), 1);
    let frames = client.handle(Input::Open {
        doc: DOC,
        saved_state: Some(vec![1, 2, 3]),
    });
    assert!(frames.is_empty(), "not before the server has introduced itself");
    let peer = wire::Message::peer(server_id(), PeerId::new("client01"), "0f3");
    let frames = client.handle(Input::Frame(wire::encode(&peer, false)));
    assert!(matches!(
        wire::decode(&frames[0]).unwrap(),
        wire::Message::Sync { request: true, .. }
    ));
    let unavailable = wire::Message::Unavailable {
        document: DOC,
        sender: server_id(),
        target: PeerId::new("client01"),
    };
    client.handle(Input::Frame(wire::encode(&unavailable, true)));
    let info = Output::ServerInfo {
        build: "0f3".to_owned(),
        protocol: 1,
    };
    assert_eq!(client.outputs, [info, Output::Unavailable { doc: DOC }]);
    client.handle(Input::Forget { doc: DOC });
    put(client.doc(), "5.4", 1);
    assert!(client.handle(Input::Changed { doc: DOC }).is_empty());
    for _ in 0..30 {
        client.handle(Input::Frame(vec![0xff; 9]));
    }
    assert!(client.outputs.iter().any(|o| matches!(o, Output::Close { .. })));
}

#[test]
fn what_was_not_available_is_spoken_of_from_the_beginning() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));
    // The server cannot read its rows, and does not see what the first official sends.
    let one = net.clients.get_mut(&1).unwrap();
    let hash = put(one.doc(), "5.4", 1);
    one.handle(Input::Changed { doc: DOC });
    let unavailable = wire::Message::Unavailable {
        document: DOC,
        sender: server_id(),
        target: PeerId::new("client01"),
    };
    one.handle(Input::Frame(wire::encode(&unavailable, true)));
    // They have been repaired.
    put(net.clients.get_mut(&2).unwrap().doc(), "5.3", 1);
    net.changed(2);
    assert!(net.clients[&1].durable().contains(&hash));
    assert!(net.server.room.can_rest());
}

#[test]
fn what_comes_while_the_last_is_being_written_waits_its_turn() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    let payload = |frames: Vec<Vec<u8>>| match wire::decode(&frames[0]).unwrap() {
        wire::Message::Sync { payload, .. } => payload,
        other => panic!("{other:?}"),
    };
    let mut writes = |n: i64, key: &str| {
        let client = net.clients.get_mut(&1).unwrap();
        put(client.doc(), key, n);
        payload(client.handle(Input::Changed { doc: DOC }))
    };
    let (first, second) = (writes(1, "5.4"), writes(2, "5.4"));
    let server = &mut net.server;
    server.room.receive(Conn(1), &first, &mut TestGate).unwrap();
    let batch = server.room.apply().unwrap();
    server.store(batch);
    // Being written: the next change comes, and a colleague.
    server.room.receive(Conn(1), &second, &mut TestGate).unwrap();
    server.join(2, 2, true, true);
    let hello = {
        let mut plain = State::new();
        genesis().generate_sync_message(&mut plain).unwrap()
    };
    server.room.receive(Conn(2), &hello.encode(), &mut TestGate).unwrap();
    let frames = server.room.committed().unwrap();
    assert_eq!(frames.len(), 1, "the colleague has not been taken in yet");
    let own = |frames: &[(Conn, Vec<u8>)]| {
        let (_, frame) = frames.iter().find(|(conn, _)| *conn == Conn(1)).unwrap();
        automerge::sync::Message::decode(&payload(vec![frame.clone()])).unwrap()
    };
    assert!(own(&frames).changes.is_empty());
    let batch = server.room.apply().unwrap();
    server.store(batch);
    let frames = server.room.committed().unwrap();
    assert_eq!(frames.len(), 2);
    assert!(own(&frames).changes.is_empty(), "its own change comes back");
}

#[test]
fn news_is_not_answered_while_the_server_owes_an_answer_itself() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));
    // What the first sends is on its way while the second's arrives.
    let hash = put(net.clients.get_mut(&1).unwrap().doc(), "5.4", "29,5");
    let sent = net.clients.get_mut(&1).unwrap().handle(Input::Changed { doc: DOC });
    put(net.clients.get_mut(&2).unwrap().doc(), "5.3", "5");
    net.reset_counts();
    net.changed(2);
    assert_eq!(
        (net.up.1, net.down.1),
        (1, 2),
        "the first has nothing to add to what it sent"
    );
    net.reset_counts();
    net.carry(1, sent);
    assert_eq!((net.up.1, net.down.1), (1, 2));
    assert!(net.clients[&1].durable().contains(&hash));
    assert!(net.server.room.can_rest());
    // A filter names what was not acknowledged; the next change does that.
    put(net.clients.get_mut(&1).unwrap().doc(), "5.4", "30");
    net.changed(1);
    net.reset_counts();
    put(net.clients.get_mut(&1).unwrap().doc(), "5.4", "29");
    net.changed(1);
    assert!(net.up.0 + net.down.0 <= 900, "{:?} {:?}", net.up, net.down);
}

#[test]
fn what_comes_while_the_disk_is_busy_is_confirmed_and_not_sent_back() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));
    let Net { server, clients, .. } = &mut net;
    let [mut one, mut two] = [1, 2].map(|n| clients.remove(&n).unwrap());
    let receive = |server: &mut Server, conn: u64, frames: Vec<Vec<u8>>| {
        for frame in frames {
            let Ok(wire::Message::Sync { payload, .. }) = wire::decode(&frame) else {
                panic!("not a sync message");
            };
            server.room.receive(Conn(conn), &payload, &mut TestGate).unwrap();
        }
    };
    put(two.doc(), "5.3", "5");
    let frames = two.handle(Input::Changed { doc: DOC });
    receive(server, 2, frames);
    let writing = server.room.apply().unwrap();
    // Meanwhile the first official writes too, and then learns of the colleague's change and says so.
    let hash = put(one.doc(), "5.4", "29,5");
    let frames = one.handle(Input::Changed { doc: DOC });
    receive(server, 1, frames);
    server.store(writing);
    for (conn, frame) in server.room.committed().unwrap() {
        if conn == Conn(1) {
            assert_eq!(one.handle(Input::Frame(frame)), Vec::<Vec<u8>>::new());
        }
    }
    // Our session would say so with its next change, others do at once.
    let in_step = one.doc().generate_sync_message(&mut State::new()).unwrap();
    server.room.receive(Conn(1), &in_step.encode(), &mut TestGate).unwrap();
    assert!(!one.durable().contains(&hash));
    for (conn, frame) in server.commit() {
        if conn == 1 {
            let Ok(wire::Message::Sync { payload, .. }) = wire::decode(&frame) else {
                panic!("not a sync message");
            };
            let said = automerge::sync::Message::decode(&payload).unwrap();
            assert!(said.changes.is_empty(), "its own change comes back");
            assert_eq!(one.handle(Input::Frame(frame)), Vec::<Vec<u8>>::new());
        }
    }
    assert!(one.durable().contains(&hash));
}

#[test]
fn what_may_wait_is_confirmed_and_passed_on_before_it_is_applied() {
    let mut net = Net::new(Server::with(genesis()));
    net.server.patient = true;
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));
    let mut settled = Vec::new();
    for n in 1..=600_i64 {
        let hash = put(net.clients.get_mut(&1).unwrap().doc(), "5.4", n);
        net.changed(1);
        assert_eq!(net.clients[&1].durable().last(), Some(&hash), "not confirmed");
        assert_eq!(
            net.clients.get_mut(&2).unwrap().doc().get_heads(),
            [hash],
            "not passed on"
        );
        assert_eq!(net.server.stored_heads, [hash]);
        assert_eq!(net.server.room.heads(), [hash]);
        if net.server.room.is_settled() {
            settled.push(n);
        }
    }
    assert_eq!(settled, [256, 512], "not applied together");
    let document = net.server.room.document().unwrap();
    assert_eq!(document.get_heads(), net.server.stored_heads);
    assert!(net.server.room.is_settled());
    // Long ones are not kept in memory twice for long.
    let mut waited = 0;
    for n in 0..10 {
        put(net.clients.get_mut(&1).unwrap().doc(), "5.4", "x".repeat(50_000 + n));
        net.changed(1);
        waited += u32::from(!net.server.room.is_settled());
    }
    assert_eq!(waited, 9, "applied once there are 256 KB of them");
    // Somebody who has nothing gets everything, also what waited.
    let hash = put(net.clients.get_mut(&1).unwrap().doc(), "5.4", "cuối");
    net.changed(1);
    assert!(!net.server.room.is_settled());
    net.connect(3, 3, true, Client::new("client03", opened(genesis(), 3, 0)));
    assert_eq!(net.clients.get_mut(&3).unwrap().doc().get_heads(), [hash]);
}

#[test]
fn what_may_not_wait_is_applied_at_once() {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    let (mut at_once, mut waited) = (0, 0);
    for n in 0..100_i64 {
        let hash = put(net.clients.get_mut(&1).unwrap().doc(), "5.4", n);
        net.changed(1);
        let now = hash.as_ref()[0].is_multiple_of(16);
        assert!(net.server.room.is_settled() || !now, "it waits");
        at_once += u32::from(now);
        waited += u32::from(!net.server.room.is_settled());
    }
    assert!(at_once > 0 && waited > 0, "{at_once} {waited}");
}
