//! The first heading of a screen: it names the tab and takes the focus when the screen was reached inside the app.

use super::focus;
use leptos::{html, prelude::*};

/// Whether the reader has gone from one screen to another since the page was loaded: the first screen leaves the focus
/// where the browser put it.
#[derive(Debug, Clone, Copy)]
pub struct Travelled(pub StoredValue<bool>);

/// The name of the app, behind the title of every tab.
const APP: &str = "Chuẩn TCPL";

/// The `<h1>`. `tab` is the text of the browser's tab.
#[component]
pub fn Heading(
    /// What the tab says, without the app's name.
    #[prop(into)]
    tab: Signal<String>,
    /// The words of the heading.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    let travelled = use_context::<Travelled>();
    Effect::new(move || document().set_title(&format!("{} – {APP}", tab.get())));
    // A heading that takes the place of one that had the focus (a dossier that has opened) takes the focus too.
    Effect::new(move || {
        if node.get().is_some() && travelled.is_some_and(|travelled| travelled.0.get_value()) && focus::is_lost() {
            focus::heading();
        }
    });
    view! {
        <h1 tabindex="-1" node_ref=node>
            {children()}
        </h1>
    }
}
