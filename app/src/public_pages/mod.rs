//! The public pages, rendered by the server: no WASM, no script, no session. They work in any browser, so they are
//! where a person lands whose browser is too old for the app.

mod frame;
mod introduction;

pub use introduction::introduction;
