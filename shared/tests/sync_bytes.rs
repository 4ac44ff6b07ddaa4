//! What travels, in bytes, on a real dossier with a long history. These are budgets: a change that breaks one has to be
//! argued for.

mod sync_net;

use sync_net::dossier::*;
use sync_net::*;

#[test]
fn one_score_costs_at_most_600_bytes_both_ways() {
    let base = dossier(5_000);
    let mut net = Net::new(Server::open(base.clone()));
    net.connect(1, 1, true, Client::new("client01", base.clone()));
    net.connect(2, 2, false, Client::new("client02", base));
    let me = official(1);
    for n in 0..3 {
        score(net.clients.get_mut(&1).unwrap().doc(), &me, 9_000 + n);
        net.reset_counts();
        net.changed(1);
        // to the server and its answer; to the reviewer
        assert_eq!((net.up.1, net.down.1), (1, 2));
        let other = net.last_down_to(2);
        let own = net.up.0 + net.down.0 - other;
        // The author's very first change also carries name, position and author.
        assert!(own <= if n == 0 { 900 } else { 600 }, "{own}");
    }
}

#[test]
fn two_hundred_offline_scores_cost_at_most_15_kilobytes() {
    let net = offline_and_back(5_000, 200);
    assert!(net.up.0 + net.down.0 <= 15_000, "{:?} {:?}", net.up, net.down);
}

#[test]
fn coming_back_with_nothing_new_is_cheap() {
    let net = offline_and_back(5_000, 0);
    assert_eq!((net.up.1, net.down.1), (2, 2), "join and peer, and one message each");
    assert!(net.up.0 + net.down.0 < 700, "{:?} {:?}", net.up, net.down);
}
