//! What changes on a screen by itself.
//!
//! Leptos makes the code that follows a signal once for each closure, and once more for each type of view it returns:
//! several kilobytes of the download each time. Boxed, all closures are of one type and share that code.

use leptos::prelude::*;

/// A part of a view that is made again when a signal it reads changes: `{live(move || points.get())}`.
pub fn live<V: IntoAny>(mut view: impl FnMut() -> V + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || view().into_any());
    view.into_any()
}

/// The value of an attribute or property that follows signals: `hidden=bound(move || none.get())`.
pub fn bound<T: 'static>(value: impl FnMut() -> T + Send + 'static) -> Box<dyn FnMut() -> T + Send> {
    Box::new(value)
}
