//! What a server makes of changes does not depend on when it applies them to the document.

mod dossier_kit;

use automerge::legacy::OpId;
use automerge::{Automerge, Change, ExpandedChange};
use dossier_kit::*;
use proptest::prelude::*;
use shared::board::{Figures, LiveFigures};
use shared::criteria::{self, CriteriaSet};
use shared::dossier::layout::WHOLE_INDICATOR;
use shared::dossier::verify::{self, Places, References};
use shared::dossier::{Standing, Tally, write};
use shared::id::HeadId;
use shared::scoring::{Context, Discipline, Entry, HeadDeclaration};
use std::collections::BTreeMap;

const AT: [&str; 3] = ["1.1", "5.3", "5.4"];

/// A server that knows the same changes as another, of which it has applied others.
struct Server {
    doc: Automerge,
    waiting: Vec<Change>,
    references: References,
}

impl Server {
    fn new() -> Self {
        Self {
            doc: device(),
            waiting: Vec::new(),
            references: References::new(),
        }
    }

    fn apply(&mut self) {
        self.doc
            .apply_changes_batch(core::mem::take(&mut self.waiting))
            .unwrap();
        assert!(automerge::ReadDoc::get_missing_deps(&self.doc, &[]).is_empty());
    }
}

/// One applies at once, one does when told to, one does as well and forgets nothing.
struct Servers {
    places: Places,
    servers: [Server; 3],
    tally: Tally,
    figures: LiveFigures,
    owners: BTreeMap<Vec<u8>, u128>,
    /// Operations to refer to.
    operations: Vec<OpId>,
}

impl Servers {
    fn new() -> Self {
        Self {
            places: Places::of(&thuong_cat()).unwrap(),
            servers: [Server::new(), Server::new(), Server::new()],
            tally: Tally::read(&device()).unwrap(),
            figures: LiveFigures::read(&device(), set(), Context::default()).unwrap(),
            owners: BTreeMap::new(),
            operations: Vec::new(),
        }
    }

    fn take(&mut self, who: u128, change: &Change) {
        let actor = change.actor_id().to_bytes().to_vec();
        let owner = self.owners.get(&actor).copied().map(user);
        let checked = verify::checked(change, &self.places, user(who), owner).unwrap();
        for server in &mut self.servers {
            let verdict = server
                .references
                .check_decoded(&server.doc, &self.places, change, &checked);
            assert_eq!(verdict, Ok(()));
            server.waiting.push(change.clone());
        }
        let ids = (change.start_op().get()..=change.max_op()).map(|counter| OpId::new(counter, change.actor_id()));
        self.operations.extend(ids);
        self.owners.insert(actor, who);
        let [at_once, ..] = &mut self.servers;
        at_once.apply();
        at_once.references.clear();
        let checked = [checked];
        self.tally.take_in(&checked);
        self.figures.take_in(&checked);
        self.compare();
    }

    fn flush(&mut self) {
        let [_, late, hoarding] = &mut self.servers;
        late.apply();
        late.references.clear();
        hoarding.apply();
    }

    /// A change like this one that refers to something else is judged by all alike.
    fn judge(&self, change: &Change, which: usize) -> Option<bool> {
        let other = self.operations.get(which % self.operations.len().max(1))?;
        let mut expanded: ExpandedChange = change.decode();
        expanded.operations.last_mut()?.pred = vec![other.clone()].into_iter().collect();
        let forged = Change::from(expanded);
        let verdicts = self.servers.each_ref().map(|server| {
            let mut references = server.references.clone();
            references.check(&server.doc, &self.places, &forged)
        });
        let [first, ..] = &verdicts;
        assert!(verdicts.iter().all(|verdict| verdict == first), "{verdicts:?}");
        Some(first.is_ok())
    }

    fn compare(&self) {
        let [at_once, ..] = &self.servers;
        let read = Standing::read(&at_once.doc).unwrap();
        assert_eq!(self.tally.standing().entries(), read.entries());
        let read = Figures::of(&at_once.doc, set(), Context::default()).unwrap();
        assert_eq!(*self.figures.figures(), read);
    }
}

fn set() -> &'static CriteriaSet {
    criteria::set(&thuong_cat().set).unwrap()
}

