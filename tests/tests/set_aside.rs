//! Acceptance 5: of twenty offline changes one breaks the shape. The official sees what was refused and why, sets it
//! aside, and goes on: the other nineteen are on the server, the one is listed and can be taken away as a file.

use anyhow::{Context, Result, ensure};
use automerge::transaction::Transactable;
use automerge::{Automerge, Change};
use serde_json::{Value, json};
use shared::dossier::layout::Layout;
use shared::dossier::{Author, Identity, Person, create, migrations, write};
use shared::id::UserId;
use shared::points::Points;
use shared::scoring::{Entry, Judged};
use std::{path::Path, time::Duration};
use tests::{
    axe,
    browser::Look,
    limit::{until, within},
    official,
    page::PATIENCE,
    proxy::Link,
    shots, targets,
    world::{Visitor, World},
};
use thirtyfour::Key;

/// Nobody has entered anything for it.
const YEAR: u16 = 2023;
/// What the broken change writes to. Nothing else is entered there.
const BROKEN: &str = "5.4";
/// The indicator that is entered by hand, after the broken change.
const BY_HAND: &str = "5.3";

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_changes_the_broken_one_is_set_aside_and_the_others_go_on() -> Result<()> {
    within(Duration::from_secs(180), "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::PHONE).await?;
        let page = visitor.browser.page();
        official::sign_in(&visitor, "thuongcat.vanphong").await?;
        official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
        official::ready_offline(page).await?;
        let offline = Offline::of(&visitor).await?;
        visitor.link.set(Link::Down);
        offline.store(&visitor).await?;

        official::open_indicator(&visitor, YEAR, BY_HAND).await?;
        official::status_says(page, "Ngoại tuyến – 19 thay đổi chờ gửi", PATIENCE).await?;
        page.fill("Điểm tự chấm", "1,5").await?;
        page.keys(Key::Tab).await?;
        official::status_says(page, "Ngoại tuyến – 20 thay đổi chờ gửi", PATIENCE).await?;

        // The nine before it are taken; it and the ten that build on it are not.
        visitor.link.set(Link::Up);
        official::status_says(page, "Máy chủ từ chối 11 thay đổi – xem", PATIENCE).await?;
        until(
            PATIENCE,
            || async { Ok((official::on_server(page, YEAR).await?.len() == 9).then_some(())) },
            || async { "not nine values on the server".to_owned() },
        )
        .await?;
        accessible(&visitor, "từ chối, trên chỉ tiêu").await?;
        page.click("link", "Máy chủ từ chối 11 thay đổi – xem").await?;
        page.says("Hồ sơ năm 2023: 11 thay đổi").await?;
        page.says("Không đọc được giá trị đã nhập. Hãy nhập lại.").await?;
        accessible(&visitor, "máy chủ từ chối").await?;
        shots::take(&visitor.browser, "may-chu-tu-choi").await?;

        // What was refused is still refused after a restart, and still here.
        let visitor = visitor.closed_and_started_again().await?;
        let page = visitor.browser.page();
        visitor.open("/thiet-bi").await?;
        page.says("Hồ sơ năm 2023: 11 thay đổi").await?;
        page.says("Không đọc được giá trị đã nhập. Hãy nhập lại.").await?;

        // Without a network nothing happens, and it is said so.
        visitor.link.set(Link::Down);
        page.click("button", "Để riêng và làm tiếp").await?;
        page.says("chưa có gì thay đổi").await?;
        visitor.link.set(Link::Up);
        page.click("button", "Để riêng và làm tiếp").await?;
        page.says("Đã nhập lại 10 mục. Còn 1 mục chưa nhập lại được:").await?;
        page.says("Chỉ tiêu 5.4, nội dung diem").await?;
        page.says("bảy điểm").await?;
        page.gone("heading", "Máy chủ từ chối một số thay đổi").await?;
        official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
        ensure!(
            !page.text().await?.contains("Máy chủ từ chối"),
            "refused again: {}",
            page.text().await?
        );
        accessible(&visitor, "phần để riêng").await?;
        shots::take(&visitor.browser, "phan-de-rieng").await?;

        // Nineteen values, each under its author.
        let there = official::on_server(page, YEAR).await?;
        ensure!(there.len() == 19, "{} values: {there:?}", there.len());
        ensure!(
            there
                .iter()
                .all(|(_, author)| *author == offline.author.user.to_string()),
            "{there:?}"
        );
        ensure!(
            there.iter().all(|(at, _)| at != BROKEN),
            "the broken value is on the server"
        );

        // The one is in the file, and listed until it is let go.
        let file = downloaded(&visitor).await?;
        let fields = file["fields"].as_array().context("no fields in the file")?;
        ensure!(fields.len() == 1 && fields[0]["here"] == "bảy điểm", "{file}");
        ensure!(file["identity"]["year"] == YEAR && file["written"] == 10, "{file}");
        visitor.open("/thiet-bi").await?;
        page.says("Còn 1 mục chưa nhập lại được:").await?;

        // Going on is going on: the one is entered rightly, and everything is at the server.
        official::open_indicator(&visitor, YEAR, BROKEN).await?;
        page.fill("Điểm tự chấm", "2").await?;
        page.keys(Key::Tab).await?;
        official::status_says(page, "Đã đồng bộ lúc", PATIENCE).await?;
        until(
            PATIENCE,
            || async { Ok((official::on_server(page, YEAR).await?.len() == 20).then_some(())) },
            || async { "not twenty values on the server".to_owned() },
        )
        .await?;
        visitor.open("/thiet-bi").await?;
        page.click("button", "Bỏ phần này").await?;
        page.find("dialog", "Bỏ phần để riêng này?").await?;
        accessible(&visitor, "hỏi bỏ phần để riêng").await?;
        let buttons = page.all("button", "Bỏ phần này").await?;
        buttons.last().context("no button in the dialog")?.click().await?;
        page.gone("heading", "Phần để riêng · hồ sơ năm 2023").await?;
        visitor.open("/thiet-bi").await?;
        page.find("heading", "Thiết bị").await?;
        ensure!(!page.text().await?.contains("Phần để riêng"), "let go, and there again");
        visitor.leaves().await
    })
    .await
}

