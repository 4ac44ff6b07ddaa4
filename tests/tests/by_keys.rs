//! Acceptance 10: all of it works by keyboard alone, the focus is seen at every step, and it is where it belongs after a
//! screen, a dialog or a card has gone.

use anyhow::{Result, ensure};
use std::time::Duration;
use tests::{
    browser::Look,
    keyboard::{focus_is_on, press, tab_to, type_into},
    limit::{until, within},
    official::{self, Entry::Points, saved},
    page::{PATIENCE, Page},
    proxy::Link,
    world::{PASSWORD, Visitor, World},
};
use thirtyfour::Key;

const LIMIT: Duration = Duration::from_secs(300);

/// Signs in; the heading of the first screen has the focus.
async fn sign_in(visitor: &Visitor, account: &str, heading: &str) -> Result<()> {
    visitor.open("/dang-nhap").await?;
    let page = visitor.browser.page();
    type_into(page, "Tên đăng nhập", account).await?;
    type_into(page, "Mật khẩu", PASSWORD).await?;
    page.keys(Key::Enter).await?;
    page.gone("heading", "Đăng nhập").await?;
    focus_is_on(page, "heading", heading).await
}

/// Opens an indicator by its address, as a keyboard can.
async fn indicator(page: Page<'_>, visitor: &Visitor, year: u16, number: &str) -> Result<()> {
    official::open_indicator(visitor, year, number).await?;
    tab_to(page, "link", "Đến nội dung").await?;
    page.keys(Key::Enter).await?;
    focus_is_on(page, "heading", &format!("Chỉ tiêu {number}:")).await
}

/// Types a ratio into the two fields that stand together.
async fn ratio(page: Page<'_>, first: &str, done: &str, total: &str) -> Result<()> {
    type_into(page, first, done).await?;
    page.keys(Key::Tab + total + Key::Tab).await?;
    saved(page).await
}

