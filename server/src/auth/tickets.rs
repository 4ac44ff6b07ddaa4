//! Tickets: one use, thirty seconds, for clients that cannot send a cookie when they open a WebSocket.

use shared::id::{DeviceId, UserId};
use sqlx::{Row, SqlitePool};

use super::token::TokenHash;
use super::users::id_column;
use super::{Caller, SessionId};
use crate::store::{StoreResult, sql};

/// How long a ticket may wait to be used.
pub const LIVES_MS: i64 = 30_000;

/// Unused tickets a session may have; one more takes away the oldest.
const PER_SESSION: i64 = 16;

/// The table `tickets`.
#[derive(Clone)]
pub struct Tickets {
    pool: SqlitePool,
}

impl Tickets {
    /// Over a database that has migration 0002.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Stores a ticket for exactly this account, device and session, and clears away what is too old or too much.
    ///
    /// # Errors
    /// As the database fails; also when the session ended meanwhile.
    pub async fn issue(&self, caller: &Caller, ticket: TokenHash, now_ms: i64) -> StoreResult<()> {
        let failed = sql("issue a ticket");
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
        sqlx::query(
            "DELETE FROM tickets WHERE expires_ms <= ?1 OR session_id = ?2 AND ticket_hash NOT IN
                 (SELECT ticket_hash FROM tickets WHERE session_id = ?2 ORDER BY expires_ms DESC LIMIT ?3)",
        )
        .bind(now_ms)
        .bind(caller.session.as_bytes())
        .bind(PER_SESSION - 1)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        sqlx::query(
            "INSERT INTO tickets (ticket_hash, session_id, user_id, device_id, expires_ms) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(ticket.as_bytes())
        .bind(caller.session.as_bytes())
        .bind(&caller.user.id.as_bytes()[..])
        .bind(&caller.device.as_bytes()[..])
        .bind(now_ms + LIVES_MS)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        transaction.commit().await.map_err(&failed)
    }

    /// Takes the ticket away and says what it was for. One statement: of two who present it, one gets an answer.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn consume(&self, ticket: TokenHash, now_ms: i64) -> StoreResult<Option<Consumed>> {
        let failed = sql("use a ticket");
        let row = sqlx::query("DELETE FROM tickets WHERE ticket_hash = ? RETURNING *")
            .bind(ticket.as_bytes())
            .fetch_optional(&self.pool)
            .await
            .map_err(&failed)?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<i64, _>("expires_ms").map_err(&failed)? <= now_ms {
            return Ok(None);
        }
        Ok(Some(Consumed {
            session: id_column(&row, "session_id", SessionId::from_slice)?,
            user: id_column(&row, "user_id", UserId::from_slice)?,
            device: id_column(&row, "device_id", DeviceId::from_slice)?,
        }))
    }
}

/// What a ticket was bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consumed {
    /// The session it was issued to; it must still be alive.
    pub session: SessionId,
    /// That session's account.
    pub user: UserId,
    /// That session's device.
    pub device: DeviceId,
}
