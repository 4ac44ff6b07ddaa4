//! One or more text fields that are saved together: what is typed is kept at every key, saved on a pause, on leaving a
//! field, on leaving the page, and never overwritten while the official is in it.

use super::typed_fields::{News, TypedFields};
use super::typing::Edit;
use crate::device::{Device, DossierHandle, Saved, WriteError};
use core::{pin::Pin, time::Duration};
use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
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

/// An edit on its way to the disk.
pub type Saving = Pin<Box<dyn Future<Output = Result<Saved, WriteError>>>>;
/// Enters an edit; `None` when it cannot be entered as it stands (half typed, a mistake): it is then kept as a draft.
pub type Enter = Arc<dyn Fn(&Edit, Moment) -> Option<Saving> + Send + Sync>;

/// The fields, what the dossier holds of them, and how they are entered.
#[derive(Clone)]
pub struct Group {
    typing: ArcStoredValue<TypedFields>,
    node: NodeRef<html::Div>,
    saved: Memo<String>,
    /// A save has come to its end.
    settled: ArcTrigger,
    handle: DossierHandle,
    draft: Arc<str>,
    enter: Enter,
}

impl Group {
    /// A group of `count` fields of a dossier that show `saved`, or what was typed and never saved: kept as the draft
    /// named `draft`.
    pub fn new(handle: DossierHandle, draft: String, count: usize, saved: Memo<String>, enter: Enter) -> Self {
        let kept = handle.draft(&draft).as_deref().and_then(Edit::decode);
        let typing = saved.with_untracked(|saved| TypedFields::new(count, saved, kept.as_ref()));
        Self {
            typing: ArcStoredValue::new(typing),
            node: NodeRef::new(),
            saved,
            settled: ArcTrigger::new(),
            handle,
            draft: draft.into(),
            enter,
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
        self.typing.update_value(|typing| typing.typed(place, text, composing));
        self.keep();
    }

    /// Keeps what is not saved on this machine.
    fn keep(&self) {
        let unsaved = self.typing.with_value(TypedFields::unsaved);
        self.handle.keep_draft(&self.draft, unsaved.as_ref().map(Edit::encode));
    }

    /// Saves what can be saved now.
    pub fn commit(&self, moment: Moment) {
        let Some(edit) = self.typing.try_with_value(TypedFields::unsaved).flatten() else {
            return;
        };
        if moment == Moment::Pause && self.typing.with_value(TypedFields::is_composing) {
            return;
        }
        let Some(saving) = (self.enter)(&edit, moment) else {
            return;
        };
        self.typing.update_value(|typing| {
            typing.take();
        });
        self.keep();
        let group = self.clone();
        spawn_local(async move {
            if saving.await.is_err() {
                // What was typed is unsaved again.
                group.typing.update_value(|typing| typing.failed(&edit));
                group.keep();
            }
            // What a colleague wrote meanwhile was weighed by the save. Where nothing came of it, nothing arrives by itself.
            group.settled.notify();
        });
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
            group.settled.track();
            if group.arrives(&group.saved.get()) {
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
