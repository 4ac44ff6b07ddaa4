//! The link beside Automerge's own functions: the same messages in, the same state and messages out.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::sync::history::Latest;
use crate::sync::{incoming, inflate, order};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, ROOT};
use proptest::prelude::*;
use std::collections::{BTreeSet, VecDeque};

fn put(doc: &mut Automerge, n: usize) {
    let mut tx = doc.transaction();
    tx.put(ROOT, format!("k{}", n % 9), n as i64).unwrap();
    tx.commit_with(CommitOptions::default().with_time(n as i64));
}

fn base(changes: usize) -> Automerge {
    let mut doc = Automerge::new().with_actor(ActorId::from(&[0_u8; 16][..]));
    for n in 0..changes {
        put(&mut doc, n);
    }
    doc
}

fn hashes(message: &Message) -> BTreeSet<ChangeHash> {
    let bytes: Vec<u8> = message.changes.iter().flatten().copied().collect();
    let changes = incoming::changes(&bytes, &inflate::DOSSIER).unwrap();
    changes.iter().map(Change::hash).collect()
}

/// A peer that runs Automerge's own functions.
struct Plain {
    doc: Automerge,
    state: State,
    to_server: VecDeque<Vec<u8>>,
    from_server: VecDeque<Vec<u8>>,
}

struct Sim {
    /// What the links see: applied only when one of them has to look something up.
    doc: Automerge,
    latest: Latest,
    /// What Automerge sees: all of it.
    whole: Automerge,
    links: Vec<Link>,
    plain: Vec<Plain>,
    made: usize,
    /// How often the fast path spoke, and how often it was silent where Automerge would have said nothing new.
    fast: usize,
    silent: usize,
    orphans: usize,
}

impl Sim {
    fn new(history: usize, peers: usize) -> Self {
        let doc = base(history);
        let plain = |n: usize| Plain {
            doc: doc.clone().with_actor(ActorId::from(&[n as u8 + 1; 16][..])),
            state: State::new(),
            to_server: VecDeque::new(),
            from_server: VecDeque::new(),
        };
        Self {
            plain: (0..peers).map(plain).collect(),
            links: (0..peers).map(|_| Link::new(State::new())).collect(),
            whole: doc.clone(),
            doc,
            latest: Latest::default(),
            made: history,
            fast: 0,
            silent: 0,
            orphans: 0,
        }
    }

    fn edit(&mut self, peer: usize) {
        self.made += 1;
        put(&mut self.plain[peer].doc, self.made);
    }

    fn speak(&mut self, peer: usize) {
        let plain = &mut self.plain[peer];
        if let Some(message) = plain.doc.generate_sync_message(&mut plain.state) {
            plain.to_server.push_back(message.encode());
        }
    }

    fn hear(&mut self, peer: usize) {
        let plain = &mut self.plain[peer];
        if let Some(bytes) = plain.from_server.pop_front() {
            let message = Message::decode(&bytes).unwrap();
            plain.doc.receive_sync_message(&mut plain.state, message).unwrap();
            self.speak(peer);
        }
    }

    /// The server takes one message of a peer and speaks to all.
    fn serve(&mut self, peer: usize) {
        let Some(bytes) = self.plain[peer].to_server.pop_front() else {
            return;
        };
        let mut reference = self.whole.clone();
        let mut reference_state = self.links[peer].state.clone();
        reference
            .receive_sync_message(&mut reference_state, Message::decode(&bytes).unwrap())
            .unwrap();

        let incoming = incoming::read(&bytes, &inflate::DOSSIER).unwrap();
        // A Bloom filter may have made the peer leave something out: then nothing can be compared until it has come.
        let mut changes = incoming.changes.unwrap();
        let held = self.links[peer].orphans.take();
        let plain = held.is_empty();
        changes.extend(held);
        let sorted = order::sort(changes, |hash| has(&self.whole, hash));
        let plain = plain && sorted.orphans.is_empty();
        for orphan in sorted.orphans {
            self.orphans += 1;
            self.links[peer].orphans.hold(orphan).unwrap();
        }
        let changes = sorted.ready;
        self.whole.apply_changes_batch(changes.clone()).unwrap();
        self.latest.accept(&self.doc, changes.iter().cloned());
        let heads = self.latest.heads(&self.doc);
        assert_eq!(heads, self.whole.get_heads());
        let mut history = History::new(&mut self.doc, &mut self.latest);
        self.links[peer].receive(&mut history, &heads, incoming.header);
        if plain {
            assert_eq!(heads, reference.get_heads());
            if self
                .whole
                .get_missing_deps(reference_state.their_heads.as_ref().unwrap())
                .is_empty()
            {
                assert_eq!(self.links[peer].state, reference_state);
            }
        }

        let news: Vec<_> = changes.iter().map(|c| (c.hash(), c.raw_bytes())).collect();
        for to in 0..self.links.len() {
            let told: &News<'_> = if to == peer { &[] } else { &news };
            self.answer(to, &heads, told, to == peer || !news.is_empty());
        }
    }

