//! A client, a server, and what they say to each other when nothing goes wrong.

mod sync_net;

use automerge::ReadDoc;
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
    let heads = net.server.room.document().get_heads();
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
