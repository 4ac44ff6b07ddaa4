//! A calendar date, without time or zone. Arithmetic is exact for the years 1–9999 of the Gregorian calendar.

use crate::vi;
use core::fmt;
use serde::{Deserialize, Serialize};

/// A date that exists. Ordered by time; serialised as `yyyy-mm-dd`; shown as `dd/mm/yyyy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is no date that exists, written `yyyy-mm-dd`. Trying again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Không phải là ngày có trong lịch. Hãy viết năm-tháng-ngày, ví dụ 2025-01-09.")]
pub struct NotADate;

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Date {
    /// `None` when there is no such day, or the year is not 1–9999.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
        if exists { Some(Self { year, month, day }) } else { None }
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1–12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1–31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 01/01/0001, which is day 0.
    pub const fn day_number(self) -> i32 {
        let before = self.year as i32 - 1;
        let mut days = before * 365 + before / 4 - before / 100 + before / 400;
        let mut month = 1;
        while month < self.month {
            days += days_in(self.year, month) as i32;
            month += 1;
        }
        days + self.day as i32 - 1
    }

    /// The date of a [`Date::day_number`]; `None` outside the years 1–9999.
    pub const fn from_day_number(number: i32) -> Option<Self> {
        if number < 0 || number > 3_652_058 {
            return None;
        }
        // An estimate that is never too late, then forward by at most a year or two.
        let mut year = (number / 366) as u16 + 1;
        while year < 9999 {
            let next = match Self::new(year + 1, 1, 1) {
                Some(next) => next,
                None => return None,
            };
            if next.day_number() > number {
                break;
            }
            year += 1;
        }
        let mut rest = match Self::new(year, 1, 1) {
            Some(first) => number - first.day_number(),
            None => return None,
        };
        let mut month = 1;
        while month < 12 && rest >= days_in(year, month) as i32 {
            rest -= days_in(year, month) as i32;
            month += 1;
        }
        Self::new(year, month, rest as u8 + 1)
    }

    /// This date moved by a number of days; `None` outside the years 1–9999.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        Self::from_day_number(self.day_number().checked_add(days)?)
    }

    /// Days from this date to another: positive when the other is later.
    pub const fn days_until(self, other: Self) -> i32 {
        other.day_number() - self.day_number()
    }

    /// 0 = Monday … 6 = Sunday.
    pub const fn weekday(self) -> u8 {
        // 01/01/0001 is a Monday in the proleptic Gregorian calendar.
        (self.day_number() % 7) as u8
    }

    /// Monday to Friday. Public holidays are not known here: see [`Date::plus_working_days`].
    pub const fn is_weekday(self) -> bool {
        self.weekday() < 5
    }

    /// The date `days` working days later; the day itself is not counted (03 ngày làm việc kể từ ngày nhận được yêu cầu:
    /// TT 09/2021 Điều 3.2.a, counted from the next day).
    ///
    /// `holidays` are the days off besides Saturday and Sunday. They are decided year by year, so they are passed in;
    /// without them the answer may be early, never late.
    pub fn plus_working_days(self, days: u32, holidays: &[Self]) -> Option<Self> {
        let mut date = self;
        let mut left = days;
        while left > 0 {
            date = date.plus_days(1)?;
            if date.is_weekday() && !holidays.contains(&date) {
                left -= 1;
            }
        }
        Some(date)
    }

    /// Reads `yyyy-mm-dd`.
    ///
    /// # Errors
    /// [`NotADate`] for any other form or a day that does not exist.
    pub fn parse_iso(text: &str) -> Result<Self, NotADate> {
        let number = |part: &str, len: usize| {
            (part.len() == len && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
        };
        let mut parts = text.split('-');
        let (Some(y), Some(m), Some(d), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(NotADate);
        };
        let (Some(y), Some(m), Some(d)) = (number(y, 4), number(m, 2), number(d, 2)) else {
            return Err(NotADate);
        };
        Self::new(y, m as u8, d as u8).ok_or(NotADate)
    }

    /// `yyyy-mm-dd`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&vi::date(*self))
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.iso()
    }
}

impl TryFrom<String> for Date {
    type Error = NotADate;
    fn try_from(text: String) -> Result<Self, NotADate> {
        Self::parse_iso(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(y: u16, m: u8, d: u8) -> Date {
        Date::new(y, m, d).unwrap()
    }

    #[test]
    fn days_that_do_not_exist() {
        for (y, m, d) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 13, 1),
            (2024, 0, 1),
            (2024, 1, 0),
            (0, 1, 1),
        ] {
            assert_eq!(Date::new(y, m, d), None, "{y}-{m}-{d}");
        }
        assert!(Date::new(2000, 2, 29).is_some());
    }

    #[test]
    fn known_days() {
        assert_eq!(date(1, 1, 1).day_number(), 0);
        assert_eq!(date(1970, 1, 1).day_number(), 719_162);
        assert_eq!(date(1970, 1, 1).weekday(), 3); // a Thursday
        assert_eq!(date(2025, 1, 9).weekday(), 3); // a Thursday
        assert_eq!(date(2024, 12, 31).days_until(date(2025, 1, 9)), 9);
        assert_eq!(date(2025, 1, 9).days_until(date(2025, 1, 3)), -6);
        assert_eq!(Date::from_day_number(3_652_058), Date::new(9999, 12, 31));
        assert_eq!(Date::from_day_number(3_652_059), None);
        assert_eq!(Date::from_day_number(-1), None);
    }

    #[test]
    fn working_days_skip_weekends_and_given_holidays() {
        // Friday 10/01/2025 + 3 working days = Wednesday 15/01/2025.
        assert_eq!(date(2025, 1, 10).plus_working_days(3, &[]), Some(date(2025, 1, 15)));
        assert_eq!(
            date(2025, 1, 10).plus_working_days(3, &[date(2025, 1, 14)]),
            Some(date(2025, 1, 16))
        );
        assert_eq!(date(2025, 1, 11).plus_working_days(1, &[]), Some(date(2025, 1, 13)));
        assert_eq!(date(2025, 1, 11).plus_working_days(0, &[]), Some(date(2025, 1, 11)));
    }

    #[test]
    fn iso_form() {
        assert_eq!(Date::parse_iso("2025-01-09"), Ok(date(2025, 1, 9)));
        for text in [
            "2025-1-9",
            "09/01/2025",
            "2025-02-30",
            "2025-01-09T00",
            "",
            "2025-01-09-",
            "+025-01-09",
        ] {
            assert_eq!(Date::parse_iso(text), Err(NotADate), "{text}");
        }
        assert_eq!(serde_json::to_string(&date(2025, 1, 9)).unwrap(), "\"2025-01-09\"");
        assert!(serde_json::from_str::<Date>("\"2025-02-30\"").is_err());
    }

    proptest! {
        #[test]
        fn day_numbers_round_trip(number in 0..=3_652_058_i32) {
            let date = Date::from_day_number(number).unwrap();
            prop_assert_eq!(date.day_number(), number);
            prop_assert_eq!(Date::parse_iso(&date.iso()), Ok(date));
            if let Some(next) = date.plus_days(1) {
                prop_assert!(next > date);
                prop_assert_eq!(next.weekday(), (date.weekday() + 1) % 7);
            }
        }
    }
}
