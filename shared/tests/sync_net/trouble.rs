//! For the tests of what is refused.

use super::*;
use automerge::ReadDoc;
use automerge::sync::{State, SyncDoc};

pub fn refusals(client: &Client) -> Vec<(Vec<ChangeHash>, RefusalCode)> {
    let refused = |output: &Output| match output {
        Output::Refused { hashes, refusal, .. } => Some((hashes.clone(), refusal.code)),
        _ => None,
    };
    client.outputs.iter().filter_map(refused).collect()
}

/// A colleague, 2, and an official, 1, whose document the test spoils.
pub fn two() -> Net {
    let mut net = Net::new(Server::with(genesis()));
    net.connect(2, 2, true, Client::new("client02", opened(genesis(), 2, 0)));
    net.connect(1, 1, true, Client::new("client01", opened(genesis(), 1, 0)));
    net
}

pub fn colleague_writes_and_one_gets_it(net: &mut Net) {
    let stored = net.server.disk.len() as i64;
    let hash = put(net.clients.get_mut(&2).unwrap().doc(), "from a colleague", stored);
    net.changed(2);
    assert!(
        net.clients
            .get_mut(&1)
            .unwrap()
            .doc()
            .get_change_by_hash(&hash)
            .is_some()
    );
    assert!(net.clients[&2].durable().contains(&hash));
}

/// A sync message with these changes, as if from a peer that has nothing else.
pub fn message(heads: Vec<ChangeHash>, changes: Vec<Vec<u8>>) -> Vec<u8> {
    let mut message = Automerge::new().generate_sync_message(&mut State::new()).unwrap();
    message.heads = heads;
    message.changes = changes.into();
    message.encode()
}
