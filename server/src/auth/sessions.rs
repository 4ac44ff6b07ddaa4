//! Who is signed in on which device, and the news that a session ended.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shared::id::{DeviceId, UserId};
use sqlx::{Row, SqlitePool};
use tokio::sync::watch;
use uuid::Uuid;

use super::Caller;
use super::token::TokenHash;
use super::users::{id_column, user};
use crate::store::{StoreResult, sql};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A session not used for this long is over: longer than the stretch of weeks a commune may work without signal.
pub const IDLE_MS: i64 = 30 * DAY_MS;
/// However much it is used, a session ends after this long.
pub const LONGEST_MS: i64 = super::cookie::KEPT_S * 1000;
/// Use is written down at most this often.
const RENEW_EVERY_MS: i64 = DAY_MS;
/// Sessions an account may have; signing in once more ends the one used longest ago.
const PER_ACCOUNT: i64 = 20;

/// The id of a session: not a secret, it only names the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(Uuid);

impl SessionId {
    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self)
    }

    /// The sixteen bytes of the column.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The table `sessions`, and the open sockets and streams that hang on its rows.
pub struct Sessions {
    pool: SqlitePool,
    watched: Mutex<HashMap<SessionId, watch::Sender<()>>>,
}

/// Held by a socket or stream that must not outlive its session.
pub struct SessionWatch(watch::Receiver<()>);

impl SessionWatch {
    /// Completes when the session is over: signed out, expired, or its account disabled.
    pub async fn ended(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}

/// Who signs in, for [`Sessions::start`].
pub struct SignIn<'a> {
    /// The account.
    pub user: UserId,
    /// The device as it was told last time, if it is this account's; otherwise a new one is made.
    pub device: Option<DeviceId>,
    /// What to call a new device.
    pub device_name: &'a str,
    /// The hash of the token the device will hold.
    pub token: TokenHash,
}

impl Sessions {
    /// Over a database that has migration 0002.
    pub fn new(pool: SqlitePool) -> Self {
        Self {
            pool,
            watched: Mutex::default(),
        }
    }

