//! What *set aside and go on* could not enter again.

use super::verify::Refusal;
use crate::access::{Place, Reason};
use automerge::ScalarValue;
use automerge::legacy::{Op, OpType};

/// Something of the branch that is not on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOver {
    /// The place, where it is one of a dossier's.
    pub place: Option<Place>,
    /// The key of the register, or what there is of an address.
    pub key: String,
    /// The value in the branch, as stored.
    pub mine: String,
    /// The value on the server, as stored; empty if nothing stands there.
    pub theirs: String,
    /// Why it was left.
    pub why: WhyLeft,
}

/// Why something was left over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WhyLeft {
    /// No dossier takes it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The account may not write there now.
    #[error(transparent)]
    NotAllowed(#[from] Reason),
}

/// What an operation writes, for people.
pub(super) fn shown(operation: &Op) -> String {
    match &operation.action {
        OpType::Put(ScalarValue::Str(text)) => text.to_string(),
        OpType::Put(value) => value.to_string(),
        OpType::Make(kind) => format!("({kind})"),
        OpType::Delete => "(xóa)".to_owned(),
        OpType::Increment(by) => format!("(cộng {by})"),
        OpType::MarkBegin(_) | OpType::MarkEnd(_) => "(định dạng)".to_owned(),
    }
}

/// What is left over, each field and reason once.
#[derive(Default)]
pub(super) struct LeftOvers {
    pub(super) list: Vec<LeftOver>,
}

impl LeftOvers {
    /// Adds a value that was not entered. `theirs` is what the server has.
    pub(super) fn add(
        &mut self,
        place: Option<Place>,
        key: &str,
        mine: String,
        theirs: impl FnOnce() -> String,
        why: WhyLeft,
    ) {
        // from the end: what belongs together most often comes together
        let same = |known: &&mut LeftOver| known.place == place && known.key == key && known.why == why;
        match self.list.iter_mut().rev().find(same) {
            // a text comes character by character; of a register, the last value is what was meant
            Some(known) if matches!(place, Some(Place::Explanation(_))) => known.mine.push_str(&mine),
            Some(known) => known.mine = mine,
            None => self.list.push(LeftOver {
                place,
                key: key.to_owned(),
                mine,
                theirs: theirs(),
                why,
            }),
        }
    }
}
