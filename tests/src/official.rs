//! What an official does with the app: sign in, open an indicator, enter, read the status line.

use crate::{
    limit::until,
    page::{PATIENCE, Page},
    world::{PASSWORD, Visitor},
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;
use thirtyfour::{By, Key, WebElement};

/// Signs in with a demo account and waits for the first screen after it.
///
/// # Errors
/// When the account is not taken in time.
pub async fn sign_in(visitor: &Visitor, account: &str) -> Result<()> {
    visitor.open("/dang-nhap").await?;
    let page = visitor.browser.page();
    page.fill("Tên đăng nhập", account).await?;
    page.fill("Mật khẩu", PASSWORD).await?;
    page.click("button", "Đăng nhập").await?;
    page.gone("heading", "Đăng nhập")
        .await
        .with_context(|| format!("{account} does not get in"))
}

/// Opens one indicator of the account's own dossier, by its address, and waits for its first card.
///
/// # Errors
/// When it is not shown.
pub async fn open_indicator(visitor: &Visitor, year: u16, number: &str) -> Result<()> {
    visitor.open(&format!("/ho-so/{year}/{number}")).await?;
    wait_indicator(visitor.browser.page(), number).await
}

/// Waits until the indicator's screen is there.
///
/// # Errors
/// When it is not shown.
pub async fn wait_indicator(page: Page<'_>, number: &str) -> Result<()> {
    page.find("heading", &format!("Chỉ tiêu {number}:")).await?;
    Ok(())
}

/// Waits until the app's files are on the machine, so that it opens without a network.
///
/// # Errors
/// When the service worker is not there in time.
pub async fn ready_offline(page: Page<'_>) -> Result<()> {
    let ask = "const done = arguments[0];
        navigator.serviceWorker.ready.then(() => done(true), () => done(false));
        setTimeout(() => done(false), 20000);";
    let ready: bool = page.driver().execute_async(ask, vec![]).await?.convert()?;
    ensure!(ready, "no service worker is active after 20 s");
    Ok(())
}

/// What one official enters in one indicator, as typed: the indicator's number and its entries in order.
pub type Sheet<'a> = [(&'a str, &'a [Entry<'a>])];

/// Opens each indicator of the sheet by its address and enters it; waits after each until it is on the disk.
///
/// # Errors
/// The first thing that cannot be entered.
pub async fn enter_all(visitor: &Visitor, year: u16, sheet: &Sheet<'_>) -> Result<()> {
    for (number, entries) in sheet {
        open_indicator(visitor, year, number).await?;
        let page = visitor.browser.page();
        for (place, entry) in entries.iter().enumerate() {
            // Buttons stand once on each card; the fields of points only on one, whose ratio comes first.
            let card = if matches!(entry, Entry::Choice(_)) { place } else { 0 };
            enter(page, card, *entry)
                .await
                .with_context(|| format!("indicator {number}"))?;
            saved(page).await.with_context(|| format!("indicator {number}"))?;
        }
    }
    Ok(())
}

/// Waits until the status line says that nothing is being saved: what was entered is on the disk, or further.
///
/// # Errors
/// When it does not.
pub async fn saved(page: Page<'_>) -> Result<()> {
    let settled = ["Đã lưu", "Đang đồng bộ", "Đã đồng bộ", "Ngoại tuyến –"];
    until(
        PATIENCE,
        || async move {
            let line = status(page).await?;
            Ok(settled.iter().any(|words| line.starts_with(words)).then_some(()))
        },
        || async move { format!("not saved: \"{}\"", status(page).await.unwrap_or_default()) },
    )
    .await
}

/// What is entered for one sub-item. Numbers as typed.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// One of the buttons: `Đạt`, `Không đạt`, `Không phát sinh`.
    Choice(&'a str),
    /// Số thực hiện and tổng số.
    Ratio(&'a str, &'a str),
    /// Điểm tự chấm and the reason.
    Points(&'a str, &'a str),
}

