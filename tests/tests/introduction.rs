//! The public page: rendered by the server, read without the app, accessible.

use anyhow::{Result, ensure};
use std::time::Duration;
use tests::{axe, browser::Look, limit::within, shots, world::World};

#[tokio::test(flavor = "multi_thread")]
async fn the_introduction_opens_on_phone_and_desk_light_and_dark() -> Result<()> {
    within(Duration::from_secs(120), "test", async {
        let world = World::empty().await?;
        for look in [Look::PHONE, Look::PHONE.dark(), Look::DESK, Look::DESK.dark()] {
            let visitor = world.visitor(look).await?;
            visitor.open("/gioi-thieu").await?;
            let page = visitor.browser.page();
            page.find("heading", "Chuẩn tiếp cận pháp luật").await?;
            let width: u32 = page.run("return innerWidth").await?;
            ensure!(
                width == if look.phone { 360 } else { 1440 },
                "the window is {width} wide"
            );
            let dark: bool = page
                .run("return matchMedia('(prefers-color-scheme: dark)').matches")
                .await?;
            ensure!(dark == look.dark, "the scheme is not the one asked for");
            ensure!(
                page.run::<u32>("return document.scripts.length").await? == 0,
                "the page has a script"
            );
            axe::nothing_found(&visitor.browser, "/gioi-thieu").await?;
            shots::take(&visitor.browser, "gioi-thieu").await?;
            visitor.leaves().await?;
        }
        Ok(())
    })
    .await
}
