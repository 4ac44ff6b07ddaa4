//! From what is typed for one sub-item to an entry, and back.

use crate::parts::typing::SEPARATOR;
use shared::criteria::{Rule, SubItem};
use shared::points::Points;
use shared::scoring::{Entry, EntryProblem, Judged, check, score_sub_item};
use shared::vi::{self, NumberError};

/// One field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Số thực hiện.
    Done,
    /// Tổng số.
    Total,
    /// Số lần, số vụ.
    Count,
    /// Điểm tự chấm.
    Points,
    /// Lý do.
    Reason,
}

impl Cell {
    /// How many there are.
    pub const COUNT: usize = 5;

    /// The place of the field in the one text, from 0.
    pub fn place(self) -> usize {
        match self {
            Self::Done => 0,
            Self::Total => 1,
            Self::Count => 2,
            Self::Points => 3,
            Self::Reason => 4,
        }
    }
}

/// What stands in the fields, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Số thực hiện.
    pub done: String,
    /// Tổng số.
    pub total: String,
    /// Số lần, số vụ.
    pub count: String,
    /// Điểm tự chấm.
    pub points: String,
    /// Lý do.
    pub reason: String,
}

/// What the fields amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Built {
    /// Nothing is typed.
    Empty,
    /// What is typed is right so far, but more is needed; the text says what. Kept on the machine, not in the dossier.
    Half(&'static str),
    /// A field holds what cannot be taken; the text says what to type.
    Mistake(Cell, String),
    /// An entry.
    Entry(Entry),
}

impl Typed {
    /// The fields of a saved entry.
    pub fn of(entry: Option<&Entry>) -> Self {
        let mut typed = Self::default();
        match entry {
            Some(Entry::Ratio { done, total, judged }) => {
                typed.done = done.to_string();
                typed.total = total.to_string();
                if let Some(judged) = judged {
                    typed.judged(judged);
                }
            }
            Some(Entry::Count { n }) => typed.count = n.to_string(),
            Some(Entry::Judged(judged)) => typed.judged(judged),
            Some(Entry::Pass | Entry::Fail | Entry::NoCase | Entry::Cleared) | None => {}
        }
        typed
    }

    fn judged(&mut self, judged: &Judged) {
        self.points = judged.points().to_string();
        judged.reason().clone_into(&mut self.reason);
    }

    /// The fields in one text.
    pub fn join(&self) -> String {
        [&self.done, &self.total, &self.count, &self.points, &self.reason]
            .map(|field| field.replace(SEPARATOR, ""))
            .join(&SEPARATOR.to_string())
    }

    /// The fields out of one text; missing ones are empty.
    pub fn split(text: &str) -> Self {
        let mut fields = text.split(SEPARATOR).map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        Self {
            done: next(),
            total: next(),
            count: next(),
            points: next(),
            reason: next(),
        }
    }

    /// What the fields amount to for `sub_item`.
    pub fn build(&self, sub_item: &SubItem) -> Built {
        let built = match &sub_item.rule {
            Rule::AllOrNothing | Rule::PassFail | Rule::RatioAtLeast { at_least: None, .. } => Built::Empty,
            Rule::Judged => self.judgement(),
            Rule::Penalty { .. } | Rule::CountAtLeast { .. } => self.count(),
            Rule::Tiers { .. } | Rule::RatioTimesMax { .. } | Rule::RatioAtLeast { .. } => self.ratio(sub_item),
        };
        match built {
            Built::Entry(entry) => match check(sub_item, &entry) {
                Ok(()) => Built::Entry(entry),
                Err(problem) => Built::Mistake(place(&problem, &sub_item.rule), problem.to_string()),
            },
            other => other,
        }
    }

    /// Whether points and a reason are asked for besides the ratio: it lies in no known tier, or cannot be formed.
    pub fn needs_judgement(&self, sub_item: &SubItem) -> bool {
        let takes_points = matches!(sub_item.rule, Rule::Tiers { .. } | Rule::RatioTimesMax { .. });
        let (done, total) = (vi::parse_count(&self.done), vi::parse_count(&self.total));
        takes_points
            && match (done, total) {
                (_, Ok(0)) => true,
                (Ok(done), Ok(total)) => outside_tiers(sub_item, done, total),
                (Err(NumberError::Empty), Err(NumberError::Empty)) => !self.points.trim().is_empty(),
                _ => false,
            }
    }

    fn count(&self) -> Built {
        match vi::parse_count(&self.count) {
            Ok(n) => Built::Entry(Entry::Count { n }),
            Err(NumberError::Empty) => Built::Empty,
            Err(error) => Built::Mistake(Cell::Count, error.to_string()),
        }
    }

    fn judgement(&self) -> Built {
        match (self.points.trim().is_empty(), self.reason.trim().is_empty()) {
            (true, true) => Built::Empty,
            (true, false) => Built::Half("Còn thiếu số điểm."),
            (false, _) => self
                .judged_part()
                .map_or_else(|mistake| mistake, |judged| Built::Entry(Entry::Judged(judged))),
        }
    }

