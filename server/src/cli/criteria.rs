//! `server criteria …`: looking at criteria sets without a database.

use std::path::PathBuf;

use anyhow::{Context, anyhow};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Check a file: sums, numbers, rules; says the line and the cure
    Check {
        /// A TOML file, as in shared/criteria
        file: PathBuf,
    },
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Check { file } = command;
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let set = shared::criteria::load(&file.display().to_string(), &text).map_err(|error| anyhow!("{error}"))?;
    let indicators: usize = set.criteria.iter().map(|criterion| criterion.indicators.len()).sum();
    println!(
        "{}: {} criteria, {indicators} indicators, no fault found",
        set.id,
        set.criteria.len()
    );
    Ok(())
}
