//! Loading and checking one criteria file.

mod checker;
mod procedure;
mod raw;
mod rules;
mod text;

use super::error::LoadError;
use super::model::{CriteriaSet, Criterion, Indicator, Rule, ScoringModel, SubItem, SuggestedEvidence, WHOLE_SUB_ITEM};
use crate::id::{IndicatorNumber, SetId, SubItemId};
use crate::points::Points;
use checker::{Checked, Checker, line_of};
use core::ops::Range;
use raw::{Number, RawCriterion, RawEvidence, RawIndicator, RawSet};
use std::collections::BTreeSet;
use toml::Spanned;

/// Loads a criteria file and checks all of it. `file` is the name used in errors.
///
/// # Errors
/// [`LoadError`]: the first fault, with its line and what to do about it. Loading again does not help.
pub fn load(file: &str, text: &str) -> Result<CriteriaSet, LoadError> {
    let raw: RawSet = toml::from_str(text).map_err(|error| unreadable(file, text, &error))?;
    let models = [("points", ScoringModel::Points), ("pass_fail", ScoringModel::PassFail)];
    let mut checker = Checker {
        file,
        text,
        sources: &raw.sources,
        model: ScoringModel::Points,
    };
    checker.model = checker.word(&raw.model, "cách đánh giá (model)", &models)?;
    checker.set(&raw)
}

/// A file that is not TOML, or not of our shape.
fn unreadable(file: &str, text: &str, error: &toml::de::Error) -> LoadError {
    let message = error.message();
    let (what, cure) = if message.starts_with("unknown field") {
        (
            "Có khóa không được dùng ở đây.",
            "Hãy kiểm tra chính tả của khóa, hoặc bỏ dòng này.",
        )
    } else if message.starts_with("missing field") {
        (
            "Thiếu một khóa bắt buộc.",
            "Hãy thêm khóa còn thiếu vào phần bắt đầu từ dòng này.",
        )
    } else if message.starts_with("invalid type") || message.starts_with("invalid value") {
        (
            "Giá trị không đúng kiểu.",
            "Hãy so với một dòng tương tự trong tệp có sẵn và sửa lại.",
        )
    } else if message.starts_with("duplicate key") {
        ("Một khóa được ghi hai lần.", "Hãy bỏ một trong hai dòng.")
    } else {
        (
            "Không đọc được dòng này như TOML.",
            "Hãy viết theo dạng: khóa = \"giá trị\".",
        )
    };
    LoadError {
        file: file.to_owned(),
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        what: what.to_owned(),
        cure: cure.to_owned(),
        detail: Some(message.to_owned()),
    }
}

