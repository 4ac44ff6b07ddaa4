//! Which screen an address shows.

use crate::device::Device;
use crate::parts::shell::Shell;
use crate::screens::board::Board;
use crate::screens::conditions::Conditions;
use crate::screens::device::DeviceScreen;
use crate::screens::home::Home;
use crate::screens::indicator::IndicatorScreen;
use crate::screens::not_found::NotFound;
use crate::screens::score_table::ScoreTable;
use crate::screens::sign_in::SignIn;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

/// The app, mounted once [`Device`] is in the context.
///
/// Without a session every address shows the sign-in, and the address stays: after signing in the official is where
/// they wanted to be.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Shell>
                <FlatRoutes fallback=|| view! { <NotFound /> }>
                    <Route path=path!("/dang-nhap") view=SignIn />
                    <Route path=path!("/") view=|| signed_in(|| view! { <Home /> }.into_any()) />
                    <Route path=path!("/ho-so/:year") view=|| signed_in(|| view! { <ScoreTable /> }.into_any()) />
                    <Route
                        path=path!("/ho-so/:year/dieu-kien")
                        view=|| signed_in(|| view! { <Conditions /> }.into_any())
                    />
                    <Route
                        path=path!("/ho-so/:year/:indicator")
                        view=|| signed_in(|| view! { <IndicatorScreen /> }.into_any())
                    />
                    <Route path=path!("/thiet-bi") view=|| signed_in(|| view! { <DeviceScreen /> }.into_any()) />
                    <Route path=path!("/ra-soat") view=|| signed_in(|| view! { <Board /> }.into_any()) />
                    <Route
                        path=path!("/ra-soat/:commune/:year")
                        view=|| signed_in(|| view! { <ScoreTable /> }.into_any())
                    />
                    <Route
                        path=path!("/ra-soat/:commune/:year/dieu-kien")
                        view=|| signed_in(|| view! { <Conditions /> }.into_any())
                    />
                    <Route
                        path=path!("/ra-soat/:commune/:year/:indicator")
                        view=|| signed_in(|| view! { <IndicatorScreen /> }.into_any())
                    />
                </FlatRoutes>
            </Shell>
        </Router>
    }
}

/// The screen for whoever is signed in, else the sign-in in its place. A change of the account builds the screen anew.
fn signed_in(screen: fn() -> AnyView) -> impl IntoView {
    let device = expect_context::<Device>();
    let who = Memo::new(move |_| {
        device
            .session
            .with(|session| session.as_ref().map(|account| account.user.id))
    });
    move || match who.get() {
        Some(_) => screen(),
        None => view! { <SignIn /> }.into_any(),
    }
}
