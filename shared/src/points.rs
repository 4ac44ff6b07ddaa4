//! Points: exact hundredths, never floats.
//!
//! Published scores under QĐ 619 include 28,99 and 29,63, so a point has two decimals; sums and the conditions of
//! recognition are exact, and rounding happens only where a ratio is multiplied by a maximum (see [`crate::scoring`]).

use crate::json::{Read, Value};
use crate::vi::{self, NumberError};
use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Neg, Sub};
use serde::{Deserialize, Serialize};

/// A number of points, in hundredths: `Points::from_hundredths(2950)` is 29,5 điểm. Serialised as that integer.
///
/// Sums saturate instead of overflowing: a document from elsewhere may hold any number, and no number may stop the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(i64);

impl Read for Points {
    fn read(json: &Value) -> Option<Self> {
        i64::read(json).map(Self)
    }
}

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);

    /// From hundredths of a point.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// From whole points.
    pub const fn whole(points: i64) -> Self {
        Self(points.saturating_mul(100))
    }

    /// Hundredths of a point.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// Reads what a person typed: `29,5` and `29.5` are the same, at most two decimals, no thousand separators, no sign.
    ///
    /// # Errors
    /// [`NumberError`], whose text tells the person what to type instead; typing it again as it was does not help.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        vi::parse_hundredths(text).map(Self)
    }

    /// Whether this is at least `percent` of `max`, exactly (7,49 is not 50 % of 15; 7,5 is).
    pub fn is_at_least_percent_of(self, percent: u8, max: Self) -> bool {
        i128::from(self.0) * 100 >= i128::from(max.0) * i128::from(percent)
    }
}

/// Vietnamese form without trailing zeros: `29,5`, `7`, `-0,25`.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&vi::hundredths(self.0))
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Points {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_decimal_signs_are_read() {
        assert_eq!(Points::parse("29,5"), Ok(Points::from_hundredths(2950)));
        assert_eq!(Points::parse(" 29.5 "), Ok(Points::from_hundredths(2950)));
        assert_eq!(Points::parse("0,25"), Ok(Points::from_hundredths(25)));
        assert_eq!(Points::parse("7"), Ok(Points::whole(7)));
    }

    #[test]
    fn shown_in_vietnamese_form_without_trailing_zeros() {
        for (hundredths, text) in [
            (2950, "29,5"),
            (2899, "28,99"),
            (905, "9,05"),
            (700, "7"),
            (0, "0"),
            (-25, "-0,25"),
            (-150, "-1,5"),
        ] {
            assert_eq!(Points::from_hundredths(hundredths).to_string(), text);
        }
    }

    #[test]
    fn half_of_fifteen_is_seven_and_a_half() {
        let max = Points::whole(15);
        assert!(Points::from_hundredths(750).is_at_least_percent_of(50, max));
        assert!(!Points::from_hundredths(749).is_at_least_percent_of(50, max));
    }

    #[test]
    fn sums_saturate() {
        let most = Points::from_hundredths(i64::MAX);
        assert_eq!(most + most, most);
        assert_eq!([most, Points::whole(1)].into_iter().sum::<Points>(), most);
        assert!(!(-most).is_at_least_percent_of(50, most));
    }

    #[test]
    fn serialised_as_hundredths() {
        assert_eq!(serde_json::to_string(&Points::from_hundredths(2899)).unwrap(), "2899");
        assert_eq!(
            serde_json::from_str::<Points>("2899").unwrap(),
            Points::from_hundredths(2899)
        );
    }
}
