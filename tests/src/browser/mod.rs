//! Chromium with its driver: one of each for every "phone" or "desk" of a test.

mod process;

use crate::{limit, page::Page, settings, watch};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    fs::File,
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver, WindowHandle};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Longest wait for chromedriver or a session (normally under a second).
const START: Duration = Duration::from_secs(40);

/// What a browser keeps between two starts: cookies, databases, the service worker. Gone when the last owner drops it.
#[derive(Clone)]
pub struct Profile(Arc<TempDir>);

impl Profile {
    /// An empty one.
    ///
    /// # Errors
    /// When no folder can be made.
    pub fn fresh() -> Result<Self> {
        Ok(Self(Arc::new(TempDir::new()?)))
    }

    /// An empty one inside a folder that is there.
    ///
    /// # Errors
    /// When no folder can be made.
    pub fn below(folder: &Path) -> Result<Self> {
        Ok(Self(Arc::new(TempDir::new_in(folder)?)))
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }
}

/// The machine the browser plays.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// A phone of 360×740 CSS pixels with touch, or a desktop window of 1440×900.
    pub phone: bool,
    /// `prefers-color-scheme: dark`.
    pub dark: bool,
    /// How many times slower the page's main thread runs; 1 is this machine as it is. The service worker, the disk and
    /// the compilation of the module are not slowed by this.
    pub slowdown: u32,
    /// Added to the clock that pages see, in milliseconds.
    pub clock_ms: i64,
}

impl Look {
    /// An official's phone.
    pub const PHONE: Self = Self {
        phone: true,
        dark: false,
        slowdown: 1,
        clock_ms: 0,
    };
    /// A reviewer's desk.
    pub const DESK: Self = Self {
        phone: false,
        dark: false,
        slowdown: 1,
        clock_ms: 0,
    };

    /// The same in the dark scheme.
    #[must_use]
    pub const fn dark(mut self) -> Self {
        self.dark = true;
        self
    }

    /// For the name of a picture: `phone-light`.
    #[must_use]
    pub fn name(self) -> String {
        let (machine, scheme) = (
            if self.phone { "phone" } else { "desk" },
            if self.dark { "dark" } else { "light" },
        );
        format!("{machine}-{scheme}")
    }
}

/// A running browser. Dropping it kills all its processes, and fails the test if a page or a worker broke the security
/// policy or panicked while it ran.
pub struct Browser {
    driver: WebDriver,
    chromedriver: Child,
    profile: Profile,
    look: Look,
    forgiven: AtomicBool,
}

impl Browser {
    /// Starts chromedriver and Chromium on `profile`.
    ///
    /// # Errors
    /// When either does not start in time.
    pub async fn start(profile: &Profile, look: Look) -> Result<Self> {
        let (mut chromedriver, port) = limit::within(START, "chromedriver's start", chromedriver()).await?;
        let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities(profile, look)?)
            .request_timeout(Duration::from_secs(120))
            .connect();
        let driver = match limit::within(START, "the browser's start", async { Ok(session.await?) }).await {
            Ok(driver) => driver,
            Err(problem) => {
                process::kill_tree(&mut chromedriver);
                return Err(problem);
            }
        };
        let browser = Self {
            driver,
            chromedriver,
            profile: profile.clone(),
            look,
            forgiven: AtomicBool::new(false),
        };
        browser.prepare().await?;
        Ok(browser)
    }

    /// A browser of its own on a fresh profile.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn fresh(look: Look) -> Result<Self> {
        Self::start(&Profile::fresh()?, look).await
    }

    /// What must be set for each tab.
    async fn prepare(&self) -> Result<()> {
        for script in watch::scripts(self.look.clock_ms) {
            self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }))
                .await?;
        }
        if !self.look.phone {
            // The window's own size counts the frame of the browser; this is the page's.
            let desk = json!({ "width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": false });
            self.devtools("Emulation.setDeviceMetricsOverride", desk).await?;
        }
        let scheme = if self.look.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await?;
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": self.look.slowdown }))
            .await?;
        Ok(())
    }

    /// One command of the DevTools protocol to the current tab.
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        self.driver
            .cdp()
            .send_raw(method, parameters)
            .await
            .with_context(|| method.to_owned())
    }

    /// The current tab.
    #[must_use]
    pub fn page(&self) -> Page<'_> {
        Page::new(self)
    }

    /// The WebDriver session, for what the kit does not offer.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// What this browser plays.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// What it keeps.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What pages and workers did that they must not: violations of the security policy, panics.
    ///
    /// # Errors
    /// When the browser keeps no log.
    pub fn complaints(&self) -> Result<Vec<String>> {
        watch::complaints(self.profile.folder())
    }

    /// This browser is meant to break the rules: its end does not fail the test.
    pub fn forgive(&self) {
        self.forgiven.store(true, Ordering::Relaxed);
    }

    /// Opens another tab and makes it the current one.
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn new_tab(&self) -> Result<WindowHandle> {
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab.clone()).await?;
        self.prepare().await?;
        Ok(tab)
    }

    /// Makes `tab` the current one.
    ///
    /// # Errors
    /// When there is no such tab.
    pub async fn switch_to(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// SIGKILL to every process of the browser, at once; the profile stays as it is on disk.
    pub fn kill(self) {
        // `drop` does it.
    }

    /// Ends the browser as a user would, so that it writes out what it holds.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn quit(self) -> Result<()> {
        let end = self.driver.clone().quit();
        limit::within(START, "the browser's end", async { Ok(end.await?) }).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        process::kill_tree(&mut self.chromedriver);
        // Otherwise the last handle asks the killed driver to end the session, and waits for it.
        let _ = self.driver.clone().leak();
        if self.forgiven.load(Ordering::Relaxed) || std::thread::panicking() {
            return;
        }
        match self.complaints() {
            Ok(found) => assert!(
                found.is_empty(),
                "a page or a worker broke the rules:\n{}",
                found.join("\n")
            ),
            Err(problem) => panic!("{problem:#}"),
        }
    }
}

/// chromedriver on a port it chooses.
async fn chromedriver() -> Result<(Child, u16)> {
    let log = File::create(settings::output("logs")?.join("chromedriver.log"))?;
    let mut command = Command::new("chromedriver");
    command
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .context("chromedriver does not start: cargo xtask e2e installs it")?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim_end_matches('.').parse().with_context(|| line.clone())?;
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((child, port));
        }
    }
    bail!("chromedriver ended before it was ready")
}

fn capabilities(profile: &Profile, look: Look) -> Result<impl Into<thirtyfour::Capabilities>> {
    let mut wanted = DesiredCapabilities::chrome();
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        // Nothing but the page under test may use the network.
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=vi",
        "--accept-lang=vi",
        "--window-size=1440,900",
        // The log that is read at the end: everything the consoles say.
        "--enable-logging",
        "--log-level=0",
    ] {
        wanted.add_arg(argument)?;
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.folder().display()))?;
    if look.phone {
        let metrics = json!({ "width": 360, "height": 740, "pixelRatio": 2.0, "touch": true, "mobile": true });
        wanted.add_experimental_option("mobileEmulation", json!({ "deviceMetrics": metrics }))?;
    }
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(wanted)
}
