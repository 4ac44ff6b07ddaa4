//! One or more text fields that are saved together: what is typed is kept at every key, saved on a pause, on leaving a
//! field, on leaving the page, and never overwritten while the official is in it.

use super::typed_fields::{News, TypedFields};
use super::typing::Edit;
use crate::device::Device;
use core::time::Duration;
use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// How long the official must rest before what was typed is saved.
const PAUSE: Duration = Duration::from_millis(800);

/// When a save is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The official rests, or moves to another field of the group.
    Pause,
    /// The official left the group.
    Leave,
    /// The page is hidden or about to go: perhaps for good, perhaps in the middle of a thought.
    Hide,
}

/// Asked to save an edit; false when it cannot be saved as it stands (half typed, a mistake): it is then kept as a draft.
pub type Save = Arc<dyn Fn(&Group, &Edit, Moment) -> bool + Send + Sync>;
/// Keeps what is not saved on this machine; nothing to keep when `None`.
pub type Keep = Arc<dyn Fn(Option<&Edit>) + Send + Sync>;

/// What the group needs to know and whom to tell.
#[derive(Clone)]
pub struct Group {
    typing: ArcStoredValue<TypedFields>,
    node: NodeRef<html::Div>,
    save: Save,
    keep: Keep,
}

impl Group {
    /// A group of `count` fields that show `saved`, or `draft` where something was typed and never saved.
    pub fn new(count: usize, saved: &str, draft: Option<&Edit>, save: Save, keep: Keep) -> Self {
        Self {
            typing: ArcStoredValue::new(TypedFields::new(count, saved, draft)),
            node: NodeRef::new(),
            save,
            keep,
        }
    }

    /// What the fields hold, joined.
    pub fn text(&self) -> String {
        self.typing.with_value(TypedFields::text)
    }

    /// Whether something is typed and not saved.
    pub fn is_unsaved(&self) -> bool {
        self.typing.with_value(|typing| typing.unsaved().is_some())
    }

    fn fields(&self) -> Vec<web_sys::Element> {
        let Some(found) = self
            .node
            .try_get_untracked()
            .flatten()
            .and_then(|node| node.query_selector_all("input[type=text], textarea").ok())
        else {
            return Vec::new();
        };
        (0..found.length())
            .filter_map(|i| found.get(i)?.dyn_into().ok())
            .collect()
    }

    /// The place of a field of the group; none for anything else.
    fn place(&self, of: Option<&web_sys::Element>) -> Option<usize> {
        self.fields().iter().position(|field| Some(field) == of)
    }

    /// Writes news into the fields. Whether there were any.
    fn write(&self, news: &[News]) -> bool {
        let fields = self.fields();
        for (place, text) in news {
            if let Some(field) = fields.get(*place) {
                set_value(field, text);
            }
        }
        !news.is_empty()
    }

    /// Writes one field for the official (a button beside it) and saves. Not while the official is in that field.
    pub fn put(&self, place: usize, text: &str) {
        let fields = self.fields();
        let Some(field) = fields.get(place) else { return };
        if document().active_element().as_ref() == Some(field) {
            return;
        }
        set_value(field, text);
        self.typed(place, text, false);
        self.commit(Moment::Pause);
    }

    /// Notes what was typed, and keeps it as a draft.
    fn typed(&self, place: usize, text: &str, composing: bool) {
        let unsaved = self.typing.try_update_value(|typing| {
            typing.typed(place, text, composing);
            typing.unsaved()
        });
        (self.keep)(unsaved.flatten().as_ref());
    }

    /// Saves what can be saved now.
    pub fn commit(&self, moment: Moment) {
        let Some(edit) = self.typing.try_with_value(TypedFields::unsaved).flatten() else {
            return;
        };
        if moment == Moment::Pause && self.typing.with_value(TypedFields::is_composing) {
            return;
        }
        if (self.save)(self, &edit, moment) {
            self.typing.update_value(|typing| {
                typing.take();
            });
            (self.keep)(None);
        }
    }