fn edit(doc: &mut Automerge, who: u128, at: usize, n: i64) -> Option<Vec<u8>> {
    let official = official(who);
    let written = match (AT.get(at), n) {
        (Some(at), 0) => write::set_entry(doc, &official, &number(at), WHOLE_INDICATOR, &Entry::NoCase, 1),
        (Some(at), 1) => write::set_entry(doc, &official, &number(at), "diem", &Entry::Cleared, 1),
        (Some(at), n) => write::set_entry(doc, &official, &number(at), "diem", &points(n * 100), 1),
        (None, n) => {
            let discipline = Discipline::new("cảnh cáo", "7/QĐ-UBND", None).unwrap();
            let declaration = match n {
                0 => HeadDeclaration::None,
                1 => HeadDeclaration::Cleared,
                _ => HeadDeclaration::Yes(discipline),
            };
            write::declare_head(doc, &official, &HeadId::from("chu-tich-ubnd"), &declaration, 1)
        }
    };
    written.unwrap()
}

#[derive(Debug, Clone)]
enum Step {
    /// Who, where, what; and which operation a forger names.
    Edit(usize, usize, i64, usize),
    /// What an official has comes to the servers.
    Send(usize),
    /// Two officials exchange what they have.
    Meet(usize, usize),
    Flush,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..3_usize, 0..4_usize, 0..4_i64, any::<usize>()).prop_map(|(who, at, n, other)| Step::Edit(who, at, n, other)),
        3 => (0..3_usize).prop_map(Step::Send),
        2 => (0..3_usize, 0..3_usize).prop_map(|(a, b)| Step::Meet(a, b)),
        1 => Just(Step::Flush),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn when_changes_are_applied_makes_no_difference(steps in prop::collection::vec(step(), 1..40)) {
        let mut docs = [device(), device(), device()];
        // Whose the changes are is known to nobody but who made them.
        let mut made: BTreeMap<_, u128> = BTreeMap::new();
        let mut servers = Servers::new();
        for step in steps {
            match step {
                Step::Edit(who, at, n, other) => {
                    if let Some(bytes) = edit(&mut docs[who], who as u128, at, n) {
                        let change = one_change(&bytes);
                        made.insert(change.hash(), who as u128);
                        let known = automerge::ReadDoc::get_missing_deps(&servers.servers[0].doc, change.deps()).is_empty();
                        if known {
                            servers.judge(&change, other);
                        }
                    }
                }
                Step::Send(who) => {
                    for change in docs[who].get_changes(&[]) {
                        if servers.servers[0].doc.get_change_meta_by_hash(&change.hash()).is_none() {
                            servers.take(made[&change.hash()], &change);
                        }
                    }
                }
                Step::Meet(a, b) if a != b => {
                    let mut other = docs[b].clone();
                    docs[a].merge(&mut other).unwrap();
                    let mut other = docs[a].clone();
                    docs[b].merge(&mut other).unwrap();
                }
                Step::Meet(..) => {}
                Step::Flush => servers.flush(),
            }
        }
        servers.flush();
        let heads = servers.servers.each_ref().map(|server| server.doc.get_heads());
        prop_assert!(heads.iter().all(|of_one| *of_one == heads[0]));
    }
}

#[test]
fn an_overwritten_value_of_a_change_not_applied_is_seen_by_who_has_it() {
    let mut servers = Servers::new();
    let (mut doc, mut colleague) = (device(), device());
    // The first change of each says who they are as well.
    for (doc, who) in [(&mut doc, 1), (&mut colleague, 2)] {
        servers.take(who, &one_change(&edit(doc, who, 0, 2).unwrap()));
    }
    let first = one_change(&edit(&mut doc, 1, 2, 3).unwrap());
    let apart = one_change(&edit(&mut colleague, 2, 2, 2).unwrap());
    servers.take(1, &first);
    servers.take(2, &apart);
    let second = one_change(&edit(&mut doc, 1, 2, 2).unwrap());
    for _ in ["not applied", "applied"] {
        let named = [&first, &apart].map(|change| {
            let last = OpId::new(change.max_op(), change.actor_id());
            servers.operations.iter().position(|operation| *operation == last)
        });
        let judged = named.map(|which| servers.judge(&second, which.unwrap()));
        assert_eq!(judged, [Some(true), Some(false)]);
        servers.flush();
    }
}
