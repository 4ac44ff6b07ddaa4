//! The server starts, serves the app, and a browser shows it.

use anyhow::{Result, ensure};
use std::time::Duration;
use tests::{browser::Look, limit::within, shots, world::World};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_opens_on_phone_and_desk() -> Result<()> {
    within(Duration::from_secs(120), "test", async {
        let world = World::demo().await?;
        for look in [Look::PHONE, Look::DESK.dark()] {
            let visitor = world.visitor(look).await?;
            visitor.open("/dang-nhap").await?;
            visitor.browser.page().find("button", "Đăng nhập").await?;
            let width: u32 = visitor.browser.page().run("return innerWidth").await?;
            ensure!(width == if look.phone { 360 } else { 1440 }, "{width}");
            let dark: bool = visitor
                .browser
                .page()
                .run("return matchMedia('(prefers-color-scheme: dark)').matches")
                .await?;
            ensure!(dark == look.dark);
            shots::take(&visitor.browser, "dang-nhap").await?;
            visitor.leaves().await?;
        }
        Ok(())
    })
    .await
}
