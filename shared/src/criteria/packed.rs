//! A criteria set as the program carries it: its own compact bytes instead of TOML, so that the browser needs no TOML
//! reader. The TOML files are what people edit and what is checked; a test holds the packed ones equal to them.
//!
//! Numbers are LEB128, texts and lists carry their length, an option one byte, a choice its tag. There is no version: the
//! bytes never leave the program they are compiled into.

use super::model::{
    ConditionRule, ConditionTest, CriteriaSet, Criterion, DeadlineRule, Head, Indicator, NoCase, Percent, Provenance,
    RatioLabels, Rule, ScoringModel, Step, SubItem, SuggestedEvidence, Tier, TitleStatus,
};
use crate::id::{HeadId, IndicatorNumber, SetId, SubItemId};
use crate::points::Points;

/// The packed form of a set. For the tool that writes the packed files and the test that compares them.
#[cfg(not(target_arch = "wasm32"))]
pub fn pack(set: &CriteriaSet) -> Vec<u8> {
    let mut out = Vec::new();
    set.pack(&mut out);
    out
}

/// Reads what `pack` made; `None` for anything else.
pub(super) fn unpack(mut input: &[u8]) -> Option<CriteriaSet> {
    let set = CriteriaSet::unpack(&mut input)?;
    input.is_empty().then_some(set)
}

trait Packed: Sized {
    #[cfg(not(target_arch = "wasm32"))]
    fn pack(&self, out: &mut Vec<u8>);
    fn unpack(input: &mut &[u8]) -> Option<Self>;
}

impl Packed for u64 {
    #[cfg(not(target_arch = "wasm32"))]
    fn pack(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        out.extend(u8::try_from(rest));
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let (byte, rest) = input.split_first()?;
            *input = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if *byte < 0x80 {
                return Some(value);
            }
        }
    }
}

/// Types that are some other packed type inside: how they are read, and how written.
macro_rules! as_another {
    ($($name:ty: $other:ty, $read:expr, $write:expr;)*) => {$(
        impl Packed for $name {
            #[cfg(not(target_arch = "wasm32"))]
            fn pack(&self, out: &mut Vec<u8>) {
                let write: fn(&Self) -> $other = $write;
                write(self).pack(out);
            }

            fn unpack(input: &mut &[u8]) -> Option<Self> {
                let read: fn($other) -> Option<Self> = $read;
                read(<$other>::unpack(input)?)
            }
        }
    )*};
}

as_another! {
    u8: u64, |number| number.try_into().ok(), |number| (*number).into();
    u16: u64, |number| number.try_into().ok(), |number| (*number).into();
    u32: u64, |number| number.try_into().ok(), |number| (*number).into();
    bool: u64, |number| (number <= 1).then_some(number == 1), |yes| (*yes).into();
    // No number of a criteria set is negative (the loader sees to it), so the sign needs no room.
    Points: u64, |number| number.try_into().ok().map(Points::from_hundredths), |points| points.hundredths().cast_unsigned();
    Percent: u16, Percent::from_hundredths, |percent| percent.hundredths();
    SetId: String, |text| Some(Self::new(text)), |id| id.as_str().to_owned();
    IndicatorNumber: String, |text| Some(Self::new(text)), |id| id.as_str().to_owned();
    SubItemId: String, |text| Some(Self::new(text)), |id| id.as_str().to_owned();
    HeadId: String, |text| Some(Self::new(text)), |id| id.as_str().to_owned();
    (u8, u8): [u8; 2], |[month, day]| Some((month, day)), |(month, day)| [*month, *day];
}

