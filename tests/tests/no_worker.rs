//! Browsers without service workers: private windows, blockers, old ones. The app says that it will not open there without
//! a network, and everything else works.

use anyhow::Result;
use serde_json::json;
use std::time::Duration;
use tests::{
    axe,
    browser::Look,
    limit::within,
    official::{self, Entry::Choice},
    page::PATIENCE,
    targets,
    world::World,
};

/// How browsers do without: there is no such thing; it is forbidden; nothing comes of it.
const WITHOUT: [&str; 3] = [
    "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });",
    "ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('', 'SecurityError'));",
    "ServiceWorkerContainer.prototype.register = async () => undefined;",
];

#[tokio::test(flavor = "multi_thread")]
async fn without_a_service_worker_it_is_said_and_scoring_works() -> Result<()> {
    within(Duration::from_secs(120), "test", async {
        let world = World::demo().await?;
        for (script, words) in WITHOUT.into_iter().zip(["Đạt", "Không đạt", "Đạt"]) {
            let visitor = world.visitor(Look::PHONE).await?;
            let early = json!({ "source": script });
            visitor
                .browser
                .devtools("Page.addScriptToEvaluateOnNewDocument", early)
                .await?;
            official::sign_in(&visitor, "thuongcat.tuphap").await?;
            let page = visitor.browser.page();
            page.says("Ở đây ứng dụng không mở lại được khi mất mạng").await?;
            axe::nothing_found_light_and_dark(&visitor.browser, "không có service worker").await?;
            targets::big_enough(&visitor.browser, "không có service worker").await?;
            page.click("button", "Đã hiểu").await?;
            official::open_indicator(&visitor, 2023, "1.1").await?;
            official::enter(page, 0, Choice(words)).await?;
            official::saved(page).await?;
            official::status_says(page, "Đã đồng bộ", PATIENCE).await?;
            visitor.open("/thiet-bi").await?;
            page.says("Không mở lại được khi mất mạng").await?;
            visitor.leaves().await?;
        }
        Ok(())
    })
    .await
}
