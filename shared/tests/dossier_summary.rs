//! The summary of a dossier: real figures, entered apart, and what is unsettled in it.

mod dossier_kit;

use automerge::Automerge;
use dossier_kit::*;
use proptest::prelude::*;
use shared::access::Place;
use shared::criteria::{self, CriteriaSet, Rule};
use shared::dossier::layout::WHOLE_INDICATOR;
use shared::dossier::{Standing, read, write};
use shared::id::HeadId;
use shared::points::Points;
use shared::scoring::{Context, Discipline, Entry, HeadDeclaration, Judged, Summary};

fn set() -> &'static CriteriaSet {
    criteria::set(&thuong_cat().set).unwrap()
}

fn summary(doc: &Automerge) -> Summary {
    read::summary(doc, set(), Context::default()).unwrap()
}

fn enter(doc: &mut Automerge, who: u128, at: &str, key: &str, entry: &Entry) {
    write::set_entry(doc, &official(who), &number(at), key, entry, 1).unwrap();
}

fn declare(doc: &mut Automerge, who: u128, head: &str, declaration: &HeadDeclaration) {
    write::declare_head(doc, &official(who), &HeadId::from(head), declaration, 1).unwrap();
}

fn yes() -> HeadDeclaration {
    HeadDeclaration::Yes(Discipline::new("cảnh cáo", "7/QĐ-UBND", None).unwrap())
}

#[test]
fn three_officials_enter_thuong_cat_apart_and_the_figures_of_2024_come_out() {
    let mut devices = [device(), device(), device()];
    for (n, indicator) in set().indicators().enumerate() {
        let lost = match indicator.number.as_str() {
            "2.4" => 1,
            "3.1" | "4.1" => 2,
            _ => 0,
        };
        for sub_item in &indicator.sub_items {
            let points = sub_item.max_points.unwrap() - Points::whole(lost);
            let judged = Judged::new(points, "theo tài liệu đánh giá").unwrap();
            let entry = match sub_item.rule {
                Rule::AllOrNothing => Entry::Pass,
                Rule::Tiers { .. } => Entry::Ratio {
                    done: 24,
                    total: 25,
                    judged: Some(judged),
                },
                _ => Entry::Judged(judged),
            };
            enter(
                &mut devices[n % 3],
                n as u128 % 3,
                indicator.number.as_str(),
                sub_item.id.as_str(),
                &entry,
            );
        }
    }
    let [mut a, mut b, mut c] = devices;
    meet(&mut a, &mut b);
    meet(&mut b, &mut c);
    meet(&mut a, &mut c);
    let before = summary(&a);
    assert_eq!(before.met_count, 2, "condition 3 is declared, not assumed");
    declare(&mut a, 0, "bi-thu-cap-uy", &HeadDeclaration::None);
    declare(&mut a, 0, "chu-tich-ubnd", &HeadDeclaration::None);
    meet(&mut a, &mut b);
    let figures = summary(&b);
    assert_eq!(figures.total, Points::whole(95));
    let by_criterion: Vec<_> = figures
        .criteria
        .iter()
        .map(|c| (c.points, c.at_max, c.indicators))
        .collect();
    let expected = [(10, 2, 2), (29, 5, 6), (13, 2, 3), (18, 4, 5), (25, 4, 4)];
    assert_eq!(
        by_criterion,
        expected.map(|(points, at_max, all)| (Points::whole(points), at_max, all))
    );
    assert_eq!(
        (figures.met_count, figures.conditions.len(), figures.unsettled),
        (3, 3, 0)
    );
}

#[test]
fn what_is_unsettled_is_counted() {
    let (mut a, mut b) = (device(), device());
    enter(&mut a, 1, "5.4", "diem", &points(500));
    enter(&mut b, 2, "5.4", "diem", &points(400));
    enter(&mut a, 1, "5.3", "diem", &points(300));
    enter(&mut b, 2, "5.3", "diem", &points(300));
    enter(&mut a, 1, "1.1", WHOLE_INDICATOR, &Entry::NoCase);
    enter(&mut b, 2, "1.1", "day-du", &Entry::Pass);
    declare(&mut a, 1, "chu-tich-ubnd", &HeadDeclaration::None);
    declare(&mut b, 2, "chu-tich-ubnd", &yes());
    meet(&mut a, &mut b);
    assert_eq!(
        summary(&a).unsettled,
        3,
        "two values, a contradiction, a declaration; the equal values are agreed"
    );
    assert_eq!(summary(&a), summary(&b));
}

#[test]
fn a_disputed_declaration_is_never_met_by_chance() {
    for contrary in [yes(), HeadDeclaration::Cleared] {
        for who in [1, 2] {
            // either may be the one Automerge lets win
            let (mut a, mut b) = (device(), device());
            declare(&mut a, who, "bi-thu-cap-uy", &HeadDeclaration::None);
            a = Automerge::load(&a.save()).unwrap();
            b.merge(&mut a).unwrap();
            declare(&mut a, who, "chu-tich-ubnd", &HeadDeclaration::None);
            declare(&mut b, 3 - who, "chu-tich-ubnd", &contrary);
            meet(&mut a, &mut b);
            let condition = summary(&a).conditions.last().unwrap().clone();
            assert_ne!(condition.met, Some(true), "{contrary:?}");
            assert_eq!(summary(&a).unsettled, 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// What is reread by place is what reading everything gives.
    #[test]
    fn rereading_is_reading(steps in proptest::collection::vec((0..2_usize, 0..4_usize, 0..3_i64, any::<bool>()), 1..25)) {
        const AT: [&str; 3] = ["1.1", "5.3", "5.4"];
        let mut docs = [device(), device()];
        let mut kept = Standing::read(&docs[0]).unwrap();
        for (who, at, n, meets) in steps {
            let place = match AT.get(at) {
                Some(at) => {
                    let (key, entry) = if n == 0 { (WHOLE_INDICATOR, Entry::NoCase) } else { ("diem", points(n * 100)) };
                    enter(&mut docs[who], who as u128, at, key, &entry);
                    vec![Place::Score(number(at))]
                }
                None => {
                    let declaration = if n == 0 { HeadDeclaration::None } else { yes() };
                    declare(&mut docs[who], who as u128, "chu-tich-ubnd", &declaration);
                    vec![Place::Declaration("chu-tich-ubnd".into()), Place::CriteriaVersion]
                }
            };
            let mut written = if who == 0 { place } else { Vec::new() };
            if meets {
                let [a, b] = &mut docs;
                meet(a, b);
                written.extend(AT.map(|at| Place::Score(number(at))));
                written.push(Place::Declaration("chu-tich-ubnd".into()));
            }
            kept.reread(&docs[0], &written).unwrap();
            prop_assert_eq!(kept.summary(set(), Context::default()), summary(&docs[0]));
        }
    }
}
