//! A server with demo data, and people who reach it over links of their own.

use crate::{
    browser::{Browser, Look, Profile},
    proxy::Proxy,
    server::{Server, Setup},
    settings,
};
use anyhow::Result;
use std::path::PathBuf;

/// The password of every demo account.
pub const PASSWORD: &str = "demo-2024";

/// The server.
pub struct World {
    /// Killed, restarted and looked into as the test needs.
    pub server: Server,
}

impl World {
    /// A fresh server with the demo data.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn demo() -> Result<Self> {
        Ok(Self {
            server: Server::start(Setup::demo()?).await?,
        })
    }

    /// A fresh server with nothing in it.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn empty() -> Result<Self> {
        Self::serving(settings::dist()?).await
    }

    /// A fresh server with nothing in it, which serves another app.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn serving(dist: PathBuf) -> Result<Self> {
        let server = Server::start(Setup { demo: false, dist }).await?;
        Ok(Self { server })
    }

    /// Somebody with a browser on an empty profile and a link of their own, at no page yet.
    ///
    /// # Errors
    /// When the browser does not start.
    pub async fn visitor(&self, look: Look) -> Result<Visitor> {
        let link = Proxy::start(self.server.address()).await?;
        let profile = Profile::fresh()?;
        Ok(Visitor {
            browser: Browser::start(&profile, look).await?,
            link,
        })
    }
}

/// A browser and its link to the server.
pub struct Visitor {
    /// The browser.
    pub browser: Browser,
    /// What stands between it and the server.
    pub link: Proxy,
}

impl Visitor {
    /// Opens a path of the app (`/ho-so/2024`).
    ///
    /// # Errors
    /// When nothing answers.
    pub async fn open(&self, path: &str) -> Result<()> {
        self.browser.page().goto(&format!("{}{path}", self.link.origin())).await
    }

    /// SIGKILL to the whole browser, then a new one on what the disk holds.
    ///
    /// # Errors
    /// When the new one does not start.
    pub async fn killed_and_started_again(self) -> Result<Self> {
        let (profile, look) = (self.browser.profile().clone(), self.browser.look());
        self.browser.kill();
        Ok(Self {
            browser: Browser::start(&profile, look).await?,
            link: self.link,
        })
    }

    /// The browser ended as a user would, then a new one on the same profile: signed in as before.
    ///
    /// # Errors
    /// When the old one does not end, or the new one does not start.
    pub async fn closed_and_started_again(self) -> Result<Self> {
        let (profile, look) = (self.browser.profile().clone(), self.browser.look());
        self.browser.quit().await?;
        Ok(Self {
            browser: Browser::start(&profile, look).await?,
            link: self.link,
        })
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn leaves(self) -> Result<()> {
        self.browser.quit().await
    }
}
