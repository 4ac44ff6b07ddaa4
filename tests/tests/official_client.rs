//! The official JavaScript client of automerge-repo, on our server: not written here, so it keeps our protocol honest.

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use std::{path::Path, process::Stdio, time::Duration};
use tests::{
    limit::within,
    world::{PASSWORD, World},
};
use tokio::process::Command;

const LIMIT: Duration = Duration::from_secs(90);

/// Runs `tests/js/official_client.mjs` on indicator 2.4 of Thượng Cát 2024 and reads the line it prints.
async fn client<Seen: DeserializeOwned>(world: &World, task: &str, value: &str) -> Result<Seen> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/official_client.mjs");
    let origin = format!("http://{}", world.server.address());
    let output = Command::new("node")
        .arg(script)
        .args([task, &origin, "thuongcat.vanphong", "thuongcat.tuphap", PASSWORD])
        .args(["2024", "2.4", "diem", value])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("node does not start")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the client failed: {said}");
    serde_json::from_slice(&output.stdout).with_context(|| format!("not a line of JSON: {said}"))
}

#[derive(Deserialize)]
struct Edited {
    before: String,
    after: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_edits_a_dossier() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let value = "1j\u{1f}450\u{1f}qua phần mềm khác";
        let seen: Edited = client(&world, "edit", value).await?;
        ensure!(
            seen.before.starts_with("1j\u{1f}500\u{1f}"),
            "it read {:?}",
            seen.before
        );
        ensure!(seen.after == value, "the colleague saw {:?}", seen.after);
        Ok(())
    })
    .await
}

#[derive(Deserialize)]
struct Refused {
    sent: u32,
    stored: bool,
    at_colleague: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_ends_no_connection_and_no_dossier() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let seen: Refused = client(&world, "refuse", "không đọc được").await?;
        ensure!(!seen.stored, "the server stored a value that no dossier takes");
        ensure!(
            (1..=6).contains(&seen.sent),
            "the change itself and at most 5 messages more, not {}",
            seen.sent
        );
        ensure!(
            seen.at_colleague == "1j\u{1f}300\u{1f}",
            "the colleague has {:?}",
            seen.at_colleague
        );
        Ok(())
    })
    .await
}
