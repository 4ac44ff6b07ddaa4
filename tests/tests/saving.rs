//! What a tap does, in which order: the disk first, then the screen, and no word of it before the disk has it.

use anyhow::{Result, ensure};
use serde::Deserialize;
use std::time::Duration;
use tests::{
    browser::Look,
    limit::{until, within},
    official,
    page::{PATIENCE, Page},
    world::{Visitor, World},
};

const LIMIT: Duration = Duration::from_secs(120);
const SAVING: &str = "Đang lưu…";
const SAVED: &str = "Đã lưu trên máy";

/// Notes what the page shows when the transaction of an edit is opened, and when it is complete but the app does not know it.
const WATCH: &str = "
    const shown = () => ({
        points: document.querySelector('.lead .points').textContent,
        status: document.getElementById('trang-thai').textContent.trim(),
    });
    window.saves = [];
    const open = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...asked) {
        const opened = shown();
        const transaction = open.apply(this, asked);
        if (transaction.durability === 'strict' && transaction.objectStoreNames.contains('unsent'))
            transaction.addEventListener('complete', () => window.saves.push({ opened, complete: shown() }));
        return transaction;
    };";

/// Holds the account's database, so that no other transaction that writes can begin until `letGo` is called.
const SLOW_DISK: &str = "
    const opening = indexedDB.open('tcpl-' + localStorage.getItem('tcpl-user'));
    opening.onsuccess = () => {
        let held = true;
        window.letGo = () => (held = false);
        const rows = opening.result.transaction('rows', 'readwrite').objectStore('rows');
        const turn = () => {
            window.holding = true;
            if (held) rows.get('nothing').onsuccess = turn;
            else opening.result.close();
        };
        turn();
    };";

#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Shown {
    points: String,
    status: String,
}

#[derive(Debug, Deserialize)]
struct Save {
    opened: Shown,
    complete: Shown,
}

async fn points(page: Page<'_>) -> Result<String> {
    page.run("return document.querySelector('.lead .points').textContent")
        .await
}

async fn points_change(page: Page<'_>, before: &str) -> Result<()> {
    until(
        PATIENCE,
        || async move { Ok((points(page).await? != before).then_some(())) },
        || async move { format!("the points are still {before}") },
    )
    .await
}

/// Somebody at an indicator that is chosen by đạt / không đạt, with nothing on its way.
async fn at_a_choice(world: &World) -> Result<Visitor> {
    let visitor = world.visitor(Look::PHONE).await?;
    official::sign_in(&visitor, "thuongcat.tuphap").await?;
    official::open_indicator(&visitor, 2024, "1.1").await?;
    let page = visitor.browser.page();
    official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
    page.find("radio", "Đạt").await?;
    Ok(visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_disk_is_asked_before_anything_is_drawn() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = at_a_choice(&world).await?;
        let page = visitor.browser.page();
        page.run::<()>(WATCH).await?;
        for n in 0..10 {
            let before = points(page).await?;
            let choice = if n % 2 == 0 { "Không đạt" } else { "Đạt" };
            page.find("radio", choice).await?.parent().await?.click().await?;
            points_change(page, &before).await?;
            official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
            let mut saves: Vec<Save> = page.run("return window.saves.splice(0)").await?;
            ensure!(saves.len() == 1, "one tap, one transaction: {saves:?}");
            let Some(Save { opened, complete }) = saves.pop() else {
                continue;
            };
            ensure!(
                opened.points == before && opened.status != SAVING,
                "drawn before the disk was asked: {opened:?}"
            );
            ensure!(complete.status == SAVING, "said before the disk had it: {complete:?}");
            // A machine that does much else may be too slow for that once.
            if complete.points == before {
                return visitor.leaves().await;
            }
        }
        anyhow::bail!("the points are always drawn while the disk works: its answer waits behind them")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_disk_keeps_nobody_waiting_for_the_points() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = at_a_choice(&world).await?;
        let page = visitor.browser.page();
        page.run::<()>(SLOW_DISK).await?;
        until(
            PATIENCE,
            || async move { Ok(page.run::<bool>("return window.holding === true").await?.then_some(())) },
            || async { "the database is not held".to_owned() },
        )
        .await?;
        let before = points(page).await?;
        page.find("radio", "Không đạt").await?.parent().await?.click().await?;
        points_change(page, &before).await?;
        ensure!(official::status(page).await? == SAVING, "said before the disk had it");
        // Nor does another screen say that there is nothing to lose.
        page.click("link", "Thiết bị").await?;
        page.says("Còn 1 thay đổi chưa gửi.").await?;
        page.run::<()>("window.letGo()").await?;
        until(
            PATIENCE,
            || async move { Ok((official::status(page).await? != SAVING).then_some(())) },
            || async { format!("the line never says {SAVED}") },
        )
        .await?;
        visitor.leaves().await
    })
    .await
}
