//! The assessment years this server has open. The only place that asks what year it is.

use serde::Serialize;
use shared::criteria::{Setting2025, YearSet, for_year};
use shared::id::SetId;
use utoipa::ToSchema;

/// The first year any known criteria set covers (QĐ 619/2017).
const FIRST: u16 = 2017;
/// Vietnam has had UTC+7 and no summer time since long before the first assessment year.
const ZONE_MS: i64 = 7 * 60 * 60 * 1000;

/// One assessment year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearView {
    /// The year assessed.
    pub year: u16,
    /// Its criteria set; `null` where the assessment is suspended, so that no dossier can begin.
    #[schema(value_type = Option<String>)]
    pub set: Option<SetId>,
}

/// The open years, oldest first: from the first criteria set to the present year.
pub fn offered(setting_2025: Setting2025, now_ms: i64) -> Vec<YearView> {
    let views = (FIRST..=current(now_ms)).map(|year| (year, for_year(year, setting_2025)));
    views
        .filter(|(_, set)| *set != YearSet::None)
        .map(|(year, set)| YearView {
            year,
            set: set.set().cloned(),
        })
        .collect()
}

/// The years in which a dossier can begin now, each with its criteria set.
pub fn open(setting_2025: Setting2025, now_ms: i64) -> Vec<(u16, SetId)> {
    let views = offered(setting_2025, now_ms).into_iter();
    views.filter_map(|view| Some((view.year, view.set?))).collect()
}

/// The criteria set of a year in which a dossier can begin now; `None` for a year that is not open.
pub fn set_of(year: u16, setting_2025: Setting2025, now_ms: i64) -> Option<SetId> {
    if !(FIRST..=current(now_ms)).contains(&year) {
        return None;
    }
    for_year(year, setting_2025).set().cloned()
}

/// The year it is in Vietnam.
fn current(now_ms: i64) -> u16 {
    const DAYS_TO_1970: i64 = 719_162;
    let days = now_ms.saturating_add(ZONE_MS).div_euclid(24 * 60 * 60 * 1000) + DAYS_TO_1970;
    let date = i32::try_from(days)
        .ok()
        .and_then(shared::workflow::Date::from_day_number);
    date.map_or(FIRST, |date| date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 31/12/2025, 16:59:59 UTC: the last second of the year in Vietnam.
    const LAST_OF_2025: i64 = 1_767_200_399_000;

    #[test]
    fn the_year_turns_at_midnight_in_vietnam() {
        assert_eq!(current(LAST_OF_2025), 2025);
        assert_eq!(current(LAST_OF_2025 + 1000), 2026);
        assert_eq!(current(0), 1970);
    }

    #[test]
    fn years_from_the_first_set_to_the_present_with_2025_suspended() {
        let years = offered(Setting2025::Suspended, LAST_OF_2025);
        let sets: Vec<_> = years
            .iter()
            .map(|view| (view.year, view.set.as_ref().map(SetId::as_str)))
            .collect();
        assert_eq!(sets.first(), Some(&(2017, Some("QD619_2017"))));
        assert_eq!(sets[sets.len() - 2..], [(2024, Some("QD25_2021")), (2025, None)]);
        assert_eq!(set_of(2025, Setting2025::Qd25, LAST_OF_2025), Some("QD25_2021".into()));
        assert_eq!(set_of(2025, Setting2025::Suspended, LAST_OF_2025), None);
        assert_eq!(set_of(2026, Setting2025::Suspended, LAST_OF_2025), None, "not yet");
        assert_eq!(set_of(2016, Setting2025::Suspended, LAST_OF_2025), None);
    }
}