    /// The save did not happen after all: what was typed is unsaved again.
    pub fn failed(&self, edit: &Edit) {
        self.typing.update_value(|typing| typing.failed(edit));
        (self.keep)(Some(edit));
    }

    fn arrives(&self, saved: &str) -> bool {
        let focused = self.place(document().active_element().as_ref());
        let news = self.typing.try_update_value(|typing| typing.arrives(saved, focused));
        self.write(&news.unwrap_or_default())
    }

    /// The official went from a field of the group to `next`.
    fn left(&self, next: Option<&web_sys::Element>) -> bool {
        let focused = self.place(next);
        let news = self.typing.try_update_value(|typing| typing.left(focused));
        self.write(&news.unwrap_or_default())
    }
}

fn value(field: &web_sys::Element) -> String {
    match field.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        Some(area) => area.value(),
        None => field
            .dyn_ref::<web_sys::HtmlInputElement>()
            .map(web_sys::HtmlInputElement::value)
            .unwrap_or_default(),
    }
}

fn set_value(field: &web_sys::Element, text: &str) {
    match field.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        Some(area) => area.set_value(text),
        None => {
            if let Some(input) = field.dyn_ref::<web_sys::HtmlInputElement>() {
                input.set_value(text);
            }
        }
    }
}

fn is_composing(event: &web_sys::Event) -> bool {
    event
        .dyn_ref::<web_sys::InputEvent>()
        .is_some_and(web_sys::InputEvent::is_composing)
}

/// The fields of a [`Group`]. The children are the fields, in the order of the joined text, each created with its part.
#[component]
pub fn TypedGroup(
    /// The fields.
    group: Group,
    /// The text as the dossier holds it now, joined.
    #[prop(into)]
    saved: Signal<String>,
    /// Told what the fields hold whenever that changes, by hand or by news.
    #[prop(into)]
    shows: Callback<String>,
    /// The fields themselves.
    children: Children,
) -> impl IntoView {
    let timer = ArcStoredValue::new(None::<TimeoutHandle>);
    let stop = {
        let timer = timer.clone();
        move || {
            if let Some(handle) = timer.try_update_value(Option::take).flatten() {
                handle.clear();
            }
        }
    };
    let rest = {
        let (group, stop) = (group.clone(), stop.clone());
        move || {
            stop();
            let group = group.clone();
            timer.set_value(set_timeout_with_handle(move || group.commit(Moment::Pause), PAUSE).ok());
        }
    };

    // A draft of an earlier page that can be saved is saved like something just typed.
    if group.is_unsaved() {
        rest();
    }
    let on_input = {
        let (group, rest) = (group.clone(), rest.clone());
        move |event: ev::Event| {
            let field = event.target().and_then(|target| target.dyn_into().ok());
            if let Some((place, field)) = group.place(field.as_ref()).zip(field) {
                group.typed(place, &value(&field), is_composing(&event));
                shows.run(group.text());
                rest();
            }
        }
    };
    let on_composed = {
        let group = group.clone();
        move |_: ev::CompositionEvent| {
            group.typing.update_value(TypedFields::composed);
            rest();
        }
    };
    let on_focusout = {
        let (group, stop) = (group.clone(), stop.clone());
        move |event: ev::FocusEvent| {
            stop();
            let next = event
                .related_target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let stays = group
                .node
                .get_untracked()
                .is_some_and(|node| node.contains(next.as_deref()));
            group.typing.update_value(TypedFields::composed);
            group.commit(if stays { Moment::Pause } else { Moment::Leave });
            if group.left(next.as_ref()) {
                shows.run(group.text());
            }
        }
    };
    {
        let group = group.clone();
        Effect::new(move || {
            if group.arrives(&saved.get()) {
                shows.run(group.text());
            }
        });
    }
    let flushed = group.clone();
    expect_context::<Device>().on_flush(move || flushed.commit(Moment::Hide));
    on_cleanup({
        let group = group.clone();
        move || {
            stop();
            group.commit(Moment::Leave);
        }
    });
    view! {
        <div class="typed" node_ref=group.node on:input=on_input on:compositionend=on_composed on:focusout=on_focusout>
            {children()}
        </div>
    }
}
