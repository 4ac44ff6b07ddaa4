//! Which dossier a document is, and the document id that follows from it.

use super::DossierError;
use super::genesis::{self, GENESIS_VERSION};
pub use crate::access::DocumentKind;
use crate::id::{SetId, UnitCode};
use crate::json::{Read, Value};
use crate::read_json;
use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

/// What makes a dossier the one it is. Its first change and its id are made from exactly this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The commune. Its code is given once and never used again for another.
    pub unit: UnitCode,
    /// The year that is assessed, for example 2024.
    pub year: u16,
    /// The criteria set of that year.
    pub set: SetId,
    /// What kind of document.
    pub kind: DocumentKind,
}

read_json!(Identity { unit, year, set, kind });

impl Identity {
    /// The longest unit code, in bytes.
    pub const MAX_UNIT_CODE: usize = 96;

    /// The identity of a dossier.
    pub fn dossier(unit: UnitCode, year: u16, set: SetId) -> Self {
        Self {
            unit,
            year,
            set,
            kind: DocumentKind::Dossier,
        }
    }

    /// The id of the document: UUIDv5 over genesis version, unit, year, set and kind.
    pub fn document_id(&self) -> DocumentId {
        let name = format!(
            "{GENESIS_VERSION}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}",
            self.unit,
            self.year,
            self.set,
            self.kind.as_str()
        );
        DocumentId(*Uuid::new_v5(&NAMESPACE, name.as_bytes()).as_bytes())
    }

    /// Whether a dossier with this identity can exist: a known set, a year from 2000 to 2200, and a unit code that is
    /// not empty, not longer than [`Self::MAX_UNIT_CODE`] and made of `a-z`, `0-9` and `-`.
    pub fn check(&self) -> Result<(), DossierError> {
        genesis::numbers(&self.set)?;
        if !(2000..=2200).contains(&self.year) {
            return Err(DossierError::ImpossibleIdentity(
                "the year is not one from 2000 to 2200",
            ));
        }
        let code = self.unit.as_str();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if code.is_empty() || code.len() > Self::MAX_UNIT_CODE || !code.chars().all(allowed) {
            return Err(DossierError::ImpossibleIdentity(
                "the unit code is empty, too long or has other characters",
            ));
        }
        Ok(())
    }

    /// The identity a document says it has, from its first change, which must be byte for byte the genesis.
    pub fn of(doc: &automerge::Automerge) -> Result<Self, DossierError> {
        genesis::identity_of(doc)
    }
}

/// The namespace of our document ids. Random, chosen once.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_3a52_84c7_4e0b_9a36_c2d5_7b18_e94f);

/// The id of a document: sixteen bytes, written as automerge-repo writes them (base58 with a checksum).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub [u8; 16]);

impl DocumentId {
    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The address automerge-repo clients use: `automerge:` and the id.
    pub fn url(&self) -> String {
        format!("automerge:{self}")
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bs58::encode([self.0.as_slice(), &check(&self.0)].concat()).into_string())
    }
}

/// The text is not a document id. No retry helps; the address was mistyped or cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a document id: sixteen bytes in base58 with a checksum, with or without `automerge:` in front")]
pub struct DocumentIdError;

impl FromStr for DocumentId {
    type Err = DocumentIdError;

    fn from_str(text: &str) -> Result<Self, DocumentIdError> {
        let id = text.strip_prefix("automerge:").unwrap_or(text);
        // 16 bytes and 4 of checksum are at most 28 characters: do not decode more than could be right.
        if id.len() > 28 {
            return Err(DocumentIdError);
        }
        let bytes = bs58::decode(id).into_vec().map_err(|_| DocumentIdError)?;
        let (bytes, found) = bytes.split_last_chunk().ok_or(DocumentIdError)?;
        if check(bytes) != *found {
            return Err(DocumentIdError);
        }
        bytes.try_into().map(Self).map_err(|_| DocumentIdError)
    }
}

/// Base58Check's four bytes. bs58 can do this too, with another version of SHA-256 than the rest of the app: twice the download.
fn check(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = Sha256::digest(Sha256::digest(bytes)).0;
    [a, b, c, d]
}

impl Serialize for DocumentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DocumentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Read for DocumentId {
    fn read(json: &Value) -> Option<Self> {
        json.as_str()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::agrees;

    #[test]
    fn json_is_read_as_serde_reads_it() {
        assert_eq!(agrees(&thuong_cat(2024)), Ok(()));
        assert_eq!(agrees(&thuong_cat(2024).document_id()), Ok(()));
    }

    fn thuong_cat(year: u16) -> Identity {
        Identity::dossier("x-ha-noi-bac-tu-liem-thuong-cat".into(), year, "QD25_2021".into())
    }

    #[test]
    fn the_id_of_a_dossier_never_changes() {
        let id = thuong_cat(2024).document_id();
        assert_eq!(id.to_string(), "2j4ohfzM8CRKyNvckCU25V2h8FGU");
        assert_eq!(id.url().parse(), Ok(id));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_ne!(thuong_cat(2023).document_id(), id);
    }

    #[test]
    fn a_mistyped_id_is_refused() {
        let id = thuong_cat(2024).document_id().to_string();
        let other = if id.starts_with('2') { "3" } else { "2" };
        assert_eq!(
            format!("{other}{}", &id[1..]).parse::<DocumentId>(),
            Err(DocumentIdError)
        );
        assert_eq!("".parse::<DocumentId>(), Err(DocumentIdError));
        assert_eq!("1".repeat(4000).parse::<DocumentId>(), Err(DocumentIdError));
    }

    #[test]
    fn impossible_identities_are_refused() {
        assert!(thuong_cat(2024).check().is_ok());
        assert!(thuong_cat(1999).check().is_err());
        let with = |unit: &str, set: &str| Identity::dossier(unit.into(), 2024, set.into()).check();
        assert!(with("", "QD25_2021").is_err());
        assert!(with("x-a\u{1f}2024", "QD25_2021").is_err());
        assert!(with(&"x".repeat(97), "QD25_2021").is_err());
        assert!(with("x-a", "QD25").is_err());
    }
}
