//! Sets without points.

use super::{entries, ratio, set, sub_item};
use shared::scoring::{Context, Declarations, Entry, Scored, score_sub_item, summary};
use shared::sorted::SortedMap;

#[test]
fn qd_27_passes_or_not_and_invents_no_condition() {
    let id = "QD27_2025";
    let passed = |scored: Scored| (scored.passed, scored.points, scored.marks.estimated);
    let full = sub_item(id, "1.1", "nd1");
    assert_eq!(passed(score_sub_item(full, &ratio(9, 9))), (Some(true), None, true));
    assert_eq!(passed(score_sub_item(full, &ratio(8, 9))), (Some(false), None, true));
    assert_eq!(
        score_sub_item(full, &ratio(8, 9)).why.text(),
        "8/9 = 88,88%, mức đạt từ 100%: chưa đạt"
    );
    assert_eq!(score_sub_item(full, &Entry::NoCase).why.text(), "Không phát sinh: đạt");
    assert_eq!(
        score_sub_item(sub_item(id, "3.2", "nd2"), &ratio(4, 5)).passed,
        Some(true)
    );
    assert_eq!(
        score_sub_item(sub_item(id, "2.5", "nd1"), &Entry::Count { n: 0 }).passed,
        Some(false)
    );
    // The threshold is not known: the ratio is shown, somebody says đạt or chưa đạt, and that is marked.
    let open = sub_item(id, "3.3", "nd1");
    assert_eq!(score_sub_item(open, &ratio(4, 5)).passed, None);
    let said = score_sub_item(open, &Entry::Pass);
    assert_eq!((said.passed, said.marks.judged), (Some(true), true));

    let criterion_1 = |last: Entry| {
        let numbers = SortedMap::from([
            ("1.1".into(), entries(&[("nd1", Entry::NoCase)])),
            ("1.2".into(), entries(&[("nd1", ratio(2, 2))])),
            ("1.3".into(), entries(&[("nd1", last)])),
        ]);
        summary(set(id), &numbers, &Declarations::new(), Context::default())
    };
    let sum = criterion_1(ratio(5, 5));
    assert_eq!((sum.criteria[0].passed, sum.criteria[1].passed), (Some(true), None));
    assert_eq!((sum.criteria[0].at_max, sum.criteria[0].scored, sum.max), (3, 3, None));
    assert!(sum.conditions.is_empty());
    assert_eq!(criterion_1(ratio(4, 5)).criteria[0].passed, Some(false));
    assert_eq!(criterion_1(Entry::Cleared).criteria[0].passed, None);
}
