//! What every handler can reach.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shared::unit::UnitTree;
use tokio::sync::Semaphore;

use crate::auth::Accounts;
use crate::auth::password::PasswordError;
use crate::config::Config;
use crate::hub::{Hub, Settings};
use crate::metrics::Metrics;
use crate::news::News;
use crate::stop::Stop;
use crate::store::{SqliteStore, StoreError};
use crate::{clock, units, years};

/// The name of the database inside the data folder.
const DATABASE: &str = "tcpl.sqlite3";
/// Documents loaded for HTTP at the same time; the sync has its own limit.
const LOADS: usize = 2;
/// A dossier nobody has written to for this long leaves memory. Loading it again takes a few hundredths of a second.
const IDLE: Duration = Duration::from_secs(120);
/// Open board streams, of all reviewers together.
const STREAMS: usize = 2_000;

/// The server's state: cheap to clone, everything behind it shared.
#[derive(Clone)]
pub struct App {
    /// What the operator set.
    pub config: Arc<Config>,
    /// All units, as they were at the start.
    pub units: Arc<UnitTree>,
    /// Where documents are kept.
    pub store: Arc<SqliteStore>,
    /// Accounts and sessions.
    pub accounts: Arc<Accounts>,
    /// What was just committed.
    pub news: News,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// The documents in use, and the sockets at them.
    pub hub: Hub,
    /// The orderly stop.
    pub stop: Stop,
    /// Turns for loading a document.
    pub loads: Arc<Semaphore>,
    /// Places for board streams.
    pub streams: Arc<Semaphore>,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made or read.
    #[error("the data folder {path} cannot be used: choose another with --data, or correct its permissions")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password hash does not work.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Opens the database of a data folder, which is made if it is not there, readable for its owner only.
///
/// # Errors
/// [`StartError`]: says what to correct before the next start.
pub async fn open_store(data: &Path) -> Result<SqliteStore, StartError> {
    let folder = |source| StartError::Folder {
        path: data.display().to_string(),
        source,
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data).map_err(folder)?;
    Ok(SqliteStore::open(&data.join(DATABASE)).await?)
}

impl App {
    /// Gets everything ready to serve from an open database.
    ///
    /// # Errors
    /// [`StartError`]: says what to correct before the next start.
    pub async fn new(config: Config, store: SqliteStore) -> Result<Self, StartError> {
        let units = Arc::new(units::load(store.pool()).await?);
        let accounts = Arc::new(Accounts::new(store.pool())?);
        let store = Arc::new(store);
        let news = News::default();
        let year_2025 = config.year_2025;
        let hub = Hub::start(Settings {
            store: store.clone(),
            units: units.clone(),
            years: Arc::new(move || years::open(year_2025, clock::now_ms())),
            news: news.clone(),
            idle: IDLE,
        });
        Ok(Self {
            accounts,
            config: Arc::new(config),
            units,
            store,
            news,
            hub,
            metrics: Arc::default(),
            stop: Stop::default(),
            loads: Arc::new(Semaphore::new(LOADS)),
            streams: Arc::new(Semaphore::new(STREAMS)),
        })
    }
}
