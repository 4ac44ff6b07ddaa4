//! The server's command line.

use std::net::SocketAddr;

use anyhow::Context;
use clap::{Parser, Subcommand};
use server::{router, serve};

#[derive(Parser)]
#[command(name = "server", about = "The sync server of Chuẩn TCPL", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the app, the API and the sync socket
    Serve {
        /// Address and port to listen on; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:8080")]
        addr: SocketAddr,
    },
}

fn main() -> anyhow::Result<()> {
    let Cli { command } = Cli::parse();
    match command {
        Command::Serve { addr } => tokio::runtime::Runtime::new()?.block_on(run(addr)),
    }
}

async fn run(addr: SocketAddr) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(addr)
        .await
        .with_context(|| format!("cannot listen on {addr}: choose another port with --addr"))?;
    println!("listening on http://{}", listener.local_addr()?);
    serve::serve(listener, router::router(), serve::stop_signal()).await?;
    Ok(())
}
