//! Which communes a board shows, in which order, and what stands in its cells.

use core::cmp::Ordering;
use shared::board::{Cell, Row};
use shared::id::{IndicatorNumber, UnitCode};
use shared::scoring::{CriterionSummary, Figures, Summary};
use shared::sorted::SortedMap;
use shared::vi;
use std::sync::Arc;

/// A column a board can be ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Column {
    /// By name, diacritics ignored.
    #[default]
    Name,
    /// By the points of an indicator.
    Indicator(IndicatorNumber),
    /// By the points of a criterion.
    Criterion(u8),
    /// By the total.
    Total,
    /// By conditions met.
    Conditions,
    /// By where the dossier stands.
    State,
    /// By when the commune last synchronised.
    Seen,
}

/// An order: by a column, upwards or downwards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// The largest first.
    pub descending: bool,
}

impl Order {
    /// The order after a tap on a column's head: it begins with the lowest, where something is to be done.
    #[must_use]
    pub fn tapped(&self, column: Column) -> Self {
        Self {
            descending: self.column == column && !self.descending,
            column,
        }
    }

    /// `aria-sort` of a column's head.
    pub fn aria(&self, column: &Column) -> &'static str {
        match (self.column == *column, self.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }

    fn compare(&self, a: &Line, b: &Line) -> Ordering {
        let points =
            |line: &Line, number: &IndicatorNumber| line.row.indicators.get(number).and_then(|cell| cell.points);
        let of_criterion = |line: &Line, number: u8| criterion(&line.row, number).map(|sum| (sum.points, sum.at_max));
        let total = |line: &Line| line.row.summary.as_ref().map(|summary| summary.total);
        let met = |line: &Line| line.row.summary.as_ref().map(|summary| summary.met_count);
        let by = match &self.column {
            Column::Name => Ordering::Equal,
            Column::Indicator(number) => points(a, number).cmp(&points(b, number)),
            Column::Criterion(number) => of_criterion(a, *number).cmp(&of_criterion(b, *number)),
            Column::Total => total(a).cmp(&total(b)),
            Column::Conditions => met(a).cmp(&met(b)),
            Column::State => a.row.state.cmp(&b.row.state),
            Column::Seen => a.row.last_seen_ms.cmp(&b.row.last_seen_ms),
        };
        let by_name = || a.name.cmp(&b.name).then_with(|| a.row.unit.code.cmp(&b.row.unit.code));
        match (self.descending, &self.column) {
            (true, Column::Name) => by_name().reverse(),
            (true, _) => by.reverse().then_with(by_name),
            (false, _) => by.then_with(by_name),
        }
    }
}

/// One commune on the screen, with what it is found and ordered by: folded once, not at every comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The commune.
    pub row: Arc<Row>,
    /// Grows with every change of the commune since the board was opened; a new number makes the row anew.
    pub version: u32,
    name: Arc<str>,
    text: Arc<str>,
}

impl Line {
    /// A line for the state of a commune.
    pub fn new(row: &Row, version: u32) -> Self {
        let text = format!("{} {} {}", row.unit.kind, row.unit.name, state_words(row));
        Self {
            row: Arc::new(row.clone()),
            version,
            name: natural(&vi::fold(&row.unit.name)).into(),
            text: vi::fold(&text).into(),
        }
    }

    /// Names this state of this commune.
    pub fn key(&self) -> (UnitCode, u32) {
        (self.row.unit.code.clone(), self.version)
    }
}

/// Numbers as people count them: Phường 2 comes before Phường 10.
fn natural(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    let mut digits = String::new();
    for c in name.chars().chain(core::iter::once(' ')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            key.push_str(&format!("{digits:0>6}"));
            digits.clear();
        }
        key.push(c);
    }
    key
}

/// The lines of a board, keeping those of `before` that did not change.
pub fn lines(before: &[Line], rows: &[Row]) -> Vec<Line> {
    let known: SortedMap<&UnitCode, &Line> = before.iter().map(|line| (&line.row.unit.code, line)).collect();
    let line = |row: &Row| match known.get(&row.unit.code) {
        Some(line) if *line.row == *row => (*line).clone(),
        Some(line) => Line::new(row, line.version.saturating_add(1)),
        None => Line::new(row, 0),
    };
    rows.iter().map(line).collect()
}