impl Packed for String {
    #[cfg(not(target_arch = "wasm32"))]
    fn pack(&self, out: &mut Vec<u8>) {
        (self.len() as u64).pack(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        let len = u64::unpack(input)?.try_into().ok()?;
        let (text, rest) = input.split_at_checked(len)?;
        *input = rest;
        Self::from_utf8(text.to_vec()).ok()
    }
}

impl<T: Packed> Packed for Vec<T> {
    #[cfg(not(target_arch = "wasm32"))]
    fn pack(&self, out: &mut Vec<u8>) {
        (self.len() as u64).pack(out);
        self.iter().for_each(|item| item.pack(out));
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        (0..u64::unpack(input)?).map(|_| T::unpack(input)).collect()
    }
}

impl<T: Packed, const N: usize> Packed for [T; N] {
    #[cfg(not(target_arch = "wasm32"))]
    fn pack(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|item| item.pack(out));
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        let items: Option<Vec<T>> = (0..N).map(|_| T::unpack(input)).collect();
        items?.try_into().ok()
    }
}

impl<T: Packed> Packed for Option<T> {
    #[cfg(not(target_arch = "wasm32"))]
    fn pack(&self, out: &mut Vec<u8>) {
        self.is_some().pack(out);
        self.iter().for_each(|item| item.pack(out));
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        Some(if bool::unpack(input)? {
            Some(T::unpack(input)?)
        } else {
            None
        })
    }
}

/// Types whose fields are packed one after another.
macro_rules! fields {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Packed for $name {
            #[cfg(not(target_arch = "wasm32"))]
            fn pack(&self, out: &mut Vec<u8>) {
                $(self.$field.pack(out);)*
            }

            fn unpack(input: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: Packed::unpack(input)?),* })
            }
        }
    )*};
}

fields! {
    CriteriaSet {
        id, version, short_name, legal_basis, first_year, last_year, model, max_points, notice, criteria, conditions,
        deadlines
    }
    Criterion { number, title, title_status, max_points, status, indicators }
    Indicator { number, title, title_status, max_points, points_status, no_case, sub_items, evidence }
    NoCase { text, points, status }
    SubItem { id, text, max_points, limit, status, rule, no_case }
    SuggestedEvidence { text, sourced }
    RatioLabels { done, total }
    Tier { from, below, points, status }
    ConditionRule { text, test, status }
    Head { id, title }
    DeadlineRule { step, text, before, status }
}

/// Types that are one of several things: a tag, then the fields of that thing.
macro_rules! choices {
    ($($name:ident { $($tag:literal $choice:ident { $($field:ident),* })* })*) => {$(
        impl Packed for $name {
            #[cfg(not(target_arch = "wasm32"))]
            fn pack(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$choice { $($field),* } => {
                        out.push($tag);
                        $($field.pack(out);)*
                    })*
                }
            }

            fn unpack(input: &mut &[u8]) -> Option<Self> {
                Some(match u8::unpack(input)? {
                    $($tag => Self::$choice { $($field: Packed::unpack(input)?),* },)*
                    _ => return None,
                })
            }
        }
    )*};
}

choices! {
    Provenance { 0 Sourced {} 1 Derived {} 2 Estimated {} 3 NotApplicable {} }
    TitleStatus { 0 Exact {} 1 ExactInThirdParty {} 2 Paraphrase {} }
    ScoringModel { 0 Points {} 1 PassFail {} }
    Step { 0 CommuneSends {} 1 DistrictDecides {} 2 DistrictReports {} 3 ProvinceReports {} }
    ConditionTest {
        0 Total { at_least }
        1 TotalByClass { at_least }
        2 EachCriterion { percent }
        3 Declared { heads }
        4 Survey {}
    }
    Rule {
        0 AllOrNothing {}
        1 Tiers { ratio, tiers }
        2 RatioTimesMax { ratio }
        3 Penalty { each, at_most }
        4 Judged {}
        5 PassFail {}
        6 RatioAtLeast { ratio, at_least }
        7 CountAtLeast { at_least }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_one_and_nothing_else() {
        let read = |byte: u8| bool::unpack(&mut &[byte][..]);
        assert_eq!([read(0), read(1), read(2)], [Some(false), Some(true), None]);
    }
}
