//! Real input: the report of phường Thượng Cát for 2024 comes out exactly.

use serde::Deserialize;
use shared::criteria::{self, CriteriaSet, Rule};
use shared::id::IndicatorNumber;
use shared::points::Points;
use shared::scoring::{
    Context, Declarations, Entries, Entry, Figures, HeadDeclaration, Judged, Summary, check, of_count, score_indicator,
    summary,
};
use shared::sorted::SortedMap;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Report {
    set: String,
    not_at_max: BTreeMap<String, i64>,
    criteria: Vec<Figure>,
    total: i64,
    criteria_at_least_half: String,
    conditions_met: String,
}

#[derive(Deserialize)]
struct Figure {
    number: u8,
    points: i64,
    max: i64,
    indicators: u32,
    at_max: u32,
    at_least_half: u32,
    zero: u32,
}

fn report() -> Report {
    serde_json::from_str(include_str!("data/thuong_cat_2024.json")).unwrap()
}

/// What an official enters so that every sub-item gets what the report says.
fn entries(set: &CriteriaSet, report: &Report) -> SortedMap<IndicatorNumber, Entries> {
    set.indicators()
        .map(|indicator| {
            let lost = report.not_at_max.get(indicator.number.as_str()).copied().unwrap_or(0);
            let values = indicator.sub_items.iter().map(|sub_item| {
                let points = sub_item.max_points.unwrap() + Points::whole(lost);
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
                assert_eq!(check(sub_item, &entry), Ok(()));
                // As it comes back from the document.
                (sub_item.id.to_string(), Entry::decode(&entry.encode()).unwrap())
            });
            (
                indicator.number.clone(),
                Entries {
                    values: values.collect(),
                    conflicts: 0,
                },
            )
        })
        .collect()
}

fn both_heads(declaration: &HeadDeclaration) -> Declarations {
    ["bi-thu-cap-uy", "chu-tich-ubnd"]
        .map(|head| (head.into(), declaration.clone()))
        .into()
}

fn conditions_met(summary: &Summary) -> String {
    of_count(summary.met_count, summary.conditions.len())
}

#[test]
fn the_report_comes_out_exactly() {
    let report = report();
    let set = criteria::set(&report.set.as_str().into()).unwrap();
    let entries = entries(set, &report);
    let summary = summary(set, &entries, &both_heads(&HeadDeclaration::None), Context::default());

    assert_eq!(summary.total, Points::whole(report.total));
    assert_eq!(summary.max, Some(Points::whole(100)));
    assert_eq!((summary.scored, summary.indicators, summary.unsettled), (20, 20, 0));
    assert_eq!(summary.criteria.len(), report.criteria.len());
    for (ours, theirs) in summary.criteria.iter().zip(&report.criteria) {
        assert_eq!(ours.number, theirs.number);
        assert_eq!(ours.points, Points::whole(theirs.points), "tiêu chí {}", theirs.number);
        assert_eq!(ours.max, Some(Points::whole(theirs.max)));
        assert_eq!(ours.indicators, theirs.indicators);
        assert_eq!(ours.scored, theirs.indicators);
        assert_eq!(ours.at_max, theirs.at_max, "tiêu chí {}", theirs.number);
        assert_eq!(ours.at_least_half, theirs.at_least_half);
        assert_eq!(ours.zero, theirs.zero);
    }
    let Figures::EachCriterion { below, of, .. } = &summary.conditions[1].figures else {
        panic!()
    };
    assert_eq!(
        of_count(u32::from(*of) - below.len() as u32, 5),
        report.criteria_at_least_half
    );
    assert_eq!(conditions_met(&summary), report.conditions_met);
    assert!(summary.estimated, "18 maxima are placeholders, and the summary says so");
}

#[test]
fn the_third_condition_is_declared_and_never_assumed() {
    let report = report();
    let set = criteria::set(&report.set.as_str().into()).unwrap();
    let entries = entries(set, &report);
    let with = |declarations: &Declarations| summary(set, &entries, declarations, Context::default());

    let undeclared = with(&Declarations::new());
    assert_eq!(conditions_met(&undeclared), "02/03");
    assert_eq!(undeclared.conditions[2].met, None);
    assert_eq!(undeclared.conditions[2].state_text(), "chưa kê khai");

    // One of two heads is not enough, and taking back a declaration undoes it.
    let mut one = both_heads(&HeadDeclaration::None);
    one.insert("chu-tich-ubnd".into(), HeadDeclaration::Cleared);
    assert_eq!(conditions_met(&with(&one)), "02/03");

    let disciplined = shared::scoring::Discipline::new("cảnh cáo", "12/QĐ-UBND", None).unwrap();
    one.insert("chu-tich-ubnd".into(), HeadDeclaration::Yes(disciplined));
    let not_met = with(&one);
    assert_eq!(conditions_met(&not_met), "02/03");
    assert_eq!(not_met.conditions[2].met, Some(false));
}

#[test]
fn a_summary_survives_being_stored() {
    let report = report();
    let set = criteria::set(&report.set.as_str().into()).unwrap();
    let summary = summary(set, &entries(set, &report), &Declarations::new(), Context::default());
    let json = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
    assert!(
        json.contains("\"total\":9500"),
        "points travel as whole hundredths: {json}"
    );
}

#[test]
fn indicator_1_1_without_a_case_gives_its_three_points() {
    let set = criteria::set(&"QD25_2021".into()).unwrap();
    let indicator = set.indicator(&"1.1".into()).unwrap();
    let values = [("*".to_owned(), Entry::NoCase), ("nd1".to_owned(), Entry::Cleared)];
    let score = score_indicator(
        indicator,
        &Entries {
            values: values.into(),
            conflicts: 0,
        },
    );
    assert_eq!(score.points, Some(Points::whole(3)));
    assert!(score.complete && score.no_case && !score.contradiction);
}
