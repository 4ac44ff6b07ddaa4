//! Every rule of the points model, the refusals of entries, and the conditions on exact sums.

mod conditions;
mod pass_fail;

use proptest::prelude::*;
use shared::criteria::{self, CriteriaSet, Indicator, Rule, SubItem};
use shared::points::Points;
use shared::scoring::{
    Context, Declarations, Entries, Entry, EntryProblem, Judged, Why, check, percent, score_indicator, score_sub_item,
    summary,
};
use shared::sorted::SortedMap;

fn set(id: &str) -> &'static CriteriaSet {
    criteria::set(&id.into()).unwrap()
}

fn indicator(set_id: &str, number: &str) -> &'static Indicator {
    set(set_id).indicator(&number.into()).unwrap()
}

fn sub_item(set_id: &str, number: &str, id: &str) -> &'static SubItem {
    indicator(set_id, number).sub_item(&id.into()).unwrap()
}

fn points(text: &str) -> Points {
    Points::parse(text).unwrap()
}

fn judged(text: &str, reason: &str) -> Judged {
    Judged::new(points(text), reason).unwrap()
}

fn ratio(done: u32, total: u32) -> Entry {
    Entry::Ratio {
        done,
        total,
        judged: None,
    }
}

fn entries(values: &[(&str, Entry)]) -> Entries {
    Entries {
        values: values
            .iter()
            .map(|(key, entry)| ((*key).to_owned(), entry.clone()))
            .collect(),
        conflicts: 0,
    }
}

// ── one sub-item ────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn all_or_nothing() {
    let item = sub_item("QD25_2021", "1.1", "nd2");
    let full = score_sub_item(item, &Entry::Pass);
    assert_eq!(
        (full.points, full.why.text().as_str()),
        (Some(Points::whole(2)), "Đạt: được điểm tối đa")
    );
    let none = score_sub_item(item, &Entry::Fail);
    assert_eq!(
        (none.points, none.why.text().as_str()),
        (Some(Points::ZERO), "Không đạt: 0 điểm")
    );
    assert!(!full.marks.estimated && !full.marks.judged);
}

#[test]
fn stepped_ratio_on_both_sides_of_every_step() {
    let item = sub_item("QD25_2021", "2.5", "nd1");
    for (done, total, expected) in [
        (0, 1, "0"),
        (4_999, 10_000, "0"),
        (1, 2, "0,25"),
        (6_999, 10_000, "0,25"),
        (7, 10, "0,5"),
        (45, 60, "0,5"),
        (7_999_999, 10_000_000, "0,5"),
        (4, 5, "1"),
        (8_999, 10_000, "1"),
        (4_294_967_293, 4_294_967_295, ""),
        (9, 10, ""),
        (1, 1, ""),
    ] {
        let scored = score_sub_item(item, &ratio(done, total));
        let expected = (!expected.is_empty()).then(|| points(expected));
        assert_eq!(scored.points, expected, "{done}/{total}");
        assert_eq!(scored.marks.outside_tiers, expected.is_none(), "{done}/{total}");
    }
    assert_eq!(
        score_sub_item(item, &ratio(45, 60)).why.text(),
        "45/60 = 75%, thuộc mức từ 70% đến dưới 80%: 0,5 điểm"
    );
    assert_eq!(
        score_sub_item(item, &ratio(1, 60)).why.text(),
        "1/60 = 1,66%, thuộc mức dưới 50%: 0 điểm"
    );
}

#[test]
fn outside_the_known_tiers_it_is_judged_with_the_ratio_shown() {
    let item = sub_item("QD25_2021", "2.5", "nd1");
    let open = score_sub_item(item, &ratio(19, 20));
    assert_eq!(open.points, None);
    assert_eq!(
        open.why.text(),
        "19/20 = 95%; chưa biết mức điểm từ 90% trở lên. Hãy chấm theo đánh giá và ghi lý do"
    );
    let entry = Entry::Ratio {
        done: 19,
        total: 20,
        judged: Some(judged("3,5", "")),
    };
    let scored = score_sub_item(item, &entry);
    assert_eq!(scored.points, Some(points("3,5")));
    assert_eq!(
        scored.why.text(),
        "19/20 = 95%; chưa biết mức điểm từ 90% trở lên: chấm theo đánh giá 3,5 điểm"
    );
    assert!(scored.marks.judged && scored.marks.outside_tiers && scored.marks.reason_missing && scored.marks.estimated);

    // Inside a known tier the tier counts, whatever was judged (under older criteria, say).
    let inside = Entry::Ratio {
        done: 3,
        total: 4,
        judged: Some(judged("4", "x")),
    };
    let scored = score_sub_item(item, &inside);
    assert_eq!((scored.points, scored.marks.judged), (Some(points("0,5")), false));

    // No tier is known at all.
    let none_known = sub_item("QD25_2021", "1.2", "nd1");
    assert_eq!(
        score_sub_item(none_known, &ratio(19, 20)).why.text(),
        "19/20 = 95%; chưa biết các mức điểm. Hãy chấm theo đánh giá và ghi lý do"
    );
}

