//! How much the server does in a second of its CPU: real sockets, real sessions, a server process of its own.
//!
//! ```text
//! cargo run --release -p server --example sync_load -- --history 5000
//! ```
//! It makes a data folder with dossiers of that many changes, starts the server on it, connects the clients (two officials
//! or more to each dossier), and lets each send its next change when the last is durable. One line of JSON goes to the
//! output; its times are milliseconds, its memory bytes of resident memory.
//!
//! The clients stand for as many phones, each with a processor of its own, but share this machine with each other and the
//! server. So a change is timed from going to the socket to the word *durable* being there, by tasks that do nothing else;
//! when the client has taken that word, after what a colleague sent before, is `taken_p95_ms`. And `changes_per_cpu_s` (of
//! the server's CPU alone) says more than `changes_per_s`.
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

#[path = "../../tests/kit/client.rs"]
#[allow(dead_code, unreachable_pub, reason = "a bench uses a part of the kit")]
mod client;
mod load;
mod process;
mod seed;

use clap::Parser;
use process::Server;
use seed::Seed;
use std::path::PathBuf;
use tokio::runtime::{Builder, Handle, Runtime};

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
    /// Changes that are measured, of all clients together
    #[arg(long, default_value_t = 20_000)]
    changes: usize,
    /// Dossiers that a reviewer follows without their being in memory
    #[arg(long, default_value_t = 2_000)]
    unloaded: usize,
    /// The server's program; by default this one, which is the server too when its first word is `serve`
    #[arg(long)]
    server: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return server::cli::main();
    }
    let args = Args::parse();
    let sockets = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    Runtime::new()?.block_on(run(args, sockets.handle()))
}

async fn run(args: Args, sockets: &Handle) -> anyhow::Result<()> {
    let server = match args.server {
        Some(server) => server,
        None => std::env::current_exe()?,
    };
    let folder = tempfile::tempdir()?;
    eprintln!("making {} dossiers of {} changes", args.dossiers, args.history);
    let mut seed = Seed::make(folder.path(), args.dossiers, args.clients, args.history).await?;
    let followed = seed.small(args.unloaded).await?;
    let server = Server::start(&server, folder.path())?;

    eprintln!("connecting {} clients", args.clients);
    let mut clients = load::connect(&seed, &server.url, sockets).await?;
    // The first ones fill the database's own caches, which are bounded.
    let (first, second) = followed.split_at(followed.len() / 2);
    let reviewers = [load::follow(&seed, &server.url, first).await?];
    let filled = server.usage()?;
    let reviewers = (reviewers, load::follow(&seed, &server.url, second).await?);
    let following = server.usage()?;
    eprintln!("one change in each dossier");
    // Here too the first ones fill what is there once: code, and what the allocator keeps of loading.
    let half = args.dossiers / 2;
    let mut loads = load::first_changes(&mut clients[..half]).await?;
    let half_loaded = server.usage()?;
    loads.extend(load::first_changes(&mut clients[half..args.dossiers]).await?);
    let loads = load::Latencies::new(loads);
    let loaded = server.usage()?;
    // Into its stride.
    load::write(&mut clients, args.clients * 10).await?;

    eprintln!("{} changes", args.changes);
    let before = server.usage()?;
    let clients_before = process::usage(std::process::id())?;
    let started = std::time::Instant::now();
    let written = load::write(&mut clients, args.changes).await?;
    let seconds = started.elapsed().as_secs_f64();
    let after = server.usage()?;
    let clients_after = process::usage(std::process::id())?;
    drop(reviewers);

    let cpu = (after.cpu - before.cpu).as_secs_f64();
    let changes = written.latencies.count();
    let each = |more: u64, less: u64, of: usize| more.saturating_sub(less) / of.max(1) as u64;
    let result = serde_json::json!({
        "clients": args.clients,
        "dossiers": args.dossiers,
        "history": args.history,
        "changes": changes,
        "seconds": (seconds * 1000.0).round() / 1000.0,
        "server_cpu_s": (cpu * 1000.0).round() / 1000.0,
        "client_cpu_s": ((clients_after.cpu - clients_before.cpu).as_secs_f64() * 1000.0).round() / 1000.0,
        "changes_per_s": (changes as f64 / seconds).round(),
        "changes_per_cpu_s": (changes as f64 / cpu).round(),
        "p50_ms": written.latencies.percentile(50),
        "p95_ms": written.latencies.percentile(95),
        "p99_ms": written.latencies.percentile(99),
        "taken_p50_ms": written.taken.percentile(50),
        "taken_p95_ms": written.taken.percentile(95),
        "load_p50_ms": loads.percentile(50),
        "load_p95_ms": loads.percentile(95),
        "wire_bytes_per_change": written.wire_bytes / changes.max(1),
        "rss_per_unloaded": each(following.resident, filled.resident, second.len()),
        "rss_per_loaded": each(loaded.resident, half_loaded.resident, args.dossiers - half),
        "rss_after": after.resident,
        "machine_load": load_average(),
    });
    println!("{result}");
    Ok(())
}

/// The mean number of processes that wanted a CPU in the last minute; Linux only.
fn load_average() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}
