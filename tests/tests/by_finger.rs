//! What a finger does on a phone: it enters, and goes from one indicator to the next.

use anyhow::{Result, ensure};
use std::time::Duration;
use tests::{
    browser::Look,
    finger::{Place, swipe, tap},
    limit::{until, within},
    official::{self, saved},
    page::PATIENCE,
    world::{Visitor, World},
};
use tokio::time::sleep;

const LIMIT: Duration = Duration::from_secs(120);
/// Longer than an indicator takes to appear.
const NOTHING: Duration = Duration::from_millis(700);

/// The title of an indicator that is open: nothing that a finger works.
async fn title(visitor: &Visitor, number: &str) -> Result<Place> {
    let heading = format!("Chỉ tiêu {number}:");
    Place::middle_of(
        &visitor.browser,
        &visitor.browser.page().find("heading", &heading).await?,
    )
    .await
}

/// Swipes, and makes sure that nothing comes of it.
async fn goes_nowhere(visitor: &Visitor, from: Place, to: Place) -> Result<()> {
    let browser = &visitor.browser;
    let before = browser.driver().current_url().await?;
    swipe(browser, from, to).await?;
    sleep(NOTHING).await;
    let after = browser.driver().current_url().await?;
    ensure!(before == after, "{from:?} to {to:?} leads from {before} to {after}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swipe_leads_to_the_next_indicator() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        official::sign_in(&visitor, "thuongcat.tuphap").await?;
        official::open_indicator(&visitor, 2024, "1.1").await?;
        let browser = &visitor.browser;
        for (number, x, y) in [("1.1", -120.0, 10.0), ("1.2", -120.0, -10.0), ("2.1", 120.0, 0.0)] {
            let from = title(&visitor, number).await?;
            swipe(browser, from, from.moved(x, y)).await?;
        }
        let middle = title(&visitor, "1.2").await?;

        // Too short, rather along the page, or the system's own gesture at the edge.
        goes_nowhere(&visitor, middle, middle.moved(-60.0, 0.0)).await?;
        goes_nowhere(&visitor, middle, middle.moved(-120.0, -60.0)).await?;
        let edge = Place { x: 355.0, ..middle };
        goes_nowhere(&visitor, edge, edge.moved(-200.0, 0.0)).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_enters() -> Result<()> {
    const ENTERED: &str = "Không đạt: 0 điểm";
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        official::sign_in(&visitor, "thuongcat.tuphap").await?;
        official::open_indicator(&visitor, 2024, "1.1").await?;
        let (browser, page) = (&visitor.browser, visitor.browser.page());
        ensure!(!page.text().await?.contains(ENTERED), "it stands there before");

        let no = page.find("radio", "Không đạt").await?;
        tap(browser, Place::middle_of(browser, &no).await?).await?;
        page.says(ENTERED).await?;
        saved(page).await?;
        official::open_indicator(&visitor, 2024, "1.1").await?;
        page.says(ENTERED).await?;

        let yes = page.find("radio", "Đạt").await?;
        tap(browser, Place::middle_of(browser, &yes).await?).await?;
        until(
            PATIENCE,
            || async { Ok((!page.text().await?.contains(ENTERED)).then_some(())) },
            || async { "the second tap changed nothing".to_owned() },
        )
        .await
    })
    .await
}