#[test]
fn ratio_times_max_is_rounded_half_up_to_hundredths() {
    let item = sub_item("QD619_2017", "2.3", "nd1"); // 10 điểm
    for (done, total, expected) in [
        (0, 7, "0"),
        (7, 7, "10"),
        (2_899, 2_900, "10"), // 9,9965…
        (1, 3, "3,33"),
        (2, 3, "6,67"),
        (1, 8, "1,25"),
        (1, 800, "0,01"),   // 0,0125
        (1, 2_000, "0,01"), // 0,005: half goes up
        (1, 2_001, "0"),
        (957, 1_000, "9,57"),
        (u32::MAX - 1, u32::MAX, "10"),
    ] {
        let scored = score_sub_item(item, &ratio(done, total));
        assert_eq!(scored.points, Some(points(expected)), "{done}/{total}");
    }
    assert_eq!(
        score_sub_item(item, &ratio(957, 1_000)).why.text(),
        "957/1000 = 95,7% × 10 điểm = 9,57 điểm"
    );
}

#[test]
fn a_penalty_takes_points_off() {
    let penalty = sub_item("QD619_2017", "2.2", "tru-diem");
    assert_eq!(
        score_sub_item(penalty, &Entry::Count { n: 0 }).points,
        Some(Points::ZERO)
    );
    let scored = score_sub_item(penalty, &Entry::Count { n: 2 });
    assert_eq!(scored.points, Some(Points::from_hundredths(-50)));
    assert_eq!(
        scored.why.text(),
        "2 trường hợp, mỗi trường hợp trừ 0,25 điểm: -0,5 điểm"
    );
    assert_eq!(
        check(penalty, &Entry::Count { n: 4 }),
        Err(EntryProblem::TooManyCases { n: 4, at_most: 3 })
    );

    let whole = indicator("QD619_2017", "2.2");
    let score = |values: &[(&str, Entry)]| score_indicator(whole, &entries(values));
    let both = score(&[
        ("diem", Entry::Judged(judged("3", "x"))),
        ("tru-diem", Entry::Count { n: 2 }),
    ]);
    assert_eq!((both.points, both.complete), (Some(points("2,5")), true));
    // A negative sum is what this regime gives; it is not cut off at zero.
    let below = score(&[
        ("diem", Entry::Judged(judged("0", "x"))),
        ("tru-diem", Entry::Count { n: 1 }),
    ]);
    assert_eq!(below.points, Some(Points::from_hundredths(-25)));
    // A penalty nobody entered is none.
    let without = score(&[("diem", Entry::Judged(judged("3", "x")))]);
    assert_eq!((without.points, without.complete), (Some(points("3")), true));
    // But a penalty alone does not make the indicator complete.
    assert!(!score(&[("tru-diem", Entry::Count { n: 1 })]).complete);
}

#[test]
fn judged_points_carry_their_reason_or_the_mark_that_it_is_missing() {
    let item = sub_item("QD25_2021", "2.4", "diem");
    assert_eq!(item.rule, Rule::Judged);
    let with = score_sub_item(item, &Entry::Judged(judged("5", "Mẫu 04: 80% đồng ý")));
    assert!(with.marks.judged && !with.marks.reason_missing && with.marks.estimated);
    assert_eq!(
        (with.points, with.why.text().as_str()),
        (Some(Points::whole(5)), "Chấm theo đánh giá: 5 điểm")
    );
    assert!(
        score_sub_item(item, &Entry::Judged(judged("5", " \n")))
            .marks
            .reason_missing
    );
}