/// The lines to show, in order: kept by the filter, and answering the search (kind, name or state, diacritics ignored).
pub fn arranged(lines: &[Line], order: &Order, filter: Filter, search: &str) -> Vec<Line> {
    let search = vi::fold(search);
    let kept = |line: &&Line| filter.keeps(&line.row) && line.text.contains(&search);
    let mut shown: Vec<Line> = lines.iter().filter(kept).cloned().collect();
    shown.sort_by(|a, b| order.compare(a, b));
    shown
}

/// Which communes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those with something left to score, or no dossier.
    Unfinished,
    /// Those that do not meet every condition (yet).
    Conditions,
    /// Those where two officials entered different values.
    Unsettled,
}

impl Filter {
    /// In the order of the buttons.
    pub const ORDER: [Self; 4] = [Self::All, Self::Unfinished, Self::Conditions, Self::Unsettled];

    /// The words of the button.
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "Tất cả",
            Self::Unfinished => "Chưa chấm đủ",
            Self::Conditions => "Chưa đủ điều kiện",
            Self::Unsettled => "Nhập khác nhau",
        }
    }

    /// Whether a commune is shown.
    pub fn keeps(self, row: &Row) -> bool {
        let summary = row.summary.as_ref();
        match self {
            Self::All => true,
            Self::Unfinished => summary.is_none_or(|summary| summary.scored < summary.indicators),
            Self::Conditions => !summary.is_some_and(all_met),
            Self::Unsettled => summary.is_some_and(|summary| summary.unsettled > 0),
        }
    }
}

fn all_met(summary: &Summary) -> bool {
    !summary.conditions.is_empty() && summary.conditions.iter().all(|condition| condition.met == Some(true))
}

/// Whether a finished criterion misses its half.
fn is_under_half(summary: &Summary) -> bool {
    let each = |figures: &Figures| matches!(figures, Figures::EachCriterion { .. });
    summary
        .conditions
        .iter()
        .any(|condition| each(&condition.figures) && condition.met == Some(false))
}

/// Where a commune stands, in words.
pub fn state_words(row: &Row) -> String {
    if row.document_id.is_none() && row.state == shared::workflow::Status::default() {
        "Chưa bắt đầu".to_owned()
    } else {
        row.state.label()
    }
}

/// The figures above the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Communes.
    pub all: usize,
    /// Those with nothing left to score.
    pub finished: usize,
    /// Those that meet every condition.
    pub met: usize,
    /// Those with a finished criterion under its half.
    pub under_half: usize,
}

impl Counts {
    /// Of a board.
    pub fn of(rows: &[Row]) -> Self {
        let count = |keep: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| keep(row)).count();
        Self {
            all: rows.len(),
            finished: count(&|row| !Filter::Unfinished.keeps(row)),
            met: count(&|row| !Filter::Conditions.keeps(row)),
            under_half: count(&|row| row.summary.as_ref().is_some_and(is_under_half)),
        }
    }
}

/// A criterion's figures in a row.
pub fn criterion(row: &Row, number: u8) -> Option<&CriterionSummary> {
    let criteria = &row.summary.as_ref()?.criteria;
    criteria.iter().find(|sum| sum.number == number)
}

/// The class of a cell: how much of the maximum is reached. The number in the cell says the same.
pub fn quality(cell: &Cell) -> &'static str {
    match (cell.points, cell.max, cell.passed) {
        (Some(_), _, _) if !cell.complete => "cell q0",
        (Some(points), Some(max), _) if points >= max => "cell q4",
        (Some(points), Some(max), _) if points.is_at_least_percent_of(75, max) => "cell q3",
        (Some(points), Some(max), _) if points.is_at_least_percent_of(50, max) => "cell q2",
        (Some(_), _, _) => "cell q1",
        (None, _, Some(true)) => "cell q4",
        (None, _, Some(false)) => "cell q1",
        (None, _, None) => "cell q0",
    }
}

