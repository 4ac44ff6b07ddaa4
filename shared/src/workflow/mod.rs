//! The procedure: statuses of a dossier, calendar dates and the legal deadlines. No clock: today is passed in.

mod date;
mod status;

pub use date::{Date, NotADate};
pub use status::{LATE, Status};
