//! What was decided about a head: form, number, date of the decision.

use super::date;
use crate::parts::live::live;
use crate::parts::typed_group::{Enter, Group, TypedGroup};
use crate::parts::typing::SEPARATOR;
use crate::screens::open::Shown;
use leptos::prelude::*;
use shared::criteria::Head;
use shared::scoring::{Discipline, FIELD_MAX, HeadDeclaration};
use std::sync::Arc;

/// The words of this part.
mod words {
    pub(super) const FORM: &str = "Hình thức xử lý";
    pub(super) const NUMBER: &str = "Số quyết định, bản án";
    pub(super) const DATE: &str = "Ngày ban hành";
}

/// The fields in one text: form, number, date.
fn join(declaration: Option<&HeadDeclaration>) -> String {
    let Some(HeadDeclaration::Yes(decision)) = declaration else {
        return [""; 3].join(&SEPARATOR.to_string());
    };
    let date = decision.date().map(|date| date.to_string()).unwrap_or_default();
    [decision.form(), decision.number(), date.as_str()].join(&SEPARATOR.to_string())
}

fn field(text: &str, place: usize) -> String {
    text.split(SEPARATOR).nth(place).unwrap_or_default().to_owned()
}

/// The declaration the fields make, or what is wrong with them.
fn build(text: &str) -> Result<HeadDeclaration, String> {
    let typed = field(text, 2);
    let date = match typed.trim() {
        "" => None,
        typed => Some(date::parse(typed).ok_or_else(|| date::HELP.to_owned())?),
    };
    let decision = Discipline::new(&field(text, 0), &field(text, 1), date).map_err(|error| error.to_string())?;
    Ok(HeadDeclaration::Yes(decision))
}

/// The three fields.
#[component]
pub fn DisciplineFields(shown: Shown, head: &'static Head, current: Memo<Option<HeadDeclaration>>) -> impl IntoView {
    let handle = shown.handle;
    let saved = Memo::new(move |_| current.with(|current| join(current.as_ref())));
    let enter: Enter = Arc::new(move |edit, _| {
        let declaration = build(&edit.new).ok()?;
        Some(Box::pin(handle.declare_head(&head.id, &declaration)))
    });
    let group = Group::new(handle, format!("ke-khai/{}", head.id), 3, saved, enter);
    let typed = RwSignal::new(group.text());
    let problem = Memo::new(move |_| typed.with(|typed| build(typed).err()));
    let one = move |place: usize, words: &'static str| {
        let id = format!("{}-{place}", head.id);
        let start = typed.with_untracked(|typed| field(typed, place));
        view! {
            <div class="field">
                <label for=id.clone()>{words}</label>
                <input
                    class="input"
                    id=id
                    type="text"
                    autocomplete="off"
                    maxlength=FIELD_MAX.to_string()
                    prop:value=start
                />
            </div>
        }
    };
    view! {
        <TypedGroup group shows=Callback::new(move |text| typed.set(text))>
            {one(0, words::FORM)}
            <div class="two">{one(1, words::NUMBER)} {one(2, words::DATE)}</div>
        </TypedGroup>
        <p class="error" aria-live="polite">
            {live(move || problem.get())}
        </p>
    }
}
