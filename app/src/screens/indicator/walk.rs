//! From one indicator to the next: by the arrows beside the title, the buttons at the end, a swipe, the arrow keys.

use crate::parts::icon::Icon;
use crate::parts::navigation::{Going, Navigation};
use crate::screens::open::Shown;
use leptos::attr::Attribute;
use leptos::ev::on;
use leptos::{ev, prelude::*};
use shared::id::IndicatorNumber;
use wasm_bindgen::JsCast;

/// The neighbours of an indicator in its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbours {
    /// The one before.
    pub before: Option<IndicatorNumber>,
    /// The one after.
    pub after: Option<IndicatorNumber>,
}

impl Neighbours {
    /// Of `number`; none for the first and the last.
    pub fn of(shown: &Shown, number: &IndicatorNumber) -> Self {
        let numbers: Vec<&IndicatorNumber> = shown.set.indicators().map(|indicator| &indicator.number).collect();
        let place = numbers.iter().position(|other| *other == number);
        let at = |place: Option<usize>| {
            place
                .and_then(|place| numbers.get(place))
                .map(|number| (*number).clone())
        };
        Self {
            before: at(place.and_then(|place| place.checked_sub(1))),
            after: at(place.map(|place| place + 1)),
        }
    }
}

/// The bar above the title.
#[component]
pub fn Walk(shown: Shown, number: IndicatorNumber) -> impl IntoView {
    let near = Neighbours::of(&shown, &number);
    let arrow = |to: Option<IndicatorNumber>, icon: Icon, words: &str| match to {
        Some(to) => {
            let label = format!("{words}: {to}");
            view! { <a href=shown.address.indicator(&to) aria-label=label>{icon.view()}</a> }.into_any()
        }
        None => view! { <span class="end">{icon.view()}</span> }.into_any(),
    };
    view! {
        <div class="walk">
            {arrow(near.before, Icon::Back, "Chỉ tiêu trước")}
            <a class="list" href=shown.address.table()>
                <b>{format!("Chỉ tiêu {number}")}</b>
                <span>{shown.name()}</span>
                <span class="unseen">" – về danh sách"</span>
            </a>
            {arrow(near.after, Icon::Next, "Chỉ tiêu sau")}
        </div>
    }
}

/// The two buttons at the end of the screen, under the thumb.
#[component]
pub fn Steps(shown: Shown, number: IndicatorNumber) -> impl IntoView {
    let near = Neighbours::of(&shown, &number);
    let back = match near.before {
        Some(to) => (shown.address.indicator(&to), format!("Trước: {to}")),
        None => (shown.address.table(), "Danh sách".to_owned()),
    };
    let on = match near.after {
        Some(to) => (shown.address.indicator(&to), format!("Sau: {to}")),
        None => (shown.address.table(), "Danh sách".to_owned()),
    };
    view! {
        <nav class="step" aria-label="Chỉ tiêu trước và sau">
            <a class="btn" href=back.0>
                {Icon::Back.view()}
                {back.1}
            </a>
            <a class="btn" href=on.0>
                {on.1}
                {Icon::Next.view()}
            </a>
        </nav>
    }
}

/// How far a finger must go sideways, in CSS pixels.
const SWIPE: i32 = 72;
/// The strip at the edge that belongs to the system's own back gesture, in CSS pixels.
const EDGE: i32 = 28;

/// Where a finger went down, and what it does when it goes up.
#[derive(Clone)]
pub struct Swipe {
    start: StoredValue<Option<(i32, i32)>>,
    go: Callback<bool>,
}

/// Swipes and arrow keys for an indicator; `true` is forward.
pub fn listen(shown: &Shown, number: &IndicatorNumber) -> Swipe {
    let near = Neighbours::of(shown, number);
    let href = |to: Option<IndicatorNumber>| to.map(|to| shown.address.indicator(&to));
    let (before, after) = (href(near.before), href(near.after));
    let navigation = expect_context::<Navigation>();
    let go = Callback::new(move |forward: bool| {
        if let Some(to) = if forward { &after } else { &before } {
            navigation.go(to, Going::On);
        }
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        let plain = !(event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key());
        if !plain || event.default_prevented() || is_control(event.target()) {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" => go.run(false),
            "ArrowRight" => go.run(true),
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
    Swipe {
        start: StoredValue::new(None),
        go,
    }
}

/// An event whose listener never holds the browser up.
fn passive(name: &'static str) -> ev::Custom<ev::TouchEvent> {
    let mut event = ev::Custom::new(name);
    event.options_mut().set_passive(true);
    event
}

/// Whether the arrows mean something to what has the focus.
fn is_control(target: Option<web_sys::EventTarget>) -> bool {
    let element = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        element
            .closest("input, textarea, select, dialog, table")
            .ok()
            .flatten()
            .is_some()
    })
}

impl Swipe {
    /// What the element wears over which fingers swipe. Passive: what the finger does besides, a tap above all, does not wait.
    pub fn listeners(self) -> impl Attribute {
        let (down, up) = (self.clone(), self);
        (
            on(passive("touchstart"), move |event| down.down(&event)),
            on(passive("touchend"), move |event| up.up(&event)),
        )
    }

    /// A finger went down.
    fn down(&self, event: &ev::TouchEvent) {
        let touches = event.touches();
        let wide = window()
            .inner_width()
            .ok()
            .and_then(|width| width.as_f64())
            .unwrap_or_default();
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a window is narrower than two thousand million pixels"
        )]
        let right = wide as i32 - EDGE;
        let start = touches
            .get(0)
            .filter(|_| touches.length() == 1 && !is_control(event.target()));
        let inside = start
            .map(|touch| (touch.client_x(), touch.client_y()))
            .filter(|(x, _)| (EDGE..right).contains(x));
        self.start.set_value(inside);
    }

    /// The finger went up: far enough sideways, and much more sideways than along, is a swipe.
    fn up(&self, event: &ev::TouchEvent) {
        let (Some((from_x, from_y)), Some(touch)) = (self.start.get_value(), event.changed_touches().get(0)) else {
            return;
        };
        self.start.set_value(None);
        let (x, y) = (touch.client_x() - from_x, touch.client_y() - from_y);
        if x.abs() >= SWIPE && x.abs() > 3 * y.abs() {
            self.go.run(x < 0);
        }
    }
}
