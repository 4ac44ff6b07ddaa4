//! The list of indicators beside an indicator, on a desktop.

use anyhow::Result;
use std::time::Duration;
use tests::{
    browser::Look,
    limit::{until, within},
    official,
    page::{PATIENCE, Page},
    world::World,
};

const LIMIT: Duration = Duration::from_secs(120);

/// Whether the link of this indicator stands in the list's visible part, and the page itself is where it begins.
const IN_SIGHT: &str = r#"
    const list = document.querySelector('nav[aria-label="Các chỉ tiêu"]');
    const link = list?.querySelector('[aria-current]');
    if (!link?.textContent.startsWith(arguments[0])) return false;
    const [frame, line] = [list, link].map((element) => element.getBoundingClientRect());
    return line.top >= frame.top && line.bottom <= Math.min(frame.bottom, innerHeight) && scrollY === 0;
"#;

async fn in_sight(page: Page<'_>, number: &str) -> Result<()> {
    let ask = || async move {
        let seen: bool = page.driver().execute(IN_SIGHT, vec![number.into()]).await?.convert()?;
        Ok(seen.then_some(()))
    };
    until(PATIENCE, ask, || async move {
        format!("{number} is out of sight in the list")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_indicator_is_in_sight() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::DESK).await?;
        let page = visitor.browser.page();
        official::sign_in(&visitor, "thuongcat.tuphap").await?;
        official::open_indicator(&visitor, 2024, "5.4").await?;
        in_sight(page, "5.4").await?;
        // From the list itself to another far down in it.
        page.click("link", "5.3").await?;
        official::wait_indicator(page, "5.3").await?;
        in_sight(page, "5.3").await?;
        official::open_indicator(&visitor, 2024, "1.1").await?;
        in_sight(page, "1.1").await
    })
    .await
}
