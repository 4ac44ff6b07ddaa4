//! The dossier (`hồ sơ`): one Automerge document for each commune, year and criteria set.
//!
//! * [`Identity`], [`DocumentId`], [`genesis()`] and [`migrations`]: the same document on every device, made apart.
//! * [`layout`]: where each thing is in it. Containers are reached by the ids the genesis gave them, never by path.
//! * [`mod@write`] and [`read`]: one field edit is one change; concurrent values of a field are kept and shown.
//!
//! Documents are the same natively and in the browser: nothing here depends on the platform, on a clock, on the order
//! of a hash map, or on the feature that changes Automerge's text positions (they are Unicode code points).

mod diff;
mod error;
pub mod genesis;
pub mod history;
mod identity;
pub mod layout;
mod left_over;
pub mod migrations;
pub mod people;
pub mod read;
pub mod register;
mod replay;
mod standing;
mod tally;
pub mod text;
pub mod verify;
pub mod write;

pub use error::DossierError;
pub use genesis::genesis;
pub use identity::{DocumentId, DocumentIdError, DocumentKind, Identity};
pub use left_over::{LeftOver, WhyLeft};
pub use migrations::create;
pub use people::{Author, Person};
pub use register::{Register, Stamped};
pub use replay::{Replayed, replay};
pub use standing::Standing;
pub use tally::Tally;
