//! The kit of the end-to-end tests: a real server, a link that can be cut, a real Chromium.
//!
//! | module | gives |
//! |---|---|
//! | [`server`] | the server's program on a folder of its own; killed, started again |
//! | [`proxy`] | the link between browser and server: up, down, silent, slow, cut after so many bytes |
//! | [`browser`] | Chromium with its driver: fresh or kept profile, phone or desktop, light or dark, slowed down, killed |
//! | [`moment`] | acting the moment the status line says something |
//! | [`official`] | what an official does with the app: sign in, enter, read the status line |
//! | [`page`] | one tab: find by role and name as a screen reader does, type, wait for a text |
//! | [`watch`] | scripts put into every page before its own: policy violations, IndexedDB transactions, a wrong clock; the browser's log |
//! | [`targets`] | whether everything that is pressed is big enough |
//! | [`keyboard`] | the same work by keys alone, with a focus that is seen |
//! | [`finger`] | taps and swipes as a phone reports them |
//! | [`axe`] | the accessibility rules of axe-core on the page as it is |
//! | [`shots`] | pictures, into the target folder |
//!
//! The tests are in `tests/tests/`, run one after the other by `cargo xtask e2e`, which builds what they need and says
//! where it is through the environment ([`settings`]). Every test stops by itself ([`limit::within`]) and takes with it
//! whatever it started; it fails when any browser of it saw the security policy broken, or a panic, without asking for it.

pub mod axe;
pub mod browser;
pub mod finger;
pub mod keyboard;
pub mod limit;
pub mod moment;
pub mod official;
pub mod page;
pub mod proxy;
pub mod server;
pub mod settings;
pub mod shots;
pub mod targets;
pub mod watch;
pub mod world;
