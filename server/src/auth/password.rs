//! Passwords: argon2id, on threads of its own, a few at a time.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;

use super::argon::Memory;

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

    /// What is hashed.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
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

/// A hash to compute or compare, with the way back to who asked.
type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Computes and compares password hashes, on threads of its own that keep the memory for it.
pub struct Passwords {
    jobs: SyncSender<Job>,
    /// Compared against when the account does not exist, so that the answer takes as long.
    decoy: String,
}

impl Passwords {
    /// Ready to work; computes one hash, the decoy's. Its threads end when it is dropped.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] when there is no randomness, memory or thread.
    pub fn new() -> Result<Self, PasswordError> {
        let decoy = Memory::default().hash(&Password::decoy())?;
        let (jobs, queue) = sync_channel::<Job>(WAITING);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..AT_ONCE {
            let queue = Arc::clone(&queue);
            let thread = std::thread::Builder::new().name(String::from("password"));
            let spawned = thread.spawn(move || work(&queue));
            spawned.map_err(|error| PasswordError::Failed(error.to_string()))?;
        }
        Ok(Self { jobs, decoy })
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// As [`PasswordError`] says.
    pub async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        self.in_turn(move |memory| memory.hash(&password)).await?
    }

    /// Whether `password` is the one behind `stored`. With `None` (no such account) it computes as long and is false.
    ///
    /// # Errors
    /// As [`PasswordError`] says.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<bool, PasswordError> {
        let known = stored.is_some();
        let phc = stored.unwrap_or_else(|| self.decoy.clone());
        let same = self.in_turn(move |memory| memory.verify(&password, &phc)).await??;
        Ok(same && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            // Whoever asked may have given up meanwhile.
            let _ = answer.send(work(memory));
        });
        self.jobs.try_send(job).map_err(|_| PasswordError::Busy)?;
        answered
            .await
            .map_err(|_| PasswordError::Failed(String::from("the computation broke off")))
    }
}

/// Does one job after the other until no more can come.
fn work(queue: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::default();
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A job that panics answers nobody; the thread goes on.
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
    }
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
    async fn a_full_queue_says_so_at_once_and_a_panic_stops_nothing() {
        let passwords = Passwords::new().unwrap();
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let mut waiting = Vec::new();
        // Two at work, the queue full behind them; a thread may take its job a moment late.
        while waiting.len() < AT_ONCE + WAITING {
            let held = Arc::clone(&held);
            let job: Job = Box::new(move |_| {
                let _ = held.lock().unwrap_or_else(PoisonError::into_inner).recv();
                panic!("as a job might");
            });
            match passwords.jobs.try_send(job) {
                Ok(()) => waiting.push(()),
                Err(_) => tokio::task::yield_now().await,
            }
        }
        assert!(matches!(
            passwords.verify(password("x"), None).await,
            Err(PasswordError::Busy)
        ));
        drop(hold);
        loop {
            match passwords.verify(password("x"), None).await {
                Err(PasswordError::Busy) => tokio::task::yield_now().await,
                answer => break assert!(!answer.unwrap()),
            }
        }
    }
}
