//! An official without a mouse: everything by keys, and at every step the focus must be seen.

use crate::page::{FIND, Page};
use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::json;
use thirtyfour::Key;

const FOCUS: &str = include_str!("focus.js");

/// More than any screen has to press.
const MOST: usize = 250;

#[derive(Deserialize)]
struct Focus {
    hit: bool,
    problem: Option<String>,
    what: String,
}

async fn look(page: Page<'_>, role: &str, name: &str) -> Result<Focus> {
    let asked = vec![json!(FIND), json!(role), json!(name)];
    Ok(page.driver().execute(FOCUS, asked).await?.convert()?)
}

/// Presses Tab until the thing has the focus. Everything on the way must show that it has it.
///
/// # Errors
/// When it is not reached, or something on the way does not show the focus.
pub async fn tab_to(page: Page<'_>, role: &str, name: &str) -> Result<()> {
    page.find(role, name).await?;
    let mut passed = Vec::new();
    for _ in 0..MOST {
        page.keys(Key::Tab).await?;
        let focus = look(page, role, name).await?;
        if let Some(problem) = focus.problem {
            bail!("the focus is on {}: {problem}", focus.what);
        }
        if focus.hit {
            return Ok(());
        }
        passed.push(focus.what);
    }
    bail!(
        "{role} \"{name}\" is not reached by Tab; passed:\n{}",
        passed.join("\n")
    )
}

/// [`tab_to`], then a key.
///
/// # Errors
/// As [`tab_to`].
pub async fn press(page: Page<'_>, role: &str, name: &str, key: Key) -> Result<()> {
    tab_to(page, role, name).await?;
    page.keys(key).await
}

/// Reaches a field and types into it.
///
/// # Errors
/// As [`tab_to`].
pub async fn type_into(page: Page<'_>, name: &str, text: &str) -> Result<()> {
    tab_to(page, "textbox", name).await?;
    page.keys(Key::Control + "a").await?;
    page.keys(text).await
}

/// Waits until this has the focus.
///
/// # Errors
/// When something else has it.
pub async fn focus_is_on(page: Page<'_>, role: &str, name: &str) -> Result<()> {
    page.find(role, name).await?;
    crate::limit::until(
        crate::page::PATIENCE,
        || async move { Ok(look(page, role, name).await?.hit.then_some(())) },
        || async move {
            let there = look(page, role, name).await.map(|focus| focus.what).unwrap_or_default();
            format!("the focus is on {there}, not on {role} \"{name}\"")
        },
    )
    .await
}
