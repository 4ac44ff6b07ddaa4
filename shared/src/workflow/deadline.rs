//! The legal deadlines of an assessment year, as far as they are sourced.

use super::Date;
use crate::criteria::{CriteriaSet, DeadlineRule, Provenance, Step};

/// The last valid day of a step: the day before the one the law names (`trước ngày 10/01` of the year after → 09/01).
fn last_day(rule: &DeadlineRule, year: u16) -> Option<Date> {
    let (month, day) = rule.before;
    Date::new(year.checked_add(1)?, month, day)?.plus_days(-1)
}

/// The last valid day of a step for an assessment year. `None` where the set names no deadline for it, or only one that
/// is not sourced.
pub fn deadline_of(set: &CriteriaSet, step: Step, year: u16) -> Option<Date> {
    let rule = set.deadlines.iter().find(|rule| rule.step == step)?;
    (rule.status == Provenance::Sourced)
        .then(|| last_day(rule, year))
        .flatten()
}

/// The last day on which the commune may send (QĐ 25/2021 Điều 5.2: trước ngày 10 tháng 01 của năm liền kề).
pub fn deadline(set: &CriteriaSet, year: u16) -> Option<Date> {
    deadline_of(set, Step::CommuneSends, year)
}

/// Days left to the commune's deadline, counted from `today`: 0 on the last valid day, negative once it has passed.
pub fn days_left(set: &CriteriaSet, year: u16, today: Date) -> Option<i32> {
    deadline(set, year).map(|last| today.days_until(last))
}

/// The last day on which posting can start so that `days` full days fit before the commune's deadline.
///
/// TT 09/2021 Điều 3.1.c wants at least 05 days; the day of posting is not counted (by analogy with BLDS 2015 Điều 147):
/// from 03/01 five days end on 08/01, and the meeting and the sending are left for 09/01.
pub fn posting_starts_by(set: &CriteriaSet, year: u16, days: u16) -> Option<Date> {
    deadline(set, year)?.plus_days(-i32::from(days) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria;

    fn date(y: u16, m: u8, d: u8) -> Date {
        Date::new(y, m, d).unwrap()
    }

    #[test]
    fn before_the_tenth_is_the_ninth() {
        let set = criteria::set(&"QD25_2021".into()).unwrap();
        assert_eq!(deadline(set, 2024), Some(date(2025, 1, 9)));
        assert_eq!(deadline_of(set, Step::DistrictDecides, 2024), Some(date(2025, 2, 9)));
        assert_eq!(deadline_of(set, Step::DistrictReports, 2024), Some(date(2025, 2, 14)));
        assert_eq!(deadline_of(set, Step::ProvinceReports, 2024), Some(date(2025, 2, 19)));
        assert_eq!(days_left(set, 2024, date(2024, 12, 31)), Some(9));
        assert_eq!(days_left(set, 2024, date(2025, 1, 9)), Some(0));
        assert_eq!(days_left(set, 2024, date(2025, 1, 10)), Some(-1));
        assert_eq!(posting_starts_by(set, 2024, 5), Some(date(2025, 1, 3)));
    }

    #[test]
    fn only_what_is_sourced_is_a_deadline() {
        let qd619 = criteria::set(&"QD619_2017".into()).unwrap();
        assert_eq!(deadline(qd619, 2020), Some(date(2021, 1, 4)));
        assert_eq!(deadline_of(qd619, Step::DistrictDecides, 2020), None);
        let qd27 = criteria::set(&"QD27_2025".into()).unwrap();
        assert_eq!(deadline(qd27, 2026), None);
        assert_eq!(days_left(qd27, 2026, date(2026, 12, 31)), None);
        let mut guessed = qd619.clone();
        guessed.deadlines[0].status = Provenance::Estimated;
        assert_eq!(deadline(&guessed, 2020), None);
    }
}
