//! `server unit …`: the tree of units. A running server sees new units after its next start.

use std::io::Write;

use anyhow::Context;
use shared::id::UnitCode;
use shared::unit::{Unit, UnitTree};

use super::Data;
use crate::state::open_store;
use crate::units;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add a unit; its code is for ever: it becomes part of the ids of its dossiers
    Add {
        #[command(flatten)]
        data: Data,
        /// The code: a-z 0-9 -, never used for another unit
        code: String,
        /// province, district or commune
        #[arg(long)]
        level: String,
        /// For example phường, xã, quận, tỉnh
        #[arg(long)]
        kind: String,
        /// The name without the kind
        #[arg(long)]
        name: String,
        /// Code of the unit above; not for a province
        #[arg(long)]
        parent: Option<String>,
    },
    /// List all units
    List {
        #[command(flatten)]
        data: Data,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add {
            data,
            code,
            level,
            kind,
            name,
            parent,
        } => {
            let store = open_store(&data.data).await?;
            let level = units::level(&level).context("the level is province, district or commune")?;
            let unit = Unit::new(
                UnitCode::new(code),
                level,
                kind.trim(),
                name.trim(),
                parent.map(UnitCode::new),
            );
            let tree = units::load(store.pool()).await?;
            // Checked as a whole before anything is written.
            UnitTree::new(tree.all().cloned().chain([unit.clone()]))?;
            units::add(store.pool(), std::slice::from_ref(&unit)).await?;
            println!(
                "added {} {}; a running server sees it after its next start",
                unit.code,
                unit.full_name()
            );
        }
        Command::List { data } => {
            let store = open_store(&data.data).await?;
            let tree = units::load(store.pool()).await?;
            let mut out = std::io::stdout().lock();
            for unit in tree.all() {
                let path = tree.path(&unit.code).unwrap_or_default();
                writeln!(
                    out,
                    "{:<36} {:<10} {path:<44} {}",
                    unit.code,
                    units::level_name(unit.level),
                    unit.full_name()
                )?;
            }
        }
    }
    Ok(())
}
