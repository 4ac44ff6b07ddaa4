//! Identifiers. Each is a type of its own, so that a unit's code is never passed where a user's id is meant.

use crate::json::{Read, Value};
use core::fmt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as it is; nothing is normalised.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text, as stored and as sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl Read for $name {
            fn read(json: &Value) -> Option<Self> {
                json.as_str().map(Self::from)
            }
        }
    };
}

text_id! {
    /// The code of a unit (`đơn vị`): given once, never changed, never used again for another unit.
    UnitCode
}
text_id! {
    /// The id of a criteria set (`bộ tiêu chí`), for example `QD25_2021`.
    SetId
}
text_id! {
    /// The number of an indicator (`chỉ tiêu`) inside its set, for example `5.4`.
    IndicatorNumber
}
text_id! {
    /// The id of a sub-item (`nội dung`) inside its indicator. Frozen once a set is in use: registers are keyed by it.
    SubItemId
}
text_id! {
    /// The id of a position (`chức danh`), for example `tu-phap-ho-tich`.
    PositionId
}
text_id! {
    /// For whom a declaration about discipline is made: `bi-thu-cap-uy`, `chu-tich-ubnd`. Frozen: declarations are keyed by it.
    HeadId
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID.
            pub const fn uuid(&self) -> Uuid {
                self.0
            }

            /// The sixteen bytes of the UUID.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// From exactly sixteen bytes; `None` for any other length.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Read for $name {
            fn read(json: &Value) -> Option<Self> {
                json.as_str()?.parse().ok().map(Self)
            }
        }
    };
}

uuid_id! {
    /// The id of an account (`tài khoản`). Its sixteen bytes are the Automerge author of everything the account writes.
    UserId
}
uuid_id! {
    /// The id of one device (`thiết bị`) of one account: made by the server at sign-in.
    DeviceId
}
