//! Acceptance 8: the disk is full, the browser closes the database, two tabs (one of them frozen), a wrong clock: a clear
//! message, nothing lost, no wrong order.

use anyhow::{Result, ensure};
use serde_json::json;
use std::time::Duration;
use tests::{
    axe,
    browser::Look,
    limit::{until, within},
    official::{self, Entry::Choice},
    page::{PATIENCE, Page},
    proxy::Link,
    targets,
    world::{Visitor, World},
};
use tokio::time::sleep;

const LIMIT: Duration = Duration::from_secs(300);
/// Longer than the server takes to be tried again, and than the browser remembers how much room there was.
const LONG: Duration = Duration::from_secs(60);

/// What is said in trouble is for everybody too.
async fn is_accessible(visitor: &Visitor, screen: &str) -> Result<()> {
    axe::nothing_found_light_and_dark(&visitor.browser, screen).await?;
    targets::big_enough(&visitor.browser, screen).await
}

/// Signed in as `account`, in step with the server, and able to open offline.
async fn at_work(visitor: &Visitor, account: &str) -> Result<()> {
    official::sign_in(visitor, account).await?;
    official::status_says(visitor.browser.page(), "Đã đồng bộ", PATIENCE).await?;
    official::ready_offline(visitor.browser.page()).await
}

/// Chooses for one of the two sub-items of indicator 1.1 in 2023, which is empty in the demo data: one tap, one change.
async fn choose(visitor: &Visitor, card: usize, words: &str) -> Result<()> {
    official::open_indicator(visitor, 2023, "1.1").await?;
    official::enter(visitor.browser.page(), card, Choice(words)).await
}

/// Waits until indicator 1.1, opened anew, has these points: 1 for its first sub-item, 2 for its second.
async fn shows(visitor: &Visitor, points: &str) -> Result<()> {
    official::open_indicator(visitor, 2023, "1.1").await?;
    shows_here(visitor.browser.page(), points).await
}

/// The same, on the screen as it is.
async fn shows_here(page: Page<'_>, points: &str) -> Result<()> {
    page.says(&format!("{points}/3")).await?;
    let text = page.text().await?;
    ensure!(!text.contains("Hai người nhập khác nhau"), "{text}");
    Ok(())
}

/// How many rows the account's database on this machine has.
async fn rows(page: Page<'_>) -> Result<u32> {
    let count = "const done = arguments[0];
        const opening = indexedDB.open(`tcpl-${localStorage.getItem('tcpl-user')}`);
        opening.onsuccess = () => {
          const counting = opening.result.transaction('rows').objectStore('rows').count();
          counting.onsuccess = () => {
            opening.result.close();
            done(counting.result);
          };
        };";
    Ok(page.driver().execute_async(count, vec![]).await?.convert()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_the_server_gets_it_all_the_same() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let mut visitor = world.visitor(Look::PHONE).await?;
        at_work(&visitor, "thuongcat.tuphap").await?;
        choose(&visitor, 0, "Đạt").await?;
        official::status_says(visitor.browser.page(), "Đã đồng bộ", PATIENCE).await?;

        // A browser that has not yet asked how much room there is.
        visitor = visitor.closed_and_started_again().await?;
        let origin = visitor.link.origin();
        let quota = json!({ "origin": origin, "quotaSize": 1 });
        visitor
            .browser
            .devtools("Storage.overrideQuotaForOrigin", quota)
            .await?;
        let page = visitor.browser.page();
        official::open_indicator(&visitor, 2023, "1.1").await?;
        official::status_says(page, "Đã đồng bộ", PATIENCE).await?;
        let before = rows(page).await?;
        visitor.link.set(Link::Down);
        official::status_says(page, "Ngoại tuyến", PATIENCE).await?;
        official::enter(page, 1, Choice("Đạt")).await?;
        let line = "Chưa lưu được trên máy – đang gửi thẳng lên máy chủ";
        official::status_says(page, line, PATIENCE).await?;
        page.says("đã đầy").await?;
        page.says("Những gì đã lưu trước đó vẫn còn").await?;
        is_accessible(&visitor, "bộ nhớ đầy").await?;

        // The link comes back before there is room: the server has it, a colleague sees it.
        visitor.link.set(Link::Up);
        official::status_says(page, "Đã đồng bộ", LONG).await?;
        let colleague = world.visitor(Look::PHONE).await?;
        at_work(&colleague, "thuongcat.vanphong").await?;
        shows(&colleague, "3").await?;
        colleague.leaves().await?;

        // Room again: what was refused is stored without being entered once more, and is there without a network.
        let quota = json!({ "origin": origin });
        visitor
            .browser
            .devtools("Storage.overrideQuotaForOrigin", quota)
            .await?;
        until(
            LONG,
            || async { Ok((rows(page).await? > before).then_some(())) },
            || async { "there is room again, and what was refused is not stored".to_owned() },
        )
        .await?;
        visitor.link.set(Link::Down);
        shows(&visitor, "3").await?;
        visitor.leaves().await
    })
    .await
}

