//! The demonstration: units, accounts and one dossier, put into an empty database by `server serve --demo`.

mod dossier;

use serde::Deserialize;
use shared::dossier::{DossierError, Identity};
use shared::id::{DeviceId, HeadId, IndicatorNumber, PositionId, SetId, UnitCode, UserId};
use shared::unit::{Level, Unit};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::auth::argon::Memory;
use crate::auth::password::{Password, PasswordError};
use crate::auth::users::{User, Users};
use crate::store::{SqliteStore, Store, StoreError};
use crate::{clock, units};

/// The data of the demonstration, compiled in.
#[derive(Debug, Deserialize)]
pub struct Demo {
    /// The password of every account.
    pub password: String,
    units: Vec<DemoUnit>,
    /// The accounts.
    pub accounts: Vec<DemoAccount>,
    dossier: DemoDossier,
}

#[derive(Debug, Deserialize)]
struct DemoUnit {
    code: UnitCode,
    level: Level,
    kind: String,
    name: String,
    parent: Option<UnitCode>,
}

/// One account of the demonstration.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoAccount {
    /// What is typed to sign in.
    pub username: String,
    /// The position and the unit: no invented person.
    pub name: String,
    /// The unit; `None` for the administrator.
    pub unit: Option<UnitCode>,
    /// The position.
    pub position: PositionId,
}

#[derive(Debug, Deserialize)]
struct DemoDossier {
    unit: UnitCode,
    year: u16,
    criteria_set: SetId,
    /// Indicators that are not at their maximum, and how many points are missing.
    below_max_by: BTreeMap<IndicatorNumber, i64>,
    reason: String,
    entered_by: Vec<EnteredBy>,
    declared_by: String,
    heads: Vec<HeadId>,
}

#[derive(Debug, Deserialize)]
struct EnteredBy {
    username: String,
    indicators: Vec<IndicatorNumber>,
}

/// Why the demonstration could not be put in. What was put in before stays; starting again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Its password is public: it must not come into a database that is used for work.
    #[error("--demo is for a database of its own, and this one has the account {0}: choose another folder with --data")]
    NotEmpty(String),
    /// The compiled-in data is wrong: a fault of this build.
    #[error("the demonstration's data is wrong: {0}")]
    Data(String),
    /// A dossier could not be written.
    #[error(transparent)]
    Dossier(#[from] DossierError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password hash failed.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

impl Demo {
    /// The compiled-in data.
    ///
    /// # Errors
    /// [`DemoError::Data`] when this build is faulty.
    pub fn load() -> Result<Self, DemoError> {
        serde_json::from_str(include_str!("../../demo/demo.json")).map_err(|error| DemoError::Data(error.to_string()))
    }

    /// Puts in what is not there yet: run as often as one likes.
    ///
    /// # Errors
    /// [`DemoError`]; [`DemoError::NotEmpty`] before anything is written.
    pub async fn seed(&self, store: &SqliteStore) -> Result<(), DemoError> {
        let users = Users::new(store.pool().clone());
        if let Some(other) = users
            .list()
            .await?
            .into_iter()
            .find(|user| user.id != user_id(&user.username))
        {
            return Err(DemoError::NotEmpty(other.username));
        }
        units::add(store.pool(), &self.units()).await?;
        self.seed_accounts(&users).await?;
        self.seed_dossier(store, &users).await
    }

    fn units(&self) -> Vec<Unit> {
        let unit = |unit: &DemoUnit| {
            Unit::new(
                unit.code.clone(),
                unit.level,
                &unit.kind,
                &unit.name,
                unit.parent.clone(),
            )
        };
        self.units.iter().map(unit).collect()
    }

    async fn seed_accounts(&self, users: &Users) -> Result<(), DemoError> {
        // The password is public, so one salt for all costs nothing and starts faster.
        let mut hash = None;
        for account in &self.accounts {
            if users.find(&account.username).await?.is_some() {
                continue;
            }
            let hash = match &hash {
                Some(hash) => hash,
                None => {
                    let password = Password::new(&self.password).ok_or_else(|| data("no password"))?;
                    &*hash.insert(Memory::default().hash(&password)?)
                }
            };
            users.add(&account.user(), hash, clock::now_ms()).await?;
        }
        Ok(())
    }

    async fn seed_dossier(&self, store: &SqliteStore, users: &Users) -> Result<(), DemoError> {
        let demo = &self.dossier;
        let identity = Identity::dossier(demo.unit.clone(), demo.year, demo.criteria_set.clone());
        if store.find(identity.document_id()).await?.is_some() {
            return Ok(());
        }
        let now_ms = clock::now_ms();
        for account in &self.accounts {
            users
                .add_device(account.device(), account.id(), "Dữ liệu minh họa", now_ms)
                .await?;
        }
        let write = dossier::write(self, identity, now_ms)?;
        store.commit(&[write]).await?;
        Ok(())
    }
}

impl DemoAccount {
    /// The id: made from the username, so that it is the same in every demonstration.
    pub fn id(&self) -> UserId {
        user_id(&self.username)
    }

    /// The device its part of the dossier came from.
    fn device(&self) -> DeviceId {
        DeviceId::new(Uuid::new_v5(
            &NAMESPACE,
            format!("device of {}", self.username).as_bytes(),
        ))
    }

    fn user(&self) -> User {
        User {
            id: self.id(),
            username: self.username.clone(),
            name: self.name.clone(),
            unit: self.unit.clone(),
            position: self.position.clone(),
            disabled_ms: None,
        }
    }
}

/// The namespace of the demonstration's ids. Random, chosen once.
const NAMESPACE: Uuid = Uuid::from_u128(0x0b1c_94d6_3f7a_4c58_9e02_61a7_d4f8_25b3);

fn user_id(username: &str) -> UserId {
    UserId::new(Uuid::new_v5(&NAMESPACE, username.as_bytes()))
}

fn data(what: impl Into<String>) -> DemoError {
    DemoError::Data(what.into())
}
