//! What `cargo xtask e2e` made for the tests, by environment variable.

use anyhow::{Context, Result};
use std::path::PathBuf;

fn path(name: &str) -> Result<PathBuf> {
    let value = std::env::var_os(name).with_context(|| format!("{name} is not set: run `cargo xtask e2e`"))?;
    Ok(PathBuf::from(value))
}

/// The server's program (`E2E_SERVER`).
///
/// # Errors
/// When the variable is not set.
pub fn server() -> Result<PathBuf> {
    path("E2E_SERVER")
}

/// The app as it is served (`E2E_DIST`).
///
/// # Errors
/// When the variable is not set.
pub fn dist() -> Result<PathBuf> {
    path("E2E_DIST")
}

/// The same app with another build id (`E2E_DIST_NEXT`): what a new release looks like to a phone.
///
/// # Errors
/// When the variable is not set.
pub fn next_dist() -> Result<PathBuf> {
    path("E2E_DIST_NEXT")
}

/// Where pictures and logs go: `e2e/` beside the served app, in the target folder.
///
/// # Errors
/// When the folder cannot be made or [`dist`] is not known.
pub fn output(kind: &str) -> Result<PathBuf> {
    let folder = dist()?.with_file_name(kind);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}
