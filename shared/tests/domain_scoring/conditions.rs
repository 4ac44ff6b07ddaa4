//! The summary: conditions on exact sums, and what is not known yet.

use super::{Points, set};
use proptest::prelude::*;
use shared::criteria::Rule;
use shared::id::IndicatorNumber;
use shared::scoring::{CommuneClass, Context, Declarations, Entries, Entry, Figures, Judged, Summary, summary};
use shared::sorted::SortedMap;

/// A dossier in which the indicators, in order, have these points; a list shorter than the set leaves the rest open.
fn dossier(set_id: &str, given: &[i64]) -> SortedMap<IndicatorNumber, Entries> {
    let judged = |hundredths| Judged::new(Points::from_hundredths(hundredths), "x").unwrap();
    set(set_id)
        .indicators()
        .zip(given)
        .map(|(indicator, hundredths)| {
            // 1.1 is all or nothing in QĐ 25; its points are then 0, 1, 2 or 3.
            let values = match (indicator.sub_items.as_slice(), hundredths) {
                ([one, two], h) if one.rule == Rule::AllOrNothing => {
                    let pass = |yes| if yes { Entry::Pass } else { Entry::Fail };
                    vec![(one, pass(*h == 100 || *h == 300)), (two, pass(*h >= 200))]
                }
                (items, h) => vec![(
                    &items[0],
                    match &items[0].rule {
                        Rule::Tiers { .. } => Entry::Ratio {
                            done: 1,
                            total: 1,
                            judged: Some(judged(*h)),
                        },
                        _ => Entry::Judged(judged(*h)),
                    },
                )],
            };
            let values = values
                .into_iter()
                .map(|(item, entry)| (item.id.to_string(), entry))
                .collect();
            (indicator.number.clone(), Entries { values, conflicts: 0 })
        })
        .collect()
}

fn sum(set_id: &str, given: &[i64]) -> Summary {
    summary(
        set(set_id),
        &dossier(set_id, given),
        &Declarations::new(),
        Context::default(),
    )
}

const FULL: [i64; 20] = [
    300, 700, 600, 400, 600, 600, 400, 400, 600, 500, 400, 400, 400, 400, 400, 400, 800, 700, 500, 500,
];

#[test]
fn the_total_is_tested_unrounded() {
    let with_loss = |loss: i64| {
        let mut given = FULL;
        given[1] -= 200; // 1.2
        given[16] -= 800; // 5.1
        given[17] -= 450;
        given[2] -= 550 + loss; // 2.1
        given
    };
    let at = sum("QD25_2021", &with_loss(0));
    assert_eq!((at.total, at.conditions[0].met), (Points::whole(80), Some(true)));
    // 79,99 rounds to 80,0 and is not 80.
    let below = sum("QD25_2021", &with_loss(1));
    assert_eq!(
        (below.total.to_string().as_str(), below.conditions[0].met),
        ("79,99", Some(false))
    );
}

#[test]
fn half_of_fifteen_is_tested_unrounded() {
    let criterion_3 = |points: [i64; 3]| {
        let mut given = FULL;
        given[8..11].copy_from_slice(&points);
        sum("QD25_2021", &given)
    };
    let at = criterion_3([250, 250, 250]);
    assert_eq!(
        (at.criteria[2].points.to_string().as_str(), at.conditions[1].met),
        ("7,5", Some(true))
    );
    let below = criterion_3([250, 250, 249]);
    assert_eq!(
        (below.criteria[2].points.to_string().as_str(), below.conditions[1].met),
        ("7,49", Some(false))
    );
    let Figures::EachCriterion {
        below: which,
        percent,
        of,
    } = &below.conditions[1].figures
    else {
        panic!()
    };
    assert_eq!((which.as_slice(), *percent, *of), ([3].as_slice(), 50, 5));
}

#[test]
fn odd_hundredths_add_up() {
    let mut given = FULL;
    given[2] = 599; // 29,99 …
    given[3] = 300; // … 28,99 for criterion 2
    let sum = sum("QD25_2021", &given);
    assert_eq!(sum.criteria[1].points.to_string(), "28,99");
    assert_eq!(sum.total.to_string(), "98,99");
    assert_eq!((sum.criteria[1].at_max, sum.criteria[1].at_least_half), (4, 6));
}

#[test]
fn what_is_not_scored_yet_is_neither_met_nor_failed() {
    let nothing = sum("QD25_2021", &[]);
    assert_eq!(
        nothing.conditions.iter().map(|c| c.met).collect::<Vec<_>>(),
        [None, None, None]
    );
    assert_eq!((nothing.met_count, nothing.scored, nothing.total), (0, 0, Points::ZERO));
    assert_eq!(nothing.conditions[0].state_text(), "chưa chấm xong");
    // 80 is reached before the last indicators are scored; criterion 5 is still open.
    let most = sum("QD25_2021", &[FULL.as_slice(), &[]].concat()[..18]);
    assert_eq!(
        (most.total, most.conditions[0].met, most.conditions[1].met),
        (Points::whole(90), Some(true), Some(true))
    );
    // One finished criterion below half decides, whatever the others still bring.
    let lost = sum("QD25_2021", &[0, 0]);
    assert_eq!((lost.conditions[0].met, lost.conditions[1].met), (None, Some(false)));
    assert_eq!((lost.criteria[0].zero, lost.criteria[0].scored), (2, 2));
}

#[test]
fn qd_619_has_a_threshold_for_each_class_and_one_condition_nobody_can_test() {
    let entries = dossier("QD619_2017", &[]);
    let of = |class| summary(set("QD619_2017"), &entries, &Declarations::new(), Context { class });
    assert_eq!(of(None).conditions.len(), 4);
    assert_eq!(of(None).conditions[1].state_text(), "chưa biết loại xã");
    assert_eq!(of(None).conditions[2].state_text(), "chưa biết mức yêu cầu");
    for (class, at_least) in [(CommuneClass::I, 90), (CommuneClass::II, 80), (CommuneClass::III, 70)] {
        let Figures::Total {
            at_least: threshold, ..
        } = of(Some(class)).conditions[1].figures
        else {
            panic!()
        };
        assert_eq!(threshold, Some(Points::whole(at_least)));
    }
}

proptest! {
    #[test]
    fn the_sum_is_exact(given in proptest::collection::vec(0..=400_i64, 20)) {
        let mut given = given;
        given[0] = 300;
        let sum = sum("QD25_2021", &given);
        prop_assert_eq!(sum.total.hundredths(), given.iter().sum::<i64>());
        prop_assert_eq!(sum.criteria.iter().map(|c| c.points).sum::<Points>(), sum.total);
        prop_assert_eq!(sum.conditions[0].met, Some(given.iter().sum::<i64>() >= 8_000));
    }
}
