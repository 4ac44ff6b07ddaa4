//! The kit itself: each of its eyes sees what it is there to see.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Duration,
};
use tempfile::TempDir;
use tests::{
    axe,
    browser::Look,
    limit::within,
    official,
    proxy::Link,
    settings,
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
        ensure!(visitor.browser.complaints()?.is_empty());
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
        // Nobody asked: the end of the browser is the end of the test.
        let ended = catch_unwind(AssertUnwindSafe(|| drop(visitor)));
        let found = ended.err().context("the policy must forbid the script")?;
        let found = found.downcast_ref::<String>().context("no message")?;
        ensure!(found.contains("script-src"), "{found}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_is_forbidden_is_found_too() -> Result<()> {
    within(LIMIT, "test", async {
        let dist = TempDir::new()?;
        copy(&settings::dist()?, dist.path())?;
        for packed in ["sw.js.br", "sw.js.gz"] {
            fs::remove_file(dist.path().join(packed))?;
        }
        let worker = dist.path().join("sw.js");
        let script = fs::read_to_string(&worker)?;
        fs::write(&worker, script + "fetch('http://127.0.0.2:9/').catch(() => {});")?;
        let world = World::serving(dist.path().to_owned()).await?;
        let visitor = world.visitor(Look::PHONE).await?;
        visitor.open("/dang-nhap").await?;
        official::ready_offline(visitor.browser.page()).await?;
        visitor.browser.forgive();
        let found = visitor.browser.complaints()?.join("\n");
        ensure!(
            found.contains("connect-src"),
            "the policy must forbid the address: {found}"
        );
        visitor.leaves().await
    })
    .await
}

/// Copies a folder with everything below it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
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
