//! The browser's clock, timers and randomness.

use core::cell::Cell;

thread_local! {
    /// Seconds to add to this machine's clock, as the server's answers have shown.
    static OFFSET_S: Cell<i64> = const { Cell::new(0) };
}

/// A machine's clock that is off by less than this is left alone, in seconds.
const TOLERATED_S: i64 = 120;

/// Milliseconds since 1970 by this machine's clock, as it is.
pub(super) fn machine_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Seconds since 1970, corrected by what the server's answers have shown. To be shown, never to be compared.
pub(super) fn now_s() -> i64 {
    machine_ms() / 1000 + OFFSET_S.get()
}

/// Notes the server's time. Returns how many seconds this machine's clock is ahead, if that matters.
pub(super) fn server_says(server_ms: i64) -> Option<i64> {
    let ahead = (machine_ms() - server_ms) / 1000;
    set_ahead(ahead);
    (ahead.abs() > TOLERATED_S).then_some(ahead)
}

/// Corrects the clock by what was known when the app was open last.
pub(super) fn set_ahead(ahead_s: i64) {
    OFFSET_S.set(if ahead_s.abs() > TOLERATED_S { -ahead_s } else { 0 });
}

/// The time of day on this machine: hour and minute.
pub(super) fn time_of_day() -> (u8, u8) {
    let now = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(now_s() as f64 * 1000.0));
    (now.get_hours() as u8, now.get_minutes() as u8)
}

/// Waits.
pub(super) async fn sleep_ms(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

/// Random bytes; zeros if the browser has none.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Used for names of connections and for spreading retries: nothing is secret.
    let _ = getrandom::fill(&mut bytes);
    bytes
}
