//! Every refusal of the criteria loader: the line it names and what it tells the administrator.

mod numbers;
mod rules;
mod words;

use proptest::prelude::*;
use shared::criteria::{self, LoadError, Rule, load};

const POINTS: &str = r#"id = "THU_1"
version = 1
short_name = "Bộ thử"
legal_basis = ["Quyết định thử"]
first_year = 2022
last_year = 2024
model = "points"
max_points = 10

[sources]
goc = "where it was read"

[[criteria]]
number = 1
title = "Tiêu chí một"
title_status = "exact"
max_points = 10
status = "sourced"
source = ["goc"]

[[criteria.indicators]]
number = "1.1"
title = "Chỉ tiêu một"
title_status = "exact"
max_points = 4
status = "estimated"
no_case = { text = "Không phát sinh", points = 4, status = "sourced" }

[[criteria.indicators.sub_items]]
id = "nd1"
text = "Nội dung một"
max_points = 3
status = "sourced"
rule = "tiers"
tiers = [
    { from = 0, below = 50, points = 0, status = "sourced" },
    { from = 50, below = 90, points = "0,25", status = "derived" },
]

[[criteria.indicators.sub_items]]
id = "nd2"
text = "Nội dung hai"
max_points = 1
status = "sourced"
rule = "all_or_nothing"

[[criteria.indicators]]
number = "1.2"
title = "Chỉ tiêu hai"
title_status = "paraphrase"
max_points = 6
status = "estimated"
note = "for developers: the threshold was not seen"

[[criteria.indicators.sub_items]]
id = "tru"
text = "Trừ điểm"
status = "sourced"
rule = "penalty"
each = "0,25"

[[criteria.indicators.sub_items]]
id = "con-lai"
text = "Phần còn lại"
status = "not_applicable"
rule = "judged"

[[conditions]]
test = "total"
at_least = 8
text = "Từ 8 điểm"
status = "sourced"

[[conditions]]
test = "declared"
heads = [{ id = "a", title = "Ông A" }, { id = "b", title = "Bà B" }]
text = "Không ai bị kỷ luật"
status = "sourced"

[[deadlines]]
step = "commune_sends"
before = "10/01"
text = "Gửi trước ngày 10/01"
status = "sourced"
"#;

const PASS_FAIL: &str = r#"id = "THU_2"
version = 1
short_name = "Bộ thử"
legal_basis = ["Quyết định thử"]
first_year = 2026
model = "pass_fail"

[[criteria]]
number = 1
title = "Tiêu chí một"
title_status = "exact"
status = "not_applicable"

[[criteria.indicators]]
number = "1.1"
title = "Chỉ tiêu một"
title_status = "exact"
status = "not_applicable"

[[criteria.indicators.sub_items]]
id = "nd1"
text = "Nội dung một"
status = "estimated"
rule = "ratio_at_least"
at_least = 80
no_case = { text = "Không phát sinh", status = "estimated" }

[[criteria.indicators.sub_items]]
id = "nd2"
text = "Nội dung hai"
status = "estimated"
rule = "count_at_least"
at_least = 1
"#;

/// Puts `new` in the place of the first `old`, loads, and expects a refusal on the line where `at` stands.
fn refused(base: &str, old: &str, new: &str, at: &str, what: &str) -> LoadError {
    assert!(base.contains(old), "{old:?} is not in the file");
    let text = base.replacen(old, new, 1);
    let error = match load("thu.toml", &text) {
        Err(error) => error,
        Ok(_) => panic!("accepted with {new:?}"),
    };
    let line = text.find(at).map(|offset| text[..offset].matches('\n').count() + 1);
    assert_eq!(Some(error.line), line, "{error}");
    assert!(error.what.contains(what), "{error}");
    assert!(!error.cure.is_empty());
    assert!(
        error
            .to_string()
            .starts_with(&format!("thu.toml, dòng {}: ", error.line)),
        "{error}"
    );
    error
}

#[test]
fn the_files_these_tests_start_from_load() {
    let set = load("thu.toml", POINTS).unwrap();
    let second = set.indicator(&"1.2".into()).unwrap();
    // A penalty takes no part in the sum; the content without a known maximum gets what is left.
    assert_eq!(
        second.sub_item(&"con-lai".into()).unwrap().limit,
        Some(shared::points::Points::whole(6))
    );
    assert_eq!(second.sub_item(&"tru".into()).unwrap().limit, None);
    assert!(load("thu.toml", PASS_FAIL).is_ok());
}

#[test]
fn an_indicator_without_contents_gets_the_one_called_diem() {
    let text = &POINTS[..POINTS
        .find("\n[[criteria.indicators.sub_items]]\nid = \"tru\"")
        .unwrap()];
    let set = load("thu.toml", text).unwrap();
    let indicator = set.indicator(&"1.2".into()).unwrap();
    let [only] = indicator.sub_items.as_slice() else {
        panic!()
    };
    assert_eq!(
        (only.id.as_str(), &only.rule, only.text.as_str()),
        ("diem", &Rule::Judged, "Chỉ tiêu hai")
    );
    assert_eq!(
        (only.max_points, only.status),
        (indicator.max_points, indicator.points_status)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A damaged file is refused or loads; it never stops the program.
    #[test]
    fn a_damaged_file_never_panics(which in 0..3_usize, at in any::<prop::sample::Index>(), len in 0..40_usize, with in ".{0,20}") {
        let (file, text) = criteria::files().nth(which).unwrap();
        let chars: Vec<char> = text.chars().collect();
        let start = at.index(chars.len());
        let end = (start + len).min(chars.len());
        let damaged: String = chars[..start].iter().chain(&with.chars().collect::<Vec<_>>()).chain(&chars[end..]).collect();
        if let Err(error) = load(file, &damaged) {
            prop_assert!(error.line >= 1 && error.line <= damaged.matches('\n').count() + 1);
        }
    }

    #[test]
    fn any_text_never_panics(text in ".{0,200}") {
        prop_assert!(load("x.toml", &text).is_err());
    }
}
