//! The command line: `server serve | …`.

mod serve;

use clap::{Parser, Subcommand};

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
    }
}