/// Enters into the `card`-th sub-item (from 0) of the indicator on the screen, and leaves the fields.
///
/// # Errors
/// When there is no such field.
pub async fn enter(page: Page<'_>, card: usize, entry: Entry<'_>) -> Result<()> {
    match entry {
        Entry::Choice(words) => {
            let radio = nth(page, "radio", words, card).await?;
            // The button that is seen is the label; the input inside it may have no size.
            let label = radio.parent().await?;
            label.scroll_into_view().await?;
            label.click().await?;
        }
        Entry::Ratio(done, total) => {
            let [first, second] = ratio_fields(page, card).await?;
            page.fill_element(&first, done).await?;
            page.fill_element(&second, total).await?;
            page.keys(Key::Tab).await?;
        }
        Entry::Points(points, reason) => {
            page.fill_element(&nth(page, "textbox", "Điểm tự chấm", card).await?, points)
                .await?;
            page.fill_element(&nth(page, "textbox", "Lý do chấm mức điểm này", card).await?, reason)
                .await?;
            page.keys(Key::Tab).await?;
        }
    }
    Ok(())
}

/// The two number fields of the `card`-th ratio, by what they are: the only fields with a numeric keyboard in twos.
///
/// # Errors
/// When there are none.
pub async fn ratio_fields(page: Page<'_>, card: usize) -> Result<[WebElement; 2]> {
    let fields = until(
        PATIENCE,
        || async move {
            let fields = page.driver().find_all(By::Css(".two:not([hidden]) input")).await?;
            let mut of_card = fields.into_iter().skip(card * 2);
            Ok(of_card
                .next()
                .zip(of_card.next())
                .map(|(first, second)| [first, second]))
        },
        || async { format!("no ratio fields in card {card}") },
    );
    fields.await
}

async fn nth(page: Page<'_>, role: &str, name: &str, place: usize) -> Result<WebElement> {
    until(
        PATIENCE,
        || async move { Ok(page.all(role, name).await?.into_iter().nth(place)) },
        || async move { format!("no {role} \"{name}\" number {place}") },
    )
    .await
}

/// What the API answers to the account that is signed in on the page, as JSON; null if it says no.
///
/// # Errors
/// What the browser answers.
pub async fn fetched(page: Page<'_>, path: &str) -> Result<Value> {
    let script = "const [path, done] = arguments;
        fetch(path).then((answer) => answer.ok ? answer.json() : null).then(done, () => done(null));";
    let answer = page.driver().execute_async(script, vec![json!(path)]).await?;
    Ok(answer.json().clone())
}

/// The values the server has in the account's own dossier of a year: the indicator of each, and whose it is.
///
/// # Errors
/// What the browser answers.
pub async fn on_server(page: Page<'_>, year: u16) -> Result<Vec<(String, String)>> {
    let listed = fetched(page, &format!("/api/v1/documents?year={year}&kind=dossier")).await?;
    let Some(url) = listed.pointer("/0/document_url").and_then(Value::as_str) else {
        return Ok(Vec::new());
    };
    let id = url.trim_start_matches("automerge:");
    let document = fetched(page, &format!("/api/v1/documents/{id}")).await?;
    let mut found = Vec::new();
    for (number, indicator) in document["indicators"].as_object().into_iter().flatten() {
        for register in indicator["registers"]
            .as_object()
            .into_iter()
            .flat_map(|all| all.values())
        {
            let author = register["current"]["author"].as_str().unwrap_or_default();
            found.push((number.clone(), author.to_owned()));
        }
    }
    Ok(found)
}

/// The status line as it is now.
///
/// # Errors
/// What the browser answers.
pub async fn status(page: Page<'_>) -> Result<String> {
    page.run("return document.getElementById('trang-thai')?.textContent.trim() ?? ''")
        .await
}

/// Waits until the status line begins with `words`.
///
/// # Errors
/// When it does not; the message has what it says.
pub async fn status_says(page: Page<'_>, words: &str, limit: Duration) -> Result<()> {
    until(
        limit,
        || async move { Ok(status(page).await?.starts_with(words).then_some(())) },
        || async move {
            format!(
                "the status line says \"{}\", not \"{words}\"",
                status(page).await.unwrap_or_default()
            )
        },
    )
    .await
}
