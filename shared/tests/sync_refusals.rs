//! What the server refuses, that it says so, and that nothing loops and nobody else notices.

mod sync_net;

use automerge::sync::{Message as SyncMessage, State, SyncDoc};
use automerge::{Author, Automerge, ChangeHash, ReadDoc};
use shared::sync::{Conn, Output, Peer, PeerId, RefusalCode, wire};
use std::collections::HashSet;
use sync_net::trouble::*;
use sync_net::*;

/// Any client of automerge-repo, as far as one document goes.
struct Plain {
    doc: Automerge,
    state: State,
}

impl Plain {
    fn speak(&mut self) -> Option<Vec<u8>> {
        Some(self.doc.generate_sync_message(&mut self.state)?.encode())
    }

    fn hear(&mut self, payload: &[u8]) -> Option<Vec<u8>> {
        let message = SyncMessage::decode(payload).unwrap();
        self.doc.receive_sync_message(&mut self.state, message).unwrap();
        self.speak()
    }
}

#[test]
fn a_refused_change_is_told_and_the_rest_goes_on() {
    let mut net = two();
    let one = net.clients.get_mut(&1).unwrap();
    let good = put(one.doc(), "5.4", 1);
    let bad = put(one.doc(), "cấm", 1);
    let after = put(one.doc(), "5.3", 1);
    net.reset_counts();
    net.changed(1);
    // One message with the changes, the refusals and the answer; then at most five more.
    assert!(net.up.1 + net.down.1 <= 1 + 3 + 5, "{:?} {:?}", net.up, net.down);
    let one = &net.clients[&1];
    assert_eq!(
        refusals(one),
        [(vec![bad], RefusalCode::Access), (vec![after], RefusalCode::Descends)]
    );
    assert!(one.outputs.contains(&Output::ReadOnly { doc: DOC, on: true }));
    assert!(one.durable().contains(&good) && !one.durable().contains(&bad));
    let stored: Vec<_> = net.server.disk.iter().map(|c| c.hash).collect();
    assert!(stored.contains(&good) && !stored.contains(&bad) && !stored.contains(&after));

    net.reset_counts();
    colleague_writes_and_one_gets_it(&mut net);
    assert!(net.up.1 + net.down.1 <= 6, "{:?} {:?}", net.up, net.down);
    // Going on writing is told at most once more, and stays here.
    put(net.clients.get_mut(&1).unwrap().doc(), "5.2", 1);
    net.reset_counts();
    net.changed(1);
    assert!(net.up.1 + net.down.1 <= 5, "{:?} {:?}", net.up, net.down);
    colleague_writes_and_one_gets_it(&mut net);
}

#[test]
fn a_refusal_of_more_changes_than_one_frame_holds_is_told_in_several() {
    let mut net = two();
    let one = net.clients.get_mut(&1).unwrap();
    put(one.doc(), "cấm", 1);
    let after: Vec<_> = (0..=wire::MAX_HASHES)
        .map(|n| put(one.doc(), "5.3", n as i64))
        .collect();
    net.changed(1);
    let told = refusals(&net.clients[&1]);
    let descends = told.iter().filter(|(_, code)| *code == RefusalCode::Descends);
    let named: HashSet<_> = descends.flat_map(|(hashes, _)| hashes).copied().collect();
    assert!(named == after.into_iter().collect(), "{} are named", named.len());
}

#[test]
fn a_branch_of_another_tab_is_taken_though_one_is_refused() {
    let mut net = two();
    let mut tab = opened(genesis(), 1, 9);
    let good = put(&mut tab, "5.4", 1);
    let one = net.clients.get_mut(&1).unwrap();
    put(one.doc(), "cấm", 1);
    one.doc().merge(&mut tab).unwrap();
    net.changed(1);
    assert!(net.server.disk.iter().any(|c| c.hash == good));
}

#[test]
fn a_refused_branch_comes_back_with_each_connection_and_is_refused_again() {
    let mut net = two();
    put(net.clients.get_mut(&1).unwrap().doc(), "cấm", 1);
    net.changed(1);
    for _ in 0..3 {
        let mut client = net.disconnect(1);
        client.outputs.clear();
        net.reset_counts();
        net.connect(1, 1, true, client);
        assert_eq!(refusals(&net.clients[&1]).len(), 1);
        assert!(net.up.1 + net.down.1 <= 11, "{:?} {:?}", net.up, net.down);
        colleague_writes_and_one_gets_it(&mut net);
    }
}