    fn answer(&mut self, to: usize, heads: &[ChangeHash], news: &News<'_>, due: bool) {
        if !due {
            return;
        }
        let link = &mut self.links[to];
        let before = link.state.clone();
        let mut reference_state = before.clone();
        let reference = self.whole.generate_sync_message(&mut reference_state);
        let mut history = History::new(&mut self.doc, &mut self.latest);
        let simple = link.is_simple(&history);
        let ours = link.generate(&mut history, heads, Some(news));
        self.fast += usize::from(simple);
        match (&ours, &reference) {
            (None, None) => assert_eq!(link.state, reference_state),
            (Some(ours), Some(reference)) => {
                assert_eq!(ours.heads, reference.heads);
                assert_eq!(ours.flags, reference.flags);
                assert_eq!(ours.version, reference.version);
                if link.orphans.is_empty() {
                    assert_eq!((&ours.need, &ours.have), (&reference.need, &reference.have));
                }
                let (sent, expected) = (hashes(ours), hashes(reference));
                // More where a Bloom filter made Automerge leave something out; less where Automerge sends the document
                // again as a whole.
                let new: BTreeSet<_> = expected.difference(&before.sent_hashes).copied().collect();
                let whole = expected.len() == self.whole.get_changes_meta(&[]).len();
                assert!(whole || new.is_subset(&sent), "{new:?} {sent:?}");
                if sent == expected {
                    assert_eq!(link.state, reference_state);
                }
            }
            (None, Some(reference)) => {
                // The peer is behind, but everything it lacks is on its way.
                assert!(simple && reference.changes.is_empty());
                assert_eq!(before.last_sent_heads, heads);
                self.silent += 1;
            }
            (Some(_), None) => panic!("spoke where Automerge is silent"),
        }
        if let Some(message) = ours {
            self.plain[to].from_server.push_back(message.encode());
        }
    }

    fn settle(&mut self) {
        for round in 0.. {
            assert!(round < 200, "never quiet");
            let mut quiet = true;
            for peer in 0..self.links.len() {
                while !self.plain[peer].to_server.is_empty() {
                    quiet = false;
                    self.serve(peer);
                }
                while !self.plain[peer].from_server.is_empty() {
                    quiet = false;
                    self.hear(peer);
                }
            }
            if quiet {
                break;
            }
        }
        for plain in &self.plain {
            assert_eq!(plain.doc.get_heads(), self.whole.get_heads());
        }
        let mut history = History::new(&mut self.doc, &mut self.latest);
        assert_eq!(history.whole().get_heads(), self.whole.get_heads());
        assert!(!self.latest.is_broken());
    }
}

#[derive(Debug, Clone)]
enum Step {
    Edit(usize),
    Speak(usize),
    Serve(usize),
    Hear(usize),
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize).prop_map(Step::Edit),
        3 => (0..3_usize).prop_map(Step::Speak),
        4 => (0..3_usize).prop_map(Step::Serve),
        4 => (0..3_usize).prop_map(Step::Hear),
        1 => Just(Step::Settle),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn states_and_messages_are_those_of_automerge(history in 1..40_usize, steps in prop::collection::vec(step(), 1..60)) {
        let mut sim = Sim::new(history, 3);
        for step in steps {
            match step {
                Step::Edit(peer) => sim.edit(peer),
                Step::Speak(peer) => sim.speak(peer),
                Step::Serve(peer) => sim.serve(peer),
                Step::Hear(peer) => sim.hear(peer),
                Step::Settle => {
                    (0..3).for_each(|peer| sim.speak(peer));
                    sim.settle();
                }
            }
        }
        (0..3).for_each(|peer| sim.speak(peer));
        sim.settle();
    }
}

#[test]
fn the_fast_path_is_taken_by_clients_that_write_at_once() {
    let mut sim = Sim::new(30, 3);
    (0..3).for_each(|peer| sim.speak(peer));
    sim.settle();
    sim.fast = 0;
    let before = sim.doc.get_heads();
    for _ in 0..10 {
        for peer in 0..3 {
            sim.edit(peer);
            sim.speak(peer);
        }
        (0..3).for_each(|peer| sim.serve(peer));
        (0..3).for_each(|peer| sim.hear(peer));
    }
    assert_eq!(sim.doc.get_heads(), before, "nothing had to be looked up");
    assert!(!sim.latest.is_applied());
    sim.settle();
    assert!(sim.fast > 60, "{}", sim.fast);
    assert!(sim.silent > 0);
}