#[test]
fn a_year_without_a_case() {
    let whole = indicator("QD25_2021", "1.1");
    let none = score_indicator(whole, &entries(&[("*", Entry::NoCase)]));
    assert_eq!(
        (none.points, none.complete, none.no_case),
        (Some(Points::whole(3)), true, true)
    );

    // Of one sub-item only.
    let item = sub_item("QD619_2017", "1.1", "nd1");
    let scored = score_sub_item(item, &Entry::NoCase);
    assert_eq!(
        (scored.points, scored.why.text().as_str()),
        (Some(Points::whole(1)), "Không phát sinh: 1 điểm")
    );

    // No such rule is known: nothing is invented.
    assert_eq!(
        check(sub_item("QD25_2021", "2.2", "diem"), &Entry::NoCase),
        Err(EntryProblem::NoCaseUnknown)
    );
    let unknown = score_indicator(indicator("QD25_2021", "2.2"), &entries(&[("*", Entry::NoCase)]));
    assert_eq!((unknown.points, unknown.complete), (None, false));
    assert_eq!(unknown.problem, Some(EntryProblem::NoCaseUnknown));
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_do() {
    let tiers = sub_item("QD25_2021", "2.5", "nd1");
    let times = sub_item("QD619_2017", "2.3", "nd1");
    let all = sub_item("QD25_2021", "1.1", "nd1");
    let plain = sub_item("QD25_2021", "2.4", "diem");
    for (item, entry, text) in [
        (
            tiers,
            ratio(61, 60),
            "Số thực hiện (61) lớn hơn tổng số (60). Hãy kiểm tra lại hai số này.",
        ),
        (times, ratio(0, 0), "Tổng số phải lớn hơn 0."),
        (
            plain,
            Entry::Judged(judged("6,01", "x")),
            "6,01 điểm cao hơn mức tối đa 6 điểm. Hãy nhập từ 0 đến 6.",
        ),
        (
            plain,
            Entry::Judged(Judged::new(Points::from_hundredths(-1), "x").unwrap()),
            "Điểm không được nhỏ hơn 0. Hãy nhập từ 0 trở lên.",
        ),
        (
            tiers,
            Entry::Ratio {
                done: 1,
                total: 1,
                judged: Some(judged("4,25", "x")),
            },
            "4,25 điểm cao hơn mức tối đa 4 điểm.",
        ),
        (
            all,
            ratio(1, 2),
            "Giá trị đã nhập không hợp với cách chấm của nội dung này. Hãy nhập lại.",
        ),
        (plain, Entry::Pass, "Giá trị đã nhập không hợp với cách chấm"),
        (tiers, Entry::Count { n: 1 }, "Giá trị đã nhập không hợp với cách chấm"),
        (
            all,
            Entry::Judged(judged("1", "x")),
            "Giá trị đã nhập không hợp với cách chấm",
        ),
    ] {
        let problem = check(item, &entry).unwrap_err();
        assert!(problem.to_string().starts_with(text), "{problem}");
        // In a document such an entry counts as not entered, and says why.
        let scored = score_sub_item(item, &entry);
        assert_eq!((scored.points, scored.why), (None, Why::Problem(problem)));
    }
    // Nothing to count: the ratio is refused, the judged score with its reason is not.
    assert_eq!(check(times, &Entry::Judged(judged("10", "không phát sinh"))), Ok(()));
    assert_eq!(check(all, &Entry::Cleared), Ok(()));
}

#[test]
fn a_percentage_never_shows_a_step_it_has_not_reached() {
    assert_eq!(percent(79_999, 100_000), "79,99%");
    assert_eq!(percent(4, 5), "80%");
    assert_eq!(percent(2, 3), "66,66%");
    assert_eq!(percent(1, 0), "0%");
    assert_eq!(percent(u32::MAX, 1), "429496729500%");
}

// ── one indicator ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_indicator_is_complete_when_nothing_is_left_to_enter() {
    let whole = indicator("QD25_2021", "1.1");
    let empty = score_indicator(whole, &Entries::default());
    assert_eq!(
        (empty.points, empty.complete, empty.max),
        (None, false, Some(Points::whole(3)))
    );
    let half = score_indicator(whole, &entries(&[("nd1", Entry::Pass)]));
    assert_eq!((half.points, half.complete), (Some(Points::whole(1)), false));
    let cleared = score_indicator(whole, &entries(&[("nd1", Entry::Cleared), ("*", Entry::Cleared)]));
    assert_eq!(
        (cleared.points, cleared.complete, cleared.contradiction),
        (None, false, false)
    );
    let done = score_indicator(
        whole,
        &entries(&[("nd1", Entry::Pass), ("nd2", Entry::Fail), ("nd9", Entry::Pass)]),
    );
    assert_eq!((done.points, done.complete), (Some(Points::whole(1)), true));
}

