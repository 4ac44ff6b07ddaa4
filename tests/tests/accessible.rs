//! Acceptance 10: on every screen, on phone and desk, light and dark, axe finds nothing, and what is pressed is big enough.

use anyhow::{Result, ensure};
use serde_json::json;
use std::{cell::RefCell, time::Duration};
use tests::{
    axe,
    browser::Look,
    limit::within,
    official::{self, Entry::Choice, Entry::Points, Entry::Ratio, Sheet},
    page::PATIENCE,
    proxy::Link,
    settings, targets,
    world::{Visitor, World},
};
use thirtyfour::Key;

const LIMIT: Duration = Duration::from_secs(420);

/// One indicator for each rule and form: its year names the criteria set.
const FORMS: [(u16, &str, &str); 9] = [
    (2023, "1.1", "hai nội dung đạt hay không"),
    (2023, "1.2", "tỷ lệ theo mức"),
    (2023, "2.4", "chấm theo lý do"),
    (2023, "2.5", "tỷ lệ hoặc không phát sinh"),
    (2019, "2.2", "điểm trừ"),
    (2019, "2.3", "tỷ lệ nhân điểm tối đa"),
    (2026, "1.1", "tỷ lệ tối thiểu"),
    (2026, "2.1", "đạt, không đạt"),
    (2026, "2.5", "số lượng tối thiểu"),
];

/// What the two enter apart: a contradiction within 1.1, two values of one field in 5.4.
const ONE: &Sheet<'_> = &[("1.1", &[Choice("Đạt")]), ("5.4", &[Points("3", "vì vậy")])];
const OTHER: &Sheet<'_> = &[("1.1", &[Choice("Không phát sinh")]), ("5.4", &[Points("4", "vì thế")])];

/// What was found, of all screens: one run shows all there is to put right.
#[derive(Default)]
struct Found(RefCell<Vec<String>>);

impl Found {
    /// Everything that is asked of a screen.
    async fn on(&self, visitor: &Visitor, screen: &str) {
        let axe = axe::nothing_found_light_and_dark(&visitor.browser, screen).await;
        let targets = targets::big_enough(&visitor.browser, screen).await;
        let width = fits(visitor, screen).await;
        let problems = [axe, targets, width].into_iter().filter_map(Result::err);
        self.0
            .borrow_mut()
            .extend(problems.map(|problem| format!("{problem:#}")));
    }

    /// The same of a screen with an address, once its heading is there.
    async fn at(&self, visitor: &Visitor, path: &str, heading: &str) -> Result<()> {
        visitor.open(path).await?;
        visitor.browser.page().find("heading", heading).await?;
        self.on(visitor, path).await;
        Ok(())
    }

    fn nothing(self) -> Result<()> {
        let found = self.0.into_inner();
        ensure!(found.is_empty(), "{}", found.join("\n\n"));
        Ok(())
    }
}

/// The page goes up and down only; on a desk the board does too.
async fn fits(visitor: &Visitor, screen: &str) -> Result<()> {
    let wider = "const boxes = [document.documentElement, ...(innerWidth < 1000 ? [] : document.querySelectorAll('.heat-wrap'))];
        return boxes.map((box) => box.scrollWidth - box.clientWidth).filter((more) => more > 0)";
    let wider: Vec<u32> = visitor.browser.page().run(wider).await?;
    ensure!(
        wider.is_empty(),
        "{screen}, {}: wider than the screen by {wider:?} px",
        visitor.browser.look().name()
    );
    Ok(())
}

/// Before signing in: in a browser inside another app, with a wrong password, on the public page.
async fn outside(found: &Found, visitor: &Visitor) -> Result<()> {
    let page = visitor.browser.page();
    found.at(visitor, "/gioi-thieu", "Chuẩn tiếp cận pháp luật").await?;
    let agent: String = page.run("return navigator.userAgent").await?;
    let named = |agent: String| json!({ "userAgent": agent });
    visitor
        .browser
        .devtools("Emulation.setUserAgentOverride", named(format!("{agent} Zalo")))
        .await?;
    visitor.open("/dang-nhap").await?;
    page.says("Mở bằng Chrome/Safari").await?;
    found.on(visitor, "trong Zalo").await;
    visitor
        .browser
        .devtools("Emulation.setUserAgentOverride", named(agent))
        .await?;
    found.at(visitor, "/dang-nhap", "Đăng nhập").await?;
    page.fill("Tên đăng nhập", "thuongcat.tuphap").await?;
    page.fill("Mật khẩu", "không phải").await?;
    page.keys(Key::Enter).await?;
    page.says("không đúng").await?;
    found.on(visitor, "sai mật khẩu").await;
    Ok(())
}

