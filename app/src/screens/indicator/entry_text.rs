//! An entry in one line, for the history and the card of two different values.

use shared::criteria::SubItem;
use shared::scoring::{Entry, score_sub_item};

/// What was entered, without what it comes to: `17/20`, `Đạt`, `5 điểm`.
pub fn entered(entry: &Entry) -> String {
    match entry {
        Entry::Pass => "Đạt".to_owned(),
        Entry::Fail => "Không đạt".to_owned(),
        Entry::Ratio {
            done,
            total,
            judged: Some(judged),
        } => format!("{done}/{total}, {} điểm", judged.points()),
        Entry::Ratio {
            done,
            total,
            judged: None,
        } => format!("{done}/{total}"),
        Entry::Judged(judged) => format!("{} điểm", judged.points()),
        Entry::Count { n } => format!("{n} trường hợp"),
        Entry::NoCase => "Không phát sinh".to_owned(),
        Entry::Cleared => "Bỏ chấm".to_owned(),
    }
}

/// What was entered and what it comes to: `17/20 → 1 điểm`. The arrow is left out where it would repeat the entry.
pub fn with_points(sub_item: Option<&SubItem>, entry: &Entry) -> String {
    let words = entered(entry);
    let says_points = matches!(entry, Entry::Judged(_) | Entry::Ratio { judged: Some(_), .. });
    if says_points || *entry == Entry::Cleared {
        return words;
    }
    let Some(scored) = sub_item.map(|sub_item| score_sub_item(sub_item, entry)) else {
        return words;
    };
    match (scored.points, scored.passed) {
        (Some(points), _) => format!("{words} → {points} điểm"),
        (None, Some(true)) if *entry != Entry::Pass => format!("{words} → đạt"),
        (None, Some(false)) if *entry != Entry::Fail => format!("{words} → chưa đạt"),
        (None, None) if scored.marks.outside_tiers => format!("{words} → chưa đối chiếu"),
        _ => words,
    }
}

/// The reason that stands with judged points; empty where there is none.
pub fn reason(entry: &Entry) -> &str {
    match entry {
        Entry::Judged(judged)
        | Entry::Ratio {
            judged: Some(judged), ..
        } => judged.reason(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::criteria;
    use shared::points::Points;
    use shared::scoring::Judged;

    #[test]
    fn an_entry_in_one_line() {
        let set = criteria::set(&"QD25_2021".into()).unwrap();
        let item = |number: &str| set.indicator(&number.into()).unwrap().sub_items.first();
        let ratio = |done| Entry::Ratio {
            done,
            total: 20,
            judged: None,
        };
        assert_eq!(with_points(item("2.5"), &ratio(17)), "17/20 → 1 điểm");
        assert_eq!(with_points(item("2.5"), &ratio(18)), "18/20 → chưa đối chiếu");
        assert_eq!(with_points(item("1.1"), &Entry::Pass), "Đạt → 1 điểm");
        let judged = Entry::Judged(Judged::new(Points::from_hundredths(450), "vì").unwrap());
        assert_eq!(with_points(item("2.4"), &judged), "4,5 điểm");
        assert_eq!(reason(&judged), "vì");
        let outside = Entry::Ratio {
            done: 18,
            total: 20,
            judged: Judged::new(Points::whole(4), "đủ").ok(),
        };
        assert_eq!(with_points(item("2.5"), &outside), "18/20, 4 điểm");
        assert_eq!(with_points(None, &Entry::NoCase), "Không phát sinh");
    }
}
