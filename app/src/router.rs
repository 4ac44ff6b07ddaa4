//! Which screen an address shows.

use crate::address::{DossierAddress, Shows};
use crate::device::Device;
use crate::parts::live::live;
use crate::parts::navigation::Navigation;
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

/// A screen. Within one, a change of the address (another indicator, another year) does not build the screen anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    SignIn,
    Home,
    Table { own: bool },
    Conditions { own: bool },
    Indicator { own: bool },
    Device,
    Board,
    NotFound,
}

impl Screen {
    fn of(shows: &Shows) -> Self {
        let own = matches!(shows.dossier(), Some(DossierAddress::Own { .. }));
        match shows {
            Shows::SignIn => Self::SignIn,
            Shows::Home => Self::Home,
            Shows::Table(_) => Self::Table { own },
            Shows::Conditions(_) => Self::Conditions { own },
            Shows::Indicator(..) => Self::Indicator { own },
            Shows::Device => Self::Device,
            Shows::Board => Self::Board,
            Shows::Nothing => Self::NotFound,
        }
    }

    fn view(self) -> AnyView {
        // Called through a pointer: in one function with the others every screen would be compiled with the first.
        let screen: fn() -> AnyView = match self {
            Self::SignIn => || view! { <SignIn /> }.into_any(),
            Self::Home => || view! { <Home /> }.into_any(),
            Self::Table { .. } => || view! { <ScoreTable /> }.into_any(),
            Self::Conditions { .. } => || view! { <Conditions /> }.into_any(),
            Self::Indicator { .. } => || view! { <IndicatorScreen /> }.into_any(),
            Self::Device => || view! { <DeviceScreen /> }.into_any(),
            Self::Board => || view! { <Board /> }.into_any(),
            Self::NotFound => || view! { <NotFound /> }.into_any(),
        };
        screen()
    }
}

/// The app, mounted once [`Device`] is in the context.
///
/// Without a session every address of a screen shows the sign-in, and the address stays: after signing in the official is
/// where they wanted to be. A change of the account builds the screen anew.
#[component]
pub fn App() -> impl IntoView {
    let device = expect_context::<Device>();
    let navigation = Navigation::start();
    provide_context(navigation);
    let screen = Memo::new(move |_| navigation.path.with(|path| Screen::of(&Shows::at(path))));
    let who = Memo::new(move |_| {
        device
            .session
            .with(|session| session.as_ref().map(|account| account.user.id))
    });
    view! {
        <Shell>
            {live(move || match screen.get() {
                screen @ (Screen::SignIn | Screen::NotFound) => screen.view(),
                screen if who.get().is_some() => screen.view(),
                _ => Screen::SignIn.view(),
            })}
        </Shell>
    }
}