#[test]
fn other_programs_stop_too_and_still_receive() {
    let mut server = Server::with(genesis());
    server.join(1, 1, true, false);
    server.join(2, 2, true, true);
    let mut plain = Plain {
        doc: opened(genesis(), 1, 0),
        state: State::new(),
    };
    let mut colleague = opened(genesis(), 2, 0);
    let talk = |server: &mut Server, plain: &mut Plain, mut payload: Option<Vec<u8>>| {
        let mut messages = 0;
        while let Some(sent) = payload.take() {
            messages += 1;
            server.room.receive(Conn(1), &sent, &mut TestGate).unwrap();
            for (conn, frame) in server.commit() {
                let wire::Message::Sync { payload: answer, .. } = wire::decode(&frame).unwrap() else {
                    panic!("an unknown message closes samod's connection");
                };
                if conn == 1 {
                    messages += 1;
                    payload = plain.hear(&answer);
                }
            }
            assert!(messages < 40, "loops");
        }
        messages
    };
    let hello = plain.speak();
    talk(&mut server, &mut plain, hello);
    let bad = put(&mut plain.doc, "cấm", 1);
    let sent = plain.speak();
    assert!(talk(&mut server, &mut plain, sent) <= 6);
    assert!(plain.state.is_peer_read_only());
    assert!(server.room.document().unwrap().get_change_by_hash(&bad).is_none());

    // A colleague writes; the news goes to the refused one as well.
    let good = put(&mut colleague, "5.4", 1);
    let mut state = State::new();
    let mut payload = colleague.generate_sync_message(&mut state).map(SyncMessage::encode);
    let mut to_plain = None;
    while let Some(sent) = payload.take() {
        server.room.receive(Conn(2), &sent, &mut TestGate).unwrap();
        for (conn, frame) in server.commit() {
            let wire::Message::Sync { payload: answer, .. } = wire::decode(&frame).unwrap() else {
                panic!("a refusal");
            };
            if conn == 1 {
                to_plain = plain.hear(&answer).or(to_plain);
            } else {
                let answer = SyncMessage::decode(&answer).unwrap();
                colleague.receive_sync_message(&mut state, answer).unwrap();
                payload = colleague.generate_sync_message(&mut state).map(SyncMessage::encode);
            }
        }
    }
    assert!(talk(&mut server, &mut plain, to_plain) <= 5);
    assert!(plain.doc.get_change_by_hash(&good).is_some());
}

#[test]
fn a_colleagues_actor_cannot_be_continued_or_forged() {
    for forge in [true, false] {
        let mut net = two();
        let theirs = put(net.clients.get_mut(&2).unwrap().doc(), "5.4", 1);
        net.changed(2);
        let one = net.clients.get_mut(&1).unwrap();
        assert!(one.doc().get_change_by_hash(&theirs).is_some());
        let bad = if forge {
            one.doc().set_author(Some(Author::from(user(2).as_bytes().to_vec())));
            one.doc().set_actor(actor(1, 7));
            put(one.doc(), "5.4", 2)
        } else {
            one.doc().set_actor(actor(2, 0));
            put(one.doc(), "5.4", 2)
        };
        net.changed(1);
        assert_eq!(refusals(&net.clients[&1]), [(vec![bad], RefusalCode::Author)]);
        // The colleague's own next change has the same number as the forged one, and is taken.
        colleague_writes_and_one_is_told(&mut net);
    }
}

/// As above, where the forged change on device 1 makes the colleague's change unmergeable there.
fn colleague_writes_and_one_is_told(net: &mut Net) {
    let stored = net.server.disk.len() as i64;
    let hash = put(net.clients.get_mut(&2).unwrap().doc(), "from a colleague", stored);
    net.changed(2);
    assert!(net.clients[&2].durable().contains(&hash));
    let one = net.clients.get_mut(&1).unwrap();
    let has = one.doc().get_change_by_hash(&hash).is_some();
    let told = one.outputs.iter().any(|o| matches!(o, Output::Unmergeable { .. }));
    assert!(has != told);
}

#[test]
fn readers_are_read_only_from_the_first_message() {
    let mut net = two();
    net.connect(3, 3, false, Client::new("client03", opened(genesis(), 3, 0)));
    let reader = net.clients.get_mut(&3).unwrap();
    assert!(reader.outputs.contains(&Output::ReadOnly { doc: DOC, on: true }));
    put(reader.doc(), "5.4", 1);
    net.reset_counts();
    net.changed(3);
    assert!(net.up.1 + net.down.1 <= 5, "{:?} {:?}", net.up, net.down);
    assert_eq!(net.server.disk.len(), 1);
    let hash = put(net.clients.get_mut(&2).unwrap().doc(), "5.4", 1);
    net.changed(2);
    assert!(
        net.clients
            .get_mut(&3)
            .unwrap()
            .doc()
            .get_change_by_hash(&hash)
            .is_some()
    );

    // One that sends changes all the same is told.
    let mut pushy = opened(genesis(), 3, 1);
    let bad = put(&mut pushy, "5.4", 1);
    let raw = pushy.get_change_by_hash(&bad).unwrap().raw_bytes().to_vec();
    net.server
        .room
        .receive(Conn(3), &message(vec![bad], vec![raw]), &mut TestGate)
        .unwrap();
    let answers = net.server.commit();
    let refused = wire::decode(&answers[0].1).unwrap();
    assert!(matches!(refused, wire::Message::Refused { refusal, .. } if refusal.code == RefusalCode::ReadOnly));
}

