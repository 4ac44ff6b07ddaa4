//! Which years of a commune stand as cards, which as lines, and which are put away until somebody looks for them.

use crate::device::ServerYear;

/// The years, each list newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct YearList {
    /// The newest year with a dossier, and the one before it if it has one too: one is often finished while the next begins.
    pub cards: Vec<ServerYear>,
    /// Newer years; where there is no dossier at all, the two newest years.
    pub lines: Vec<ServerYear>,
    /// All others.
    pub older: Vec<ServerYear>,
}

impl YearList {
    /// Of `years`, newest first; `is_begun` says whether anybody has entered anything for a year.
    pub fn of(years: &[ServerYear], is_begun: impl Fn(&ServerYear) -> bool) -> Self {
        let newest = years.iter().find(|year| is_begun(year)).map(|year| year.year);
        let mut list = Self::default();
        for (place, year) in years.iter().enumerate() {
            let part = match newest {
                Some(newest) if year.year + 1 >= newest && is_begun(year) => &mut list.cards,
                Some(newest) if year.year > newest => &mut list.lines,
                None if place < 2 => &mut list.lines,
                Some(_) | None => &mut list.older,
            };
            part.push(year.clone());
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(begun: &[u16]) -> [Vec<u16>; 3] {
        let years = (2020..=2024).rev().map(|year| ServerYear { year, set: None });
        let list = YearList::of(&years.collect::<Vec<_>>(), |year| begun.contains(&year.year));
        [list.cards, list.lines, list.older].map(|part| part.iter().map(|year| year.year).collect())
    }

    #[test]
    fn old_years_are_put_away() {
        assert_eq!(
            list(&[2023, 2022, 2020]),
            [vec![2023, 2022], vec![2024], vec![2021, 2020]]
        );
        assert_eq!(list(&[2023]), [vec![2023], vec![2024], vec![2022, 2021, 2020]]);
        assert_eq!(list(&[2024, 2021]), [vec![2024], vec![], vec![2023, 2022, 2021, 2020]]);
    }

    #[test]
    fn without_a_dossier_the_newest_years_are_offered() {
        assert_eq!(list(&[]), [vec![], vec![2024, 2023], vec![2022, 2021, 2020]]);
    }
}
