//! Access: who may do what. `Principal` × `Resource` × `Action` → `Decision`, by one table, used by app and server alike.

mod decide;
mod place;
mod table;

pub use decide::{Action, Decision, Principal, Reason, Resource, decide, writes_anything};
pub use place::{DocumentKind, Place, PlaceKind};
pub use table::{Right, Standing, TABLE, markdown};
