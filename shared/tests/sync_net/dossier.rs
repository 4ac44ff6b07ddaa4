//! A real dossier with a long history, and a device that comes back to it.

use super::{Client, Net, Server, user};
use automerge::Automerge;
use shared::dossier::people::{Author, Person};
use shared::dossier::{self, Identity, write};
use shared::id::{IndicatorNumber, SetId, UnitCode};
use shared::scoring::Entry;

pub fn official(n: u8) -> Author {
    Author {
        user: user(n),
        person: Person::new("Nguyễn Thị Minh Nguyệt", "Công chức Tư pháp – hộ tịch"),
        criteria_version: "1".to_owned(),
    }
}

const NUMBERS: [&str; 20] = [
    "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5",
    "5.1", "5.2", "5.3", "5.4",
];

pub fn score(doc: &mut Automerge, by: &Author, n: u32) {
    let number = IndicatorNumber::from(NUMBERS[(n * 7 % 20) as usize]);
    // Different from what stands there: an equal value makes no change.
    let entry = Entry::Ratio {
        done: n % 997,
        total: 1_000 + n % 89,
        judged: None,
    };
    let key = format!("nd{}", n % 3 + 1);
    let time = 1_730_000_000 + i64::from(n) * 97;
    write::set_entry(doc, by, &number, &key, &entry, time).unwrap();
}

pub fn dossier(changes: u32) -> Automerge {
    let identity = Identity::dossier(UnitCode::from("thuong-cat"), 2024, SetId::from("QD25_2021"));
    let mut doc = dossier::create(&identity).unwrap();
    for n in 0..changes {
        let by = official(50 + (n / (changes / 8)) as u8 % 4);
        score(&mut doc, &by, n);
    }
    doc
}

/// A device that was in step once, has gone offline, written, and comes back.
pub fn offline_and_back(history: u32, changes: u32) -> Net {
    let base = dossier(history);
    let mut net = Net::new(Server::open(base.clone()));
    net.connect(1, 1, true, Client::new("client01", base));
    let mut client = net.disconnect(1);
    let me = official(1);
    for n in 0..changes {
        score(client.doc(), &me, history + n);
    }
    net.reset_counts();
    net.connect(1, 1, true, client);
    assert_eq!(net.server.disk.len(), (history + changes) as usize + 2);
    net
}
