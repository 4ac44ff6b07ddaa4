//! How a dossier stands, in words: total, forecast, what is missing, days left. The same words on every screen.

use shared::points::Points;
use shared::scoring::{CriterionSummary, Figures, Summary, of_count};
use shared::workflow::Date;

/// What the reader can do about something missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// The list of indicators with nothing entered.
    Open,
    /// The list of indicators entered differently.
    Conflicts,
    /// The conditions for recognition.
    Conditions,
}

/// One thing that keeps a dossier from being ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// In words.
    pub words: String,
    /// Where it is put right.
    pub place: Where,
}

/// `95/100`, or `12/14 chỉ tiêu đạt` in sets without points.
pub fn total(summary: &Summary) -> (String, String) {
    match summary.max {
        Some(max) => (summary.total.to_string(), format!("/{max}")),
        None => {
            let passed: u32 = summary.criteria.iter().map(|criterion| criterion.at_max).sum();
            (passed.to_string(), format!("/{} chỉ tiêu đạt", summary.indicators))
        }
    }
}

/// `đáp ứng 03/03 điều kiện`; `None` where the conditions of the set are not known.
pub fn forecast(summary: &Summary) -> Option<String> {
    let of = summary.conditions.len();
    (of > 0).then(|| format!("đáp ứng {} điều kiện", of_count(summary.met_count, of)))
}

/// Whether everything is there and every condition is met.
pub fn is_ready(summary: &Summary) -> bool {
    summary.scored == summary.indicators
        && summary.unsettled == 0
        && !summary.conditions.is_empty()
        && summary.conditions.iter().all(|condition| condition.met == Some(true))
}

/// What is missing, the first to do first.
pub fn missing(summary: &Summary) -> Vec<Missing> {
    let mut list = Vec::new();
    let mut add = |words: String, place| list.push(Missing { words, place });
    let left = summary.indicators.saturating_sub(summary.scored);
    if left > 0 {
        add(format!("Còn {left} chỉ tiêu chưa chấm"), Where::Open);
    }
    if summary.unsettled > 0 {
        add(format!("{} chỗ nhập khác nhau", summary.unsettled), Where::Conflicts);
    }
    for (place, condition) in summary.conditions.iter().enumerate() {
        let number = place + 1;
        match (condition.met, &condition.figures) {
            (Some(true), _) => {}
            (_, Figures::Declared { heads }) => {
                let undeclared = heads.iter().filter(|(_, clear)| clear.is_none()).count();
                let words = match (undeclared, condition.met) {
                    (_, Some(false)) => format!("Điều kiện {number}: có người đứng đầu bị xử lý"),
                    (count, _) => format!("Điều kiện {number}: chưa kê khai {count} người đứng đầu"),
                };
                add(words, Where::Conditions);
            }
            // While something is left to score, a total below its threshold says nothing yet.
            (None, Figures::Total { .. } | Figures::EachCriterion { .. }) if left > 0 => {}
            (
                _,
                Figures::Total {
                    points,
                    at_least: Some(at_least),
                },
            ) => {
                add(
                    format!("Tổng điểm còn thiếu {} điểm (cần {at_least})", *at_least - *points),
                    Where::Conditions,
                );
            }
            (_, Figures::EachCriterion { percent, below, .. }) => {
                let numbers: Vec<String> = below.iter().map(u8::to_string).collect();
                add(
                    format!("Tiêu chí {} dưới {percent}%", numbers.join(", ")),
                    Where::Conditions,
                );
            }
            (_, Figures::Total { at_least: None, .. } | Figures::Survey) => {
                add(
                    format!("Điều kiện {number}: {}", condition.state_text()),
                    Where::Conditions,
                );
            }
        }
    }
    list
}

/// How a criterion stands against half of its maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not every indicator is scored, and the half is not reached yet: no judgement.
    Open,
    /// At least half of the maximum.
    Reached,
    /// Everything is scored and the half is missed.
    Missed,
}

