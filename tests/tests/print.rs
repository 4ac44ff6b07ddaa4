//! On paper, upright and lying: every screen fills the sheet, nothing is squeezed, nothing lies over anything else.

use anyhow::{Result, ensure};
use serde_json::json;
use std::time::Duration;
use tests::{
    browser::Look,
    limit::within,
    official,
    page::PATIENCE,
    world::{Visitor, World},
};

/// A4 without its margins of 15 mm, in CSS pixels of which an inch has 96: what it is called, width, height.
type Sheet = (&'static str, u32, u32);
const UPRIGHT: Sheet = ("upright", 680, 1009);
const LYING: Sheet = ("lying", 1009, 680);

/// What is wrong with a printed page: wider than the sheet, less than half of it used, a card narrower than a quarter of
/// it, one block over another.
const WRONG: &str = "
    const main = document.querySelector('main').getBoundingClientRect();
    const shown = [...document.querySelectorAll('main h1, main .card, main .indicators, main .heat')]
        .map((block) => [block, block.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && box.height > 0);
    const name = (block) => block.className || block.tagName;
    const wrong = [];
    if (shown.length === 0) wrong.push('nothing to print');
    if (document.documentElement.scrollWidth > innerWidth) wrong.push('wider than the sheet');
    for (const [block, box] of shown) {
        if (block.matches('.card') && box.width < main.width / 4) wrong.push(`${name(block)} is ${box.width} px wide`);
        for (const [other, over] of shown) {
            const apart = block.contains(other) || other.contains(block) || box.right <= over.left + 1 || over.right <= box.left + 1
                || box.bottom <= over.top + 1 || over.bottom <= box.top + 1;
            if (!apart && block !== other) wrong.push(`${name(block)} over ${name(other)}`);
        }
    }
    const widest = Math.max(0, ...shown.map(([, box]) => box.right)) - main.left;
    if (widest < main.width / 2) wrong.push(`only ${widest} of ${main.width} px are used`);
    return wrong";

/// Everything wrong with the screen on these sheets.
async fn printed(visitor: &Visitor, screen: &str, sheets: &[Sheet]) -> Result<Vec<String>> {
    let (browser, mut all) = (&visitor.browser, Vec::new());
    browser
        .devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .await?;
    for (sheet, width, height) in sheets {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        let wrong: Vec<String> = browser.page().run(WRONG).await?;
        all.extend(wrong.into_iter().map(|wrong| format!("{screen}, {sheet}: {wrong}")));
    }
    browser
        .devtools("Emulation.setEmulatedMedia", json!({ "media": "" }))
        .await?;
    Ok(all)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fills_a_sheet_of_paper() -> Result<()> {
    within(Duration::from_secs(180), "test", async {
        let world = World::demo().await?;
        let official = world.visitor(Look::DESK).await?;
        official::sign_in(&official, "thuongcat.tuphap").await?;
        let page = official.browser.page();
        official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
        let mut wrong = Vec::new();
        for (path, heading) in [
            ("/", "Hồ sơ"),
            ("/ho-so/2024", "Thượng Cát"),
            ("/ho-so/2024/dieu-kien", "Điều kiện công nhận"),
        ] {
            official.open(path).await?;
            page.find("heading", heading).await?;
            wrong.extend(printed(&official, path, &[UPRIGHT, LYING]).await?);
        }
        for number in ["1.1", "2.4"] {
            official::open_indicator(&official, 2024, number).await?;
            wrong.extend(printed(&official, number, &[UPRIGHT, LYING]).await?);
        }
        official.leaves().await?;

        let reviewer = world.visitor(Look::DESK).await?;
        official::sign_in(&reviewer, "bactuliem.tuphap").await?;
        reviewer.open("/ra-soat?nam=2024").await?;
        reviewer.browser.page().find("link", "Thượng Cát").await?;
        // Its page is lying whatever the printer is told.
        wrong.extend(printed(&reviewer, "the board", &[LYING]).await?);
        reviewer.leaves().await?;
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    })
    .await
}
