//! The kit itself: each of its eyes sees what it is there to see.

use anyhow::{Context, Result, ensure};
use std::time::Duration;
use tests::{
    axe,
    browser::Look,
    limit::within,
    proxy::Link,
    watch::{self, Transaction},
    world::World,
};

const LIMIT: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn a_nameless_button_and_a_forbidden_script_are_found() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::empty().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        visitor.open("/gioi-thieu").await?;
        let page = visitor.browser.page();
        watch::no_violation(&visitor.browser).await?;
        page.run::<()>(
            "document.body.append(document.createElement('button'));
             const script = document.createElement('script');
             script.textContent = '1';
             document.body.append(script);",
        )
        .await?;
        let found = axe::nothing_found(&visitor.browser, "test")
            .await
            .err()
            .context("axe must find the button")?;
        ensure!(found.to_string().contains("button-name"), "{found}");
        let found = watch::no_violation(&visitor.browser)
            .await
            .err()
            .context("the policy must forbid the script")?;
        ensure!(found.to_string().contains("script-src"), "{found}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_are_recorded_and_the_clock_is_wrong() -> Result<()> {
    within(LIMIT, "test", async {
        let two_years = 2 * 365 * 24 * 3600 * 1000_i64;
        let world = World::empty().await?;
        let visitor = world
            .visitor(Look {
                clock_ms: -two_years,
                ..Look::DESK
            })
            .await?;
        visitor.open("/gioi-thieu").await?;
        let page = visitor.browser.page();
        // The server's clock is right: it dates its answers.
        let off: i64 = page
            .run(
                "const request = new XMLHttpRequest();
                 request.open('GET', '/healthz', false);
                 request.send();
                 return Date.now() - Date.parse(request.getResponseHeader('date'));",
            )
            .await?;
        ensure!((off + two_years).abs() < 60_000, "the page's clock is off by {off} ms");
        visitor
            .browser
            .driver()
            .execute_async(
                "const done = arguments[0];
                 const opening = indexedDB.open('kit');
                 opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
                 opening.onsuccess = () => {
                   const writing = opening.result.transaction(['rows'], 'readwrite', { durability: 'strict' });
                   writing.oncomplete = () => done();
                 };",
                vec![],
            )
            .await?;
        let strict = Transaction {
            stores: vec!["rows".to_owned()],
            mode: "readwrite".to_owned(),
            durability: "strict".to_owned(),
        };
        ensure!(watch::transactions(&visitor.browser).await? == [strict]);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_browser_starts_again_on_what_it_kept_and_a_cut_link_is_felt() -> Result<()> {
    within(LIMIT, "test", async {
        let mut world = World::empty().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        visitor.open("/gioi-thieu").await?;
        visitor.link.set(Link::Down);
        ensure!(visitor.open("/gioi-thieu").await.is_err(), "the link is not down");
        let visitor = visitor.killed_and_started_again().await?;
        ensure!(
            visitor.open("/gioi-thieu").await.is_err(),
            "the link is not down for the new browser"
        );
        visitor.link.mend();
        visitor.open("/gioi-thieu").await?;
        world.server.kill().await?;
        ensure!(
            visitor.open("/gioi-thieu").await.is_err(),
            "the server answers though killed"
        );
        world.server.restart().await?;
        visitor.open("/gioi-thieu").await?;
        visitor.leaves().await
    })
    .await
}
