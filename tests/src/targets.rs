//! Whether everything that is pressed is big enough for a thumb.

use crate::browser::Browser;
use anyhow::{Result, ensure};
use serde_json::json;

const SMALL: &str = include_str!("targets.js");

/// Width and height of a target at least, in CSS pixels.
const THUMB: u32 = 48;
/// In the dense tables of a desk, which are worked by mouse and keys (WCAG 2.2, 2.5.8).
const MOUSE: u32 = 24;

/// Fails when a button, link or field is smaller than a thumb needs; links in running text are as high as the text.
///
/// # Errors
/// One line for each that is too small.
pub async fn big_enough(browser: &Browser, screen: &str) -> Result<()> {
    let in_tables = if browser.look().phone { THUMB } else { MOUSE };
    let asked = vec![json!(THUMB), json!(in_tables)];
    let small: Vec<String> = browser.driver().execute(SMALL, asked).await?.convert()?;
    ensure!(
        small.is_empty(),
        "targets on {screen}, {}:\n{}",
        browser.look().name(),
        small.join("\n")
    );
    Ok(())
}
