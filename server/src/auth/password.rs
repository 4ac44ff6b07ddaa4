//! Passwords: argon2id, off the async threads, a few at a time.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Memory for one hash, in KiB. With [`PASSES`] and one lane this is OWASP's second recommendation for argon2id
/// (19 MiB, 2 passes), and the crate's default. Measured on two shared cores: see `docs/SECURITY.md`.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Hashes computed at the same time: more would only take memory and the cores the sync needs.
const AT_ONCE: usize = 2;
/// Callers that may wait for their turn; the next is told to come back.
const WAITING: usize = 32;
/// The longest password that is looked at, in bytes of UTF-8.
const LONGEST: usize = 1024;

/// A password as typed, in NFC: the same word typed on an iPhone (decomposed) and on Windows (composed) is the same
/// password. Never shown, not even by `Debug`.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Normalises what was typed. Longer than 1,024 bytes or empty is `None`: such a password cannot have been set.
    pub fn new(typed: &str) -> Option<Self> {
        if typed.is_empty() || typed.len() > LONGEST {
            return None;
        }
        Some(Self(typed.nfc().collect()))
    }

    /// One that is nobody's, to compute with when what was typed cannot be a password.
    pub fn decoy() -> Self {
        Self(String::from("decoy"))
    }

    /// How many characters it has, for the rule of the shortest acceptable one.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why no answer came about a password.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many sign-ins wait already. Trying again in some seconds helps.
    #[error("too many sign-ins at once; try again in a few seconds")]
    Busy,
    /// The stored hash does not parse, or memory or randomness ran out. An operator must look.
    #[error("the password could not be computed: {0}; set the account's password again")]
    Failed(String),
}

/// Computes and compares password hashes.
pub struct Passwords {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Compared against when the account does not exist, so that the answer takes as long.
    decoy: String,
}

impl Passwords {
    /// Ready to work; computes one hash, the decoy's.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] when there is no randomness or memory.
    pub fn new() -> Result<Self, PasswordError> {
        let decoy = hash_now(&Password::decoy())?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            decoy,
        })
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// As [`PasswordError`] says.
    pub async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        self.in_turn(move || hash_now(&password)).await?
    }

    /// Whether `password` is the one behind `stored`. With `None` (no such account) it computes as long and is false.
    ///
    /// # Errors
    /// As [`PasswordError`] says.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<bool, PasswordError> {
        let known = stored.is_some();
        let phc = stored.unwrap_or_else(|| self.decoy.clone());
        let same = self.in_turn(move || verify_now(&password, &phc)).await??;
        Ok(same && known)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.queue)
            .try_acquire_owned()
            .map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Busy)?;
        // The permits go into the closure: a caller that gives up must not free the place while the work still runs.
        tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        })
        .await
        .map_err(|error| PasswordError::Failed(error.to_string()))
    }
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes on the calling thread: for the command line.
///
/// # Errors
/// [`PasswordError::Failed`].
pub fn hash_now(password: &Password) -> Result<String, PasswordError> {
    let hash: phc::PasswordHash = argon2()?.hash_password(password.0.as_bytes()).map_err(failed)?;
    Ok(hash.to_string())
}

/// Compares with the parameters inside `stored`, so that accounts older than a change of parameters still work.
fn verify_now(password: &Password, stored: &str) -> Result<bool, PasswordError> {
    let parsed = phc::PasswordHash::new(stored).map_err(failed)?;
    match argon2()?.verify_password(password.0.as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: impl fmt::Display) -> PasswordError {
    PasswordError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text).unwrap()
    }

    #[tokio::test]
    async fn the_right_one_and_only_that() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords.hash(password("mật khẩu 2024")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(
            passwords
                .verify(password("mật khẩu 2024"), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.verify(password("mật khẩu 2025"), Some(stored)).await.unwrap());
        assert!(
            !passwords.verify(password("decoy"), None).await.unwrap(),
            "the decoy lets nobody in"
        );
    }

    #[tokio::test]
    async fn composed_and_decomposed_are_one_password() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords.hash(password("Th\u{1b0}\u{1ee3}ng C\u{e1}t")).await.unwrap();
        let typed = password("Thu\u{31b}o\u{31b}\u{323}ng Ca\u{301}t");
        assert!(passwords.verify(typed, Some(stored)).await.unwrap());
    }

    #[test]
    fn nothing_empty_or_huge() {
        assert!(Password::new("").is_none());
        assert!(Password::new(&"a".repeat(1025)).is_none());
        assert_eq!(format!("{:?}", password("secret")), "Password(…)");
    }

    #[tokio::test]
    async fn a_full_queue_says_so_at_once() {
        let passwords = Passwords::new().unwrap();
        let held = Arc::clone(&passwords.queue)
            .acquire_many_owned((AT_ONCE + WAITING) as u32)
            .await
            .unwrap();
        assert!(matches!(
            passwords.verify(password("x"), None).await,
            Err(PasswordError::Busy)
        ));
        drop(held);
        assert!(!passwords.verify(password("x"), None).await.unwrap());
    }
}
