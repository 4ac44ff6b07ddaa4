//! What the three sets that come with the program hold.

use shared::criteria::{self, ConditionTest, CriteriaSet, Provenance, Rule, ScoringModel, TitleStatus};
use shared::points::Points;
use unicode_normalization::is_nfc;

fn set(id: &str) -> &'static CriteriaSet {
    criteria::set(&id.into()).unwrap()
}

fn counts(set: &CriteriaSet) -> Vec<usize> {
    set.criteria
        .iter()
        .map(|criterion| criterion.indicators.len())
        .collect()
}

fn maxima(set: &CriteriaSet) -> Vec<i64> {
    set.criteria
        .iter()
        .filter_map(|criterion| criterion.max_points)
        .map(|points| points.hundredths() / 100)
        .collect()
}

/// Indicators by what is known of their points.
fn with_status(set: &CriteriaSet, status: Provenance) -> Vec<&str> {
    set.indicators()
        .filter(|i| i.points_status == status)
        .map(|i| i.number.as_str())
        .collect()
}

/// Every text of a set that can appear on a screen.
fn screen_texts(set: &CriteriaSet) -> Vec<&str> {
    let mut texts: Vec<&str> = vec![&set.short_name];
    texts.extend(set.legal_basis.iter().map(String::as_str));
    texts.extend(set.notice.as_deref());
    for criterion in &set.criteria {
        texts.push(&criterion.title);
        for indicator in &criterion.indicators {
            texts.push(&indicator.title);
            texts.extend(indicator.no_case.iter().map(|rule| rule.text.as_str()));
            texts.extend(indicator.evidence.iter().map(|evidence| evidence.text.as_str()));
            for item in &indicator.sub_items {
                texts.push(&item.text);
                texts.extend(item.no_case.iter().map(|rule| rule.text.as_str()));
                if let Rule::Tiers { ratio, .. } | Rule::RatioTimesMax { ratio } | Rule::RatioAtLeast { ratio, .. } =
                    &item.rule
                {
                    texts.extend([ratio.done.as_str(), ratio.total.as_str()]);
                }
            }
        }
    }
    texts.extend(set.conditions.iter().map(|condition| condition.text.as_str()));
    texts.extend(set.heads().map(|head| head.title.as_str()));
    texts.extend(set.deadlines.iter().map(|deadline| deadline.text.as_str()));
    texts
}

#[test]
fn qd_25() {
    let set = set("QD25_2021");
    assert_eq!(
        (counts(set), maxima(set)),
        (vec![2, 6, 3, 5, 4], vec![10, 30, 15, 20, 25])
    );
    assert_eq!(set.max_points, Some(Points::whole(100)));
    assert_eq!(with_status(set, Provenance::Sourced), ["1.1"]);
    assert_eq!(with_status(set, Provenance::Derived), ["1.2"]);
    assert_eq!(with_status(set, Provenance::Estimated).len(), 18);
    assert!(
        set.criteria
            .iter()
            .all(|criterion| criterion.status == Provenance::Sourced)
    );
    assert!(
        set.indicators()
            .all(|indicator| indicator.title_status == TitleStatus::Exact)
    );
    assert_eq!(
        set.criterion_of(&"5.4".into()).map(|criterion| criterion.number),
        Some(5)
    );

    let first = set.indicator(&"1.1".into()).unwrap();
    assert_eq!(
        first
            .sub_items
            .iter()
            .map(|i| (i.id.as_str(), &i.rule))
            .collect::<Vec<_>>(),
        [("nd1", &Rule::AllOrNothing), ("nd2", &Rule::AllOrNothing)]
    );
    assert_eq!(
        first.no_case.as_ref().and_then(|rule| rule.points),
        Some(Points::whole(3))
    );

    let Rule::Tiers { tiers, ratio } = &set.indicator(&"2.5".into()).unwrap().sub_items[0].rule else {
        panic!()
    };
    assert_eq!(
        tiers.iter().map(|tier| tier.points.to_string()).collect::<Vec<_>>(),
        ["0", "0,25", "0,5", "1"]
    );
    assert_eq!(
        tiers
            .last()
            .and_then(|tier| tier.below)
            .map(|below| below.to_string())
            .as_deref(),
        Some("90%")
    );
    assert_eq!(tiers.last().map(|tier| tier.status), Some(Provenance::Derived));
    assert_eq!(ratio.total, "Tổng số tuyên truyền viên pháp luật của cấp xã");

    let tests: Vec<_> = set.conditions.iter().map(|condition| &condition.test).collect();
    assert_eq!(
        tests[0],
        &ConditionTest::Total {
            at_least: Points::whole(80)
        }
    );
    assert_eq!(tests[1], &ConditionTest::EachCriterion { percent: 50 });
    let heads: Vec<_> = set
        .heads()
        .map(|head| (head.id.as_str(), head.title_for("phường")))
        .collect();
    assert_eq!(
        heads,
        [
            ("bi-thu-cap-uy", "Bí thư cấp ủy".to_owned()),
            ("chu-tich-ubnd", "Chủ tịch UBND phường".to_owned())
        ]
    );
}