impl Standing {
    /// Of a criterion.
    pub fn of(criterion: &CriterionSummary) -> Self {
        let reached = match criterion.max {
            Some(max) => criterion.points.is_at_least_percent_of(50, max),
            None => criterion.passed == Some(true),
        };
        let complete = criterion.scored == criterion.indicators;
        match (reached, complete) {
            (true, _) => Self::Reached,
            (false, true) => Self::Missed,
            (false, false) => Self::Open,
        }
    }

    /// The class of its bar and label.
    pub fn class(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Reached => "ok",
            Self::Missed => "bad",
        }
    }
}

/// How much of the bar is filled, per mille.
pub fn per_mille(criterion: &CriterionSummary) -> u32 {
    let (part, whole) = match criterion.max {
        Some(max) => (criterion.points, max),
        None => (
            Points::whole(i64::from(criterion.at_max)),
            Points::whole(i64::from(criterion.indicators)),
        ),
    };
    let filled = part.hundredths().max(0).saturating_mul(1000) / whole.hundredths().max(1);
    u32::try_from(filled.min(1000)).unwrap_or(1000)
}

/// `5/6 chỉ tiêu đạt điểm tối đa`; `None` in sets without points, whose sum says the same.
pub fn at_max_text(criterion: &CriterionSummary) -> Option<String> {
    let (at_max, of) = (criterion.at_max, criterion.indicators);
    criterion.max.map(|_| format!("{at_max}/{of} chỉ tiêu đạt điểm tối đa"))
}

/// `25/30`, or `6/7 đạt` in sets without points.
pub fn sum_text(criterion: &CriterionSummary) -> String {
    match criterion.max {
        Some(max) => format!("{}/{max}", criterion.points),
        None => format!("{}/{} đạt", criterion.at_max, criterion.indicators),
    }
}

/// The days to a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaysLeft {
    /// `Còn 6 ngày`, `Hôm nay là ngày cuối`, `Đã quá hạn 3 ngày`.
    pub words: String,
    /// ` để gửi (hết 09/01)`.
    pub until: String,
    /// Whether it has passed, and not so long ago that it is history.
    pub late: bool,
    /// Whether it is near, before or after.
    pub near: bool,
}

impl DaysLeft {
    /// The class of the words.
    pub fn class(&self) -> &'static str {
        match (self.late, self.near) {
            (true, _) => "bad-text",
            (false, true) => "warn-text",
            (false, false) => "",
        }
    }
}