async fn pressed(page: Page<'_>, name: &str) -> Result<()> {
    let button = page.find("button", name).await?;
    until(
        PATIENCE,
        || async { Ok((button.attr("aria-pressed").await?.as_deref() == Some("true")).then_some(())) },
        || async { format!("\"{name}\" is not pressed") },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_official_scores_by_keys() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::DESK).await?;
        let page = visitor.browser.page();
        sign_in(&visitor, "thuongcat.tuphap", "Hồ sơ").await?;

        press(page, "link", "Mở hồ sơ năm 2024", Key::Enter).await?;
        focus_is_on(page, "heading", "Thượng Cát").await?;
        press(page, "button", "Chưa chấm", Key::Space).await?;
        pressed(page, "Chưa chấm").await?;
        press(page, "button", "Tất cả", Key::Enter).await?;
        pressed(page, "Tất cả").await?;
        type_into(page, "Tìm chỉ tiêu", "an toan").await?;
        press(page, "link", "5.4", Key::Enter).await?;
        focus_is_on(page, "heading", "Chỉ tiêu 5.4:").await?;
        // Opened in place: the focus stays on what opened it.
        press(page, "button", "Lịch sử", Key::Enter).await?;
        page.says("chưa chấm").await?;
        focus_is_on(page, "button", "Lịch sử").await?;

        // One indicator of each rule.
        indicator(page, &visitor, 2023, "1.1").await?;
        press(page, "radio", "Đạt", Key::Space).await?;
        saved(page).await?;
        page.keys(Key::Right).await?;
        saved(page).await?;
        focus_is_on(page, "radio", "Không đạt").await?;
        press(page, "button", "Bỏ chấm nội dung này", Key::Enter).await?;
        saved(page).await?;
        focus_is_on(page, "heading", "Chỉ tiêu 1.1:").await?;
        page.keys(Key::Right).await?;
        focus_is_on(page, "heading", "Chỉ tiêu 1.2:").await?;
        indicator(page, &visitor, 2023, "2.5").await?;
        ratio(page, "Tổng số tuyên truyền viên pháp luật được tập huấn", "17", "20").await?;
        indicator(page, &visitor, 2023, "2.4").await?;
        type_into(page, "Điểm tự chấm", "5,5").await?;
        type_into(page, "Lý do chấm mức điểm này", "còn một mô hình").await?;
        type_into(page, "Giải trình", "Câu lạc bộ pháp luật").await?;
        page.keys(Key::Tab).await?;
        saved(page).await?;
        indicator(page, &visitor, 2019, "2.2").await?;
        type_into(page, "Số trường hợp", "1").await?;
        page.keys(Key::Tab).await?;
        saved(page).await?;
        indicator(page, &visitor, 2019, "2.3").await?;
        ratio(page, "Tổng số lượt đúng", "90", "100").await?;
        indicator(page, &visitor, 2026, "1.1").await?;
        ratio(page, "Số thực hiện", "9", "10").await?;
        indicator(page, &visitor, 2026, "2.1").await?;
        press(page, "radio", "Đạt", Key::Space).await?;
        saved(page).await?;
        indicator(page, &visitor, 2026, "2.5").await?;
        type_into(page, "Số trường hợp", "3").await?;
        page.keys(Key::Tab).await?;
        saved(page).await?;

        // A head declared, a dialog opened and left.
        visitor.open("/ho-so/2023/dieu-kien").await?;
        press(page, "radio", "Không", Key::Space).await?;
        saved(page).await?;
        press(page, "link", "Thiết bị", Key::Enter).await?;
        focus_is_on(page, "heading", "Thiết bị").await?;
        press(page, "button", "Đăng xuất", Key::Enter).await?;
        page.find("dialog", "Đăng xuất khỏi máy này?").await?;
        focus_is_on(page, "button", "Ở lại").await?;
        page.keys(Key::Escape).await?;
        page.gone("dialog", "Đăng xuất khỏi máy này?").await?;
        focus_is_on(page, "button", "Đăng xuất").await?;
        official::status_says(page, "Đã đồng bộ", PATIENCE).await?;
        visitor.leaves().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_settled_by_keys() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let (one, other) = (
            world.visitor(Look::PHONE).await?,
            world.visitor(Look::PHONE.dark()).await?,
        );
        for (visitor, account, points) in [(&one, "thuongcat.tuphap", "3"), (&other, "thuongcat.congan", "4")] {
            sign_in(visitor, account, "Hồ sơ").await?;
            official::status_says(visitor.browser.page(), "Đã đồng bộ", PATIENCE).await?;
            official::ready_offline(visitor.browser.page()).await?;
            visitor.link.set(Link::Down);
            official::enter_all(visitor, 2023, &[("5.4", &[Points(points, "vì vậy")])]).await?;
        }
        for visitor in [&one, &other] {
            visitor.link.set(Link::Up);
        }
        let page = other.browser.page();
        page.find("heading", "Hai người nhập khác nhau").await?;
        press(page, "button", "Giữ 3", Key::Enter).await?;
        page.gone("heading", "Hai người nhập khác nhau").await?;
        focus_is_on(page, "heading", "Chỉ tiêu 5.4:").await?;
        let field = one.browser.page().find("textbox", "Điểm tự chấm").await?;
        one.browser.page().gone("heading", "Hai người nhập khác nhau").await?;
        ensure!(field.value().await?.as_deref() == Some("3"), "not what was chosen");
        one.leaves().await?;
        other.leaves().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_works_the_board_by_keys() -> Result<()> {
    within(LIMIT, "test", async {
        let world = World::demo().await?;
        let visitor = world.visitor(Look::DESK).await?;
        let page = visitor.browser.page();
        sign_in(&visitor, "bactuliem.tuphap", "Bắc Từ Liêm").await?;
        press(page, "link", "2024", Key::Enter).await?;
        page.find("row", "Thượng Cát").await?;
        press(page, "button", "Chưa chấm đủ", Key::Space).await?;
        pressed(page, "Chưa chấm đủ").await?;
        press(page, "button", "Tất cả", Key::Space).await?;
        press(page, "button", "Tổng", Key::Enter).await?;
        let sorted = "return document.querySelector('th[aria-sort]:not([aria-sort=none]) button')?.textContent ?? ''";
        ensure!(page.run::<String>(sorted).await? == "Tổng", "not sorted");
        focus_is_on(page, "button", "Tổng").await?;

        page.keys("/").await?;
        focus_is_on(page, "textbox", "Tìm xã, phường").await?;
        page.keys("thuong").await?;
        page.gone("row", "Cổ Nhuế 1").await?;
        page.keys(Key::Down).await?;
        focus_is_on(page, "link", "Thượng Cát").await?;
        page.keys(Key::Enter).await?;
        focus_is_on(page, "heading", "Thượng Cát").await?;
        press(page, "link", "5.4", Key::Enter).await?;
        focus_is_on(page, "heading", "Chỉ tiêu 5.4:").await?;
        visitor.leaves().await
    })
    .await
}
