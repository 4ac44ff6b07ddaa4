//! One tab, used as a person does: by what things are and what they are called, never by how they are built.

use crate::{browser::Browser, limit::until};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::time::Duration;
use thirtyfour::{Key, TypingData, WebElement};

/// How long a thing may take to appear. Generous: the machine may be busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Finds by role and name, in the page.
pub(crate) const FIND: &str = include_str!("find.js");

/// The current tab of a browser.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    browser: &'a Browser,
}

impl<'a> Page<'a> {
    pub(crate) fn new(browser: &'a Browser) -> Self {
        Self { browser }
    }

    /// The WebDriver session, for what a page object does not offer.
    #[must_use]
    pub fn driver(self) -> &'a thirtyfour::WebDriver {
        self.browser.driver()
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// When nothing answers there.
    pub async fn goto(self, address: &str) -> Result<()> {
        self.driver()
            .goto(address)
            .await
            .with_context(|| format!("cannot open {address}"))?;
        // Some failures of the network end in the browser's own page without an error of the driver.
        let shown: String = self.run("return document.URL").await?;
        ensure!(
            !shown.starts_with("chrome-error:"),
            "cannot open {address}: {}",
            self.text().await?
        );
        Ok(())
    }

    /// Runs a script in the page; what it returns must have the type asked for.
    ///
    /// # Errors
    /// When the script throws, or returns something else.
    pub async fn run<T: serde::de::DeserializeOwned>(self, script: &str) -> Result<T> {
        let answer = self
            .browser
            .driver()
            .execute(script, vec![])
            .await
            .with_context(|| script.to_owned())?;
        Ok(answer.convert()?)
    }

    /// All visible elements of a role with this name, now: the name as a whole if there is one, else all whose name
    /// contains it. Roles are the ARIA ones: `button`, `link`, `textbox`, `heading`, `status`, `row`, `group`, …
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn all(self, role: &str, name: &str) -> Result<Vec<WebElement>> {
        let found = self
            .browser
            .driver()
            .execute(FIND, vec![json!(role), json!(name)])
            .await?;
        Ok(found.elements()?)
    }

    /// The first of [`Page::all`], waited for.
    ///
    /// # Errors
    /// When it does not appear; the message shows what the page says instead.
    pub async fn find(self, role: &str, name: &str) -> Result<WebElement> {
        until(
            PATIENCE,
            || async move { Ok(self.all(role, name).await?.into_iter().next()) },
            || self.describe(format!("no {role} \"{name}\"")),
        )
        .await
    }

    /// Waits until there is none.
    ///
    /// # Errors
    /// When it stays.
    pub async fn gone(self, role: &str, name: &str) -> Result<()> {
        until(
            PATIENCE,
            || async move { Ok(self.all(role, name).await?.is_empty().then_some(())) },
            || self.describe(format!("{role} \"{name}\" still there")),
        )
        .await
    }

    /// Clicks, in the middle of what is in view.
    ///
    /// # Errors
    /// As [`Page::find`].
    pub async fn click(self, role: &str, name: &str) -> Result<()> {
        let element = self.find(role, name).await?;
        element.scroll_into_view().await?;
        element
            .click()
            .await
            .with_context(|| format!("cannot click {role} \"{name}\""))
    }

    /// Replaces the text of a field by keys, as typed: `clear` would fire a change of its own.
    ///
    /// # Errors
    /// As [`Page::find`].
    pub async fn fill(self, name: &str, text: &str) -> Result<()> {
        self.fill_element(&self.find("textbox", name).await?, text).await
    }

    /// As [`Page::fill`], for a field already found.
    ///
    /// # Errors
    /// When the field is gone or covered.
    pub async fn fill_element(self, field: &WebElement, text: &str) -> Result<()> {
        field.scroll_into_view().await?;
        field.click().await?;
        field.send_keys(Key::Control + "a").await?;
        let typed = if text.is_empty() {
            TypingData::from(Key::Backspace)
        } else {
            TypingData::from(text)
        };
        field.send_keys(typed).await?;
        Ok(())
    }

    /// Sends keys to whatever has the focus.
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn keys(self, keys: impl Into<TypingData>) -> Result<()> {
        self.browser.driver().active_element().await?.send_keys(keys).await?;
        Ok(())
    }

    /// Everything a person can read on the page.
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn text(self) -> Result<String> {
        self.run("return document.body?.innerText ?? ''").await
    }

    /// Waits until the page says `text` somewhere.
    ///
    /// # Errors
    /// When it does not; the message shows what it says instead.
    pub async fn says(self, text: &str) -> Result<()> {
        until(
            PATIENCE,
            || async move { Ok(self.text().await?.contains(text).then_some(())) },
            || self.describe(format!("the page does not say \"{text}\"")),
        )
        .await
    }

    async fn describe(self, what: String) -> String {
        let address = self
            .browser
            .driver()
            .current_url()
            .await
            .map(|url| url.to_string())
            .unwrap_or_default();
        let text = self.text().await.unwrap_or_default();
        let picture = crate::shots::take(self.browser, "failure").await;
        let picture = picture.map(|path| path.display().to_string()).unwrap_or_default();
        format!("{what}; at {address} the page says:\n{text}\npicture: {picture}")
    }
}