    /// Starts a session and ends the earlier ones of the same device.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn start(&self, sign_in: SignIn<'_>, now_ms: i64) -> StoreResult<DeviceId> {
        let failed = sql("start a session");
        let user = &sign_in.user.as_bytes()[..];
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
        let known = match sign_in.device {
            None => false,
            Some(device) => sqlx::query("SELECT 1 FROM devices WHERE id = ? AND user_id = ?")
                .bind(&device.as_bytes()[..])
                .bind(user)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(&failed)?
                .is_some(),
        };
        let device = match sign_in.device {
            Some(device) if known => device,
            _ => DeviceId::new(Uuid::new_v4()),
        };
        if !known {
            sqlx::query("INSERT INTO devices (id, user_id, name, created_ms) VALUES (?, ?, ?, ?)")
                .bind(&device.as_bytes()[..])
                .bind(user)
                .bind(sign_in.device_name)
                .bind(now_ms)
                .execute(&mut *transaction)
                .await
                .map_err(&failed)?;
        }
        let mut ended = Vec::new();
        for row in sqlx::query(
            "DELETE FROM sessions WHERE user_id = ?1 AND (device_id = ?2 OR id NOT IN
                 (SELECT id FROM sessions WHERE user_id = ?1 ORDER BY renewed_ms DESC LIMIT ?3)) RETURNING id",
        )
        .bind(user)
        .bind(&device.as_bytes()[..])
        .bind(PER_ACCOUNT - 1)
        .fetch_all(&mut *transaction)
        .await
        .map_err(&failed)?
        {
            ended.push(id_column(&row, "id", SessionId::from_slice)?);
        }
        sqlx::query(
            "INSERT INTO sessions (id, token_hash, user_id, device_id, created_ms, renewed_ms, expires_ms)
             VALUES (?, ?, ?, ?, ?5, ?5, ?6)",
        )
        .bind(&Uuid::new_v4().as_bytes()[..])
        .bind(sign_in.token.as_bytes())
        .bind(user)
        .bind(&device.as_bytes()[..])
        .bind(now_ms)
        .bind(now_ms + IDLE_MS)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        self.forget(&ended);
        Ok(device)
    }

    /// The caller behind a token, if the session lives and the account is not disabled. Using it renews it.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn find(&self, token: TokenHash, now_ms: i64) -> StoreResult<Option<Caller>> {
        self.alive(BY_TOKEN, token.as_bytes(), now_ms).await
    }

    /// The caller of a session, by its id: what a ticket stands for.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn find_by_id(&self, session: SessionId, now_ms: i64) -> StoreResult<Option<Caller>> {
        self.alive(BY_ID, session.as_bytes(), now_ms).await
    }

    async fn alive(&self, query: &'static str, key: &[u8], now_ms: i64) -> StoreResult<Option<Caller>> {
        let failed = sql("find a session");
        let row = sqlx::query(query)
            .bind(key)
            .bind(now_ms)
            .fetch_optional(&self.pool)
            .await
            .map_err(&failed)?;
        let Some(row) = row else { return Ok(None) };
        let caller = Caller {
            user: user(&row)?,
            session: id_column(&row, "session_id", SessionId::from_slice)?,
            device: id_column(&row, "device_id", DeviceId::from_slice)?,
        };
        let renewed_ms: i64 = row.try_get("renewed_ms").map_err(&failed)?;
        if now_ms - renewed_ms >= RENEW_EVERY_MS {
            sqlx::query(
                "UPDATE sessions SET renewed_ms = ?2, expires_ms = min(?2 + ?3, created_ms + ?4) WHERE id = ?1",
            )
            .bind(caller.session.as_bytes())
            .bind(now_ms)
            .bind(IDLE_MS)
            .bind(LONGEST_MS)
            .execute(&self.pool)
            .await
            .map_err(&failed)?;
        }
        Ok(Some(caller))
    }

    /// Ends a session: its token and tickets are dead when this returns, its sockets and streams are told.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn end(&self, session: SessionId) -> StoreResult<()> {
        sqlx::query("DELETE FROM sessions WHERE id = ?")
            .bind(session.as_bytes())
            .execute(&self.pool)
            .await
            .map_err(sql("end a session"))?;
        self.forget(&[session]);
        Ok(())
    }

    /// To be held by what must end with the session.
    pub fn watch(&self, session: SessionId) -> SessionWatch {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        SessionWatch(
            watched
                .entry(session)
                .or_insert_with(|| watch::channel(()).0)
                .subscribe(),
        )
    }

    /// Deletes what has expired and tells the sockets of every session that is gone, also of those that another
    /// process (the command line) ended. To be called every few seconds.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn sweep(&self, now_ms: i64) -> StoreResult<()> {
        sqlx::query("DELETE FROM sessions WHERE expires_ms <= ?")
            .bind(now_ms)
            .execute(&self.pool)
            .await
            .map_err(sql("delete expired sessions"))?;
        let open: Vec<SessionId> = {
            let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
            watched.retain(|_, sender| sender.receiver_count() > 0);
            watched.keys().copied().collect()
        };
        let mut gone = Vec::new();
        for session in open {
            let found = self.find_by_id(session, now_ms).await?;
            if found.is_none() {
                gone.push(session);
            }
        }
        self.forget(&gone);
        Ok(())
    }

    fn forget(&self, sessions: &[SessionId]) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        for session in sessions {
            watched.remove(session);
        }
    }
}

const BY_TOKEN: &str = "SELECT u.*, s.id AS session_id, s.device_id, s.renewed_ms FROM sessions s
     JOIN users u ON u.id = s.user_id WHERE s.token_hash = ?1 AND s.expires_ms > ?2 AND u.disabled_ms IS NULL";
const BY_ID: &str = "SELECT u.*, s.id AS session_id, s.device_id, s.renewed_ms FROM sessions s
     JOIN users u ON u.id = s.user_id WHERE s.id = ?1 AND s.expires_ms > ?2 AND u.disabled_ms IS NULL";
