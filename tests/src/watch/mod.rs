//! What is put into every page before its own scripts run, to see what the page itself does not show.

use crate::browser::Browser;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{fs, path::Path};

/// Says violations of the security policy on the console.
const POLICY: &str = include_str!("policy.js");
/// Every transaction opened on an IndexedDB database.
const TRANSACTIONS: &str = include_str!("transactions.js");
/// A clock that is wrong by a given time.
const CLOCK: &str = include_str!("clock.js");

/// The scripts of a new tab whose clock is off by `clock_ms`.
pub(crate) fn scripts(clock_ms: i64) -> Vec<String> {
    let mut scripts = vec![POLICY.to_owned(), TRANSACTIONS.to_owned()];
    if clock_ms != 0 {
        scripts.push(CLOCK.replace("CLOCK_MS", &clock_ms.to_string()));
    }
    scripts
}

/// One transaction as the page opened it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Transaction {
    /// The object stores it covers.
    pub stores: Vec<String>,
    /// `readonly`, `readwrite` or `versionchange`.
    pub mode: String,
    /// `default`, `strict` or `relaxed`.
    pub durability: String,
}

/// The transactions opened since the page was loaded, the oldest first.
///
/// # Errors
/// What the browser answers.
pub async fn transactions(browser: &Browser) -> Result<Vec<Transaction>> {
    Ok(browser
        .driver()
        .execute("return window.e2eTransactions ?? []", vec![])
        .await?
        .convert()?)
}

/// What no page and no worker may do, as the browser's own log has it: break the security policy, panic
/// (a `RuntimeError`, in the development build with a message before it), throw. The log is on the disk at once, so it is there
/// after a kill too, and no test needs to ask for it.
pub(crate) fn complaints(profile: &Path) -> Result<Vec<String>> {
    let log = profile.join("chrome_debug.log");
    let log = fs::read(&log).with_context(|| format!("the browser kept no log at {}", log.display()))?;
    let bad = [
        "Content Security Policy",
        "securitypolicyviolation",
        "panicked at",
        "RuntimeError",
        "Uncaught",
    ];
    let lines = String::from_utf8_lossy(&log);
    let lines = lines
        .lines()
        .filter(|line| bad.iter().any(|words| line.contains(words)));
    Ok(lines.map(str::to_owned).collect())
}
