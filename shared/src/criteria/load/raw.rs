//! The shape of a criteria file, before it is checked. Words and numbers keep their place, so an error can name the line.

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, Visitor};
use std::collections::BTreeMap;
use toml::Spanned;

pub(super) type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSet {
    pub(super) id: Word,
    pub(super) version: Spanned<u32>,
    pub(super) short_name: Word,
    pub(super) legal_basis: Vec<Word>,
    pub(super) first_year: Spanned<u16>,
    pub(super) last_year: Option<Spanned<u16>>,
    pub(super) model: Word,
    pub(super) max_points: Option<Spanned<Number>>,
    pub(super) notice: Option<Word>,
    #[serde(default)]
    pub(super) source: Vec<Word>,
    #[serde(default, rename = "note")]
    pub(super) _note: Option<IgnoredAny>,
    #[serde(default)]
    pub(super) sources: BTreeMap<String, String>,
    pub(super) criteria: Vec<Spanned<RawCriterion>>,
    #[serde(default)]
    pub(super) conditions: Vec<Spanned<RawCondition>>,
    #[serde(default)]
    pub(super) deadlines: Vec<RawDeadline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCriterion {
    pub(super) number: Spanned<u8>,
    pub(super) title: Word,
    pub(super) title_status: Word,
    pub(super) max_points: Option<Spanned<Number>>,
    pub(super) status: Word,
    #[serde(default)]
    pub(super) source: Vec<Word>,
    #[serde(default, rename = "note")]
    pub(super) _note: Option<IgnoredAny>,
    pub(super) indicators: Vec<Spanned<RawIndicator>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIndicator {
    pub(super) number: Word,
    pub(super) title: Word,
    pub(super) title_status: Word,
    pub(super) max_points: Option<Spanned<Number>>,
    pub(super) status: Word,
    #[serde(default)]
    pub(super) source: Vec<Word>,
    #[serde(default, rename = "note")]
    pub(super) _note: Option<IgnoredAny>,
    pub(super) no_case: Option<RawNoCase>,
    #[serde(default)]
    pub(super) evidence: Vec<RawEvidence>,
    #[serde(default)]
    pub(super) sub_items: Vec<Spanned<RawSubItem>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNoCase {
    pub(super) text: Word,
    pub(super) points: Option<Spanned<Number>>,
    pub(super) status: Word,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEvidence {
    pub(super) text: Word,
    #[serde(default)]
    pub(super) source: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSubItem {
    pub(super) id: Word,
    pub(super) text: Word,
    pub(super) max_points: Option<Spanned<Number>>,
    pub(super) status: Word,
    pub(super) rule: Word,
    pub(super) ratio: Option<Spanned<RawRatio>>,
    pub(super) tiers: Option<Spanned<Vec<Spanned<RawTier>>>>,
    pub(super) each: Option<Spanned<Number>>,
    pub(super) at_most: Option<Spanned<u32>>,
    pub(super) at_least: Option<Spanned<Number>>,
    pub(super) no_case: Option<RawNoCase>,
    #[serde(default)]
    pub(super) source: Vec<Word>,
    #[serde(default, rename = "note")]
    pub(super) _note: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRatio {
    pub(super) done: Word,
    pub(super) total: Word,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTier {
    pub(super) from: Spanned<Number>,
    pub(super) below: Option<Spanned<Number>>,
    pub(super) points: Spanned<Number>,
    pub(super) status: Word,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCondition {
    pub(super) test: Word,
    pub(super) text: Word,
    pub(super) status: Word,
    #[serde(default)]
    pub(super) source: Vec<Word>,
    #[serde(default, rename = "note")]
    pub(super) _note: Option<IgnoredAny>,
    pub(super) at_least: Option<Spanned<OneOrMore>>,
    pub(super) percent: Option<Spanned<u8>>,
    #[serde(default)]
    pub(super) heads: Vec<RawHead>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHead {
    pub(super) id: Word,
    pub(super) title: Word,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDeadline {
    pub(super) step: Word,
    pub(super) before: Word,
    pub(super) text: Word,
    pub(super) status: Word,
    #[serde(default)]
    pub(super) source: Vec<Word>,
}

/// A number as written: `3` or `"0,25"`. A float is kept only to be refused with a text of our own.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Number {
    Whole(i64),
    Text(String),
    Float,
}

/// `80`, or `[90, 80, 70]`.
pub(super) enum OneOrMore {
    One(Number),
    More(Vec<Number>),
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;
    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a number such as 3 or \"0,25\"")
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number::Whole(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Number, E> {
        Ok(Number::Text(value.to_owned()))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<Number, E> {
        Ok(Number::Float)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct OneOrMoreVisitor;

impl<'de> Visitor<'de> for OneOrMoreVisitor {
    type Value = OneOrMore;
    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a number, or a list of numbers")
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<OneOrMore, E> {
        NumberVisitor.visit_i64(value).map(OneOrMore::One)
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<OneOrMore, E> {
        NumberVisitor.visit_str(value).map(OneOrMore::One)
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<OneOrMore, E> {
        NumberVisitor.visit_f64(value).map(OneOrMore::One)
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMore, A::Error> {
        let mut numbers = Vec::new();
        while let Some(number) = seq.next_element()? {
            numbers.push(number);
        }
        Ok(OneOrMore::More(numbers))
    }
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMoreVisitor)
    }
}