    fn ratio(&self, sub_item: &SubItem) -> Built {
        let number = |cell: Cell, text: &str| match vi::parse_count(text) {
            Ok(number) => Ok(Some(number)),
            Err(NumberError::Empty) => Ok(None),
            Err(error) => Err(Built::Mistake(cell, error.to_string())),
        };
        let (done, total) = match (number(Cell::Done, &self.done), number(Cell::Total, &self.total)) {
            (Ok(done), Ok(total)) => (done, total),
            (Err(mistake), _) | (_, Err(mistake)) => return mistake,
        };
        let has_points = !self.points.trim().is_empty() && self.needs_judgement(sub_item);
        match (done, total) {
            (None, None) => self.judgement(),
            // A ratio of nothing cannot be formed: the points stand alone, with their reason.
            (_, Some(0)) if has_points => self.judgement(),
            (None, _) => Built::Half("Còn thiếu số ở ô thứ nhất."),
            (_, None) => Built::Half("Còn thiếu tổng số."),
            (Some(done), Some(total)) if has_points => match self.judged_part() {
                Ok(judged) => Built::Entry(Entry::Ratio {
                    done,
                    total,
                    judged: Some(judged),
                }),
                Err(mistake) => mistake,
            },
            (Some(done), Some(total)) => Built::Entry(Entry::Ratio {
                done,
                total,
                judged: None,
            }),
        }
    }

    fn judged_part(&self) -> Result<Judged, Built> {
        let points = Points::parse(&self.points).map_err(|error| Built::Mistake(Cell::Points, error.to_string()))?;
        Judged::new(points, &self.reason).map_err(|error| Built::Mistake(Cell::Reason, error.to_string()))
    }
}

fn outside_tiers(sub_item: &SubItem, done: u32, total: u32) -> bool {
    let plain = Entry::Ratio {
        done,
        total,
        judged: None,
    };
    score_sub_item(sub_item, &plain).marks.outside_tiers
}

/// The field a problem is about.
fn place(problem: &EntryProblem, rule: &Rule) -> Cell {
    match (problem, rule) {
        (EntryProblem::DoneOverTotal { .. }, _) => Cell::Done,
        (EntryProblem::NothingCounted, _) => Cell::Total,
        (_, Rule::Penalty { .. } | Rule::CountAtLeast { .. }) => Cell::Count,
        _ => Cell::Points,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::criteria::{self, CriteriaSet};

    fn set() -> &'static CriteriaSet {
        criteria::set(&"QD25_2021".into()).unwrap()
    }

    fn sub_item(number: &str) -> &'static SubItem {
        &set().indicator(&number.into()).unwrap().sub_items[0]
    }

    fn ratio(done: &str, total: &str) -> Typed {
        Typed {
            done: done.into(),
            total: total.into(),
            ..Typed::default()
        }
    }

    fn points(points: &str, reason: &str) -> Typed {
        Typed {
            points: points.into(),
            reason: reason.into(),
            ..Typed::default()
        }
    }

    #[test]
    fn both_decimal_signs_give_the_same_entry() {
        let judged = sub_item("2.4");
        let Built::Entry(entry) = points("4,5", "đã lấy ý kiến").build(judged) else {
            panic!()
        };
        assert_eq!(points("4.5", "đã lấy ý kiến").build(judged), Built::Entry(entry));
    }

    #[test]
    fn half_a_ratio_is_kept_not_saved() {
        let tiers = sub_item("2.5");
        assert_eq!(Typed::default().build(tiers), Built::Empty);
        assert!(matches!(ratio("17", "").build(tiers), Built::Half(_)));
        assert!(matches!(ratio("", "20").build(tiers), Built::Half(_)));
        assert!(matches!(
            ratio("17", "hai").build(tiers),
            Built::Mistake(Cell::Total, _)
        ));
        assert!(matches!(ratio("21", "20").build(tiers), Built::Mistake(Cell::Done, _)));
        assert!(matches!(ratio("0", "0").build(tiers), Built::Mistake(Cell::Total, _)));
    }

    #[test]
    fn points_are_asked_for_only_outside_the_known_tiers() {
        let tiers = sub_item("2.5");
        assert!(!ratio("17", "20").needs_judgement(tiers), "85 % is a known tier");
        assert!(ratio("18", "20").needs_judgement(tiers), "90 % is not");
        let mut typed = ratio("18", "20");
        typed.points = "4".into();
        typed.reason = "đạt 90 %".into();
        let Built::Entry(Entry::Ratio {
            judged: Some(judged), ..
        }) = typed.build(tiers)
        else {
            panic!()
        };
        assert_eq!(judged.points(), Points::whole(4));
        typed.done = "17".into();
        assert!(matches!(
            typed.build(tiers),
            Built::Entry(Entry::Ratio { judged: None, .. })
        ));
    }

    #[test]
    fn more_than_the_maximum_is_a_mistake_that_says_so() {
        let Built::Mistake(Cell::Points, text) = points("6,5", "").build(sub_item("2.4")) else {
            panic!()
        };
        assert!(text.contains('6'), "{text}");
        assert!(matches!(points("", "vì").build(sub_item("2.4")), Built::Half(_)));
    }

    #[test]
    fn a_saved_entry_comes_back_into_the_fields_and_out_again() {
        for (number, typed) in [("2.5", ratio("17", "20")), ("2.4", points("5", "lấy ý kiến"))] {
            let Built::Entry(entry) = typed.build(sub_item(number)) else {
                panic!("{number}")
            };
            let back = Typed::of(Some(&entry));
            assert_eq!(back, typed);
            assert_eq!(Typed::split(&back.join()), back);
        }
        assert_eq!(Typed::of(Some(&Entry::Cleared)), Typed::default());
    }
}
