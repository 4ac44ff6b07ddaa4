//! One or more text fields that are saved together: what is typed is kept at every key, saved on a pause, on leaving a
//! field, on leaving the page, and never overwritten while the official is in it.

use super::typing::{Edit, SEPARATOR, Typing};
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
    typing: ArcStoredValue<Typing>,
    node: NodeRef<html::Div>,
    save: Save,
    keep: Keep,
}

impl Group {
    /// A group that shows `saved`, or `draft` where something was typed and never saved.
    pub fn new(saved: &str, draft: Option<Edit>, save: Save, keep: Keep) -> Self {
        Self {
            typing: ArcStoredValue::new(Typing::new(saved, draft)),
            node: NodeRef::new(),
            save,
            keep,
        }
    }

    /// What the fields hold, joined.
    pub fn text(&self) -> String {
        self.typing.with_value(|typing| typing.text().to_owned())
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

    fn has_focus(&self) -> bool {
        let node = self.node.try_get_untracked().flatten();
        let active = document().active_element();
        matches!((node, active), (Some(node), Some(active)) if node.contains(Some(&active)))
    }

    fn read(&self) -> String {
        let values: Vec<String> = self.fields().iter().map(value).collect();
        values.join(&SEPARATOR.to_string())
    }

    fn write(&self, text: &str) {
        for (field, part) in self.fields().iter().zip(text.split(SEPARATOR)) {
            set_value(field, part);
        }
    }

    /// Writes one field for the official (a button beside it) and saves. Not while the official is in that field.
    pub fn put(&self, place: usize, text: &str) {
        let fields = self.fields();
        let Some(field) = fields.get(place) else { return };
        if document().active_element().as_ref() == Some(field) {
            return;
        }
        set_value(field, text);
        let all = self.read();
        let unsaved = self.typing.try_update_value(|typing| {
            typing.typed(&all, false);
            typing.unsaved()
        });
        (self.keep)(unsaved.flatten().as_ref());
        self.commit(Moment::Pause);
    }

    /// Saves what can be saved now.
    pub fn commit(&self, moment: Moment) {
        let Some(edit) = self.typing.try_with_value(Typing::unsaved).flatten() else {
            return;
        };
        if moment == Moment::Pause && self.typing.with_value(Typing::is_composing) {
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
        let focused = self.has_focus();
        let news = self
            .typing
            .try_update_value(|typing| typing.arrives(saved, focused))
            .flatten();
        if let Some(text) = &news {
            self.write(text);
        }
        news.is_some()
    }

    fn left(&self) -> bool {
        let news = self.typing.try_update_value(Typing::left).flatten();
        if let Some(text) = &news {
            self.write(text);
        }
        news.is_some()
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
            let text = group.read();
            let unsaved = group
                .typing
                .try_update_value(|typing| {
                    typing.typed(&text, is_composing(&event));
                    typing.unsaved()
                })
                .flatten();
            (group.keep)(unsaved.as_ref());
            shows.run(text);
            rest();
        }
    };
    let on_composed = {
        let group = group.clone();
        move |_: ev::CompositionEvent| {
            group.typing.update_value(Typing::composed);
            rest();
        }
    };
    let on_focusout = {
        let (group, stop) = (group.clone(), stop.clone());
        move |event: ev::FocusEvent| {
            stop();
            let next = event
                .related_target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let stays = group
                .node
                .get_untracked()
                .is_some_and(|node| node.contains(next.as_ref()));
            group.typing.update_value(Typing::composed);
            group.commit(if stays { Moment::Pause } else { Moment::Leave });
            if !stays && group.left() {
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