/// Every screen of an official who scores.
async fn inside(found: &Found, visitor: &Visitor) -> Result<()> {
    let page = visitor.browser.page();
    found.at(visitor, "/", "Hồ sơ").await?;
    page.click("button", "Các năm trước").await?;
    page.find("link", "năm 2019").await?;
    found.on(visitor, "các năm trước").await;
    found.at(visitor, "/ho-so/2024", "Thượng Cát").await?;
    page.fill("Tìm chỉ tiêu", "không có chữ này").await?;
    page.says("Không có chỉ tiêu nào như vậy").await?;
    found.on(visitor, "danh sách trống").await;
    found.at(visitor, "/ho-so/2025", "Năm 2025").await?;
    for (year, number, screen) in FORMS {
        official::open_indicator(visitor, year, number).await?;
        found.on(visitor, screen).await;
    }
    // What is typed wrong is said; what the points come to, and why, is shown.
    official::open_indicator(visitor, 2023, "2.5").await?;
    official::enter(page, 0, Ratio("30", "20")).await?;
    found.on(visitor, "tỷ lệ gõ sai").await;
    official::enter(page, 0, Ratio("12", "20")).await?;
    official::saved(page).await?;
    found.on(visitor, "tỷ lệ đã chấm").await;
    official::open_indicator(visitor, 2024, "5.4").await?;
    page.click("button", "Lịch sử").await?;
    page.says("chưa chấm").await?;
    found.on(visitor, "lịch sử").await;
    visitor.open("/ho-so/2024/dieu-kien").await?;
    let yes = page.find("radio", "Có").await?.parent().await?;
    yes.scroll_into_view().await?;
    yes.click().await?;
    page.find("textbox", "Hình thức xử lý").await?;
    found.on(visitor, "kê khai có").await;
    found.at(visitor, "/thiet-bi", "Thiết bị").await?;
    page.click("button", "Đăng xuất").await?;
    page.find("dialog", "Đăng xuất khỏi máy này?").await?;
    found.on(visitor, "hỏi đăng xuất").await;
    page.keys(Key::Escape).await?;
    found.at(visitor, "/ho-so/2024/9.9", "Không có trang này").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_a_commune_is_accessible() -> Result<()> {
    within(LIMIT, "test", async {
        let found = Found::default();
        let mut world = World::demo().await?;
        let (phone, desk) = (
            world.visitor(Look::PHONE).await?,
            world.visitor(Look::DESK.dark()).await?,
        );
        for (visitor, account) in [(&phone, "thuongcat.tuphap"), (&desk, "thuongcat.vanphong")] {
            outside(&found, visitor).await?;
            official::sign_in(visitor, account).await?;
            official::ready_offline(visitor.browser.page()).await?;
            official::status_says(visitor.browser.page(), "Đã đồng bộ", PATIENCE).await?;
            inside(&found, visitor).await?;
        }

        // Two officials enter different things while apart.
        for (visitor, sheet) in [(&phone, ONE), (&desk, OTHER)] {
            visitor.link.set(Link::Down);
            official::enter_all(visitor, 2023, sheet).await?;
            official::status_says(visitor.browser.page(), "Ngoại tuyến –", PATIENCE).await?;
            found.on(visitor, "ngoại tuyến").await;
        }
        for visitor in [&phone, &desk] {
            visitor.link.set(Link::Up);
        }
        for visitor in [&phone, &desk] {
            let page = visitor.browser.page();
            page.find("heading", "Hai người nhập khác nhau").await?;
            found.on(visitor, "nhập khác nhau").await;
            official::open_indicator(visitor, 2023, "1.1").await?;
            page.says("Vừa ghi “Không phát sinh”").await?;
            found.on(visitor, "không phát sinh và được chấm").await;
            found.at(visitor, "/ho-so/2023?loc=khac-nhau", "Thượng Cát").await?;
        }

        world.server.deploy(settings::next_dist()?).await?;
        for visitor in [&phone, &desk] {
            visitor.open("/").await?;
            visitor.browser.page().says("Có bản mới của ứng dụng").await?;
            found.on(visitor, "bản mới").await;
        }
        phone.leaves().await?;
        desk.leaves().await?;
        found.nothing()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_a_reviewer_is_accessible() -> Result<()> {
    within(LIMIT, "test", async {
        let found = Found::default();
        let world = World::demo().await?;
        for look in [Look::PHONE, Look::DESK.dark()] {
            let visitor = world.visitor(look).await?;
            official::sign_in(&visitor, "bactuliem.tuphap").await?;
            let page = visitor.browser.page();
            visitor.open("/ra-soat?nam=2024").await?;
            page.find("row", "Thượng Cát").await?;
            found.on(&visitor, "bảng địa bàn").await;
            page.fill("Tìm xã, phường", "không có chữ này").await?;
            page.says("Không có đơn vị nào như vậy").await?;
            found.on(&visitor, "bảng trống").await;
            page.fill("Tìm xã, phường", "thuong cat").await?;
            page.click("link", "Thượng Cát").await?;
            page.find("link", "5.4").await?;
            found.on(&visitor, "hồ sơ của phường").await;
            page.click("link", "5.4").await?;
            page.find("heading", "Chỉ tiêu 5.4:").await?;
            found.on(&visitor, "chỉ tiêu của phường").await;
            page.click("link", "về danh sách").await?;
            page.click("link", "iều kiện").await?;
            page.find("heading", "Điều kiện").await?;
            found.on(&visitor, "điều kiện của phường").await;
            found.at(&visitor, "/thiet-bi", "Thiết bị").await?;
            visitor.leaves().await?;
        }
        found.nothing()
    })
    .await
}
