//! Acting at the very moment the page says something: a watch inside the page, then one answer.

use crate::{browser::Browser, page::Page};
use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::{Key, WebElement};

/// Puts `text` into a field in the place of what is there, leaves it, and returns within milliseconds of the line's saying
/// that it is saved. In one piece, since what is typed key by key may be saved between two keys.
///
/// # Errors
/// When it is not saved within 20 s.
pub async fn save(browser: &Browser, field: &WebElement, text: &str) -> Result<()> {
    let page = browser.page();
    field.scroll_into_view().await?;
    field.click().await?;
    field.send_keys(Key::Control + "a").await?;
    let saved = Moment::watch(page, "Đã lưu trên máy").await?;
    browser.devtools("Input.insertText", json!({ "text": text })).await?;
    page.keys(Key::Tab).await?;
    saved.comes().await
}

/// Set before the act, asked after it: nothing is missed between the two.
pub struct Moment<'a> {
    page: Page<'a>,
}

impl<'a> Moment<'a> {
    /// Begins to watch the status line for words it does not say now, or says again after something else.
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn watch(page: Page<'a>, words: &str) -> Result<Self> {
        let script = "
            const [words] = arguments;
            const line = document.getElementById('trang-thai');
            window.e2eMoment = new Promise((resolve) => {
              let other = !line.textContent.startsWith(words);
              const watch = new MutationObserver(() => {
                const says = line.textContent.trim().startsWith(words);
                if (says && other) { watch.disconnect(); resolve(true); }
                other = !says;
              });
              watch.observe(line, { subtree: true, childList: true, characterData: true });
              setTimeout(() => resolve(false), 20000);
            });";
        page.driver().execute(script, vec![json!(words)]).await?;
        Ok(Self { page })
    }

    /// Returns within milliseconds of the words.
    ///
    /// # Errors
    /// When they do not come within 20 s.
    pub async fn comes(self) -> Result<()> {
        let ask = "const done = arguments[0]; window.e2eMoment.then(done);";
        let came: bool = self.page.driver().execute_async(ask, vec![]).await?.convert()?;
        ensure!(
            came,
            "the status line did not say it; the page says:\n{}",
            self.page.text().await?
        );
        Ok(())
    }
}
