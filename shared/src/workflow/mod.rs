//! The procedure: statuses of a dossier, calendar dates and the legal deadlines. No clock: today is passed in.

mod date;
mod deadline;
mod status;

pub use date::{Date, NotADate};
pub use deadline::{days_left, deadline, deadline_of, posting_starts_by};
pub use status::{LATE, Status};