impl Checker<'_> {
    fn set(&self, raw: &RawSet) -> Checked<CriteriaSet> {
        let id = raw.id.get_ref();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let cure = "Mã chỉ gồm chữ không dấu, chữ số và dấu gạch dưới, ví dụ QD25_2021.";
            return self.refuse(raw.id.span(), "Mã bộ tiêu chí không hợp lệ.", cure);
        }
        if *raw.version.get_ref() == 0 {
            return self.refuse(
                raw.version.span(),
                "Phiên bản phải từ 1.",
                "Hãy ghi version = 1 hoặc lớn hơn.",
            );
        }
        let (first_year, last_year) = (*raw.first_year.get_ref(), raw.last_year.as_ref().map(|y| *y.get_ref()));
        if last_year.is_some_and(|last| last < first_year) {
            let at = raw.last_year.as_ref().map_or(0..0, Spanned::span);
            return self.refuse(at, "Năm cuối trước năm đầu.", "Hãy sửa first_year hoặc last_year.");
        }
        let max_points = self.max(raw.max_points.as_ref(), raw.model.span(), "bộ tiêu chí")?;
        let mut criteria: Vec<Criterion> = Vec::with_capacity(raw.criteria.len());
        for criterion in &raw.criteria {
            criteria.push(self.criterion(criterion, criteria.len())?);
        }
        if criteria.is_empty() {
            return self.refuse(0..0, "Chưa có tiêu chí nào.", "Hãy thêm ít nhất một phần [[criteria]].");
        }
        let at = raw.max_points.as_ref().map_or(0..0, Spanned::span);
        self.adds_up(
            at,
            "Bộ tiêu chí",
            "tiêu chí",
            max_points,
            criteria.iter().map(|c| c.max_points),
        )?;
        self.source(&raw.source)?;
        Ok(CriteriaSet {
            id: SetId::new(id.clone()),
            version: raw.version.get_ref().to_string(),
            short_name: self.text(&raw.short_name)?,
            legal_basis: raw
                .legal_basis
                .iter()
                .map(|text| self.text(text))
                .collect::<Checked<_>>()?,
            first_year,
            last_year,
            model: self.model,
            max_points,
            notice: raw.notice.as_ref().map(|text| self.text(text)).transpose()?,
            conditions: self.conditions(&raw.conditions, max_points)?,
            deadlines: self.deadlines(&raw.deadlines)?,
            criteria,
        })
    }

    fn criterion(&self, raw: &Spanned<RawCriterion>, before: usize) -> Checked<Criterion> {
        let (at, raw) = (raw.span(), raw.get_ref());
        let number = *raw.number.get_ref();
        if usize::from(number) != before + 1 {
            let what = format!("Tiêu chí số {number} bị trùng hoặc sai thứ tự.");
            return self.refuse(
                raw.number.span(),
                what,
                format!("Tiêu chí ở vị trí này phải là số {}.", before + 1),
            );
        }
        let max_points = self.max(raw.max_points.as_ref(), at.clone(), "tiêu chí")?;
        let mut indicators: Vec<Indicator> = Vec::with_capacity(raw.indicators.len());
        for indicator in &raw.indicators {
            indicators.push(self.indicator(indicator, number, indicators.len())?);
        }
        let name = format!("Tiêu chí {number}");
        let at = raw.max_points.as_ref().map_or(at, Spanned::span);
        self.adds_up(
            at,
            &name,
            "chỉ tiêu",
            max_points,
            indicators.iter().map(|i| i.max_points),
        )?;
        self.source(&raw.source)?;
        Ok(Criterion {
            number,
            title: self.text(&raw.title)?,
            title_status: self.title_status(&raw.title_status)?,
            status: self.status_of(&raw.status, max_points.is_some())?,
            max_points,
            indicators,
        })
    }

    fn indicator(&self, raw: &Spanned<RawIndicator>, criterion: u8, before: usize) -> Checked<Indicator> {
        let (at, raw) = (raw.span(), raw.get_ref());
        let (number, expected) = (raw.number.get_ref(), format!("{criterion}.{}", before + 1));
        if *number != expected {
            let what = format!("Chỉ tiêu số {number} bị trùng hoặc sai thứ tự.");
            return self.refuse(
                raw.number.span(),
                what,
                format!("Chỉ tiêu ở vị trí này phải là số {expected}."),
            );
        }
        let max_points = self.max(raw.max_points.as_ref(), at, "chỉ tiêu")?;
        let points_status = self.status_of(&raw.status, max_points.is_some())?;
        self.source(&raw.source)?;
        let title = self.text(&raw.title)?;
        let mut ids = BTreeSet::new();
        let mut sub_items = Vec::with_capacity(raw.sub_items.len().max(1));
        for sub_item in &raw.sub_items {
            let raw = sub_item.get_ref();
            if !ids.insert(raw.id.get_ref()) {
                let what = format!("Mã nội dung “{}” bị trùng trong chỉ tiêu {number}.", raw.id.get_ref());
                return self.refuse(raw.id.span(), what, "Hãy đặt mã khác cho một trong hai nội dung.");
            }
            sub_items.push(self.sub_item(raw)?);
        }
        if sub_items.is_empty() {
            sub_items.push(SubItem {
                id: SubItemId::new(WHOLE_SUB_ITEM),
                text: title.clone(),
                max_points,
                limit: max_points,
                status: points_status,
                rule: if self.model == ScoringModel::Points {
                    Rule::Judged
                } else {
                    Rule::PassFail
                },
                no_case: None,
            });
        } else if let Some(max) = max_points {
            self.sub_items_add_up(raw, number, max, &mut sub_items)?;
        }
        Ok(Indicator {
            number: IndicatorNumber::new(number.clone()),
            title,
            title_status: self.title_status(&raw.title_status)?,
            max_points,
            points_status,
            no_case: raw
                .no_case
                .as_ref()
                .map(|rule| self.no_case(rule, max_points))
                .transpose()?,
            sub_items,
            evidence: raw
                .evidence
                .iter()
                .map(|evidence| self.evidence(evidence))
                .collect::<Checked<_>>()?,
        })
    }

    /// The known maxima of an indicator's sub-items against its own; those not known get what the others leave.
    fn sub_items_add_up(
        &self,
        raw: &RawIndicator,
        number: &str,
        max: Points,
        sub_items: &mut [SubItem],
    ) -> Checked<()> {
        let counts = |sub_item: &SubItem| !matches!(sub_item.rule, Rule::Penalty { .. });
        let known: Points = sub_items.iter().filter_map(|sub_item| sub_item.max_points).sum();
        let all_known = sub_items
            .iter()
            .filter(|s| counts(s))
            .all(|sub_item| sub_item.max_points.is_some());
        if (all_known && known != max) || known > max {
            let what = format!("Chỉ tiêu {number}: các nội dung cộng lại được {known} điểm, điểm tối đa ghi là {max}.");
            let at = raw.max_points.as_ref().map_or(0..0, Spanned::span);
            return self.refuse(
                at,
                what,
                "Hãy sửa điểm tối đa của chỉ tiêu hoặc của một nội dung cho bằng nhau.",
            );
        }
        for sub_item in sub_items.iter_mut().filter(|s| counts(s) && s.max_points.is_none()) {
            sub_item.limit = Some(max - known);
        }
        Ok(())
    }

    fn evidence(&self, raw: &RawEvidence) -> Checked<SuggestedEvidence> {
        self.source(&raw.source)?;
        let sourced = !raw.source.is_empty() && raw.source.iter().all(|key| !key.get_ref().starts_with("memory"));
        Ok(SuggestedEvidence {
            text: self.text(&raw.text)?,
            sourced,
        })
    }

    /// A maximum: needed where the set has points, refused where it has none.
    fn max(&self, number: Option<&Spanned<Number>>, at: Range<usize>, of: &str) -> Checked<Option<Points>> {
        match (self.model, number) {
            (ScoringModel::Points, None) => {
                let what = format!("Chưa ghi điểm tối đa của {of}.");
                self.refuse(
                    at,
                    what,
                    "Hãy thêm max_points; nếu chưa biết chắc thì ghi status = \"estimated\".",
                )
            }
            (ScoringModel::PassFail, Some(number)) => self.refuse(
                number.span(),
                "Bộ tiêu chí này không chấm điểm nhưng có ghi điểm tối đa.",
                "Hãy bỏ max_points, hoặc ghi model = \"points\".",
            ),
            (_, number) => number.map(|number| self.points(number)).transpose(),
        }
    }

    fn adds_up(
        &self,
        at: Range<usize>,
        name: &str,
        parts: &str,
        max: Option<Points>,
        of: impl Iterator<Item = Option<Points>>,
    ) -> Checked<()> {
        let Some(max) = max else { return Ok(()) };
        let sum: Points = of.flatten().sum();
        if sum == max {
            return Ok(());
        }
        let what = format!("{name}: các {parts} cộng lại được {sum} điểm, nhưng điểm tối đa ghi là {max}.");
        self.refuse(
            at,
            what,
            format!("Hãy sửa điểm tối đa, hoặc điểm của một {parts}, để hai số bằng nhau."),
        )
    }
}
