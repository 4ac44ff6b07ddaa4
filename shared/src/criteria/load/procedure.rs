//! Checks of the conditions of recognition and of the deadlines.

use super::checker::{Checked, Checker};
use super::raw::{Number, OneOrMore, RawCondition, RawDeadline};
use crate::criteria::model::{ConditionRule, ConditionTest, DeadlineRule, Head, Step};
use crate::id::HeadId;
use crate::points::Points;
use crate::workflow::Date;
use std::collections::BTreeSet;
use toml::Spanned;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Test {
    Total,
    TotalByClass,
    EachCriterion,
    Declared,
    Survey,
}

const TESTS: [(&str, Test); 5] = [
    ("total", Test::Total),
    ("total_by_class", Test::TotalByClass),
    ("each_criterion", Test::EachCriterion),
    ("declared", Test::Declared),
    ("survey", Test::Survey),
];

const STEPS: [(&str, Step); 4] = [
    ("commune_sends", Step::CommuneSends),
    ("district_decides", Step::DistrictDecides),
    ("district_reports", Step::DistrictReports),
    ("province_reports", Step::ProvinceReports),
];

impl Checker<'_> {
    pub(super) fn conditions(&self, raw: &[Spanned<RawCondition>], max: Option<Points>) -> Checked<Vec<ConditionRule>> {
        let mut heads = BTreeSet::new();
        raw.iter()
            .map(|condition| {
                let condition = condition.get_ref();
                let kind = self.word(&condition.test, "điều kiện (test)", &TESTS)?;
                let test = self.test(kind, condition, max, &mut heads)?;
                self.source(&condition.source)?;
                Ok(ConditionRule {
                    text: self.text(&condition.text)?,
                    status: self.status_of(&condition.status, kind != Test::Survey)?,
                    test,
                })
            })
            .collect()
    }

    fn test(
        &self,
        kind: Test,
        raw: &RawCondition,
        max: Option<Points>,
        heads: &mut BTreeSet<String>,
    ) -> Checked<ConditionTest> {
        let at = raw.test.span();
        let threshold = |number: &Number| {
            let points = self.points(&Spanned::new(at.clone(), number.clone()))?;
            if max.is_none_or(|max| points > max) {
                let what = format!("Mức {points} điểm cao hơn điểm tối đa của bộ tiêu chí.");
                return self.refuse(at.clone(), what, "Hãy sửa at_least.");
            }
            Ok(points)
        };
        match (
            kind,
            raw.at_least.as_ref().map(Spanned::get_ref),
            &raw.percent,
            raw.heads.as_slice(),
        ) {
            (Test::Total, Some(OneOrMore::One(number)), None, []) => Ok(ConditionTest::Total {
                at_least: threshold(number)?,
            }),
            (Test::TotalByClass, Some(OneOrMore::More(numbers)), None, []) => match numbers.as_slice() {
                [one, two, three] => Ok(ConditionTest::TotalByClass {
                    at_least: [threshold(one)?, threshold(two)?, threshold(three)?],
                }),
                _ => self.refuse(
                    at,
                    "Cần đúng ba mức điểm cho loại I, II, III.",
                    "Hãy ghi at_least = [90, 80, 70].",
                ),
            },
            (Test::EachCriterion, None, Some(percent), []) => match percent.get_ref() {
                1..=100 => Ok(ConditionTest::EachCriterion {
                    percent: *percent.get_ref(),
                }),
                _ => self.refuse(percent.span(), "Tỷ lệ phải từ 1 đến 100.", "Hãy sửa percent."),
            },
            (Test::Declared, None, None, [_, ..]) => {
                let list = raw.heads.iter().map(|head| {
                    let id = self.id(&head.id)?;
                    if !heads.insert(id.clone()) {
                        let what = format!("Mã “{id}” được kê khai hai lần.");
                        return self.refuse(head.id.span(), what, "Hãy đặt mã khác cho một trong hai.");
                    }
                    Ok(Head {
                        id: HeadId::new(id),
                        title: self.text(&head.title)?,
                    })
                });
                Ok(ConditionTest::Declared {
                    heads: list.collect::<Checked<_>>()?,
                })
            }
            (Test::Survey, None, None, []) => Ok(ConditionTest::Survey),
            _ => self.refuse(
                at,
                format!("Điều kiện “{}” thiếu hoặc thừa giá trị.", raw.test.get_ref()),
                "total: at_least; total_by_class: at_least = [I, II, III]; each_criterion: percent; declared: heads; \
                 survey: không có.",
            ),
        }
    }

    pub(super) fn deadlines(&self, raw: &[RawDeadline]) -> Checked<Vec<DeadlineRule>> {
        let mut steps = BTreeSet::new();
        raw.iter()
            .map(|deadline| {
                let step = self.word(&deadline.step, "bước có thời hạn (step)", &STEPS)?;
                if !steps.insert(step) {
                    let what = format!("Thời hạn của bước “{}” bị ghi hai lần.", deadline.step.get_ref());
                    return self.refuse(deadline.step.span(), what, "Hãy bỏ một trong hai.");
                }
                let Some(before) = day_and_month(deadline.before.get_ref()) else {
                    let what = format!("“{}” không phải là ngày/tháng.", deadline.before.get_ref());
                    return self.refuse(deadline.before.span(), what, "Hãy viết như văn bản, ví dụ \"10/01\".");
                };
                self.source(&deadline.source)?;
                Ok(DeadlineRule {
                    step,
                    text: self.text(&deadline.text)?,
                    before,
                    status: self.status_of(&deadline.status, true)?,
                })
            })
            .collect()
    }
}

/// `10/01` → month 1, day 10. A day that some years do not have (29/02) is no deadline.
fn day_and_month(text: &str) -> Option<(u8, u8)> {
    let (day, month) = text.split_once('/')?;
    let two = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok());
    let (day, month): (u8, u8) = (two(day)??, two(month)??);
    Date::new(2023, month, day).map(|_| (month, day))
}
