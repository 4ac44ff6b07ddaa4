//! What is put into every page before its own scripts run, to see what the page itself does not show.

use crate::browser::Browser;
use anyhow::{Result, ensure};
use serde::Deserialize;

/// Violations of the security policy, kept over navigations of the tab.
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

/// Fails when a page of this browser's current tab violated its security policy, or the browser's log speaks of it
/// (which is all there is of a worker's violation).
///
/// # Errors
/// One line for each violation.
pub async fn no_violation(browser: &Browser) -> Result<()> {
    let script = "try { return JSON.parse(sessionStorage.getItem('e2e-policy') ?? '[]') } catch { return [] }";
    let mut found: Vec<String> = browser.driver().execute(script, vec![]).await?.convert()?;
    for entry in browser.driver().browser_log().await? {
        if entry.message.contains("Content Security Policy") {
            found.push(entry.message);
        }
    }
    ensure!(
        found.is_empty(),
        "the security policy was violated:\n{}",
        found.join("\n")
    );
    Ok(())
}
