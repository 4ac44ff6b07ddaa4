//! Acceptance 5: two officials share a tablet, the first with work that was not sent. Neither blocks the other, neither
//! loses anything, and each one's work is sent under the right name.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::time::Duration;
use tests::{
    browser::Look,
    limit::{until, within},
    official,
    page::{PATIENCE, Page},
    proxy::Link,
    world::{Visitor, World},
};
use thirtyfour::Key;

const LIMIT: Duration = Duration::from_secs(150);
/// Nobody has entered anything for it.
const YEAR: u16 = 2023;
const FIRST: &str = "thuongcat.tuphap";
const SECOND: &str = "thuongcat.vanphong";

/// The first official at a tablet: signed in, then without a network, with one value that was not sent. Their user id.
async fn first_at_work(visitor: &Visitor) -> Result<String> {
    let page = visitor.browser.page();
    official::sign_in(visitor, FIRST).await?;
    let user = user(page).await?;
    official::open_indicator(visitor, YEAR, "2.1").await?;
    official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
    official::ready_offline(page).await?;
    visitor.link.set(Link::Down);
    enter(page, "6").await?;
    official::status_says(page, "Ngoại tuyến – 1 thay đổi chờ gửi", PATIENCE).await?;
    Ok(user)
}

/// One change: points, without a reason yet.
async fn enter(page: Page<'_>, points: &str) -> Result<()> {
    page.fill("Điểm tự chấm", points).await?;
    page.keys(Key::Tab).await
}

/// The second official signs in, sees nothing of what the first has not sent, and works.
async fn second_works(visitor: &Visitor) -> Result<String> {
    let page = visitor.browser.page();
    official::sign_in(visitor, SECOND).await?;
    let user = user(page).await?;
    official::open_indicator(visitor, YEAR, "2.1").await?;
    let field = page.find("textbox", "Điểm tự chấm").await?;
    ensure!(
        field.value().await?.as_deref() == Some(""),
        "what the first has not sent is the first's alone"
    );
    official::open_indicator(visitor, YEAR, "2.2").await?;
    enter(page, "4").await?;
    official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
    until_on_server(page, &[("2.2", &user)]).await?;
    Ok(user)
}