#[test]
fn a_peer_that_goes_on_and_on_is_stopped() {
    let mut server = Server::with(genesis());
    server.join(1, 1, true, true);
    let sent = message(vec![], Vec::new());
    let stopped = (0..1_000).find(|_| server.room.receive(Conn(1), &sent, &mut TestGate).is_err());
    assert!(stopped.is_some_and(|n| n < 100));
}

/// A colleague's changes, each in a batch of its own, to a reader who has not answered one of them yet.
fn news(count: i64) -> (Server, Vec<ChangeHash>) {
    let mut server = Server::with(genesis());
    server.join(1, 1, true, false);
    server.join(2, 2, true, true);
    let hello = message(genesis().get_heads(), Vec::new());
    server.room.receive(Conn(1), &hello, &mut TestGate).unwrap();
    server.commit();
    let mut colleague = opened(genesis(), 2, 0);
    let written = (0..count).map(|n| {
        let hash = put(&mut colleague, "5.4", n);
        let raw = colleague.get_change_by_hash(&hash).unwrap().raw_bytes().to_vec();
        let sent = message(vec![hash], vec![raw]);
        server.room.receive(Conn(2), &sent, &mut TestGate).unwrap();
        let told = server.commit().iter().filter(|(conn, _)| *conn == 1).count();
        assert_eq!(told, 1, "the news is sent");
        hash
    });
    let written = written.collect();
    (server, written)
}

/// How many more messages are taken from the reader of [`news`], who has nothing to say.
fn until_stopped(server: &mut Server, heads: &[ChangeHash]) -> usize {
    let sent = message(heads.to_vec(), Vec::new());
    let mut taken = 0;
    while taken < 10_000 && server.room.receive(Conn(1), &sent, &mut TestGate).is_ok() {
        taken += 1;
    }
    taken
}

#[test]
fn answers_to_news_are_no_loop_however_many_come_at_once() {
    let (mut server, written) = news(200);
    for (n, hash) in written.iter().enumerate() {
        let answer = message(vec![*hash], Vec::new());
        let taken = server.room.receive(Conn(1), &answer, &mut TestGate);
        assert_eq!(taken, Ok(()), "answer {n}");
    }
    assert_eq!(
        until_stopped(&mut server, &written[199..]),
        64,
        "it has answered everything"
    );
}

#[test]
fn what_brings_changes_is_no_answer_to_news() {
    let (mut server, written) = news(200);
    let mut doc = opened(genesis(), 1, 0);
    for n in 0..100 {
        let hash = put(&mut doc, "5.3", n);
        let raw = doc.get_change_by_hash(&hash).unwrap().raw_bytes().to_vec();
        let sent = message(vec![hash], vec![raw]);
        server.room.receive(Conn(1), &sent, &mut TestGate).unwrap();
    }
    assert_eq!(until_stopped(&mut server, &written[199..]), 200 + 64);
}

#[test]
fn whoever_has_everything_has_no_news_left_to_answer() {
    let (mut server, written) = news(200);
    let in_step = message(written[199..].to_vec(), Vec::new());
    server.room.receive(Conn(1), &in_step, &mut TestGate).unwrap();
    server.commit();
    assert!(until_stopped(&mut server, &written[199..]) <= 64);
}

#[test]
fn many_messages_that_each_bring_a_change_are_no_loop() {
    let mut server = Server::with(genesis());
    let peer = Peer {
        id: PeerId::new("client01"),
        user: user(1),
        device: device(1),
        writes: true,
        ours: true,
    };
    server.room.join(Conn(1), peer);
    let mut doc = opened(genesis(), 1, 0);
    let mut take = |changes: Vec<u8>, heads: Vec<ChangeHash>| {
        let message = SyncMessage {
            heads,
            need: Vec::new(),
            have: Vec::new(),
            changes: vec![changes].into(),
            flags: None,
            version: automerge::sync::MessageVersion::V2,
        };
        server.room.receive(Conn(1), &message.encode(), &mut TestGate)
    };
    // While a transaction runs, nothing is applied.
    for n in 0..200_i64 {
        let hash = put(&mut doc, "key", n);
        let raw = doc.get_change_by_hash(&hash).unwrap().raw_bytes().to_vec();
        assert_eq!(take(raw, vec![hash]), Ok(()), "message {n}");
    }
    let empty = |n: u32| (n, take(Vec::new(), doc.get_heads()));
    let (at, fault) = (0..200).map(empty).find(|(_, taken)| taken.is_err()).unwrap();
    assert_eq!((at, fault), (64, Err(shared::sync::Fault::Looping)));
}
