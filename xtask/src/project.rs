//! Where things are.

use anyhow::{Context, Result};
use std::path::PathBuf;

/// The folder of the workspace. Asked at run time, not compiled in: several checkouts may share one target folder.
pub(crate) fn root() -> Result<PathBuf> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").context("run me through cargo: cargo xtask …")?;
    Ok(PathBuf::from(xtask)
        .parent()
        .context("xtask lies in no folder")?
        .to_owned())
}

/// Cargo's target folder: `target/` in the workspace unless `CARGO_TARGET_DIR` says otherwise.
pub(crate) fn target() -> Result<PathBuf> {
    let root = root()?;
    Ok(match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    })
}
