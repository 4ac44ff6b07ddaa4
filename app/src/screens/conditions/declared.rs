//! Condition 3, declared head by head, never assumed: until somebody declares it reads `chưa kê khai`.

use super::discipline::DisciplineFields;
use crate::parts::live::{bound, live};
use crate::parts::{focus, when};
use crate::screens::choice_card::{Choice, ChoiceCard, Disputed};
use crate::screens::open::Shown;
use crate::screens::people::full_name;
use leptos::{prelude::*, task::spawn_local};
use shared::criteria::Head;
use shared::dossier::write::Field;
use shared::dossier::{Register, Stamped};
use shared::scoring::{Discipline, HeadDeclaration, UNDECLARED};

/// The words of this part.
mod words {
    pub(super) const QUESTION: &str = "Bị xử lý kỷ luật hoặc truy cứu trách nhiệm hình sự trong năm đánh giá?";
    pub(super) const NO: &str = "Không";
    pub(super) const YES: &str = "Có";
    pub(super) const TAKE_BACK: &str = "Bỏ kê khai";
    pub(super) const NOT_5_3: &str = "Điều kiện này chỉ xét người đứng đầu cấp ủy và chính quyền cấp xã. Đây không phải chỉ tiêu 5.3: chỉ tiêu 5.3 xét mọi cán bộ, công chức và được chấm riêng.";
}

/// The heads of a commune, one block each.
#[component]
pub fn Heads(shown: Shown, heads: &'static [Head]) -> impl IntoView {
    let blocks = heads
        .iter()
        .map(|head| view! { <OneHead shown=shown.clone() head /> })
        .collect_view();
    let has_5_3 = shown.set.indicator(&"5.3".into()).is_some();
    view! {
        {has_5_3.then(|| view! { <p class="small">{words::NOT_5_3}</p> })}
        {blocks}
    }
}

/// Declares; what goes wrong is said by the device, in the status line and the notices.
fn declare(shown: &Shown, head: &'static Head, declaration: HeadDeclaration) {
    let declared = shown.handle.declare_head(&head.id, &declaration);
    spawn_local(async move {
        let _ = declared.await;
    });
}

#[component]
fn OneHead(shown: Shown, head: &'static Head) -> impl IntoView {
    let snapshot = shown.handle.snapshot;
    let register = Memo::new(move |_| snapshot.get()?.declarations.get(&head.id).cloned());
    let current = Memo::new(move |_| {
        let value = register.with(|register| register.as_ref().map(|register| register.current.value.clone()));
        value.filter(|value| *value != HeadDeclaration::Cleared)
    });
    let disputed = {
        let shown = shown.clone();
        Memo::new(move |_| register.with(|register| dispute(&shown, head, register.as_ref()?)))
    };
    let said = {
        let shown = shown.clone();
        move || register.with(|register| who_and_when(&shown, register.as_ref()))
    };
    let title = head.title_for(&shown.unit_kind);
    let (handle, writes) = (shown.handle, shown.can_write());
    view! {
        <div class="head-card">
            <h3>{title.clone()}</h3>
            <p class="small" aria-live="polite">
                {said}
            </p>
            {live(move || disputed.get().map(|disputed| view! { <ChoiceCard handle disputed writes /> }))}
            {if writes {
                view! { <Declare shown head title current /> }.into_any()
            } else {
                view! { <p>{live(move || current.with(|current| in_words(current.as_ref())))}</p> }.into_any()
            }}
        </div>
    }
}

/// `Không` or `Có`, and with `Có` what and when.
#[component]
fn Declare(shown: Shown, head: &'static Head, title: String, current: Memo<Option<HeadDeclaration>>) -> impl IntoView {
    let yes = Memo::new(move |_| matches!(current.get(), Some(HeadDeclaration::Yes(_))));
    let no = Memo::new(move |_| current.get() == Some(HeadDeclaration::None));
    let option = |class: &'static str, words: &'static str, on: Memo<bool>, value: Option<HeadDeclaration>| {
        let shown = shown.clone();
        let choose = move |_| {
            if let Some(value) = value.clone() {
                declare(&shown, head, value);
            }
        };
        view! {
            <label class=class>
                <input type="radio" name=format!("kk-{}", head.id) prop:checked=bound(move || on.get()) on:change=choose />
                <span>{words}</span>
            </label>
        }
    };
    let take_back = {
        let shown = shown.clone();
        move |_| {
            declare(&shown, head, HeadDeclaration::Cleared);
            // The button goes with what it took back.
            focus::heading();
        }
    };
    let details = {
        let shown = shown.clone();
        live(move || {
            yes.get()
                .then(|| view! { <DisciplineFields shown=shown.clone() head current /> })
        })
    };
    let bare = Discipline::new("", "", None).ok().map(HeadDeclaration::Yes);
    view! {
        <fieldset class="field">
            <legend>{words::QUESTION} <span class="unseen">{format!(" {title}")}</span></legend>
            <div class="segments">
                {option("yes", words::NO, no, Some(HeadDeclaration::None))} {option("no", words::YES, yes, bare)}
            </div>
        </fieldset>
        {details}
        <Show when=move || current.with(Option::is_some)>
            <button class="btn plain start" type="button" on:click=take_back.clone()>
                {words::TAKE_BACK}
                <span class="unseen">{format!(": {title}")}</span>
            </button>
        </Show>
    }
}

/// A declaration in one line.
fn in_words(declaration: Option<&HeadDeclaration>) -> String {
    match declaration {
        None | Some(HeadDeclaration::Cleared) => UNDECLARED.to_owned(),
        Some(HeadDeclaration::None) => words::NO.to_owned(),
        Some(HeadDeclaration::Yes(decision)) => {
            let date = decision.date().map(|date| date.to_string()).unwrap_or_default();
            let parts = [words::YES, decision.form(), decision.number(), date.as_str()];
            let said = parts.into_iter().filter(|part| !part.is_empty());
            said.collect::<Vec<_>>().join(" · ")
        }
    }
}

/// `chưa kê khai`, or who declared and when.
fn who_and_when(shown: &Shown, register: Option<&Register<HeadDeclaration>>) -> String {
    let declared = register.filter(|register| register.current.value != HeadDeclaration::Cleared);
    match (declared, shown.snapshot()) {
        (Some(register), Some(snapshot)) => {
            let who = full_name(register.current.author, &snapshot.people);
            format!("{who} kê khai {}", when::full(register.current.time_s))
        }
        _ => UNDECLARED.to_owned(),
    }
}

fn dispute(shown: &Shown, head: &Head, register: &Register<HeadDeclaration>) -> Option<Disputed> {
    let snapshot = shown.snapshot()?;
    let choice = |stamped: &Stamped<HeadDeclaration>| Choice {
        words: in_words(Some(&stamped.value)),
        reason: String::new(),
        who: full_name(stamped.author, &snapshot.people),
        when: when::full(stamped.time_s),
        hash: stamped.hash,
    };
    register.is_unsettled().then(|| Disputed {
        field: Field::Declaration(head.id.clone()),
        about: String::new(),
        choices: register.values().map(choice).collect(),
    })
}
