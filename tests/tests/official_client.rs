//! The official JavaScript client of automerge-repo, on our server: not written here, so it keeps our protocol honest.

// The one list of hostile changes and messages is the server's tests'.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a part of it is for clients that have their own Rust"
)]
#[path = "../../server/tests/kit/hostile.rs"]
mod hostile;

use anyhow::{Context, Result, ensure};
use hostile::{Make, Villain};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use shared::dossier::{Author, Identity, Person, create};
use shared::id::UserId;
use std::{fmt::Write as _, path::Path, process::Stdio, time::Duration};
use tests::{
    limit::within,
    world::{PASSWORD, World},
};
use tokio::{io::AsyncWriteExt, process::Command};

const LIMIT: Duration = Duration::from_secs(90);

/// Runs `tests/js/official_client.mjs` on indicator 2.4 of Thượng Cát 2024 and reads the line it prints.
async fn client<Seen: DeserializeOwned>(world: &World, task: &str, value: &str) -> Result<Seen> {
    run(world, &[task], &["2024", "2.4", "diem", value], &Value::Null).await
}

async fn run<Seen: DeserializeOwned>(world: &World, task: &[&str], rest: &[&str], input: &Value) -> Result<Seen> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/official_client.mjs");
    let origin = format!("http://{}", world.server.address());
    let mut child = Command::new("node")
        .arg(script)
        .args(task)
        .args([&origin, "thuongcat.vanphong", "thuongcat.tuphap", PASSWORD])
        .args(rest)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("node does not start")?;
    let mut stdin = child.stdin.take().context("no input")?;
    stdin.write_all(input.to_string().as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
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

#[derive(Deserialize)]
struct Who {
    writer: UserId,
    reader: UserId,
}

/// What one hostile thing came to.
#[derive(Debug, Deserialize)]
struct Seen {
    name: String,
    /// Changes it made in the client's document.
    made: usize,
    /// Messages about the dossier, both ways, from the hostile one on until it was quiet.
    further: u32,
    /// The same after a colleague's change, which arrived.
    after_news: u32,
    stored: bool,
    lost: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hostile_thing_is_refused_and_everything_else_stays() -> Result<()> {
    within(Duration::from_secs(120), "test", async {
        let world = World::demo().await?;
        let who: Who = run(&world, &["whoami"], &["2023"], &Value::Null).await?;
        let villain = Villain {
            author: author(who.writer),
            other: who.reader,
            identity: Identity::dossier("x-ha-noi-bac-tu-liem-thuong-cat".into(), 2023, "QD25_2021".into()),
        };
        let mut doc = create(&villain.identity)?;
        author(who.reader).sign(&mut doc);
        hostile::put(&mut doc, "1j\u{1f}100\u{1f}");
        let setup = doc.get_last_local_change().context("no change")?;

        let mut cases = vec![
            json!({ "name": "its own map of indicators", "script": "container" }),
            json!({ "name": "its own text", "script": "text" }),
            json!({ "name": "a text that is too long", "script": "large" }),
        ];
        for hostile in &hostile::ALL {
            cases.push(match hostile.make {
                Make::Change(make) => {
                    let mut theirs = doc.fork();
                    make(&mut theirs, &villain);
                    let change = theirs.get_last_local_change().context(hostile.name)?;
                    json!({ "name": hostile.name, "changes": [hex(change.raw_bytes())] })
                }
                Make::Payload(make) => {
                    let frame = hostile::frame(villain.identity.document_id(), make(&villain));
                    json!({ "name": hostile.name, "frame": hex(&frame) })
                }
                Make::Frame(make) => json!({ "name": hostile.name, "frame": hex(&make()) }),
            });
        }
        let url = villain.identity.document_id().url();
        let input = json!({ "url": url, "setup": [hex(setup.raw_bytes())], "cases": cases });
        let seen: Vec<Seen> = run(&world, &["hostile"], &["2023"], &input).await?;
        ensure!(seen.len() == cases.len(), "{} of {} cases", seen.len(), cases.len());
        for (seen, case) in seen.iter().zip(&cases) {
            ensure!(case["name"] == seen.name.as_str(), "{case} is not {seen:?}");
            let makes = case["frame"].is_null();
            ensure!((seen.made > 0) == makes, "it did nothing: {seen:?}");
            ensure!(!seen.stored && !seen.lost, "{seen:?}");
            // The hostile message itself is not counted where it was put on the socket by hand.
            ensure!(seen.further <= 1 + 1 + 5 && seen.after_news <= 5, "{seen:?}");
        }
        Ok(())
    })
    .await
}

fn author(user: UserId) -> Author {
    Author {
        user,
        person: Person::new("Người thử", "Công chức"),
        criteria_version: "1".to_owned(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