/// Somebody without a network and with one change not sent, whose database the browser has just closed and emptied.
async fn with_an_emptied_database(world: &World) -> Result<Visitor> {
    let visitor = world.visitor(Look::PHONE).await?;
    at_work(&visitor, "thuongcat.tuphap").await?;
    let page = visitor.browser.page();
    official::open_indicator(&visitor, 2023, "1.1").await?;
    visitor.link.set(Link::Down);
    official::status_says(page, "Ngoại tuyến", PATIENCE).await?;
    official::enter(page, 0, Choice("Đạt")).await?;
    official::status_says(page, "Ngoại tuyến – 1 thay đổi chờ gửi", PATIENCE).await?;
    let clear = json!({ "origin": visitor.link.origin(), "storageTypes": "indexeddb" });
    visitor.browser.devtools("Storage.clearDataForOrigin", clear).await?;
    Ok(visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_closed_and_emptied_by_the_browser_is_filled_again() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = with_an_emptied_database(&world).await?;
        let page = visitor.browser.page();
        official::enter(page, 1, Choice("Đạt")).await?;
        official::status_says(page, "Ngoại tuyến – 2 thay đổi chờ gửi", PATIENCE).await?;
        page.says("Trình duyệt vừa đóng kho dữ liệu trên máy; ứng dụng đã mở lại")
            .await?;

        // Loaded anew, without a network: all of it is on the disk again.
        shows(&visitor, "3").await?;
        official::status_says(page, "Ngoại tuyến – 2 thay đổi chờ gửi", PATIENCE).await?;
        visitor.link.set(Link::Up);
        official::status_says(page, "Đã đồng bộ", LONG).await?;
        visitor.leaves().await
    })
    .await
}

/// The browser closes and empties the database, and has no room to write it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_could_not_be_filled_again_is_not_called_so() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = with_an_emptied_database(&world).await?;
        let page = visitor.browser.page();
        let full = "IDBObjectStore.prototype.putAnyway = IDBObjectStore.prototype.put;
            window.refusedPuts = 0;
            IDBObjectStore.prototype.put = () => {
              window.refusedPuts += 1;
              throw new DOMException('full', 'QuotaExceededError');
            };";
        page.run::<()>(full).await?;
        official::enter(page, 1, Choice("Đạt")).await?;
        official::status_says(page, "Chưa lưu được trên máy", PATIENCE).await?;
        page.says("đã đầy").await?;
        // Tried again, and refused again.
        let before: u32 = page.run("return window.refusedPuts").await?;
        until(
            PATIENCE,
            || async { Ok((page.run::<u32>("return window.refusedPuts").await? > before).then_some(())) },
            || async { "what was refused is not tried again".to_owned() },
        )
        .await?;
        let text = page.text().await?;
        ensure!(!text.contains("ghi lại đầy đủ") && text.contains("đã đầy"), "{text}");

        page.run::<()>("IDBObjectStore.prototype.put = IDBObjectStore.prototype.putAnyway")
            .await?;
        official::status_says(page, "Ngoại tuyến – 2 thay đổi chờ gửi", LONG).await?;
        shows(&visitor, "3").await?;
        official::status_says(page, "Ngoại tuyến – 2 thay đổi chờ gửi", PATIENCE).await?;
        visitor.leaves().await
    })
    .await
}