/// The days from `today` to the last valid day. More than 60 days off, before or after, it says only the day.
pub fn days_left(today: Date, last: Date) -> DaysLeft {
    let days = today.days_until(last);
    let short = format!("{:02}/{:02}/{}", last.day(), last.month(), last.year());
    let (words, until) = match days {
        i32::MIN..=-61 => ("Đã hết hạn gửi".to_owned(), format!(" ({short})")),
        -60..=-1 => (format!("Đã quá hạn {} ngày", -days), format!(" (hết {short})")),
        0 => ("Hôm nay là ngày cuối".to_owned(), format!(" để gửi (hết {short})")),
        1..=60 => (format!("Còn {days} ngày"), format!(" để gửi (hết {short})")),
        _ => ("Hạn gửi".to_owned(), format!(" hết {short}")),
    };
    DaysLeft {
        words,
        until,
        late: (-60..0).contains(&days),
        near: (-60..=60).contains(&days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::criteria;
    use shared::id::HeadId;
    use shared::scoring::{Context, Entries, Entry, HeadDeclaration, Judged, summary};
    use shared::sorted::SortedMap;

    /// Every indicator at its maximum, except those named.
    fn thuong_cat(less: &[(&str, i64)], declared: &[&str], skip: &[&str]) -> Summary {
        let set = criteria::set(&"QD25_2021".into()).unwrap();
        let mut entries = SortedMap::new();
        for indicator in set.indicators() {
            if skip.contains(&indicator.number.as_str()) {
                continue;
            }
            let off = less
                .iter()
                .find(|(number, _)| *number == indicator.number.as_str())
                .map_or(0, |(_, off)| *off);
            let mut rest = indicator.max_points.unwrap() - Points::whole(off);
            let mut values = SortedMap::new();
            for sub_item in &indicator.sub_items {
                let entry = match sub_item.max_points {
                    Some(max) if indicator.sub_items.len() > 1 => {
                        rest = rest - max;
                        Entry::Pass
                    }
                    _ => match &sub_item.rule {
                        criteria::Rule::Tiers { .. } => Entry::Ratio {
                            done: 1,
                            total: 1,
                            judged: Some(Judged::new(rest, "x").unwrap()),
                        },
                        _ => Entry::Judged(Judged::new(rest, "x").unwrap()),
                    },
                };
                values.insert(sub_item.id.as_str().to_owned(), entry);
            }
            entries.insert(indicator.number.clone(), Entries { values, conflicts: 0 });
        }
        let declarations = declared
            .iter()
            .map(|head| (HeadId::from(*head), HeadDeclaration::None))
            .collect();
        summary(set, &entries, &declarations, Context::default())
    }

    const LESS: [(&str, i64); 3] = [("2.4", 1), ("3.1", 2), ("4.1", 2)];

    #[test]
    fn the_published_dossier_reads_as_published() {
        let undeclared = thuong_cat(&LESS, &[], &[]);
        assert_eq!(total(&undeclared), ("95".into(), "/100".into()));
        assert_eq!(forecast(&undeclared).as_deref(), Some("đáp ứng 02/03 điều kiện"));
        assert!(!is_ready(&undeclared));
        assert_eq!(
            missing(&undeclared),
            [Missing {
                words: "Điều kiện 3: chưa kê khai 2 người đứng đầu".into(),
                place: Where::Conditions
            }]
        );
        let declared = thuong_cat(&LESS, &["bi-thu-cap-uy", "chu-tich-ubnd"], &[]);
        assert_eq!(forecast(&declared).as_deref(), Some("đáp ứng 03/03 điều kiện"));
        assert!(is_ready(&declared));
        assert_eq!(missing(&declared), []);
        let sums: Vec<String> = declared.criteria.iter().map(sum_text).collect();
        assert_eq!(sums, ["10/10", "29/30", "13/15", "18/20", "25/25"]);
    }

    #[test]
    fn an_unfinished_criterion_is_not_judged() {
        let some = thuong_cat(&[], &[], &["3.1", "3.2"]);
        let third = &some.criteria[2];
        assert_eq!(Standing::of(third), Standing::Open);
        assert_eq!(per_mille(third), 266);
        assert_eq!(missing(&some)[0].words, "Còn 2 chỉ tiêu chưa chấm");
        let low = thuong_cat(&[("3.1", 6), ("3.2", 5)], &["bi-thu-cap-uy", "chu-tich-ubnd"], &[]);
        assert_eq!(Standing::of(&low.criteria[2]), Standing::Missed);
        assert_eq!(missing(&low)[0].words, "Tiêu chí 3 dưới 50%");
    }

    #[test]
    fn days_to_the_deadline() {
        let last = Date::new(2025, 1, 9).unwrap();
        let on = |y, m, d| days_left(Date::new(y, m, d).unwrap(), last);
        assert_eq!(
            on(2025, 1, 3).words + &on(2025, 1, 3).until,
            "Còn 6 ngày để gửi (hết 09/01/2025)"
        );
        assert_eq!(on(2025, 1, 9).words, "Hôm nay là ngày cuối");
        assert!(!on(2025, 1, 9).late);
        assert_eq!(on(2025, 1, 12).words, "Đã quá hạn 3 ngày");
        assert!(on(2025, 1, 12).late);
        assert_eq!(on(2024, 3, 1).words, "Hạn gửi");
        assert_eq!(
            on(2026, 1, 1).words + &on(2026, 1, 1).until,
            "Đã hết hạn gửi (09/01/2025)"
        );
        assert!(!on(2026, 1, 1).late);
    }
}
