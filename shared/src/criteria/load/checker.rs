//! What every check needs: the file for its line numbers, the words of the format, numbers and texts.

use super::raw::{Number, Word};
use super::text;
use crate::criteria::error::LoadError;
use crate::criteria::model::{Percent, Provenance, ScoringModel, TitleStatus};
use crate::points::Points;
use core::fmt::Write as _;
use core::ops::Range;
use std::collections::BTreeMap;
use toml::Spanned;

/// The file being checked.
pub(super) struct Checker<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) sources: &'a BTreeMap<String, String>,
    pub(super) model: ScoringModel,
}

pub(super) type Checked<T> = Result<T, LoadError>;

/// The line of a byte offset, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

impl Checker<'_> {
    /// A refusal at a place of the file.
    pub(super) fn refuse<T>(&self, at: Range<usize>, what: impl Into<String>, cure: impl Into<String>) -> Checked<T> {
        Err(LoadError {
            file: self.file.to_owned(),
            line: line_of(self.text, at.start),
            what: what.into(),
            cure: cure.into(),
            detail: None,
        })
    }

    /// A word of the format; refused with the list of words that there are.
    pub(super) fn word<T: Copy>(&self, word: &Word, what: &str, known: &[(&str, T)]) -> Checked<T> {
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == word.get_ref()) {
            return Ok(*value);
        }
        let mut cure = String::from("Hãy dùng một trong: ");
        for (i, (name, _)) in known.iter().enumerate() {
            let _ = write!(cure, "{}{name}", if i > 0 { ", " } else { "" });
        }
        self.refuse(
            word.span(),
            format!("Không có {what} “{}”.", word.get_ref()),
            cure + ".",
        )
    }

    pub(super) fn status(&self, word: &Word) -> Checked<Provenance> {
        self.word(
            word,
            "trạng thái nguồn (status)",
            &[
                ("sourced", Provenance::Sourced),
                ("derived", Provenance::Derived),
                ("estimated", Provenance::Estimated),
                ("not_applicable", Provenance::NotApplicable),
            ],
        )
    }

    /// The status of a number: `not_applicable` exactly when there is no number.
    pub(super) fn status_of(&self, word: &Word, number_is_there: bool) -> Checked<Provenance> {
        let status = self.status(word)?;
        match (number_is_there, status) {
            (true, Provenance::NotApplicable) => self.refuse(
                word.span(),
                "Có ghi số nhưng status là not_applicable.",
                "Hãy ghi sourced, derived hoặc estimated, hoặc bỏ số đi.",
            ),
            (false, Provenance::Sourced | Provenance::Derived | Provenance::Estimated) => self.refuse(
                word.span(),
                "Chưa ghi số nhưng status không phải not_applicable.",
                "Hãy ghi not_applicable, hoặc điền số.",
            ),
            _ => Ok(status),
        }
    }

    pub(super) fn title_status(&self, word: &Word) -> Checked<TitleStatus> {
        self.word(
            word,
            "trạng thái tên gọi (title_status)",
            &[
                ("exact", TitleStatus::Exact),
                ("exact_in_third_party", TitleStatus::ExactInThirdParty),
                ("paraphrase", TitleStatus::Paraphrase),
            ],
        )
    }

    /// A text for the screen.
    pub(super) fn text(&self, word: &Word) -> Checked<String> {
        match text::fault(word.get_ref()) {
            Some((what, cure)) => self.refuse(word.span(), what, cure),
            None => Ok(word.get_ref().clone()),
        }
    }

    /// Keys of `[sources]`.
    pub(super) fn source(&self, keys: &[Word]) -> Checked<()> {
        for key in keys {
            if !self.sources.contains_key(key.get_ref()) {
                let what = format!("Nguồn “{}” chưa có trong [sources].", key.get_ref());
                return self.refuse(key.span(), what, "Hãy thêm nguồn này vào [sources], hoặc sửa tên.");
            }
        }
        Ok(())
    }

    /// Points that are not negative.
    pub(super) fn points(&self, number: &Spanned<Number>) -> Checked<Points> {
        let at = number.span();
        match number.get_ref() {
            Number::Whole(whole @ 0..=10_000) => Ok(Points::whole(*whole)),
            Number::Whole(_) => self.refuse(at, "Số điểm nằm ngoài khoảng 0–10.000.", "Hãy ghi lại số điểm."),
            Number::Text(text) => match Points::parse(text) {
                Ok(points) => Ok(points),
                Err(error) => self.refuse(at, format!("“{text}” không phải là số điểm."), error.to_string()),
            },
            Number::Float => self.refuse(
                at,
                "Số điểm lẻ phải đặt trong dấu nháy.",
                "Hãy viết dạng \"0,25\" (dấu phẩy, trong dấu nháy), không viết 0.25.",
            ),
        }
    }

    /// A percentage, 0–100.
    pub(super) fn percent(&self, number: &Spanned<Number>) -> Checked<Percent> {
        let hundredths = self.points(number)?.hundredths();
        match u16::try_from(hundredths).ok().and_then(Percent::from_hundredths) {
            Some(percent) => Ok(percent),
            None => self.refuse(number.span(), "Tỷ lệ lớn hơn 100%.", "Hãy ghi tỷ lệ từ 0 đến 100."),
        }
    }

    /// An id that is kept in documents: a–z, 0–9 and single hyphens.
    pub(super) fn id(&self, word: &Word) -> Checked<String> {
        let id = word.get_ref();
        let clean = !id.is_empty()
            && id.len() <= 40
            && id
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        if clean {
            return Ok(id.clone());
        }
        self.refuse(
            word.span(),
            format!("Mã “{id}” không hợp lệ."),
            "Mã chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, dài 1–40 ký tự, ví dụ nd1.",
        )
    }
}
