//! One row of the board as a piece of HTML. A thousand communes are twenty-six thousand cells: the browser's parser makes
//! them many times faster than one call for each element and attribute.

use super::order::{cell_text, criterion as figures_of, quality, state_words};
use core::fmt::Write;
use shared::board::Row;
use shared::criteria::CriteriaSet;
use shared::scoring::of_count;

/// The cells of a commune's row. `href` leads to its dossier, `seen` says when it last synchronised.
pub fn row_html(set: &CriteriaSet, row: &Row, href: &str, seen: &str) -> String {
    let mut html = format!(
        r#"<th scope="row"><a href="{}">{}</a></th>"#,
        escaped(href),
        escaped(&row.unit.name)
    );
    for criterion in &set.criteria {
        for (place, indicator) in criterion.indicators.iter().enumerate() {
            let cell = row.indicators.get(&indicator.number).copied().unwrap_or_default();
            let gap = if place == 0 { " gap" } else { "" };
            cell_html(&mut html, &format!("{}{gap}", quality(&cell)), &cell_text(&cell));
        }
        criterion_html(&mut html, row, criterion.number);
    }
    let star = if row.state.commune_writes() { "*" } else { "" };
    match &row.summary {
        Some(summary) => cell_html(&mut html, "sum", &format!("{}{star}", summary.total)),
        None => cell_html(&mut html, "sum none", "–"),
    }
    conditions_html(&mut html, row);
    cell_html(&mut html, "text state", &state_words(row));
    cell_html(&mut html, "text seen", seen);
    html
}

fn cell_html(html: &mut String, class: &str, text: &str) {
    // Writing into a String cannot fail.
    let _ = write!(html, r#"<td class="{class}">{}</td>"#, escaped(text));
}

/// A criterion: its points, and under them how many of its indicators are at their maximum.
fn criterion_html(html: &mut String, row: &Row, number: u8) {
    let Some(sum) = figures_of(row, number) else {
        cell_html(html, "of-criterion", "–");
        return;
    };
    let points = sum.max.map(|_| sum.points.to_string()).unwrap_or_default();
    // Writing into a String cannot fail.
    let _ = write!(
        html,
        r#"<td class="of-criterion">{points} <small>{}/{}</small></td>"#,
        sum.at_max, sum.indicators
    );
}

/// `03/03`, as a chip: met, lost for good, or open.
fn conditions_html(html: &mut String, row: &Row) {
    let Some(summary) = row.summary.as_ref().filter(|summary| !summary.conditions.is_empty()) else {
        cell_html(html, "conditions", "–");
        return;
    };
    let lost = summary.conditions.iter().any(|condition| condition.met == Some(false));
    let all = summary.conditions.iter().all(|condition| condition.met == Some(true));
    let class = match (lost, all) {
        (true, _) => "chip bad",
        (false, true) => "chip ok",
        (false, false) => "chip",
    };
    let text = of_count(summary.met_count, summary.conditions.len());
    // Writing into a String cannot fail.
    let _ = write!(
        html,
        r#"<td class="conditions"><span class="{class}">{text}</span></td>"#
    );
}

/// Text that may stand in an element or in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::board::{BoardUnit, Cell};
    use shared::criteria;
    use shared::points::Points;
    use shared::sorted::SortedMap;
    use shared::workflow::Status;

    fn row(name: &str) -> Row {
        let cell = Cell {
            points: Some(Points::from_hundredths(250)),
            max: Some(Points::whole(6)),
            complete: true,
            ..Cell::default()
        };
        Row {
            unit: BoardUnit {
                code: "x".into(),
                path: "a/x".into(),
                name: name.into(),
                kind: "phường".into(),
            },
            document_id: Some("d".into()),
            state: Status::Scoring,
            summary: None,
            indicators: SortedMap::from([("2.4".into(), cell)]),
            last_seen_ms: None,
        }
    }

    #[test]
    fn a_row_has_a_head_and_one_cell_for_each_column() {
        let set = criteria::set(&"QD25_2021".into()).unwrap();
        let html = row_html(set, &row("Thượng Cát"), "/ra-soat/x/2024", "14:05");
        assert!(html.starts_with(r#"<th scope="row"><a href="/ra-soat/x/2024">Thượng Cát</a></th>"#));
        assert_eq!(
            html.matches("<td").count(),
            20 + 5 + 4,
            "indicators, criteria, the rest"
        );
        assert_eq!(html.matches(" gap").count(), 5, "one for each criterion");
        assert!(html.contains(r#"<td class="cell q1">2,5</td>"#));
        assert!(html.ends_with(r#"<td class="text state">Đang tự chấm</td><td class="text seen">14:05</td>"#));
    }

    #[test]
    fn a_name_is_text_and_never_markup() {
        let set = criteria::set(&"QD25_2021".into()).unwrap();
        let html = row_html(set, &row(r#"<img src=x onerror="a()"> & Cát"#), "/\"x", "–");
        assert!(html.contains("&lt;img src=x onerror=&quot;a()&quot;&gt; &amp; Cát"));
        assert!(html.contains(r#"href="/&quot;x""#));
        assert!(!html.contains("<img"));
    }
}