/// The first official signs in again: their work is there, and is sent under their name.
async fn first_again(visitor: &Visitor, first: &str, second: &str) -> Result<()> {
    let page = visitor.browser.page();
    page.says("Máy này còn 1 thay đổi chưa gửi của").await?;
    official::sign_in(visitor, FIRST).await?;
    official::open_indicator(visitor, YEAR, "2.1").await?;
    let field = page.find("textbox", "Điểm tự chấm").await?;
    ensure!(
        field.value().await?.as_deref() == Some("6"),
        "the first official's work is gone"
    );
    official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
    until_on_server(page, &[("2.1", first), ("2.2", second)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_with_unsent_work_finds_it_again_and_it_is_sent_under_their_name() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        let page = visitor.browser.page();
        let first = first_at_work(&visitor).await?;
        // The machine's list of accounts is not needed to say what waits: here it cannot be read.
        list_of_accounts_is_lost(page).await?;
        visitor.open("/thiet-bi").await?;
        page.says("Còn 1 thay đổi chưa gửi.").await?;
        page.click("button", "Đăng xuất").await?;
        page.find("dialog", "Đăng xuất khỏi máy này?").await?;
        page.says("Còn 1 thay đổi chưa gửi.").await?;
        let buttons = page.all("button", "Đăng xuất").await?;
        buttons.last().context("no button in the dialog")?.click().await?;
        page.find("heading", "Đăng nhập").await?;
        page.says("Máy này còn 1 thay đổi chưa gửi của").await?;

        // The server could not be told. The network is back, the page is opened anew: still nobody is signed in.
        visitor.link.set(Link::Up);
        visitor.open("/").await?;
        page.find("textbox", "Mật khẩu").await?;
        page.says("Cần mật khẩu").await?;
        ensure!(
            official::fetched(page, "/api/v1/session").await?.is_null(),
            "still signed in at the server"
        );

        let second = second_works(&visitor).await?;
        visitor.open("/thiet-bi").await?;
        page.click("button", "Đổi người dùng").await?;
        first_again(&visitor, &first, &second).await?;
        visitor.leaves().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_expired_with_unsent_work_scores_on_and_lets_another_work() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        let page = visitor.browser.page();
        let first = first_at_work(&visitor).await?;
        // What an expired session comes to: the browser has no cookie that the server takes.
        page.driver().delete_all_cookies().await?;
        visitor.link.set(Link::Up);
        official::status_says(page, "Đăng nhập lại để đồng bộ – 1 thay đổi chờ gửi", PATIENCE).await?;
        official::open_indicator(&visitor, YEAR, "2.1").await?;
        official::status_says(page, "Đăng nhập lại để đồng bộ – 1 thay đổi chờ gửi", PATIENCE).await?;

        visitor.open("/thiet-bi").await?;
        page.click("button", "Đổi người dùng").await?;
        let second = second_works(&visitor).await?;

        // The first opens their account without a password, while the second's session is the browser's.
        visitor.open("/thiet-bi").await?;
        page.click("button", "Đổi người dùng").await?;
        page.click("button", FIRST).await?;
        official::status_says(page, "Đăng nhập lại để đồng bộ – 1 thay đổi chờ gửi", PATIENCE).await?;
        page.says("Trình duyệt này đang đăng nhập bằng tài khoản khác").await?;
        until_on_server(page, &[("2.2", &second)]).await?;
        visitor.open("/thiet-bi").await?;
        page.click("button", "Đổi người dùng").await?;
        first_again(&visitor, &first, &second).await?;
        visitor.leaves().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_does_not_wait_for_a_silent_server() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        let page = visitor.browser.page();
        official::sign_in(&visitor, FIRST).await?;
        visitor.open("/thiet-bi").await?;
        page.says("Mọi thay đổi đã được gửi.").await?;
        visitor.link.set(Link::Silent);
        page.click("button", "Đăng xuất").await?;
        page.find("dialog", "Đăng xuất khỏi máy này?").await?;
        let buttons = page.all("button", "Đăng xuất").await?;
        buttons.last().context("no button in the dialog")?.click().await?;
        page.find("heading", "Đăng nhập").await?;
        visitor.leaves().await
    })
    .await
}

/// The browser loses the machine's own small database, not those of the accounts.
async fn list_of_accounts_is_lost(page: Page<'_>) -> Result<()> {
    let script = "const done = arguments[0];
        const gone = indexedDB.deleteDatabase('tcpl-may');
        gone.onsuccess = () => done(true);
        gone.onerror = () => done(false);";
    let gone: bool = page.driver().execute_async(script, vec![]).await?.convert()?;
    ensure!(gone, "the database is still there");
    Ok(())
}

/// The account that is signed in at the server.
async fn user(page: Page<'_>) -> Result<String> {
    let session = official::fetched(page, "/api/v1/session").await?;
    let user = session.pointer("/user/id").and_then(Value::as_str);
    Ok(user.context("nobody is signed in")?.to_owned())
}

/// Waits until the server has just these values: the indicator, and whose it is.
async fn until_on_server(page: Page<'_>, values: &[(&str, &str)]) -> Result<()> {
    let wanted: Vec<_> = values
        .iter()
        .map(|(at, who)| ((*at).to_owned(), (*who).to_owned()))
        .collect();
    until(
        PATIENCE,
        || {
            let wanted = wanted.clone();
            async move { Ok((official::on_server(page, YEAR).await? == wanted).then_some(())) }
        },
        || async move { format!("the server has {:?}", official::on_server(page, YEAR).await) },
    )
    .await
}
