//! How much the server does in a second of its CPU: real sockets, real sessions, a server process of its own.
//!
//! ```text
//! cargo build --release -p server && cargo run --release -p server --example sync_load -- --history 5000
//! ```
//! It makes a data folder with dossiers of that many changes, starts the server on it, connects the clients (two officials
//! or more to each dossier), and lets each send its next change when the last is durable. One JSON object goes to the
//! output; its times are milliseconds, its memory bytes.
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

#[path = "../../tests/kit/client.rs"]
#[allow(dead_code, unreachable_pub, reason = "a bench uses a part of the kit")]
mod client;
mod load;
mod process;
mod seed;

use anyhow::Context as _;
use clap::Parser;
use process::Server;
use seed::Seed;
use std::path::PathBuf;
use std::time::Duration;

/// What is measured.
#[derive(Debug, Parser)]
struct Args {
    /// Connected clients
    #[arg(long, default_value_t = 50)]
    clients: usize,
    /// Dossiers they work on
    #[arg(long, default_value_t = 25)]
    dossiers: usize,
    /// Changes each dossier has before
    #[arg(long, default_value_t = 200)]
    history: usize,
    /// How long the clients write
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// The server's program; by default the one built beside this one
    #[arg(long)]
    server: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run(args))
}

async fn run(args: Args) -> anyhow::Result<()> {
    let server = match args.server {
        Some(server) => server,
        None => {
            let here = std::env::current_exe()?;
            let folder = here
                .parent()
                .and_then(|folder| folder.parent())
                .context("where is this program?")?;
            folder.join("server")
        }
    };
    let folder = tempfile::tempdir()?;
    eprintln!("making {} dossiers of {} changes", args.dossiers, args.history);
    let seed = Seed::make(folder.path(), args.dossiers, args.clients, args.history).await?;
    let server = Server::start(&server, folder.path())?;
    let empty = server.usage()?;

    eprintln!("connecting {} clients", args.clients);
    let mut clients = load::connect(&seed, &server.url).await?;
    let connected = server.usage()?;
    // One change of each brings every dossier into memory, and the server into its stride.
    load::write(&mut clients, Duration::from_millis(500)).await?;

    let before = server.usage()?;
    let started = std::time::Instant::now();
    let mut written = load::write(&mut clients, Duration::from_secs(args.seconds)).await?;
    let wall = started.elapsed().as_secs_f64();
    let after = server.usage()?;

    let cpu = (after.cpu - before.cpu).as_secs_f64();
    let changes = written.latencies.len();
    let result = serde_json::json!({
        "clients": args.clients,
        "dossiers": args.dossiers,
        "history": args.history,
        "changes": changes,
        "per_second": (changes as f64 / wall).round(),
        "per_server_cpu_second": (changes as f64 / cpu).round(),
        "p50_ms": written.percentile(50),
        "p95_ms": written.percentile(95),
        "p99_ms": written.percentile(99),
        "connect_cpu_ms": (connected.cpu - empty.cpu).as_millis() as u64,
        "wire_bytes_per_change": written.wire_bytes / changes.max(1),
        "resident_empty": empty.resident,
        "resident_connected_unloaded": connected.resident,
        "resident_loaded": after.resident,
    });
    println!("{result:#}");
    Ok(())
}
