//! `server serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tracing_subscriber::EnvFilter;

use crate::auth::origin::Origin;
use crate::config::{Config, Year2025};
use crate::{App, router, serve};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
    /// Folder of the database; made if it is not there
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Folder of the built app
    #[arg(long)]
    dist: Option<PathBuf>,
    /// How browsers reach the server when a proxy speaks https for it: https://host[:port]
    #[arg(long, value_parser = origin)]
    public_origin: Option<Origin>,
    /// What is done with assessment year 2025
    #[arg(long, value_enum, default_value_t)]
    year_2025: Year2025,
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).ok_or_else(|| String::from("write it as a browser does: https://host or https://host:port"))
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let config = Config {
        addr: args.addr,
        data: args.data,
        dist: args.dist,
        public_origin: args.public_origin,
        year_2025: args.year_2025,
    };
    config.check()?;
    let listener = tokio::net::TcpListener::bind(config.addr)
        .await
        .with_context(|| format!("cannot listen on {}: choose another port with --addr", config.addr))?;
    let app = App {
        config: Arc::new(config),
    };
    println!("listening on http://{}", listener.local_addr()?);
    serve::serve(listener, router::router(app), serve::stop_signal()).await?;
    Ok(())
}
