//! How quick the app is on a slow phone, measured in Chromium. One line of JSON:
//!
//! ```text
//! cargo xtask bench app
//! ```
//! The main thread runs four times slower than this machine. One official works without a network: first taps on an
//! indicator, by a finger that rests a moment, each timed from the finger's lift to the change being on the disk, to
//! the page hearing of it and to the words on the status line; then the app is started again and again in a new browser
//! process, timed from the navigation to the first frame that shows the dossier's values in fields one can type in.
//! Processes, worker, disk and compilation run at the machine's speed.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    browser::{Browser, Look},
    finger::{Place, tap},
    limit::{until, within},
    official,
    page::PATIENCE,
    proxy::Link,
    world::{Visitor, World},
};
use tokio::time::sleep;

const SLOWDOWN: u32 = 4;
const TAPS: usize = 200;
const STARTS: usize = 20;
/// A person does not tap faster; what a tap leaves to do is done by then.
const BETWEEN_TAPS: Duration = Duration::from_millis(250);
/// How long a start is left alone before it is asked.
const UNDISTURBED: Duration = Duration::from_millis(2500);
/// What is put into every page to take the times.
const WATCH: &str = include_str!("app_speed.js");

#[derive(Deserialize)]
struct Tap {
    durable: f64,
    heard: f64,
    shown: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let figures = within(Duration::from_secs(900), "the bench of the app", measured()).await?;
    println!("{figures}");
    Ok(())
}

async fn measured() -> Result<Value> {
    let mut world = World::demo().await?;
    let slow = Look {
        slowdown: SLOWDOWN,
        ..Look::PHONE
    };
    let mut visitor = world.visitor(slow).await?;
    watch(&visitor.browser).await?;
    official::sign_in(&visitor, "thuongcat.tuphap").await?;
    official::open_indicator(&visitor, 2024, "1.1").await?;
    let page = visitor.browser.page();
    official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
    official::ready_offline(page).await?;
    world.server.kill().await?;
    visitor.link.set(Link::Down);
    official::status_says(page, "Ngoại tuyến", PATIENCE * 3).await?;

    let taps = tapped(&visitor).await?;
    let mut starts = Vec::new();
    for n in 0..STARTS {
        visitor = visitor.killed_and_started_again().await?;
        starts.push(started(&visitor).await?);
        eprintln!(
            "start {} of {STARTS}: {:.0} ms",
            n + 1,
            starts.last().copied().unwrap_or_default()
        );
    }
    visitor.leaves().await?;
    Ok(json!({
        "slowdown": SLOWDOWN,
        "start_ms": percentiles(starts),
        "tap_durable_ms": percentiles(taps.iter().map(|tap| tap.durable).collect()),
        "tap_heard_ms": percentiles(taps.iter().map(|tap| tap.heard).collect()),
        "tap_shown_ms": percentiles(taps.iter().map(|tap| tap.shown).collect()),
    }))
}

/// The policy of the pages would forbid the worker that reads the disk.
async fn watch(browser: &Browser) -> Result<()> {
    browser
        .devtools("Page.setBypassCSP", json!({ "enabled": true }))
        .await?;
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }))
        .await?;
    Ok(())
}

/// Taps *Không đạt* and *Đạt* in turn, with a finger, and reads the times.
async fn tapped(visitor: &Visitor) -> Result<Vec<Tap>> {
    let page = visitor.browser.page();
    let browser = &visitor.browser;
    let no = page.find("radio", "Không đạt").await?;
    let yes = page.find("radio", "Đạt").await?;
    let places = [
        Place::middle_of(browser, &no).await?,
        Place::middle_of(browser, &yes).await?,
    ];
    page.run::<()>("return window.bench.watchTaps()").await?;
    for (n, place) in places.into_iter().cycle().take(TAPS).enumerate() {
        tap(browser, place).await?;
        // Asking while it works would slow it down.
        sleep(BETWEEN_TAPS).await;
        until(
            PATIENCE,
            || async move {
                let seen: usize = page.run("return window.bench.taps.length").await?;
                Ok((seen > n).then_some(()))
            },
            || async move { format!("tap {n} was not saved") },
        )
        .await?;
        if n % 50 == 49 {
            eprintln!("tap {} of {TAPS}", n + 1);
        }
    }
    let taps: Vec<Tap> = page.run("return window.bench.taps").await?;
    ensure!(taps.len() == TAPS, "{} taps were timed of {TAPS}", taps.len());
    Ok(taps)
}

/// Opens one indicator in a browser just started, and reads when it could be used.
async fn started(visitor: &Visitor) -> Result<f64> {
    watch(&visitor.browser).await?;
    visitor.open("/ho-so/2024/5.4").await?;
    sleep(UNDISTURBED).await;
    let page = visitor.browser.page();
    let ms = until(
        PATIENCE,
        || async move { page.run::<Option<f64>>("return window.bench.interactive").await },
        || async { "the dossier did not open".to_owned() },
    )
    .await?;
    official::status_says(page, "Ngoại tuyến", PATIENCE * 3)
        .await
        .context("the start was not offline")?;
    Ok(ms)
}

/// The nearest-rank percentiles, in ms with one decimal.
fn percentiles(mut values: Vec<f64>) -> Value {
    values.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let rank = (values.len() * percent).div_ceil(100).max(1);
        values.get(rank - 1).map(|value| (value * 10.0).round() / 10.0)
    };
    json!({ "n": values.len(), "p50": at(50), "p95": at(95), "p99": at(99), "max": at(100) })
}
