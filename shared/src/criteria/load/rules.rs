//! Checks of sub-items and their rules.

use super::checker::{Checked, Checker};
use super::raw::{Number, RawNoCase, RawSubItem, RawTier};
use crate::criteria::model::{NoCase, Provenance, RatioLabels, Rule, ScoringModel, SubItem, Tier};
use crate::id::SubItemId;
use crate::points::Points;
use toml::Spanned;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    AllOrNothing,
    Tiers,
    RatioTimesMax,
    Penalty,
    Judged,
    PassFail,
    RatioAtLeast,
    CountAtLeast,
}

const POINTS_RULES: [(&str, Kind); 5] = [
    ("all_or_nothing", Kind::AllOrNothing),
    ("tiers", Kind::Tiers),
    ("ratio_times_max", Kind::RatioTimesMax),
    ("penalty", Kind::Penalty),
    ("judged", Kind::Judged),
];
const PASS_FAIL_RULES: [(&str, Kind); 3] = [
    ("pass_fail", Kind::PassFail),
    ("ratio_at_least", Kind::RatioAtLeast),
    ("count_at_least", Kind::CountAtLeast),
];

impl Checker<'_> {
    /// One sub-item; `limit` is filled in once all of an indicator are known.
    pub(super) fn sub_item(&self, raw: &RawSubItem) -> Checked<SubItem> {
        let max_points = raw.max_points.as_ref().map(|number| self.points(number)).transpose()?;
        let kind = match self.model {
            ScoringModel::Points => self.word(&raw.rule, "cách chấm (rule)", &POINTS_RULES)?,
            ScoringModel::PassFail => self.word(&raw.rule, "cách chấm không điểm (rule)", &PASS_FAIL_RULES)?,
        };
        self.only_its_keys(kind, raw)?;
        let rule = self.rule(kind, raw, max_points)?;
        let number_is_there = match &rule {
            Rule::Penalty { .. } | Rule::CountAtLeast { .. } => true,
            Rule::RatioAtLeast { at_least, .. } => at_least.is_some(),
            _ => max_points.is_some(),
        };
        let no_case = raw
            .no_case
            .as_ref()
            .map(|rule| self.no_case(rule, max_points))
            .transpose()?;
        self.source(&raw.source)?;
        Ok(SubItem {
            id: SubItemId::new(self.id(&raw.id)?),
            text: self.text(&raw.text)?,
            max_points,
            limit: max_points,
            status: self.status_of(&raw.status, number_is_there)?,
            rule,
            no_case,
        })
    }

    /// A key that another rule uses is a mistake that would otherwise go unnoticed.
    fn only_its_keys(&self, kind: Kind, raw: &RawSubItem) -> Checked<()> {
        let ratio = matches!(kind, Kind::Tiers | Kind::RatioTimesMax | Kind::RatioAtLeast);
        let at_least = matches!(kind, Kind::RatioAtLeast | Kind::CountAtLeast);
        let foreign = [
            ("ratio", raw.ratio.as_ref().map(Spanned::span), ratio),
            ("tiers", raw.tiers.as_ref().map(Spanned::span), kind == Kind::Tiers),
            ("each", raw.each.as_ref().map(Spanned::span), kind == Kind::Penalty),
            (
                "at_most",
                raw.at_most.as_ref().map(Spanned::span),
                kind == Kind::Penalty,
            ),
            ("at_least", raw.at_least.as_ref().map(Spanned::span), at_least),
            (
                "max_points",
                raw.max_points.as_ref().map(Spanned::span),
                self.model == ScoringModel::Points && kind != Kind::Penalty,
            ),
        ];
        for (key, at, allowed) in foreign {
            if let (Some(at), false) = (at, allowed) {
                let what = format!("Cách chấm “{}” không dùng “{key}”.", raw.rule.get_ref());
                return self.refuse(at, what, format!("Hãy bỏ dòng “{key}”, hoặc đổi cách chấm."));
            }
        }
        Ok(())
    }

    fn rule(&self, kind: Kind, raw: &RawSubItem, max: Option<Points>) -> Checked<Rule> {
        let needs = |key: &str| {
            let what = format!("Cách chấm “{}” cần có “{key}”.", raw.rule.get_ref());
            self.refuse(raw.rule.span(), what, format!("Hãy thêm dòng “{key} = …”."))
        };
        let max_is_known = max.is_some();
        Ok(match kind {
            Kind::AllOrNothing if max_is_known => Rule::AllOrNothing,
            Kind::RatioTimesMax if max_is_known => Rule::RatioTimesMax {
                ratio: self.ratio(raw)?,
            },
            Kind::AllOrNothing | Kind::RatioTimesMax => return needs("max_points"),
            Kind::Judged => Rule::Judged,
            Kind::PassFail => Rule::PassFail,
            Kind::Tiers => match &raw.tiers {
                Some(tiers) => Rule::Tiers {
                    ratio: self.ratio(raw)?,
                    tiers: self.tiers(tiers.get_ref(), max)?,
                },
                None => return needs("tiers"),
            },
            Kind::Penalty => match &raw.each {
                Some(each) => {
                    let points = self.points(each)?;
                    if points == Points::ZERO {
                        return self.refuse(each.span(), "Mức trừ điểm bằng 0.", "Hãy ghi mức trừ lớn hơn 0.");
                    }
                    Rule::Penalty {
                        each: points,
                        at_most: raw.at_most.as_ref().map(|n| *n.get_ref()),
                    }
                }
                None => return needs("each"),
            },
            Kind::RatioAtLeast => Rule::RatioAtLeast {
                ratio: self.ratio(raw)?,
                at_least: raw.at_least.as_ref().map(|number| self.percent(number)).transpose()?,
            },
            Kind::CountAtLeast => match raw.at_least.as_ref().map(|n| (n.get_ref(), n.span())) {
                Some((Number::Whole(n), at)) => match u32::try_from(*n) {
                    Ok(at_least) if at_least > 0 => Rule::CountAtLeast { at_least },
                    _ => return self.refuse(at, "Số lượng tối thiểu không hợp lệ.", "Hãy ghi số nguyên từ 1."),
                },
                Some((_, at)) => {
                    return self.refuse(
                        at,
                        "Số lượng tối thiểu không phải số nguyên.",
                        "Hãy ghi số nguyên từ 1.",
                    );
                }
                None => return needs("at_least"),
            },
        })
    }

    fn ratio(&self, raw: &RawSubItem) -> Checked<RatioLabels> {
        match &raw.ratio {
            Some(ratio) => {
                let ratio = ratio.get_ref();
                Ok(RatioLabels {
                    done: self.text(&ratio.done)?,
                    total: self.text(&ratio.total)?,
                })
            }
            None => Ok(RatioLabels::default()),
        }
    }

    /// Tiers from 0 % upwards, each starting where the last one ended, with points that never fall.
    fn tiers(&self, raw: &[Spanned<RawTier>], max: Option<Points>) -> Checked<Vec<Tier>> {
        let mut tiers: Vec<Tier> = Vec::with_capacity(raw.len());
        for tier in raw {
            let (at, tier) = (tier.span(), tier.get_ref());
            let from = self.percent(&tier.from)?;
            let below = tier.below.as_ref().map(|below| self.percent(below)).transpose()?;
            let points = self.points(&tier.points)?;
            if below.is_some_and(|below| below <= from) {
                return self.refuse(
                    at,
                    "Bậc điểm kết thúc trước khi bắt đầu.",
                    "Hãy ghi below lớn hơn from.",
                );
            }
            let starts_right = match tiers.last() {
                None => from.hundredths() == 0,
                Some(before) => before.below == Some(from),
            };
            if !starts_right {
                return self.refuse(
                    at,
                    "Các bậc điểm không nối tiếp nhau.",
                    "Hãy xếp từ thấp đến cao: bậc đầu from = 0, mỗi bậc sau from bằng below của bậc trước.",
                );
            }
            if tiers.last().is_some_and(|before| before.points > points) {
                return self.refuse(
                    at,
                    "Bậc cao hơn lại được ít điểm hơn.",
                    "Hãy kiểm tra lại điểm của các bậc.",
                );
            }
            if max.is_some_and(|max| points > max) {
                return self.refuse(
                    at,
                    "Điểm của bậc cao hơn điểm tối đa.",
                    "Hãy sửa điểm của bậc hoặc max_points.",
                );
            }
            tiers.push(Tier {
                from,
                below,
                points,
                status: self.status_of(&tier.status, true)?,
            });
        }
        Ok(tiers)
    }

    /// The rule for a year without a case.
    pub(super) fn no_case(&self, raw: &RawNoCase, max: Option<Points>) -> Checked<NoCase> {
        let points = raw.points.as_ref().map(|number| self.points(number)).transpose()?;
        let at = raw.points.as_ref().map_or_else(|| raw.text.span(), Spanned::span);
        match (self.model, points) {
            (ScoringModel::Points, None) => {
                return self.refuse(at, "Quy định “không phát sinh” chưa ghi điểm.", "Hãy thêm points.");
            }
            (ScoringModel::PassFail, Some(_)) => {
                return self.refuse(at, "Bộ tiêu chí này không chấm điểm.", "Hãy bỏ points.");
            }
            (ScoringModel::Points, Some(points)) if max.is_some_and(|max| points > max) => {
                return self.refuse(
                    at,
                    "Điểm khi không phát sinh cao hơn điểm tối đa.",
                    "Hãy sửa points của no_case hoặc max_points.",
                );
            }
            _ => {}
        }
        let status = self.status(&raw.status)?;
        if status == Provenance::NotApplicable {
            return self.refuse(
                raw.status.span(),
                "Quy định “không phát sinh” phải có trạng thái nguồn.",
                "Hãy ghi sourced, derived hoặc estimated.",
            );
        }
        Ok(NoCase {
            text: self.text(&raw.text)?,
            points,
            status,
        })
    }
}
