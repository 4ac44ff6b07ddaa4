//! A finger on the glass, as a phone reports it: it goes down, rests or moves, and is lifted. A click of the driver is that
//! of a mouse, and knows nothing of what a touch has to pass before it becomes one.

use crate::browser::Browser;
use anyhow::Result;
use serde_json::{Value, json};
use std::time::Duration;
use thirtyfour::WebElement;
use tokio::time::sleep;

/// How long a finger rests on what it taps.
const PRESS: Duration = Duration::from_millis(80);
/// How many places a finger is seen at on its way.
const STEPS: u32 = 8;
/// Between two of them: a frame.
const STEP: Duration = Duration::from_millis(16);

/// A place on the glass, in CSS pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Place {
    /// The middle of an element, which is brought into sight first. It holds until something scrolls.
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn middle_of(browser: &Browser, element: &WebElement) -> Result<Self> {
        element.scroll_into_view().await?;
        let scrolled: f64 = browser.page().run("return window.scrollY").await?;
        let on_page = element.rect().await?;
        Ok(Self {
            x: on_page.x + on_page.width / 2.0,
            y: on_page.y + on_page.height / 2.0 - scrolled,
        })
    }

    /// So far to the right and down.
    #[must_use]
    pub fn moved(self, x: f64, y: f64) -> Self {
        Self {
            x: self.x + x,
            y: self.y + y,
        }
    }
}

async fn touch(browser: &Browser, what: &str, at: Option<Place>) -> Result<()> {
    let touches: Vec<Value> = at.iter().map(|Place { x, y }| json!({ "x": x, "y": y })).collect();
    let event = json!({ "type": what, "touchPoints": touches });
    browser.devtools("Input.dispatchTouchEvent", event).await?;
    Ok(())
}

/// Taps.
///
/// # Errors
/// What the browser answers.
pub async fn tap(browser: &Browser, at: Place) -> Result<()> {
    touch(browser, "touchStart", Some(at)).await?;
    sleep(PRESS).await;
    touch(browser, "touchEnd", None).await
}

/// Moves along a line and lifts.
///
/// # Errors
/// What the browser answers.
pub async fn swipe(browser: &Browser, from: Place, to: Place) -> Result<()> {
    touch(browser, "touchStart", Some(from)).await?;
    for step in 1..=STEPS {
        let part = f64::from(step) / f64::from(STEPS);
        sleep(STEP).await;
        touch(
            browser,
            "touchMove",
            Some(from.moved((to.x - from.x) * part, (to.y - from.y) * part)),
        )
        .await?;
    }
    touch(browser, "touchEnd", None).await
}
