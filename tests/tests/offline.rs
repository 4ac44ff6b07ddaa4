//! Acceptance 2: after one visit the app opens without a server, and what it calls saved survives whatever happens.

use anyhow::{Context, Result, ensure};
use std::time::Duration;
use tests::{
    axe,
    browser::Look,
    limit::within,
    moment, official,
    page::PATIENCE,
    proxy::{Link, Way},
    targets, watch,
    world::{Visitor, World},
};
use thirtyfour::Key;

const ADDRESS: (u16, &str) = (2024, "5.4");

/// A machine that was online once, as Trưởng Công an of Thượng Cát.
async fn visited(world: &World) -> Result<Visitor> {
    let visitor = world.visitor(Look::PHONE).await?;
    official::sign_in(&visitor, "thuongcat.congan").await?;
    official::open_indicator(&visitor, ADDRESS.0, ADDRESS.1).await?;
    let page = visitor.browser.page();
    official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
    official::ready_offline(page).await?;
    Ok(visitor)
}

/// The points in the field.
async fn points(visitor: &Visitor) -> Result<String> {
    let field = visitor.browser.page().find("textbox", "Điểm tự chấm").await?;
    field.value().await?.context("the field has no value")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_saved_survives_twenty_kills() -> Result<()> {
    within(Duration::from_secs(400), "test", async {
        let mut world = World::demo().await?;
        let mut visitor = visited(&world).await?;
        world.server.kill().await?;
        visitor = visitor.killed_and_started_again().await?;

        official::open_indicator(&visitor, ADDRESS.0, ADDRESS.1).await?;
        let page = visitor.browser.page();
        page.fill("Điểm tự chấm", "4,5").await?;
        page.keys(Key::Tab).await?;
        official::status_says(page, "Ngoại tuyến – 1 thay đổi chờ gửi", PATIENCE).await?;
        only_strict(&visitor).await?;

        for round in 1..=20 {
            let typed = format!("4,{round:02}");
            let page = visitor.browser.page();
            let field = page.find("textbox", "Điểm tự chấm").await?;
            moment::save(&visitor.browser, &field, &typed).await?;
            visitor = visitor.killed_and_started_again().await?;
            official::open_indicator(&visitor, ADDRESS.0, ADDRESS.1).await?;
            // 4,10 comes back as 4,1.
            let shown = typed.trim_end_matches('0');
            let found = points(&visitor).await?;
            ensure!(
                found == shown,
                "round {round}: {typed} was called saved and is lost; the page shows {found}"
            );
        }
        official::status_says(visitor.browser.page(), "Ngoại tuyến – 21 thay đổi chờ gửi", PATIENCE).await?;
        visitor.leaves().await
    })
    .await
}

/// Every transaction that wrote what was entered was opened with strict durability: a kill alone does not prove that.
async fn only_strict(visitor: &Visitor) -> Result<()> {
    let all = watch::transactions(&visitor.browser).await?;
    let edits: Vec<_> = all
        .iter()
        .filter(|one| one.mode == "readwrite" && one.stores.iter().any(|store| store == "rows" || store == "unsent"))
        .collect();
    ensure!(!edits.is_empty(), "no transaction wrote the edit: {all:?}");
    ensure!(edits.iter().all(|one| one.durability == "strict"), "{edits:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_cut_in_the_middle_offers_to_try_again() -> Result<()> {
    within(Duration::from_secs(120), "test", async {
        let world = World::demo().await?;
        // Fast, and cut before the scripts are all there: what index.html says by itself. Slow, and cut in the middle
        // of the module, when the scripts are: what they say.
        for (link, words) in [
            (Link::Up, "Nếu ứng dụng không mở"),
            (Link::Slow(100_000), "Chưa tải xong ứng dụng"),
        ] {
            let visitor = world.visitor(Look::PHONE).await?;
            let page = visitor.browser.page();
            visitor.link.set(link);
            visitor.link.cut_after(Way::Down, 120_000);
            visitor.open("/").await?;
            page.says(words).await?;
            ensure!(visitor.link.was_cut(), "the link was not cut");
            axe::nothing_found(&visitor.browser, words).await?;
            targets::big_enough(&visitor.browser, words).await?;
            visitor.link.mend();
            page.click("link", "Thử lại").await?;
            page.find("textbox", "Tên đăng nhập").await?;
            visitor.leaves().await?;
        }
        Ok(())
    })
    .await
}
