//! Typing is never broken by what a colleague does meanwhile, and never undoes it.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::time::Duration;
use tests::{
    browser::Look,
    limit::{until, within},
    official,
    page::{PATIENCE, Page},
    watch,
    world::{Visitor, World},
};
use thirtyfour::Key;

const LIMIT: Duration = Duration::from_secs(180);
const POINTS: &str = "Điểm tự chấm";
const REASON: &str = "Lý do chấm mức điểm này";
const EXPLANATION: &str = "Giải trình";

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

/// Two officials who look at the same indicator.
async fn two_at_5_4(world: &World) -> Result<(Visitor, Visitor)> {
    let (one, other) = (world.visitor(Look::PHONE).await?, world.visitor(Look::PHONE).await?);
    for (visitor, account) in [(&one, "thuongcat.congan"), (&other, "thuongcat.tuphap")] {
        official::sign_in(visitor, account).await?;
        official::open_indicator(visitor, 2024, "5.4").await?;
        official::status_says(visitor.browser.page(), "Đã đồng bộ", PATIENCE).await?;
    }
    Ok((one, other))
}

/// A draft that outlived the edit it has become would be entered again by the next start, over whatever came after.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_ends_in_the_transaction_of_the_edit_it_became() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let one = world.visitor(Look::PHONE).await?;
        official::sign_in(&one, "thuongcat.tuphap").await?;
        official::open_indicator(&one, 2024, "5.4").await?;
        official::status_says(one.browser.page(), "Đã đồng bộ", PATIENCE).await?;
        // Rests in the field: the draft is stored, then the edit.
        one.browser.page().fill(POINTS, "4,25").await?;
        let browser = &one.browser;
        let edits = until(
            PATIENCE,
            || async move {
                let all = watch::transactions(browser).await?;
                let edits = all
                    .into_iter()
                    .filter(|one| one.durability == "strict" && one.stores.iter().any(|store| store == "rows"));
                let edits: Vec<_> = edits.collect();
                Ok((!edits.is_empty()).then_some(edits))
            },
            || async { "nothing was saved".to_owned() },
        )
        .await?;
        let with_draft = |one: &watch::Transaction| one.stores.iter().any(|store| store == "meta");
        ensure!(edits.iter().all(with_draft), "{edits:?}");
        one.leaves().await
    })
    .await
}

/// Both shorten a text, the colleague by more: nothing is left to be written, and that is what the field says.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_says_what_is_saved_though_nothing_came_of_the_edit() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let (one, other) = two_at_5_4(&world).await?;
        let (here, there) = (one.browser.page(), other.browser.page());
        here.fill(EXPLANATION, "một hai ba").await?;
        here.keys(Key::Tab).await?;
        has(there, EXPLANATION, "một hai ba").await?;

        here.find("textbox", EXPLANATION).await?.click().await?;
        there.fill(EXPLANATION, "một").await?;
        there.keys(Key::Tab).await?;
        // What comes after it is seen, so it has come too, and waits.
        there.fill(POINTS, "4").await?;
        there.keys(Key::Tab).await?;
        has(here, POINTS, "4").await?;
        ensure!(
            value(here, EXPLANATION).await? == "một hai ba",
            "not while one is in it"
        );
        here.keys(Key::Control + Key::End).await?;
        for _ in " ba".chars() {
            here.keys(Key::Backspace + "").await?;
        }
        here.keys(Key::Tab + "").await?;
        for page in [here, there] {
            has(page, EXPLANATION, "một").await?;
        }
        one.leaves().await?;
        other.leaves().await
    })
    .await
}

/// A field belongs to whom is in it; the fields beside it do not.
#[tokio::test(flavor = "multi_thread")]
async fn typing_a_reason_does_not_take_back_a_colleagues_points() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let (one, other) = two_at_5_4(&world).await?;
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
