//! Acceptance 9: a new build while a phone is offline in the middle of a word; a server newer than the app.

use anyhow::{Result, ensure};
use std::time::Duration;
use tests::{
    axe,
    browser::Look,
    limit::{until, within},
    official,
    page::{PATIENCE, Page},
    proxy::Link,
    settings, shots, targets,
    world::{Visitor, World},
};
use thirtyfour::Key;

const YEAR: u16 = 2023;
/// A ratio: one number alone is half-typed, kept on the machine and not in the dossier.
const NUMBER: &str = "2.5";
const HALF: &str = "17";
const NOTE: &str = "đang gõ dở dang";

async fn build(page: Page<'_>) -> Result<String> {
    page.run("return document.querySelector('meta[name=build]').content")
        .await
}

/// What is typed and not finished is still in the fields.
async fn half_typed_is_there(visitor: &Visitor) -> Result<()> {
    let page = visitor.browser.page();
    let ask = "return [...document.querySelectorAll('.two:not([hidden]) input, textarea')].map((field) => field.value)";
    until(
        PATIENCE,
        || async move {
            let values: Vec<String> = page.run(ask).await?;
            Ok([HALF, NOTE]
                .iter()
                .all(|text| values.iter().any(|value| value == text))
                .then_some(()))
        },
        || async move {
            format!(
                "the fields hold {:?}",
                page.run::<Vec<String>>(ask).await.unwrap_or_default()
            )
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn half_typed_text_survives_an_update_taken_or_left() -> Result<()> {
    within(Duration::from_secs(240), "test", async {
        let mut world = World::demo().await?;
        let mut visitors = Vec::new();
        for account in ["thuongcat.tuphap", "lienmac.tuphap"] {
            let visitor = world.visitor(Look::PHONE).await?;
            official::sign_in(&visitor, account).await?;
            let page = visitor.browser.page();
            official::ready_offline(page).await?;
            official::open_indicator(&visitor, YEAR, NUMBER).await?;
            official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
            visitor.link.set(Link::Down);
            let [first, _] = official::ratio_fields(page, 0).await?;
            page.fill_element(&first, HALF).await?;
            let note = page.find("textbox", "Giải trình").await?;
            note.scroll_into_view().await?;
            note.click().await?;
            page.keys(NOTE).await?;
            visitors.push(visitor);
        }
        let [taken, left] = visitors.as_slice() else {
            return Ok(());
        };
        let old = build(taken.browser.page()).await?;
        let old = old.as_str();

        world.server.deploy(settings::next_dist()?).await?;
        for visitor in [taken, left] {
            visitor.link.set(Link::Up);
            let page = visitor.browser.page();
            page.find("region", "Bản mới").await?;
            ensure!(build(page).await? == old, "the new build came unasked");
            half_typed_is_there(visitor).await?;
        }
        shots::take(&taken.browser, "ban-moi").await?;

        left.browser.page().click("button", "Để sau").await?;
        left.browser.page().gone("region", "Bản mới").await?;
        half_typed_is_there(left).await?;
        left.browser.driver().refresh().await?;
        official::wait_indicator(left.browser.page(), NUMBER).await?;
        ensure!(
            build(left.browser.page()).await? == old,
            "a reload took the build that was left"
        );
        half_typed_is_there(left).await?;

        taken.browser.page().click("button", "Cập nhật").await?;
        let page = taken.browser.page();
        until(
            PATIENCE,
            || async move {
                // In the middle of a reload there is no page to ask.
                let now = build(page).await.unwrap_or_default();
                Ok((!now.is_empty() && now != old).then_some(()))
            },
            || async { "the old build is still there".to_owned() },
        )
        .await?;
        official::wait_indicator(page, NUMBER).await?;
        half_typed_is_there(taken).await?;
        page.keys(Key::Tab).await?;
        official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
        for visitor in visitors {
            visitor.leaves().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_older_than_the_server_says_so_and_keeps_everything() -> Result<()> {
    within(Duration::from_secs(120), "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        official::sign_in(&visitor, "thuongcat.congan").await?;
        let page = visitor.browser.page();
        official::ready_offline(page).await?;
        official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
        visitor.link.set(Link::Down);
        official::enter_all(&visitor, YEAR, &[("5.1", &[official::Entry::Points("8", "đủ")])]).await?;
        // The server introduces itself with the version of what we add to the protocol: {chuanTcpl: {v: 1, …}} in CBOR.
        visitor.link.lie(b"chuanTcpl\xa2\x61v\x01", b"chuanTcpl\xa2\x61v\x02")?;
        visitor.link.set(Link::Up);
        official::status_says(page, "Ứng dụng cũ hơn máy chủ", PATIENCE).await?;
        page.says("Mọi dữ liệu vẫn nằm trên máy này").await?;
        shots::take(&visitor.browser, "ung-dung-cu").await?;
        axe::nothing_found_light_and_dark(&visitor.browser, "ứng dụng cũ").await?;
        targets::big_enough(&visitor.browser, "ứng dụng cũ").await?;
        visitor.open(&format!("/ho-so/{YEAR}/5.1")).await?;
        let field = page.find("textbox", "Điểm tự chấm").await?;
        ensure!(field.value().await?.as_deref() == Some("8"), "what was entered is gone");
        // Scoring goes on.
        page.fill_element(&field, "7").await?;
        page.keys(Key::Tab).await?;
        official::status_says(
            page,
            "Ứng dụng cũ hơn máy chủ – cần cập nhật, 3 thay đổi giữ trên máy",
            PATIENCE,
        )
        .await?;
        visitor.leaves().await
    })
    .await
}
