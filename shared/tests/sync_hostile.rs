//! Messages no program of ours sends: cut, inflated, numbered wrongly, out of order. Each is refused, the connection and the
//! document stay.

mod sync_net;

use automerge::sync::{BloomFilter, Have, Message as SyncMessage, State, SyncDoc};
use automerge::{Automerge, Change, ChangeHash, ReadDoc};
use shared::sync::{Conn, Input, Output, RefusalCode, wire};
use sync_net::trouble::*;
use sync_net::*;

#[test]
fn a_number_used_twice_is_refused_and_the_device_is_told() {
    let mut net = two();
    let one = net.clients.get_mut(&1).unwrap();
    put(one.doc(), "5.4", 1);
    net.changed(1);
    // The device lost its last write, and the same actor writes another change with the same number.
    let mut client = Client::new("client01", opened(genesis(), 1, 0));
    let bad = put(client.doc(), "5.4", 2);
    let raw = client.doc().get_change_by_hash(&bad).unwrap().raw_bytes().to_vec();
    net.disconnect(1);
    net.connect(1, 1, true, client);
    let one = &net.clients[&1];
    assert!(one.outputs.iter().any(|o| matches!(o, Output::Unmergeable { .. })));

    let sent = message(vec![bad], vec![raw]);
    net.server.room.receive(Conn(1), &sent, &mut TestGate).unwrap();
    let answers = net.server.commit();
    let refused = wire::decode(&answers[0].1).unwrap();
    assert!(matches!(refused, wire::Message::Refused { refusal, .. } if refusal.code == RefusalCode::Order));
    assert_eq!(net.server.disk.len(), 2);
}

#[test]
fn what_is_missing_is_asked_for_however_far_back_it_is() {
    let mut server = Server::with(genesis());
    server.join(1, 1, true, true);
    let mut doc = opened(genesis(), 1, 0);
    let hashes: Vec<_> = (0..4).map(|n| put(&mut doc, "5.4", n)).collect();
    let raw = |at: usize| doc.get_change_by_hash(&hashes[at]).unwrap().raw_bytes().to_vec();
    let sent = message(vec![hashes[3]], vec![raw(3), raw(1), raw(2)]);
    server.room.receive(Conn(1), &sent, &mut TestGate).unwrap();
    let answers = server.commit();
    let wire::Message::Sync { payload, .. } = wire::decode(&answers[0].1).unwrap() else {
        panic!("a refusal");
    };
    assert_eq!(SyncMessage::decode(&payload).unwrap().need, [hashes[0]]);
    let sent = message(vec![hashes[3]], vec![raw(0)]);
    server.room.receive(Conn(1), &sent, &mut TestGate).unwrap();
    server.commit();
    assert_eq!(server.disk.len(), 5);
}

#[test]
fn an_orphan_waits_outside_the_document_and_is_credited_to_who_brought_it() {
    let mut server = Server::with(genesis());
    server.join(1, 1, true, true);
    server.join(2, 2, true, true);
    let mut two = opened(genesis(), 2, 0);
    let parent = put(&mut two, "5.4", 1);
    let mut one = opened(two.clone(), 1, 0);
    let orphan = put(&mut one, "5.3", 1);
    let raw = |doc: &Automerge, hash| doc.get_change_by_hash(&hash).unwrap().raw_bytes().to_vec();

    let sent = message(vec![orphan], vec![raw(&one, orphan)]);
    server.room.receive(Conn(1), &sent, &mut TestGate).unwrap();
    let answers = server.commit();
    let wire::Message::Sync { payload, .. } = wire::decode(&answers[0].1).unwrap() else {
        panic!("a refusal");
    };
    assert_eq!(SyncMessage::decode(&payload).unwrap().need, [parent]);
    assert_eq!(server.disk.len(), 1);

    let sent = message(vec![parent], vec![raw(&two, parent)]);
    server.room.receive(Conn(2), &sent, &mut TestGate).unwrap();
    server.commit();
    assert_eq!(server.disk.len(), 2);
    // The next message of the one who brought it lets it in.
    server
        .room
        .receive(Conn(1), &message(vec![orphan], Vec::new()), &mut TestGate)
        .unwrap();
    server.commit();
    let credited: Vec<_> = server.disk.iter().map(|c| (c.hash, c.user)).collect();
    assert_eq!(credited[1..], [(parent, Some(user(2))), (orphan, Some(user(1)))]);
}

