//! What a finger does on a phone: it taps, and goes from one indicator to the next.

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
use thirtyfour::WebElement;
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

async fn chosen(radio: &WebElement) -> Result<()> {
    until(
        PATIENCE,
        || async { Ok(radio.is_selected().await?.then_some(())) },
        || async { "the tap chose nothing".to_owned() },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_chooses() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        official::sign_in(&visitor, "thuongcat.tuphap").await?;
        official::open_indicator(&visitor, 2024, "1.1").await?;
        let (browser, page) = (&visitor.browser, visitor.browser.page());
        for name in ["Không đạt", "Đạt"] {
            let radio = page.find("radio", name).await?;
            tap(browser, Place::middle_of(browser, &radio).await?).await?;
            chosen(&radio).await?;
            saved(page).await?;
        }
        Ok(())
    })
    .await
}
