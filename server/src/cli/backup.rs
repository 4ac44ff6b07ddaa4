//! `server backup`: one consistent file, also while the server runs.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::Data;
use crate::state::open_store;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: Data,
    /// The file to make; must not be there yet. It holds password hashes and all dossiers: keep it safe
    #[arg(long)]
    to: PathBuf,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<()> {
    ensure!(
        !args.to.exists(),
        "{} is there already: choose another name",
        args.to.display()
    );
    let to = args.to.to_str().context("the name of the file must be UTF-8")?;
    // Made first, for its owner only: SQLite takes an empty file as a new database and keeps its permissions.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&args.to)
        .with_context(|| format!("{} cannot be made", args.to.display()))?;
    let store = open_store(&args.data.data).await?;
    sqlx::query("VACUUM INTO ?")
        .bind(to)
        .execute(store.pool())
        .await
        .context("the copy failed; is the disk full?")?;
    check(&args.to).await?;
    std::fs::File::open(&args.to)?.sync_all()?;
    println!(
        "{} bytes in {}, checked",
        std::fs::metadata(&args.to)?.len(),
        args.to.display()
    );
    Ok(())
}

/// Reads the copy back: a backup that was never read is none.
async fn check(file: &std::path::Path) -> anyhow::Result<()> {
    let mut copy = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .connect()
        .await?;
    let said: String = sqlx::query_scalar("PRAGMA quick_check").fetch_one(&mut copy).await?;
    copy.close().await?;
    ensure!(
        said == "ok",
        "the copy is damaged ({said}): check the disk and make another"
    );
    Ok(())
}
