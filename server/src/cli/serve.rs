//! `server serve`.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use shared::criteria::Setting2025;
use shared::unit::UnitTree;
use tracing_subscriber::EnvFilter;

use super::Data;
use crate::auth::origin::Origin;
use crate::config::Config;
use crate::demo::Demo;
use crate::state::open_store;
use crate::store::SqliteStore;
use crate::{App, serve};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
    #[command(flatten)]
    data: Data,
    /// Folder of the built app
    #[arg(long)]
    dist: Option<PathBuf>,
    /// How browsers reach the server when a proxy speaks https for it: https://host[:port]
    #[arg(long, value_parser = origin)]
    public_origin: Option<Origin>,
    /// Fill an empty database with the demonstration's units, accounts and dossier
    #[arg(long)]
    demo: bool,
    /// Assess year 2025 by QĐ 25/2021; without it the year is suspended, as provinces have done
    #[arg(long)]
    assess_2025: bool,
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).ok_or_else(|| String::from("write it as a browser does: https://host or https://host:port"))
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let config = Config {
        addr: args.addr,
        data: args.data.data,
        dist: args.dist,
        public_origin: args.public_origin,
        year_2025: if args.assess_2025 {
            Setting2025::Qd25
        } else {
            Setting2025::Suspended
        },
    };
    config.check()?;
    let listener = tokio::net::TcpListener::bind(config.addr)
        .await
        .with_context(|| format!("cannot listen on {}: choose another port with --addr", config.addr))?;
    let store = open_store(&config.data).await?;
    let demo = if args.demo { Some(seed(&store).await?) } else { None };
    let https = config.https();
    let app = App::new(config, store).await?;
    let address = listener.local_addr()?;
    let mut out = std::io::stdout().lock();
    if let Some(demo) = demo {
        print_accounts(&mut out, &app.units, &demo)?;
        if https {
            tracing::warn!("the demonstration's password is public, and this server is not only for this machine");
        }
    }
    // The last line, so that who waits for it need not read on.
    writeln!(out, "listening on http://{address}")?;
    drop(out);
    serve::serve(app.clone(), listener, serve::stop_signal()).await?;
    app.store.close().await;
    Ok(())
}

async fn seed(store: &SqliteStore) -> anyhow::Result<Demo> {
    let demo = Demo::load()?;
    demo.seed(store).await?;
    Ok(demo)
}

fn print_accounts(out: &mut impl Write, units: &UnitTree, demo: &Demo) -> std::io::Result<()> {
    writeln!(out, "accounts (password {}):", demo.password)?;
    for account in &demo.accounts {
        let place = account
            .unit
            .as_ref()
            .and_then(|unit| units.path(unit))
            .unwrap_or_else(|| String::from("-"));
        writeln!(out, "  {:<24} {:<40} {}", account.username, place, account.position)?;
    }
    Ok(())
}