#[test]
fn unreadable_and_oversized_messages_leave_the_connection_and_the_document() {
    let bomb = {
        // 1 MB of zeros as a deflated change.
        let content = vec![0_u8; 1 << 20];
        let mut encoder = flate2::bufread::DeflateEncoder::new(&content, flate2::Compression::best());
        let mut deflated = Vec::new();
        std::io::Read::read_to_end(&mut encoder, &mut deflated).unwrap();
        let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 2];
        chunk.extend([(deflated.len() & 0x7f | 0x80) as u8, (deflated.len() >> 7) as u8]);
        chunk.extend(deflated);
        chunk
    };
    let cases = [
        (vec![0xff; 40], RefusalCode::Malformed),
        (vec![], RefusalCode::Malformed),
        (message(vec![], vec![bomb]), RefusalCode::TooLarge),
        (message(vec![], vec![vec![1, 2, 3]]), RefusalCode::Malformed),
        (vec![0; wire::MAX_PAYLOAD + 1], RefusalCode::TooLarge),
    ];
    for (payload, code) in cases {
        let mut net = two();
        net.server.room.receive(Conn(1), &payload, &mut TestGate).unwrap();
        let answers = net.server.commit();
        assert_eq!(answers.len(), 2);
        for (conn, frame) in answers {
            let frames = net.clients.get_mut(&conn).unwrap().handle(Input::Frame(frame));
            net.carry(conn, frames);
        }
        assert_eq!(refusals(&net.clients[&1]), [(vec![], code)]);
        colleague_writes_and_one_gets_it(&mut net);
    }
}

#[test]
fn operations_numbered_out_of_order_are_refused() {
    // The colleague writes one to four; then the official one change that builds on them, and a second one.
    let mut doc = opened(genesis(), 2, 0);
    for n in 0..4 {
        put(&mut doc, "5.4", n);
    }
    let before = doc.get_changes(&[]);
    let mut doc = opened(doc, 1, 0);
    let first = put(&mut doc, "5.4", 5);
    let second = put(&mut doc, "5.4", 6);
    let change = |hash: &ChangeHash| doc.get_change_by_hash(hash).unwrap();
    let start = change(&first).start_op().get();
    let cases = [
        (vec![], change(&first), start - 1), // that of a change it depends on
        (vec![], change(&first), start + 1), // nobody's yet
        (vec![], change(&first), u64::from(u32::MAX)),
        (vec![change(&first)], change(&second), start), // its own of before
    ];
    for (along, honest, wrong) in cases {
        let mut expanded = honest.decode();
        expanded.start_op = wrong.try_into().unwrap();
        let bad = Change::from(expanded);
        let mut server = Server::with(genesis());
        server.join(1, 1, true, true);
        server.join(2, 2, true, true);
        let raw = |changes: &[Change]| changes.iter().map(|c| c.raw_bytes().to_vec()).collect::<Vec<_>>();
        let sent = message(vec![], raw(&before));
        server.room.receive(Conn(2), &sent, &mut TestGate).unwrap();
        server.commit();
        let sent = message(vec![bad.hash()], raw(&[along, vec![bad]].concat()));
        server.room.receive(Conn(1), &sent, &mut TestGate).unwrap();
        let answers = server.commit();
        let refused = wire::decode(&answers[0].1).unwrap();
        assert!(matches!(refused, wire::Message::Refused { refusal, .. } if refusal.code == RefusalCode::Order));
    }
}

/// Automerge would divide by zero over the first, and ask for 16 GB over the second.
#[test]
fn strange_bloom_filters_are_refused() {
    for bloom in [&[1, 0, 7][..], &[1, 10, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]] {
        let mut net = two();
        let mut message = Automerge::new().generate_sync_message(&mut State::new()).unwrap();
        message.have = vec![Have {
            last_sync: Vec::new(),
            bloom: BloomFilter::try_from(bloom).unwrap(),
        }];
        net.server
            .room
            .receive(Conn(1), &message.encode(), &mut TestGate)
            .unwrap();
        let answers = net.server.commit();
        let refused = wire::decode(&answers[0].1).unwrap();
        assert!(matches!(refused, wire::Message::Refused { refusal, .. } if refusal.code == RefusalCode::Malformed));
        colleague_writes_and_one_gets_it(&mut net);
    }
}
