//! Pictures of the page, to be looked at by people.

use crate::{browser::Browser, settings};
use anyhow::Result;
use std::path::PathBuf;

/// Takes one: `pictures/{name}-{phone|desk}-{light|dark}.png` in the tests' output. Returns its path.
///
/// # Errors
/// What the browser answers, or that the file cannot be written.
pub async fn take(browser: &Browser, name: &str) -> Result<PathBuf> {
    let path = settings::output("pictures")?.join(format!("{name}-{}.png", browser.look().name()));
    tokio::fs::write(&path, browser.driver().screenshot_as_png().await?).await?;
    Ok(path)
}
