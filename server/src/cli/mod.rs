//! The command line: `server serve | user | unit | criteria | backup`.

mod backup;
mod criteria;
mod serve;
mod unit;
mod user;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "server", about = "The sync server of Chuẩn TCPL", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the app, the API and the sync socket
    Serve(serve::Args),
    /// Accounts
    #[command(subcommand)]
    User(user::Command),
    /// Provinces, districts and communes
    #[command(subcommand)]
    Unit(unit::Command),
    /// Criteria sets
    #[command(subcommand)]
    Criteria(criteria::Command),
    /// Copy the database into one file, while the server runs
    Backup(backup::Args),
}

/// Where the database is: the same for every command that needs it.
#[derive(clap::Args)]
struct Data {
    /// Folder of the database; made if it is not there
    #[arg(long, default_value = "data")]
    data: PathBuf,
}

/// Reads the command line and does what it says.
///
/// # Errors
/// Whatever stopped the command, said so that the operator knows what to do.
pub fn main() -> anyhow::Result<()> {
    let Cli { command } = Cli::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    match command {
        Command::Serve(args) => runtime.block_on(serve::run(args)),
        Command::User(command) => runtime.block_on(user::run(command)),
        Command::Unit(command) => runtime.block_on(unit::run(command)),
        Command::Criteria(command) => criteria::run(&command),
        Command::Backup(args) => runtime.block_on(backup::run(&args)),
    }
}
