//! Accounts (`tài khoản`).

use shared::id::{DeviceId, PositionId, UnitCode, UserId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

use crate::store::{StoreError, StoreErrorKind, StoreResult, sql};

/// An account. Its id is the Automerge author of everything it writes, so an account is disabled, never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// What is typed to sign in, as [`username`] normalises it.
    pub username: String,
    /// The name shown to colleagues.
    pub name: String,
    /// The unit the account belongs to; `None` for the system's own accounts.
    pub unit: Option<UnitCode>,
    /// The position (`chức danh`), which decides what it may do.
    pub position: PositionId,
    /// Since when it is disabled, in Unix milliseconds.
    pub disabled_ms: Option<i64>,
}

/// The table `users`.
#[derive(Clone)]
pub struct Users {
    pool: SqlitePool,
}

/// A username in its one spelling: lower case, no spaces around. `None` unless it has 1 to 64 characters of
/// `a-z 0-9 . _ -`; so a lookup never depends on Unicode.
pub fn username(typed: &str) -> Option<String> {
    let name = typed.trim().to_ascii_lowercase();
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    (!name.is_empty() && name.len() <= 64 && name.chars().all(fine)).then_some(name)
}

impl Users {
    /// Over a database that has migration 0002.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Adds an account; `password` is a PHC string.
    ///
    /// # Errors
    /// [`StoreErrorKind::Conflict`] when the username is taken or the unit does not exist.
    pub async fn add(&self, user: &User, password: &str, now_ms: i64) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO users (id, username, name, password, unit, position, created_ms, disabled_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&user.id.as_bytes()[..])
        .bind(&user.username)
        .bind(&user.name)
        .bind(password)
        .bind(user.unit.as_ref().map(UnitCode::as_str))
        .bind(user.position.as_str())
        .bind(now_ms)
        .bind(user.disabled_ms)
        .execute(&self.pool)
        .await
        .map_err(sql("add an account"))?;
        Ok(())
    }

    /// Makes a device known without anybody signing in on it; one that is known already stays as it is.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn add_device(&self, device: DeviceId, user: UserId, name: &str, now_ms: i64) -> StoreResult<()> {
        sqlx::query("INSERT INTO devices (id, user_id, name, created_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(&device.as_bytes()[..])
            .bind(&user.as_bytes()[..])
            .bind(name)
            .bind(now_ms)
            .execute(&self.pool)
            .await
            .map_err(sql("add a device"))?;
        Ok(())
    }

    /// The account with this username, and its PHC string.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn find(&self, username: &str) -> StoreResult<Option<(User, String)>> {
        let row = sqlx::query("SELECT * FROM users WHERE username = ?")
            .bind(username)
            .fetch_optional(&self.pool)
            .await
            .map_err(sql("find an account"))?;
        row.map(|row| Ok((user(&row)?, row.try_get("password").map_err(sql("read an account"))?)))
            .transpose()
    }

    /// All accounts, by username.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn list(&self) -> StoreResult<Vec<User>> {
        let rows = sqlx::query("SELECT * FROM users ORDER BY username")
            .fetch_all(&self.pool)
            .await
            .map_err(sql("list the accounts"))?;
        rows.iter().map(user).collect()
    }

    /// Sets the password and signs the account out everywhere. False when there is no such account.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn set_password(&self, username: &str, password: &str) -> StoreResult<bool> {
        self.change(username, "UPDATE users SET password = ? WHERE username = ?", password)
            .await
    }

    /// Disables the account and signs it out everywhere. False when there is no such account.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn disable(&self, username: &str, now_ms: i64) -> StoreResult<bool> {
        self.change(
            username,
            "UPDATE users SET disabled_ms = coalesce(disabled_ms, ?) WHERE username = ?",
            now_ms,
        )
        .await
    }

    /// Lets a disabled account sign in again. False when there is no such account.
    ///
    /// # Errors
    /// As the database fails.
    pub async fn enable(&self, username: &str) -> StoreResult<bool> {
        self.change(
            username,
            "UPDATE users SET disabled_ms = ? WHERE username = ?",
            None::<i64>,
        )
        .await
    }

    /// One update by username, and the end of the account's sessions, in one transaction.
    async fn change<'q, V>(&self, username: &'q str, update: &'static str, value: V) -> StoreResult<bool>
    where
        V: sqlx::Encode<'q, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + 'q,
    {
        let failed = sql("change an account");
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
        let changed = sqlx::query(update)
            .bind(value)
            .bind(username)
            .execute(&mut *transaction)
            .await;
        let found = changed.map_err(&failed)?.rows_affected() > 0;
        sqlx::query("DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE username = ?)")
            .bind(username)
            .execute(&mut *transaction)
            .await
            .map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        Ok(found)
    }
}

/// Reads a row that has the columns of `users`.
pub(super) fn user(row: &SqliteRow) -> StoreResult<User> {
    let failed = sql("read an account");
    Ok(User {
        id: id_column(row, "id", UserId::from_slice)?,
        username: row.try_get("username").map_err(&failed)?,
        name: row.try_get("name").map_err(&failed)?,
        unit: row
            .try_get::<Option<String>, _>("unit")
            .map_err(&failed)?
            .map(UnitCode::new),
        position: PositionId::new(row.try_get::<String, _>("position").map_err(&failed)?),
        disabled_ms: row.try_get("disabled_ms").map_err(&failed)?,
    })
}

/// Reads a column of sixteen bytes as an id.
pub(super) fn id_column<T>(row: &SqliteRow, column: &str, make: impl Fn(&[u8]) -> Option<T>) -> StoreResult<T> {
    let bytes: &[u8] = row.try_get(column).map_err(sql("read an id"))?;
    make(bytes).ok_or_else(|| StoreError::new("read an id", StoreErrorKind::Damaged, "an id is not sixteen bytes"))
}

#[cfg(test)]
mod tests {
    use super::username;

    #[test]
    fn one_spelling() {
        assert_eq!(username(" ThuongCat.TuPhap ").as_deref(), Some("thuongcat.tuphap"));
        for wrong in ["", "  ", "thượng", "a b", "a/b", &"a".repeat(65)] {
            assert_eq!(username(wrong), None, "{wrong}");
        }
    }
}
