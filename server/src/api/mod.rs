//! The open door: the calls other programs may rely on, described by OpenAPI. The app uses the same.

mod board;
mod board_events;
mod document_json;
mod documents;
mod guard;
mod json;
mod openapi;
mod problem;
mod rows;
mod session;
mod ticket;
mod view;

pub use openapi::{document, routes};
pub use problem::{Problem, ProblemBody};
