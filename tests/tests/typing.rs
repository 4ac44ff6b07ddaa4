//! Typing is never broken by what a colleague does meanwhile, and never undoes it.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::time::Duration;
use tests::{
    browser::Look,
    limit::{until, within},
    official,
    page::{PATIENCE, Page},
    world::World,
};
use thirtyfour::Key;

const LIMIT: Duration = Duration::from_secs(180);
const POINTS: &str = "Điểm tự chấm";
const REASON: &str = "Lý do chấm mức điểm này";

async fn value(page: Page<'_>, field: &str) -> Result<String> {
    page.find("textbox", field).await?.value().await?.context("no value")
}

async fn has(page: Page<'_>, field: &str, wanted: &str) -> Result<()> {
    until(
        PATIENCE,
        || async move { Ok((value(page, field).await? == wanted).then_some(())) },
        || async move {
            let there = value(page, field).await.unwrap_or_default();
            format!("\"{field}\" holds \"{there}\", not \"{wanted}\"")
        },
    )
    .await
}

/// A field belongs to whom is in it; the fields beside it do not.
#[tokio::test(flavor = "multi_thread")]
async fn typing_a_reason_does_not_take_back_a_colleagues_points() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let (one, other) = (world.visitor(Look::PHONE).await?, world.visitor(Look::PHONE).await?);
        for (visitor, account) in [(&one, "thuongcat.congan"), (&other, "thuongcat.tuphap")] {
            official::sign_in(visitor, account).await?;
            official::open_indicator(visitor, 2024, "5.4").await?;
            official::status_says(visitor.browser.page(), "Đã đồng bộ", PATIENCE).await?;
        }
        let (here, there) = (one.browser.page(), other.browser.page());
        has(here, POINTS, "5").await?;

        // In the field, nothing typed yet.
        here.find("textbox", REASON).await?.click().await?;
        there.fill(POINTS, "4").await?;
        there.keys(Key::Tab).await?;
        has(here, POINTS, "4").await?;

        // In the middle of a Telex word.
        let compose = |text: &str| json!({ "text": text, "selectionStart": 3, "selectionEnd": 3 });
        here.keys(Key::Control + "a").await?;
        one.browser.devtools("Input.imeSetComposition", compose("tie")).await?;
        there.fill(POINTS, "3").await?;
        there.keys(Key::Tab).await?;
        has(here, POINTS, "3").await?;
        ensure!(value(here, REASON).await? == "tie", "the half word is gone");
        one.browser
            .devtools("Input.insertText", json!({ "text": "tiếng" }))
            .await?;
        here.keys(" dân" + Key::Tab).await?;

        for page in [here, there] {
            has(page, REASON, "tiếng dân").await?;
            has(page, POINTS, "3").await?;
        }
        official::status_says(here, "Đã đồng bộ", PATIENCE).await?;
        one.leaves().await?;
        other.leaves().await
    })
    .await
}