/// The screen as it is, under axe and a thumb.
async fn accessible(visitor: &Visitor, screen: &str) -> Result<()> {
    axe::nothing_found_light_and_dark(&visitor.browser, screen).await?;
    targets::big_enough(&visitor.browser, screen).await
}

/// What an official has entered without a network.
struct Offline {
    author: Author,
    identity: Identity,
    changes: Vec<Change>,
}

impl Offline {
    /// Nineteen changes in one chain, eighteen good ones; the tenth is one that no dossier takes.
    async fn of(visitor: &Visitor) -> Result<Self> {
        let session = official::fetched(visitor.browser.page(), "/api/v1/session").await?;
        let text = |at: &str| session.pointer(at).and_then(Value::as_str).context("no such answer");
        let author = Author {
            user: UserId::new(text("/user/id")?.parse()?),
            person: Person::new(text("/user/name")?, text("/position/title")?),
            criteria_version: "1".to_owned(),
        };
        let identity = Identity::dossier(text("/unit/code")?.into(), YEAR, "QD25_2021".into());
        let mut doc = create(&identity)?;
        let layout = Layout::of_document(&doc)?;
        let numbers = layout.numbers().iter().filter(|at| ![BROKEN, BY_HAND].contains(at));
        for (n, number) in numbers.enumerate() {
            if n == 9 {
                breaks(&mut doc, &author, &layout)?;
            }
            let entry = Entry::Judged(Judged::new(Points::from_hundredths(50), "theo hồ sơ")?);
            write::set_entry(&mut doc, &author, &(*number).into(), "diem", &entry, 1_700_000_000)?;
        }
        let common: Vec<_> = migrations::chain(&identity)?.iter().map(Change::hash).collect();
        let mut changes = doc.get_changes(&[]);
        changes.retain(|change| !common.contains(&change.hash()));
        ensure!(changes.len() == 19, "{} changes", changes.len());
        Ok(Self {
            author,
            identity,
            changes,
        })
    }

    /// Puts the changes where the app would have put them (`app/src/device/store/layout.rs`).
    async fn store(&self, visitor: &Visitor) -> Result<()> {
        let document = self.identity.document_id();
        let branch = format!("{document}/1");
        let changes: Vec<_> = self
            .changes
            .iter()
            .map(|change| json!([change.hash().to_string(), change.raw_bytes()]))
            .collect();
        let meta = json!([
            [format!("branch/{document}"), "1"],
            [format!("identity/{document}"), serde_json::to_string(&self.identity)?],
            [format!("year/{YEAR}"), branch],
        ]);
        let script = "
            const [user, branch, changes, meta, done] = arguments;
            const opening = indexedDB.open(`tcpl-${user}`);
            opening.onsuccess = () => {
              const writing = opening.result.transaction(['rows', 'unsent', 'meta'], 'readwrite', { durability: 'strict' });
              for (const [hash, bytes] of changes) {
                writing.objectStore('rows').put(new Uint8Array(bytes), `${branch}/c${hash}`);
                writing.objectStore('unsent').put('', `${branch}/${hash}`);
              }
              for (const [key, value] of meta) writing.objectStore('meta').put(value, key);
              writing.oncomplete = () => { opening.result.close(); done(''); };
              writing.onabort = () => done(String(writing.error));
            };
            opening.onerror = () => done(String(opening.error));";
        let passed = vec![json!(self.author.user.to_string()), json!(branch), json!(changes), meta];
        let problem: String = visitor
            .browser
            .driver()
            .execute_async(script, passed)
            .await?
            .convert()?;
        ensure!(problem.is_empty(), "not stored: {problem}");
        Ok(())
    }
}

/// A value no dossier takes, written as an older or another program might have.
fn breaks(doc: &mut Automerge, author: &Author, layout: &Layout) -> Result<()> {
    author.sign(doc);
    let entries = layout.entries(&BROKEN.into())?;
    let mut transaction = doc.transaction();
    transaction.put(entries, "diem", "bảy điểm")?;
    transaction.commit();
    Ok(())
}

/// Takes the file that is offered.
async fn downloaded(visitor: &Visitor) -> Result<Value> {
    let folder = tempfile::TempDir::new()?;
    let behaviour = json!({ "behavior": "allow", "downloadPath": folder.path() });
    visitor
        .browser
        .devtools("Browser.setDownloadBehavior", behaviour)
        .await?;
    visitor.browser.page().click("link", "Tải về").await?;
    until(
        PATIENCE,
        || async { Ok(file_in(folder.path())) },
        || async { "no file was downloaded".to_owned() },
    )
    .await
}

fn file_in(folder: &Path) -> Option<Value> {
    let file = std::fs::read_dir(folder).ok()?.find_map(|entry| {
        let path = entry.ok()?.path();
        (path.extension()? == "json").then_some(path)
    })?;
    serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()
}
