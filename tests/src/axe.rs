//! Accessibility of the page as it is, by axe-core (all its rules but the experimental ones, colour contrast included).

use crate::browser::Browser;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;

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
        axe.run(document, { resultTypes: ['violations'] }).then(
            ({ violations }) => done(violations.map(({ id, help, nodes }) =>
                ({ id, help, nodes: nodes.map(({ html, failureSummary }) => `${html}\\n      ${failureSummary}`) }))),
            (problem) => done([{ id: 'axe', help: String(problem), nodes: [] }]))";
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
    ensure!(
        lines.is_empty(),
        "axe on {screen}, {}:\n{}",
        browser.look().name(),
        lines.join("\n")
    );
    Ok(())
}