#[test]
fn qd_619() {
    let set = set("QD619_2017");
    assert_eq!(
        (counts(set), maxima(set)),
        (vec![3, 5, 9, 3, 5], vec![15, 30, 25, 10, 20])
    );
    assert_eq!(
        with_status(set, Provenance::Sourced),
        ["1.1", "2.3", "2.4", "2.5", "3.1"]
    );
    assert_eq!(set.conditions.len(), 4);
    assert_eq!(
        set.conditions[1].test,
        ConditionTest::TotalByClass {
            at_least: [90, 80, 70].map(Points::whole)
        }
    );
    // Its condition is about all officials, not the heads, and the threshold of the survey is not known.
    assert_eq!(
        set.heads().map(|head| head.id.as_str()).collect::<Vec<_>>(),
        ["can-bo-cong-chuc"]
    );
    assert_eq!(set.conditions[2].test, ConditionTest::Survey);
    let penalty = set
        .indicator(&"2.2".into())
        .unwrap()
        .sub_item(&"tru-diem".into())
        .unwrap();
    assert_eq!(
        penalty.rule,
        Rule::Penalty {
            each: Points::from_hundredths(25),
            at_most: Some(3)
        }
    );
}

#[test]
fn qd_27() {
    let set = set("QD27_2025");
    assert_eq!(
        (counts(set), set.model, set.max_points),
        (vec![3, 7, 4], ScoringModel::PassFail, None)
    );
    assert!(
        set.conditions.is_empty() && set.deadlines.is_empty(),
        "neither was seen in the official text"
    );
    assert!(
        set.notice
            .as_deref()
            .is_some_and(|notice| notice.contains("chưa đối chiếu văn bản gốc"))
    );
    for item in set.indicators().flat_map(|indicator| &indicator.sub_items) {
        assert_eq!(item.max_points, None);
        // No official threshold was seen: what is there is a third party's, and marked.
        let expected = match &item.rule {
            Rule::RatioAtLeast { at_least: Some(_), .. } | Rule::CountAtLeast { .. } => Provenance::Estimated,
            _ => Provenance::NotApplicable,
        };
        assert_eq!(item.status, expected, "{}", item.text);
    }
    assert!(
        set.indicators()
            .all(|indicator| indicator.title_status != TitleStatus::Exact)
    );
}

#[test]
fn screens_show_vietnamese_only() {
    // A list of its own, wider than the loader's: this test must not share the loader's blind spots.
    let english = [
        "a",
        "all",
        "and",
        "app",
        "are",
        "as",
        "at",
        "be",
        "both",
        "certain",
        "cut",
        "estimated",
        "every",
        "exact",
        "first",
        "follow",
        "form",
        "from",
        "full",
        "has",
        "have",
        "high",
        "if",
        "indicator",
        "is",
        "it",
        "its",
        "judged",
        "known",
        "less",
        "list",
        "low",
        "maximum",
        "memory",
        "more",
        "must",
        "no",
        "not",
        "note",
        "number",
        "of",
        "official",
        "only",
        "or",
        "per",
        "points",
        "rate",
        "ratio",
        "rule",
        "same",
        "score",
        "seed",
        "seen",
        "set",
        "source",
        "standard",
        "sum",
        "text",
        "that",
        "their",
        "there",
        "this",
        "tier",
        "unknown",
        "value",
        "when",
        "where",
        "which",
        "with",
        "year",
    ];
    let mut seen = 0;
    for id in criteria::ids() {
        for text in screen_texts(set(id.as_str())) {
            seen += 1;
            assert!(is_nfc(text), "not NFC: {text}");
            for word in text.split(|c: char| !c.is_alphanumeric()) {
                assert!(!english.contains(&word.to_lowercase().as_str()), "“{word}” in: {text}");
            }
        }
    }
    assert!(seen > 200, "only {seen} texts");
}

#[test]
fn every_source_is_used_and_every_suggestion_is_one() {
    for (file, text) in criteria::files() {
        let table: toml::Table = text.parse().unwrap();
        for key in table["sources"].as_table().unwrap().keys() {
            assert!(
                text.contains(&format!("\"{key}\"")),
                "{file}: the source {key} is named nowhere"
            );
        }
    }
    let evidence = &set("QD25_2021").indicator(&"2.3".into()).unwrap().evidence;
    assert_eq!(evidence.iter().map(|e| e.sourced).collect::<Vec<_>>(), [true, false]);
}
