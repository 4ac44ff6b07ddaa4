//! Officials at work, at random: nothing they do is refused, and the document the server ends with loads again.

mod dossier_kit;

use automerge::{ActorId, Automerge, Change};
use dossier_kit::*;
use proptest::prelude::*;
use shared::dossier::layout::WHOLE_INDICATOR;
use shared::dossier::verify::{self, Places, References};
use shared::dossier::{self, write};
use shared::id::UserId;
use shared::scoring::Entry;
use std::collections::HashMap;

fn places() -> Places {
    Places::of(&thuong_cat()).unwrap()
}

/// One step of officials at work.
#[derive(Debug, Clone)]
enum Step {
    Enter {
        at: usize,
        key: usize,
        n: i64,
    },
    Explain {
        at: usize,
        from: usize,
        drop: usize,
        put: String,
    },
    Settle {
        at: usize,
    },
    Meet {
        with: usize,
    },
    Reload,
    Deliver,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let step = prop_oneof![
        4 => (0..2_usize, 0..3_usize, 0..4_i64).prop_map(|(at, key, n)| Step::Enter { at, key, n }),
        4 => (0..2_usize, 0..12_usize, 0..6_usize, "[a-cệ]{0,4}")
            .prop_map(|(at, from, drop, put)| Step::Explain { at, from, drop, put }),
        1 => (0..2_usize).prop_map(|at| Step::Settle { at }),
        2 => (0..3_usize).prop_map(|with| Step::Meet { with }),
        1 => Just(Step::Reload),
        1 => Just(Step::Deliver),
    ];
    (0..3_usize, step)
}

const AT: [&str; 2] = ["1.1", "5.4"];
const KEYS: [&str; 3] = ["diem", "day-du", WHOLE_INDICATOR];

/// The server learns in one batch everything a device has, as it comes over the wire: everything must pass.
fn deliver(server: &mut Automerge, device: &Automerge, owners: &mut HashMap<ActorId, UserId>, by: &[UserId]) {
    let mut batch = References::new();
    let news: Vec<Change> = server.get_changes_added(device);
    let mut doc = server.fork();
    doc.apply_changes(news).unwrap();
    for change in doc.get_changes(&server.get_heads()) {
        let author = change.author().and_then(|author| UserId::from_slice(author.as_bytes()));
        let owner = owners.get(change.actor_id()).copied();
        let brings = author.or(owner).unwrap_or(by[0]);
        let touched = verify::check_change(&change, &places(), brings, owner);
        assert!(touched.is_ok(), "{touched:?} {:?}", change.decode());
        let built = batch.check(server, &places(), &change);
        assert!(built.is_ok(), "{built:?} {:?}", change.decode());
        owners.insert(change.actor_id().clone(), brings);
    }
    server.merge(&mut doc).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_honest_is_refused(steps in proptest::collection::vec(step(), 1..60)) {
        let mut server = device();
        let mut owners = HashMap::new();
        let mut devices = vec![device(), device(), device()];
        let users = [user(0), user(1), user(2)];
        for (n, step) in steps {
            let mut doc = std::mem::take(&mut devices[n]);
            let author = official(n as u128);
            match step {
                Step::Enter { at, key, n } => {
                    let entry = match (KEYS[key], n) {
                        (WHOLE_INDICATOR, 0) | (_, 3) => Entry::Cleared,
                        (WHOLE_INDICATOR, _) => Entry::NoCase,
                        _ => points(100 * n),
                    };
                    write::set_entry(&mut doc, &author, &number(AT[at]), KEYS[key], &entry, n).unwrap();
                }
                Step::Explain { at, from, drop, put } => {
                    let base = dossier::read::explanation(&doc, &number(AT[at])).unwrap();
                    let mut new: Vec<char> = base.chars().collect();
                    let from = from.min(new.len());
                    let to = (from + drop).min(new.len());
                    new.splice(from..to, put.chars());
                    let new: String = new.into_iter().collect();
                    write::edit_explanation(&mut doc, &author, &number(AT[at]), &base, &new, 1).unwrap();
                }
                Step::Settle { at } => {
                    let shown = dossier::read::indicator(&doc, &number(AT[at])).unwrap();
                    if let Some((key, register)) = shown.registers.iter().find(|(_, register)| register.is_unsettled()) {
                        let seen: Vec<_> = register.values().map(|v| v.hash).collect();
                        let field = write::Field::Entry { number: number(AT[at]), key: key.clone() };
                        write::settle(&mut doc, &author, &field, &seen, seen[0], 1).unwrap();
                    }
                }
                Step::Meet { with } if with != n => {
                    meet(&mut doc, &mut devices[with]);
                }
                Step::Meet { .. } => doc.merge(&mut server).map(drop).unwrap(),
                Step::Reload => doc = Automerge::load(&doc.save()).unwrap(),
                Step::Deliver => deliver(&mut server, &doc, &mut owners, &users),
            }
            devices[n] = doc;
        }
        for doc in &devices {
            deliver(&mut server, doc, &mut owners, &users);
        }
        let loaded = Automerge::load(&server.save()).unwrap();
        prop_assert_eq!(loaded.get_heads(), server.get_heads());
    }
}
