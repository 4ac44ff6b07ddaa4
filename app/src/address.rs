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

/// What an address shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shows {
    /// Đăng nhập.
    SignIn,
    /// Hồ sơ.
    Home,
    /// Bảng chỉ tiêu of a dossier.
    Table(DossierAddress),
    /// Điều kiện công nhận of a dossier.
    Conditions(DossierAddress),
    /// Chỉ tiêu of a dossier.
    Indicator(DossierAddress, IndicatorNumber),
    /// Thiết bị.
    Device,
    /// Bảng địa bàn.
    Board,
    /// No screen has this address, or its year is no year.
    Nothing,
}

impl Shows {
    /// From the path of an address, without what comes after `?` and `#`.
    pub fn at(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (address, rest) = match parts.as_slice() {
            [] => return Self::Home,
            ["dang-nhap"] => return Self::SignIn,
            ["thiet-bi"] => return Self::Device,
            ["ra-soat"] => return Self::Board,
            ["ho-so", year, rest @ ..] => (year.parse().ok().map(|year| DossierAddress::Own { year }), rest),
            ["ra-soat", commune, year, rest @ ..] => {
                let commune = (*commune).to_owned();
                let of = |year| DossierAddress::Of { commune, year };
                (year.parse().ok().map(of), rest)
            }
            _ => return Self::Nothing,
        };
        match (address, rest) {
            (Some(address), []) => Self::Table(address),
            (Some(address), ["dieu-kien"]) => Self::Conditions(address),
            (Some(address), [number]) => Self::Indicator(address, (*number).into()),
            _ => Self::Nothing,
        }
    }

    /// The dossier the address names.
    pub fn dossier(&self) -> Option<&DossierAddress> {
        match self {
            Self::Table(address) | Self::Conditions(address) | Self::Indicator(address, _) => Some(address),
            _ => None,
        }
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
    fn every_address_shows_one_thing() {
        let own = DossierAddress::Own { year: 2024 };
        let of = DossierAddress::Of {
            commune: "thuong-cat".into(),
            year: 2023,
        };
        for address in [own, of] {
            assert_eq!(Shows::at(&address.table()), Shows::Table(address.clone()));
            assert_eq!(Shows::at(&address.conditions()), Shows::Conditions(address.clone()));
            let number: IndicatorNumber = "5.4".into();
            let indicator = Shows::at(&address.indicator(&number));
            assert_eq!(indicator.dossier(), Some(&address));
            assert_eq!(indicator, Shows::Indicator(address, number));
        }
        assert_eq!(Shows::at("/"), Shows::Home);
        assert_eq!(Shows::at("/dang-nhap"), Shows::SignIn);
        assert_eq!(Shows::at("/thiet-bi/"), Shows::Device);
        assert_eq!(Shows::at("/ra-soat"), Shows::Board);
        for none in [
            "/x",
            "/ho-so",
            "/ho-so/abc",
            "/ho-so/2024/5.4/x",
            "/ra-soat/thuong-cat",
            "/dang-nhap/x",
        ] {
            assert_eq!(Shows::at(none), Shows::Nothing, "{none}");
        }
    }

    #[test]
    fn the_year_is_read_from_any_page_of_a_dossier() {
        assert_eq!(own_year("/ho-so/2024/5.4"), Some(2024));
        assert_eq!(own_year("/ho-so/2023"), Some(2023));
        assert_eq!(own_year("/ra-soat/thuong-cat/2024"), None);
        assert_eq!(own_year("/ho-so/abc"), None);
    }
}
