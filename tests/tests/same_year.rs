//! Acceptance 3: two officials begin the same year apart, and enter the same things differently.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::time::Duration;
use tests::{
    browser::Look,
    limit::within,
    official::{self, Entry::Points, Entry::Ratio, Sheet},
    page::PATIENCE,
    proxy::Link,
    shots,
    world::{Visitor, World},
};

/// Nobody has entered anything for it.
const YEAR: u16 = 2022;

const ONE: &Sheet<'_> = &[
    ("2.1", &[Points("6", "đủ")]),
    ("2.2", &[Points("4", "đủ")]),
    ("2.5", &[Ratio("17", "20")]),
];
const OTHER: &Sheet<'_> = &[
    ("2.2", &[Points("3", "thiếu")]),
    ("2.3", &[Points("5", "đủ")]),
    ("2.5", &[Ratio("16", "19")]),
];

/// What the server lists; more of it than is read here.
#[derive(Deserialize)]
struct Listed {
    kind: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_year_begun_twice_is_one_and_differences_are_settled_by_hand() -> Result<()> {
    within(Duration::from_secs(240), "test", async {
        let world = World::demo().await?;
        let mut visitors = Vec::new();
        for (account, sheet) in [("thuongcat.tuphap", ONE), ("thuongcat.vanphong", OTHER)] {
            let visitor = world.visitor(Look::PHONE).await?;
            official::sign_in(&visitor, account).await?;
            official::ready_offline(visitor.browser.page()).await?;
            visitor.link.set(Link::Down);
            official::enter_all(&visitor, YEAR, sheet).await?;
            visitors.push(visitor);
        }
        let [one, other] = visitors.as_slice() else {
            return Ok(());
        };
        for visitor in [one, other] {
            visitor.link.set(Link::Up);
            official::open_indicator(visitor, YEAR, "2.5").await?;
        }
        for visitor in [one, other] {
            let page = visitor.browser.page();
            page.find("heading", "Hai người nhập khác nhau").await?;
            for who in ["17/20", "16/19", "Tư pháp - Hộ tịch", "Văn phòng - Thống kê"] {
                page.says(who).await?;
            }
            let text = page.text().await?;
            ensure!(
                !text.contains("17/19") && !text.contains("16/20"),
                "an entry that nobody made:\\n{text}"
            );
            official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
            ensure!(documents(visitor).await? == 1, "the year exists more than once");
        }
        shots::take(&one.browser, "hai-nguoi-nhap-khac-nhau").await?;

        other.browser.page().click("button", "Giữ 17/20").await?;
        for visitor in [one, other] {
            visitor
                .browser
                .page()
                .gone("heading", "Hai người nhập khác nhau")
                .await?;
            ensure!(
                ratio(visitor).await? == ("17".to_owned(), "20".to_owned()),
                "not what was chosen"
            );
        }
        // What only one entered is there for both, and what both entered differently is still open.
        for visitor in [one, other] {
            visitor.open(&format!("/ho-so/{YEAR}")).await?;
            let page = visitor.browser.page();
            for (number, shown) in [("2.1", "6"), ("2.2", "Nhập khác nhau"), ("2.3", "5"), ("2.5", "1")] {
                let row = page.find("link", number).await?;
                ensure!(row.text().await?.contains(shown), "{number}: {}", row.text().await?);
            }
            page.says("Còn 16 chỉ tiêu chưa chấm").await?;
        }
        for visitor in visitors {
            visitor.leaves().await?;
        }
        Ok(())
    })
    .await
}

/// The dossiers of the year that the server has for this account.
async fn documents(visitor: &Visitor) -> Result<usize> {
    let ask = format!(
        "const done = arguments[0];
         fetch('/api/v1/documents?year={YEAR}').then((answer) => answer.json()).then(done, (problem) => done(String(problem)));"
    );
    let listed = visitor.browser.driver().execute_async(ask, vec![]).await?;
    let listed: Vec<Listed> = listed.convert().context("the server's list of documents")?;
    Ok(listed.iter().filter(|document| document.kind == "dossier").count())
}

/// The two numbers as the fields show them.
async fn ratio(visitor: &Visitor) -> Result<(String, String)> {
    let script = "return [...document.querySelectorAll('.two:not([hidden]) input')].map((input) => input.value)";
    let values: Vec<String> = visitor.browser.page().run(script).await?;
    let mut values = values.into_iter();
    values.next().zip(values.next()).context("no ratio on the page")
}
