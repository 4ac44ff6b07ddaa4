//! Who is signed in, as the server said it; kept on the device so that the app opens and scores offline.

use serde::{Deserialize, Serialize};
use shared::dossier::{Author, Identity, Person};
use shared::id::{DeviceId, PositionId, SetId, UnitCode, UserId};
use shared::json::{Read, Value, field, field_or_default};
use shared::position::{self, Part};
use shared::read_json;

/// The answer of `GET /api/v1/session`: one account of one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The official.
    pub user: AccountUser,
    /// The unit the official works for; none for an administrator of the system.
    pub unit: Option<AccountUnit>,
    /// What the official is.
    pub position: AccountPosition,
    /// This device, as the server knows it.
    pub device_id: DeviceId,
    /// The open years and the criteria set of each.
    #[serde(default)]
    pub years: Vec<ServerYear>,
}

read_json!(Account { user, unit, position, device_id; years });

impl Account {
    /// How this account signs what it writes; `criteria_version` is that of the set it scores by.
    pub fn author(&self, criteria_version: &str) -> Author {
        Author {
            user: self.user.id,
            person: Person::new(&self.user.name, &self.position.title),
            criteria_version: criteria_version.to_owned(),
        }
    }

    /// The dossier of the account's own commune in a year; `None` where none can exist: the account's unit is no
    /// commune, or the server has not said which set the year is scored by.
    pub fn dossier_of_year(&self, year: u16) -> Option<Identity> {
        let unit = self.unit.as_ref().filter(|unit| unit.level == "commune")?;
        let open = self.years.iter().find(|open| open.year == year)?;
        Some(Identity::dossier(unit.code.clone(), year, open.set.clone()?))
    }

    /// Whether the account enters scores in this dossier. The server decides in the end; this decides what is shown as
    /// a field and what as a text.
    pub fn writes(&self, dossier: &Identity) -> bool {
        let official = position::get(&self.position.id).is_some_and(|position| position.part == Part::Official);
        official && self.unit.as_ref().is_some_and(|unit| unit.code == dossier.unit)
    }
}

/// An account that has worked on this machine, for the sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAccount {
    /// The account.
    pub user: UserId,
    /// What is typed to sign in.
    pub username: String,
    /// The name shown.
    pub name: String,
    /// The device the server knows this machine as, for this account.
    pub device_id: DeviceId,
    /// Signed out on purpose: the password is needed to open it again.
    #[serde(default)]
    pub signed_out: bool,
    /// Changes that wait on this machine. Counted when asked, not stored.
    #[serde(skip)]
    pub unsent: usize,
}

impl Read for KnownAccount {
    fn read(json: &Value) -> Option<Self> {
        Some(Self {
            user: field(json, "user")?,
            username: field(json, "username")?,
            name: field(json, "name")?,
            device_id: field(json, "device_id")?,
            signed_out: field_or_default(json, "signed_out")?,
            unsent: 0,
        })
    }
}

impl KnownAccount {
    /// What of it has not reached the server; `None` if everything has.
    pub fn line(&self) -> Option<String> {
        (self.unsent > 0).then(|| format!("Máy này còn {} thay đổi chưa gửi của {}", self.unsent, self.name))
    }
}

/// The person's side of an [`Account`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUser {
    /// The author of everything written.
    pub id: UserId,
    /// What is typed to sign in.
    pub username: String,
    /// The name shown.
    pub name: String,
}

read_json!(AccountUser { id, username, name });

/// The unit of an [`Account`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUnit {
    /// Never changes; dossiers are named by it.
    pub code: UnitCode,
    /// The address, `ha-noi/bac-tu-liem/thuong-cat`.
    pub path: String,
    /// `Thượng Cát`.
    pub name: String,
    /// `phường`, `xã`, `thị trấn`, `quận`, …
    pub kind: String,
    /// `province`, `district` or `commune`.
    pub level: String,
}

read_json!(AccountUnit {
    code,
    path,
    name,
    kind,
    level
});

/// The position of an [`Account`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPosition {
    /// The id of the position.
    pub id: PositionId,
    /// `Công chức Tư pháp - Hộ tịch`.
    pub title: String,
}

read_json!(AccountPosition { id, title });

/// One assessment year the server has open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerYear {
    /// The year assessed, `2024`.
    pub year: u16,
    /// The criteria set; none where the server has not settled which (2025), so that no dossier can begin.
    pub set: Option<SetId>,
}

read_json!(ServerYear { year, set });

#[cfg(test)]
mod tests {
    use super::*;
    use shared::json::agrees;

    #[test]
    fn json_is_read_as_serde_reads_it() {
        let mut account = account("tu-phap-ho-tich");
        assert_eq!(agrees(&account), Ok(()));
        account.unit = None;
        assert_eq!(agrees(&account), Ok(()));
        let known = KnownAccount {
            user: account.user.id,
            username: "a.b".to_owned(),
            name: "Công chức".to_owned(),
            device_id: account.device_id,
            signed_out: true,
            unsent: 0,
        };
        assert_eq!(agrees(&known), Ok(()));
    }

    fn account(position: &str) -> Account {
        serde_json::from_str(
            &r#"{"user":{"id":"00000000-0000-4000-8000-000000000001","username":"a.b","name":"Công chức"},
                "unit":{"code":"x-a","path":"ha-noi/a","name":"A","kind":"phường","level":"commune"},
                "position":{"id":"POSITION","title":"Chức danh"},
                "device_id":"00000000-0000-4000-8000-000000000002",
                "years":[{"year":2024,"set":"QD25_2021"},{"year":2025,"set":null}],
                "server":{"build":"b"}}"#
                .replace("POSITION", position),
        )
        .unwrap()
    }

    #[test]
    fn a_year_without_a_set_has_no_dossier() {
        let account = account("tu-phap-ho-tich");
        assert_eq!(account.dossier_of_year(2024).unwrap().set.as_str(), "QD25_2021");
        assert_eq!(account.dossier_of_year(2025), None);
        assert_eq!(account.dossier_of_year(1999), None);
    }

    #[test]
    fn officials_write_in_their_own_commune_only() {
        let own = account("tu-phap-ho-tich").dossier_of_year(2024).unwrap();
        assert!(account("tu-phap-ho-tich").writes(&own));
        assert!(!account("mttq").writes(&own));
        let other = Identity::dossier("x-b".into(), 2024, own.set);
        assert!(!account("tu-phap-ho-tich").writes(&other));
    }

    #[test]
    fn the_line_names_whose_changes_wait() {
        let known = |unsent| KnownAccount {
            user: account("mttq").user.id,
            username: "a.b".to_owned(),
            name: "Công chức A".to_owned(),
            device_id: account("mttq").device_id,
            signed_out: false,
            unsent,
        };
        assert_eq!(
            known(5).line().unwrap(),
            "Máy này còn 5 thay đổi chưa gửi của Công chức A"
        );
        assert_eq!(known(0).line(), None);
    }
}
