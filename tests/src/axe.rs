//! Accessibility of the page as it is, by axe-core (all its rules but the experimental ones, colour contrast included).

use crate::browser::Browser;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;

/// Where npm puts it (`tests/package.json`).
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js");

#[derive(Deserialize)]
struct Finding {
    id: String,
    help: String,
    nodes: Vec<String>,
}

/// Fails when axe finds anything.
///
/// # Errors
/// The rules broken, each with the elements that break it.
pub async fn nothing_found(browser: &Browser, screen: &str) -> Result<()> {
    found(browser, &format!("{screen}, {}", browser.look().name()), "null").await
}

/// [`nothing_found`], and then of what the other colour scheme changes: the contrast.
///
/// # Errors
/// As [`nothing_found`].
pub async fn nothing_found_light_and_dark(browser: &Browser, screen: &str) -> Result<()> {
    nothing_found(browser, screen).await?;
    let other = if browser.look().dark { "light" } else { "dark" };
    let scheme = |value: &str| json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
    browser.devtools("Emulation.setEmulatedMedia", scheme(other)).await?;
    found(browser, &format!("{screen}, {other}"), "['color-contrast']").await?;
    let own = if browser.look().dark { "dark" } else { "light" };
    browser.devtools("Emulation.setEmulatedMedia", scheme(own)).await?;
    Ok(())
}

/// Runs the rules (a script's list, or null for all).
async fn found(browser: &Browser, screen: &str, rules: &str) -> Result<()> {
    let driver = browser.driver();
    if !driver
        .execute("return 'axe' in window", vec![])
        .await?
        .convert::<bool>()?
    {
        let axe = tokio::fs::read_to_string(SCRIPT)
            .await
            .context("axe-core is missing: cargo xtask e2e installs it")?;
        // By WebDriver, not by a script element: the page's policy allows none.
        driver.execute(axe, vec![]).await?;
    }
    let ask = "const done = arguments[arguments.length - 1];
        const rules = RULES;
        axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) }).then(
            ({ violations }) => done(violations.map(({ id, help, nodes }) =>
                ({ id, help, nodes: nodes.map(({ html, failureSummary }) => `${html}\\n      ${failureSummary}`) }))),
            (problem) => done([{ id: 'axe', help: String(problem), nodes: [] }]))"
        .replace("RULES", rules);
    let findings: Vec<Finding> = driver.execute_async(ask, vec![]).await?.convert()?;
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!(
                "{} ({}):\n    {}",
                finding.help,
                finding.id,
                finding.nodes.join("\n    ")
            )
        })
        .collect();
    ensure!(lines.is_empty(), "axe on {screen}:\n{}", lines.join("\n"));
    Ok(())
}
