//! The server's program as a child process, on a data folder of its own.

use crate::{limit, settings};
use anyhow::{Context, Result, bail};
use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Longest wait for a start. Seeding the demo data hashes some thirty passwords.
const START: Duration = Duration::from_secs(60);

/// What a server starts with.
#[derive(Clone)]
pub struct Setup {
    /// With the demo units, accounts and dossiers.
    pub demo: bool,
    /// The app to serve.
    pub dist: PathBuf,
}

impl Setup {
    /// Demo data, and the app as built.
    ///
    /// # Errors
    /// When not run by `cargo xtask e2e`.
    pub fn demo() -> Result<Self> {
        Ok(Self {
            demo: true,
            dist: settings::dist()?,
        })
    }
}

/// A running or stopped server. Killed when dropped; its data go with it.
pub struct Server {
    child: Option<Child>,
    address: SocketAddr,
    data: TempDir,
    setup: Setup,
    log: PathBuf,
}

impl Server {
    /// Starts on a free port and an empty data folder; returns when it listens.
    ///
    /// # Errors
    /// When it ends, or is not ready in time; the message names its log.
    pub async fn start(setup: Setup) -> Result<Self> {
        let data = TempDir::new()?;
        let name = data
            .path()
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let log = settings::output("logs")?.join(format!("server{name}.log"));
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self {
            child: None,
            address,
            data,
            setup,
            log,
        };
        server.launch().await?;
        Ok(server)
    }

    async fn launch(&mut self) -> Result<()> {
        // The log is a file, not a pipe: a pipe kept open by a child makes whoever reads it wait.
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(settings::server()?);
        command.arg("serve").arg("--addr").arg(self.address.to_string());
        command
            .arg("--data")
            .arg(self.data.path())
            .arg("--dist")
            .arg(&self.setup.dist);
        if self.setup.demo {
            command.arg("--demo");
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        let mut child = command.spawn().context("the server's program does not start")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let log = self.log.display().to_string();
        let address = limit::within(START, "the server's start", async {
            while let Some(line) = lines.next_line().await? {
                if let Some(address) = line.strip_prefix("listening on http://") {
                    return address.trim().parse().with_context(|| format!("no address: {line}"));
                }
            }
            bail!("the server ended before it listened; see {log}")
        })
        .await?;
        // Read on, so that the server never blocks on a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        self.address = address;
        self.child = Some(child);
        Ok(())
    }

    /// Where it listens; the same after [`Server::restart`].
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data folder, kept until this is dropped.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// SIGKILL: nothing is flushed, closed or said.
    ///
    /// # Errors
    /// When it was not running.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.take().context("the server is not running")?.kill().await?;
        Ok(())
    }

    /// Starts again on the same port and data.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn restart(&mut self) -> Result<()> {
        self.launch().await
    }

    /// Kills it and starts it serving another build of the app.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn deploy(&mut self, dist: PathBuf) -> Result<()> {
        self.kill().await?;
        self.setup.dist = dist;
        self.launch().await
    }
}