/// What stands in a cell: `5`, `5…` while something is left to enter, `5≠` where two values stand, `–` for nothing.
pub fn cell_text(cell: &Cell) -> String {
    let text = match (cell.points, cell.passed) {
        (Some(points), _) => points.to_string(),
        (None, Some(true)) => "Đ".to_owned(),
        (None, Some(false)) => "K".to_owned(),
        (None, None) => "–".to_owned(),
    };
    let mark = match (cell.unsettled, cell.points.is_some() && !cell.complete) {
        (true, _) => "≠",
        (false, true) => "…",
        (false, false) => "",
    };
    text + mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::board::BoardUnit;
    use shared::points::Points;
    use shared::sorted::SortedMap;
    use shared::workflow::Status;

    fn row(name: &str, points: Option<i64>) -> Row {
        let cell = Cell {
            points: points.map(Points::from_hundredths),
            max: Some(Points::whole(6)),
            complete: points.is_some(),
            ..Cell::default()
        };
        Row {
            unit: BoardUnit {
                code: vi::slug(name).as_str().into(),
                path: format!("ha-noi/bac-tu-liem/{}", vi::slug(name)),
                name: name.into(),
                kind: "phường".into(),
            },
            document_id: None,
            state: Status::Scoring,
            summary: None,
            indicators: SortedMap::from([("2.4".into(), cell)]),
            last_seen_ms: None,
        }
    }

    fn names(rows: &[Row], order: &Order, search: &str) -> Vec<String> {
        let shown = arranged(&lines(&[], rows), order, Filter::All, search);
        shown.iter().map(|line| line.row.unit.name.clone()).collect()
    }

    #[test]
    fn communes_are_found_and_ordered_without_diacritics() {
        let rows = [
            row("Thượng Cát", Some(500)),
            row("Đức Thắng", Some(600)),
            row("Đông Ngạc", None),
        ];
        let order = Order::default();
        assert_eq!(names(&rows, &order, ""), ["Đông Ngạc", "Đức Thắng", "Thượng Cát"]);
        let numbered = [row("Phường 10", None), row("Phường 2", None)];
        assert_eq!(names(&numbered, &order, ""), ["Phường 2", "Phường 10"]);
        let down = order.tapped(Column::Name);
        assert_eq!(names(&rows, &down, ""), ["Thượng Cát", "Đức Thắng", "Đông Ngạc"]);
        assert_eq!(names(&rows, &order, "thuong cat"), ["Thượng Cát"]);
        assert_eq!(names(&rows, &order, " PHƯỜNG d").len(), 2);
        assert_eq!(names(&rows, &order, "chua bat dau").len(), 3, "by state too");
    }

    #[test]
    fn a_column_begins_with_what_is_missing_then_the_lowest() {
        let rows = [row("A", Some(600)), row("B", Some(250)), row("C", None)];
        let column = Column::Indicator("2.4".into());
        let by = Order::default().tapped(column.clone());
        assert_eq!(by.aria(&column), "ascending");
        assert_eq!(names(&rows, &by, ""), ["C", "B", "A"]);
        let down = by.tapped(column);
        assert_eq!(names(&rows, &down, ""), ["A", "B", "C"]);
        assert_eq!(down.aria(&Column::Name), "none");
    }

    #[test]
    fn only_what_changed_gets_a_new_version() {
        let before = lines(&[], &[row("A", Some(600)), row("B", None)]);
        let after = lines(&before, &[row("A", Some(600)), row("B", Some(100)), row("C", None)]);
        let versions: Vec<u32> = after.iter().map(|line| line.version).collect();
        assert_eq!(versions, [0, 1, 0]);
        assert!(Arc::ptr_eq(&before[0].row, &after[0].row));
    }

    #[test]
    fn the_class_only_repeats_what_the_text_says() {
        let cell = |hundredths: i64, complete: bool, unsettled: bool| Cell {
            points: Some(Points::from_hundredths(hundredths)),
            max: Some(Points::whole(6)),
            complete,
            unsettled,
            ..Cell::default()
        };
        for (cell, class, text) in [
            (cell(600, true, false), "cell q4", "6"),
            (cell(450, true, false), "cell q3", "4,5"),
            (cell(300, true, false), "cell q2", "3"),
            (cell(299, true, false), "cell q1", "2,99"),
            (cell(100, false, false), "cell q0", "1…"),
            (cell(500, true, true), "cell q3", "5≠"),
            (Cell::default(), "cell q0", "–"),
        ] {
            assert_eq!((quality(&cell), cell_text(&cell).as_str()), (class, text));
        }
    }

    #[test]
    fn a_commune_without_a_dossier_is_unfinished() {
        let rows = [row("A", None)];
        assert!(Filter::Unfinished.keeps(&rows[0]));
        assert!(Filter::Conditions.keeps(&rows[0]));
        assert!(!Filter::Unsettled.keeps(&rows[0]));
        let counts = Counts::of(&rows);
        assert_eq!(
            (counts.all, counts.finished, counts.met, counts.under_half),
            (1, 0, 0, 0)
        );
    }
}