#[test]
fn zero_points_count_as_zero_only_when_nothing_is_left_to_enter() {
    let zero = |values: &[(&str, Entry)]| {
        let numbers = SortedMap::from([("1.1".into(), entries(values))]);
        summary(set("QD25_2021"), &numbers, &Declarations::new(), Context::default()).criteria[0].zero
    };
    assert_eq!(zero(&[("nd1", Entry::Fail)]), 0);
    assert_eq!(zero(&[("nd1", Entry::Fail), ("nd2", Entry::Fail)]), 1);
}

#[test]
fn the_whole_and_a_part_contradict_each_other() {
    let whole = indicator("QD25_2021", "1.1");
    let both = entries(&[("*", Entry::NoCase), ("nd1", Entry::Pass)]);
    assert!(both.contradiction());
    let score = score_indicator(whole, &both);
    assert_eq!(
        (score.points, score.contradiction, score.no_case),
        (Some(Points::whole(1)), true, false)
    );
    let numbers = SortedMap::from([("1.1".into(), Entries { conflicts: 2, ..both })]);
    let sum = summary(set("QD25_2021"), &numbers, &Declarations::new(), Context::default());
    assert_eq!(sum.unsettled, 3);
}

#[test]
fn contents_of_unknown_maxima_share_the_indicators() {
    let whole = indicator("QD619_2017", "2.5"); // 12 điểm, two contents, split unknown
    let entry = |text: &str| Entry::Ratio {
        done: 9,
        total: 10,
        judged: Some(judged(text, "phiếu")),
    };
    let fits = score_indicator(whole, &entries(&[("nd1", entry("6")), ("nd2", entry("5,5"))]));
    assert_eq!((fits.points, fits.complete), (Some(points("11,5")), true));
    let over = score_indicator(whole, &entries(&[("nd1", entry("7")), ("nd2", entry("5,01"))]));
    assert_eq!((over.points, over.complete), (None, false));
    assert_eq!(
        over.problem.unwrap().to_string(),
        "Cộng các nội dung được 12,01 điểm, cao hơn mức tối đa 12 điểm của chỉ tiêu. Hãy giảm bớt."
    );
}

// ── properties ────────────────────────────────────────────────────────────────────────────────────────────────────

proptest! {
    #[test]
    fn a_better_ratio_never_gives_less(a in 0..=5_000_u32, b in 0..=5_000_u32, total in 1..=5_000_u32) {
        let (low, high) = (a.min(b).min(total), a.max(b).min(total));
        let tiers = sub_item("QD25_2021", "2.5", "nd1");
        let times = sub_item("QD619_2017", "2.3", "nd1");
        let score = |item, done| score_sub_item(item, &ratio(done, total)).points;
        // Above the known tiers there are no points yet, and never again below.
        match (score(tiers, low), score(tiers, high)) {
            (Some(low), Some(high)) => prop_assert!(low <= high),
            (None, high) => prop_assert_eq!(high, None),
            (Some(_), None) => {}
        }
        prop_assert!(score(times, low) <= score(times, high));
        prop_assert!(score(times, high) <= times.max_points);
    }

    #[test]
    fn rounding_is_never_off_by_more_than_half_a_hundredth(done in any::<u32>(), total in 1..=u32::MAX) {
        let done = done.min(total);
        let scored = score_sub_item(sub_item("QD619_2017", "2.3", "nd1"), &ratio(done, total));
        let exact_times_total = 1_000 * i128::from(done);
        let ours_times_total = i128::from(scored.points.unwrap().hundredths()) * i128::from(total);
        prop_assert!(2 * (ours_times_total - exact_times_total).abs() <= i128::from(total));
    }

    #[test]
    fn no_entry_and_no_sub_item_panics(text in ".{0,40}", kind in "[pfrjcnx]", a in any::<u32>(), b in any::<u32>()) {
        let encoded = [format!("1{kind}"), format!("1{kind}\u{1f}{a}\u{1f}{b}"), format!("1{kind}\u{1f}{a}\u{1f}{b}\u{1f}{a}\u{1f}x"), text];
        for entry in encoded.iter().filter_map(|text| Entry::decode(text).ok()) {
            for id in criteria::ids() {
                for item in set(id.as_str()).indicators().flat_map(|i| &i.sub_items) {
                    let scored = score_sub_item(item, &entry);
                    prop_assert!(!scored.why.text().is_empty());
                    if let (Some(points), Some(limit)) = (scored.points, item.limit) {
                        prop_assert!(points <= limit && points >= Points::ZERO);
                    }
                }
            }
        }
    }
}
