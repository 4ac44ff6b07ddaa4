//! Who is signed in, as the server said it; kept on the device so that the app opens and scores offline.

use serde::{Deserialize, Serialize};
use shared::id::{DeviceId, PositionId, SetId, UnitCode, UserId};

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

/// The position of an [`Account`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPosition {
    /// The id of the position.
    pub id: PositionId,
    /// `Công chức Tư pháp - Hộ tịch`.
    pub title: String,
}

/// One assessment year the server has open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerYear {
    /// The year assessed, `2024`.
    pub year: u16,
    /// The criteria set; none where the server has not settled which (2025), so that no dossier can begin.
    pub set: Option<SetId>,
}
