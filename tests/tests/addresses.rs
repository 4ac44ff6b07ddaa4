//! Going from screen to screen: where back leads.

use anyhow::{Result, ensure};
use std::time::Duration;
use tests::{browser::Look, limit::within, official, world::World};

const LIMIT: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_where_one_is_adds_no_place_to_go_back_to() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        let page = visitor.browser.page();
        official::sign_in(&visitor, "thuongcat.tuphap").await?;
        page.click("link", "Thiết bị").await?;
        page.find("heading", "Thiết bị").await?;
        let length = "return history.length";
        let before: u32 = page.run(length).await?;
        page.click("link", "Thiết bị").await?;
        let after: u32 = page.run(length).await?;
        ensure!(after == before, "{} entries for one place", 1 + after - before);
        visitor.leaves().await
    })
    .await
}
