//! One row of Bảng chỉ tiêu: how an indicator stands, and which rows a filter or a search keeps.

use shared::criteria::{Indicator, Provenance, ScoringModel};
use shared::id::IndicatorNumber;
use shared::scoring::{Entries, IndicatorScore, Why, score_indicator};
use shared::vi;

/// How an indicator stands. One word for each, the same in the list, in the filters and on the indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Nothing is entered.
    Unscored,
    /// Some sub-items are entered.
    Partly {
        /// Entered.
        done: usize,
        /// All.
        of: usize,
    },
    /// Two officials entered different values while apart.
    Conflict,
    /// What is entered cannot be counted.
    Problem,
    /// Points by judgement without a reason.
    ReasonMissing,
    /// Nothing is left to enter.
    Scored,
}

impl RowState {
    /// The state of an indicator, the most urgent first.
    pub fn of(score: &IndicatorScore, conflicts: u32) -> Self {
        let entered = score
            .sub_items
            .iter()
            .filter(|(_, scored)| scored.why != Why::NotEntered)
            .count();
        let wrong = |(_, scored): &(_, shared::scoring::Scored)| matches!(scored.why, Why::Problem(_));
        if conflicts > 0 || score.contradiction {
            Self::Conflict
        } else if score.problem.is_some() || score.sub_items.iter().any(wrong) {
            Self::Problem
        } else if entered == 0 && !score.no_case {
            Self::Unscored
        } else if !score.complete {
            Self::Partly {
                done: score
                    .sub_items
                    .iter()
                    .filter(|(_, s)| s.points.is_some() || s.passed.is_some())
                    .count(),
                of: score.sub_items.len(),
            }
        } else if score.marks.reason_missing {
            Self::ReasonMissing
        } else {
            Self::Scored
        }
    }

    /// The words of the chip.
    pub fn words(self) -> String {
        match self {
            Self::Unscored => "Chưa chấm".to_owned(),
            Self::Partly { done, of } if of > 1 => format!("Chấm dở {done}/{of}"),
            Self::Partly { .. } => "Chấm dở".to_owned(),
            Self::Conflict => "Nhập khác nhau".to_owned(),
            Self::Problem => "Cần nhập lại".to_owned(),
            Self::ReasonMissing => "Thiếu lý do".to_owned(),
            Self::Scored => "Đã chấm".to_owned(),
        }
    }

    /// The class of the chip.
    pub fn class(self) -> &'static str {
        match self {
            Self::Unscored => "chip",
            Self::Partly { .. } | Self::ReasonMissing => "chip warn",
            Self::Conflict | Self::Problem => "chip bad",
            Self::Scored => "chip ok",
        }
    }

    /// Whether something is left to enter.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Unscored | Self::Partly { .. } | Self::Problem)
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `2.5`.
    pub number: IndicatorNumber,
    /// The title of the indicator.
    pub title: String,
    /// `1`, `29,5`, `Đạt`; `–` while nothing is entered.
    pub points: String,
    /// `/4*`, with the star where the number is estimated; empty in sets without points.
    pub max: String,
    /// How it stands.
    pub state: RowState,
    /// Who entered it last: the position, or the name.
    pub who: Option<String>,
}

impl Row {
    /// The row of an indicator with what is entered for it.
    pub fn new(indicator: &Indicator, entries: &Entries, who: Option<String>) -> Self {
        let score = score_indicator(indicator, entries);
        let state = RowState::of(&score, entries.conflicts);
        Self {
            number: indicator.number.clone(),
            title: indicator.title.clone(),
            points: result_text(&score),
            max: max_text(indicator),
            state,
            who: who.filter(|_| state != RowState::Unscored),
        }
    }

    /// Whether the row answers the search: by number or by words of its title, diacritics ignored.
    pub fn matches(&self, search: &str) -> bool {
        let search = search.trim();
        search.is_empty() || self.number.as_str().starts_with(search) || vi::contains(&self.title, search)
    }
}

