//! The addresses of the app: each names what is on the screen and survives a reload, offline too.

use shared::id::IndicatorNumber;

/// Whose dossier an address names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DossierAddress {
    /// Of the official's own commune.
    Own {
        /// The assessment year.
        year: u16,
    },
    /// Of a commune below the reviewer's unit.
    Of {
        /// The commune's code, or the last part of its path.
        commune: String,
        /// The assessment year.
        year: u16,
    },
}

impl DossierAddress {
    /// The assessment year.
    pub fn year(&self) -> u16 {
        match self {
            Self::Own { year } | Self::Of { year, .. } => *year,
        }
    }

    /// Bảng chỉ tiêu.
    pub fn table(&self) -> String {
        match self {
            Self::Own { year } => format!("/ho-so/{year}"),
            Self::Of { commune, year } => format!("/ra-soat/{commune}/{year}"),
        }
    }

    /// Chỉ tiêu.
    pub fn indicator(&self, number: &IndicatorNumber) -> String {
        format!("{}/{number}", self.table())
    }

    /// Điều kiện công nhận.
    pub fn conditions(&self) -> String {
        format!("{}/dieu-kien", self.table())
    }
}

/// The year of an own dossier's address (`/ho-so/2024/5.4`), for the bar of places.
pub fn own_year(path: &str) -> Option<u16> {
    let rest = path.strip_prefix("/ho-so/")?;
    rest.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_the_ones_of_the_design() {
        let own = DossierAddress::Own { year: 2024 };
        assert_eq!(own.table(), "/ho-so/2024");
        assert_eq!(own.indicator(&"5.4".into()), "/ho-so/2024/5.4");
        assert_eq!(own.conditions(), "/ho-so/2024/dieu-kien");
        let of = DossierAddress::Of {
            commune: "thuong-cat".into(),
            year: 2023,
        };
        assert_eq!(of.table(), "/ra-soat/thuong-cat/2023");
    }

    #[test]
    fn the_year_is_read_from_any_page_of_a_dossier() {
        assert_eq!(own_year("/ho-so/2024/5.4"), Some(2024));
        assert_eq!(own_year("/ho-so/2023"), Some(2023));
        assert_eq!(own_year("/ra-soat/thuong-cat/2024"), None);
        assert_eq!(own_year("/ho-so/abc"), None);
    }
}