/// A panic of the shipped module is a trap and nothing else. This one is made: what never was given out is given back.
#[tokio::test(flavor = "multi_thread")]
async fn a_trap_is_said_and_what_was_saved_is_there() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        at_work(&visitor, "thuongcat.tuphap").await?;
        let page = visitor.browser.page();
        choose(&visitor, 0, "Đạt").await?;
        official::status_says(page, "Đã đồng bộ", PATIENCE).await?;
        ensure!(!page.text().await?.contains("Ứng dụng gặp lỗi"), "too early");
        let trap = "const { href } = document.querySelector('link[rel=modulepreload]');
            import(href).then((app) => app.default()).then((module) => setTimeout(() => module.__wbindgen_free(-16 >>> 0, 8, 4)));";
        page.run::<()>(trap).await?;
        page.says("Ứng dụng gặp lỗi, dữ liệu đã lưu không mất.").await?;
        is_accessible(&visitor, "ứng dụng gặp lỗi").await?;
        visitor.browser.forgive();
        let log = visitor.browser.complaints()?.join("\n");
        ensure!(log.contains("RuntimeError"), "the kit must see it: {log}");
        page.click("link", "Tải lại").await?;
        shows(&visitor, "1").await?;
        ensure!(!page.text().await?.contains("Ứng dụng gặp lỗi"), "still there");
        visitor.leaves().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_one_frozen_offline_and_online() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        at_work(&visitor, "thuongcat.tuphap").await?;
        let page = visitor.browser.page();
        let first = visitor.browser.driver().window().await?;
        official::open_indicator(&visitor, 2023, "1.1").await?;
        visitor.link.set(Link::Down);
        official::status_says(page, "Ngoại tuyến", PATIENCE).await?;
        // A browser does not freeze a page in the middle of reading its database; the protocol would.
        sleep(Duration::from_secs(2)).await;

        // The first tab stands still, as a hidden one does on a phone; the second one writes.
        let state = |state: &str| json!({ "state": state });
        visitor
            .browser
            .devtools("Page.setWebLifecycleState", state("frozen"))
            .await?;
        let second = visitor.browser.new_tab().await?;
        // As in a window beside the first: it does not come into sight, so what it learns, it learns by being told.
        let beside = "addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)";
        visitor
            .browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": beside }))
            .await?;
        choose(&visitor, 0, "Đạt").await?;
        official::status_says(page, "Ngoại tuyến – 1 thay đổi chờ gửi", PATIENCE).await?;

        // It runs again and has it, without being loaded; it writes too, and so does the second one, in turns.
        visitor.browser.switch_to(&first).await?;
        visitor
            .browser
            .devtools("Page.setWebLifecycleState", state("active"))
            .await?;
        shows_here(page, "1").await?;
        official::enter(page, 1, Choice("Đạt")).await?;
        official::status_says(page, "Ngoại tuyến – 2 thay đổi chờ gửi", PATIENCE).await?;
        visitor.browser.switch_to(&second).await?;
        shows_here(page, "3").await?;
        official::enter(page, 0, Choice("Không đạt")).await?;
        official::status_says(page, "Ngoại tuyến – 3 thay đổi chờ gửi", PATIENCE).await?;
        visitor.browser.switch_to(&first).await?;
        shows_here(page, "2").await?;

        // Online again: a colleague sees the later values, and no two of one.
        visitor.link.set(Link::Up);
        official::status_says(page, "Đã đồng bộ", LONG).await?;
        let colleague = world.visitor(Look::PHONE).await?;
        at_work(&colleague, "thuongcat.vanphong").await?;
        shows(&colleague, "2").await?;
        // What the colleague enters comes to both tabs.
        official::enter(colleague.browser.page(), 0, Choice("Đạt")).await?;
        shows_here(page, "3").await?;
        visitor.browser.switch_to(&second).await?;
        shows_here(page, "3").await?;
        colleague.leaves().await?;
        visitor.leaves().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_two_years_wrong_are_said_and_change_no_order() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let two_years = 2 * 365 * 24 * 3600 * 1000_i64;
        let wrong = |clock_ms| Look {
            clock_ms,
            ..Look::PHONE
        };
        let (slow, fast) = (
            world.visitor(wrong(-two_years)).await?,
            world.visitor(wrong(two_years)).await?,
        );
        for (visitor, account, way) in [
            (&slow, "thuongcat.tuphap", "chậm"),
            (&fast, "thuongcat.vanphong", "nhanh"),
        ] {
            at_work(visitor, account).await?;
            let page = visitor.browser.page();
            page.says(&format!("Đồng hồ của máy {way} khoảng")).await?;
            page.says("bật tự động đặt ngày giờ").await?;
            is_accessible(visitor, "đồng hồ sai").await?;
        }

        // In turns: the later value stands, whatever the clocks say.
        choose(&fast, 0, "Đạt").await?;
        official::status_says(fast.browser.page(), "Đã đồng bộ", PATIENCE).await?;
        shows(&slow, "1").await?;
        official::enter(slow.browser.page(), 0, Choice("Không đạt")).await?;
        shows_here(fast.browser.page(), "0").await?;
        official::enter(fast.browser.page(), 1, Choice("Đạt")).await?;
        shows_here(slow.browser.page(), "2").await?;
        // The history of both, the newest first.
        for visitor in [&slow, &fast] {
            let page = visitor.browser.page();
            page.click("button", "Lịch sử").await?;
            let ask = "return [...document.querySelectorAll('.history li')].map((line) => line.innerText)";
            let order = ["Văn phòng", "Tư pháp", "Văn phòng"];
            until(
                PATIENCE,
                || async move {
                    let lines: Vec<String> = page.run(ask).await?;
                    let same =
                        lines.len() == order.len() && lines.iter().zip(order).all(|(line, who)| line.contains(who));
                    Ok(same.then_some(()))
                },
                || async move { format!("the history says {:?}", page.run::<Vec<String>>(ask).await) },
            )
            .await?;
        }
        slow.leaves().await?;
        fast.leaves().await
    })
    .await
}