/// `29,5`, `Đạt`, `Chưa đạt`, or `–`.
pub fn result_text(score: &IndicatorScore) -> String {
    match (score.points, score.passed) {
        (Some(points), _) => points.to_string(),
        (None, Some(true)) => "Đạt".to_owned(),
        (None, Some(false)) => "Chưa đạt".to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// `/6*` with the star where the maximum is estimated.
pub fn max_text(indicator: &Indicator) -> String {
    let star = if indicator.points_status == Provenance::Estimated {
        "*"
    } else {
        ""
    };
    indicator
        .max_points
        .map(|max| format!("/{max}{star}"))
        .unwrap_or_default()
}

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those with something left to enter.
    Open,
    /// Those two officials entered differently.
    Conflicts,
}

impl Filter {
    /// In the order of the buttons.
    pub const ORDER: [Self; 3] = [Self::Open, Self::Conflicts, Self::All];

    /// The words of the button; its number stands beside them.
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "Tất cả",
            Self::Open => "Chưa chấm",
            Self::Conflicts => "Nhập khác nhau",
        }
    }

    /// The value in the address (`?loc=`); the whole list has none.
    pub fn address(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Open => Some("chua-cham"),
            Self::Conflicts => Some("khac-nhau"),
        }
    }

    /// From the value in the address; anything unknown is the whole list.
    pub fn from_address(value: Option<&str>) -> Self {
        Self::ORDER
            .into_iter()
            .find(|filter| filter.address() == value)
            .unwrap_or_default()
    }

    /// Whether a row is shown.
    pub fn keeps(self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Open => row.state.is_open(),
            Self::Conflicts => row.state == RowState::Conflict,
        }
    }
}

/// Whether the points of a set are summed, or each part passes.
pub fn has_points(model: ScoringModel) -> bool {
    model == ScoringModel::Points
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::criteria;
    use shared::points::Points;
    use shared::scoring::{Entry, Judged};

    fn row(number: &str, values: &[(&str, Entry)], conflicts: u32) -> Row {
        let set = criteria::set(&"QD25_2021".into()).unwrap();
        let entries = Entries {
            values: values
                .iter()
                .map(|(key, entry)| ((*key).to_owned(), entry.clone()))
                .collect(),
            conflicts,
        };
        Row::new(set.indicator(&number.into()).unwrap(), &entries, Some("Tư pháp".into()))
    }

    fn judged(points: i64, reason: &str) -> Entry {
        Entry::Judged(Judged::new(Points::whole(points), reason).unwrap())
    }

    #[test]
    fn the_state_is_the_most_urgent_thing() {
        assert_eq!(row("2.4", &[], 0).state, RowState::Unscored);
        assert_eq!(row("2.4", &[("diem", judged(5, ""))], 0).state, RowState::ReasonMissing);
        assert_eq!(row("2.4", &[("diem", judged(5, "có"))], 0).state, RowState::Scored);
        assert_eq!(row("2.4", &[("diem", judged(5, "có"))], 1).state, RowState::Conflict);
        assert_eq!(row("2.4", &[("diem", Entry::Pass)], 0).state, RowState::Problem);
    }

    #[test]
    fn estimated_points_carry_a_star_and_sourced_ones_do_not() {
        assert_eq!(row("2.4", &[("diem", judged(5, "có"))], 0).max, "/6*");
        assert_eq!(row("1.1", &[], 0).max, "/3");
        assert_eq!(row("1.1", &[], 0).points, "–");
        assert_eq!(row("1.1", &[], 0).who, None, "nobody entered an unscored row");
    }

    #[test]
    fn search_ignores_diacritics_and_knows_numbers() {
        let row = row("3.1", &[], 0);
        assert!(row.matches("hoa giai"));
        assert!(row.matches("HÒA GIẢI"));
        assert!(row.matches("3."));
        assert!(row.matches(" "));
        assert!(!row.matches("4."));
    }

    #[test]
    fn filters_survive_in_the_address() {
        for filter in Filter::ORDER {
            assert_eq!(Filter::from_address(filter.address()), filter);
        }
        assert_eq!(Filter::from_address(Some("gi-do")), Filter::All);
        assert!(Filter::Open.keeps(&row("2.4", &[], 0)));
        assert!(!Filter::Open.keeps(&row("2.4", &[("diem", judged(5, ""))], 0)));
    }
}
