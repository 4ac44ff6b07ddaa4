//! The first heading of a screen: it names the tab and takes the focus when the screen was reached inside the app.

use leptos::{html, prelude::*};

/// True between a change of address and the moment the new screen's heading has the focus.
#[derive(Debug, Clone, Copy)]
pub struct HeadingFocus(pub RwSignal<bool>);

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
    let wanted = use_context::<HeadingFocus>();
    Effect::new(move || document().set_title(&format!("{} – {APP}", tab.get())));
    Effect::new(move || {
        if let (Some(wanted), Some(heading)) = (wanted, node.get())
            && wanted.0.get()
        {
            let quietly = web_sys::FocusOptions::new();
            quietly.set_prevent_scroll(true);
            // A refused focus leaves the reader where they were; nothing else depends on it.
            let _ = heading.focus_with_options(&quietly);
            wanted.0.set(false);
        }
    });
    view! {
        <h1 tabindex="-1" node_ref=node>
            {children()}
        </h1>
    }
}
