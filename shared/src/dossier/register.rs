//! Registers: places that hold one value, and keep every value that was written there concurrently.

use super::DossierError;
use crate::id::UserId;
use automerge::transaction::{Transactable, Transaction};
use automerge::{ActorId, Automerge, ChangeHash, ObjId, ObjType, ReadDoc, ScalarValueRef, Value, ValueRef};

/// The longest key of a register, in bytes.
pub const MAX_KEY: usize = 32;

/// Whether a text can be the key of a register of an indicator: 1 to [`MAX_KEY`] of `a-z`, `0-9`, `.`, `*`, `-`.
pub fn is_key(key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '*' | '-');
    (1..=MAX_KEY).contains(&key.len()) && key.chars().all(allowed)
}

/// A value with who wrote it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped<T> {
    /// What was written.
    pub value: T,
    /// The account; `None` for a change of an actor without author (`qua phần mềm khác`).
    pub author: Option<UserId>,
    /// The Automerge actor.
    pub actor: ActorId,
    /// What the writing device's clock said, in seconds since 1970. To be shown, never to be compared.
    pub time_s: i64,
    /// The change it was written in. It names this value among the concurrent ones of a register.
    pub hash: ChangeHash,
}

impl<T> Stamped<T> {
    /// The same stamp on another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Stamped<U> {
        let Self {
            value,
            author,
            actor,
            time_s,
            hash,
        } = self;
        Stamped {
            value: f(value),
            author,
            actor,
            time_s,
            hash,
        }
    }
}

/// What stands in a register: the value every device shows, and those written concurrently that differ from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register<T> {
    /// The value that counts until somebody settles it: the same on every device.
    pub current: Stamped<T>,
    /// Concurrent values that differ from the current one, in a stable order. Empty if nothing is to be settled.
    pub others: Vec<Stamped<T>>,
}

impl<T: PartialEq> Register<T> {
    /// From the values of a register, the one that counts last. Equal values are no disagreement: one is kept.
    pub(super) fn from_values(mut values: Vec<Stamped<T>>) -> Option<Self> {
        let current = values.pop()?;
        values.retain(|other| other.value != current.value);
        Some(Self {
            current,
            others: values,
        })
    }

    /// Whether different values stand here.
    pub fn is_unsettled(&self) -> bool {
        !self.others.is_empty()
    }

    /// All values, the current one first.
    pub fn values(&self) -> impl Iterator<Item = &Stamped<T>> {
        core::iter::once(&self.current).chain(&self.others)
    }
}

/// The texts that stand in a register, the one that counts last. What is not a text is left out.
pub(super) fn texts(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Result<Vec<(String, ObjId)>, DossierError> {
    let values = doc.get_all(object, key)?;
    Ok(values
        .into_iter()
        .filter_map(|(value, id)| Some((value.into_string().ok()?, id)))
        .collect())
}

/// The text a value is, if it is one.
pub(super) fn as_text<'a>(value: &'a ValueRef<'_>) -> Option<&'a str> {
    match value {
        ValueRef::Scalar(ScalarValueRef::Str(text)) => Some(text),
        _ => None,
    }
}

/// A device's clock may say anything; what cannot be a date of the years 1 to 9999 is written and shown as the nearest that
/// can.
pub(super) fn shown_time(time_s: i64) -> i64 {
    time_s.clamp(-62_135_596_800, 253_402_300_799)
}

/// A text with its stamp, from the operation that wrote it.
pub(super) fn stamp(doc: &Automerge, value: String, operation: &ObjId) -> Option<Stamped<String>> {
    let hash = doc.hash_for_opid(operation)?;
    let meta = doc.get_change_meta_by_hash(&hash)?;
    let author = meta
        .author
        .as_ref()
        .and_then(|author| UserId::from_slice(author.as_bytes()));
    Some(Stamped {
        value,
        author,
        actor: meta.actor.into_owned(),
        time_s: shown_time(meta.timestamp),
        hash,
    })
}

/// The stamped texts of a register, the one that counts last.
pub(super) fn stamped(doc: &Automerge, object: &ObjId, key: &str) -> Result<Vec<Stamped<String>>, DossierError> {
    let texts = texts(doc, object, key)?;
    Ok(texts
        .into_iter()
        .filter_map(|(value, operation)| stamp(doc, value, &operation))
        .collect())
}

/// Whether the document has this container.
pub(super) fn exists(doc: &impl ReadDoc, object: &ObjId) -> bool {
    doc.object_type(object).is_ok()
}

/// Writes a text into a register, over every value that stands there. Nothing happens if just this value stands there.
pub(super) fn put(tx: &mut Transaction<'_>, object: &ObjId, key: &str, text: &str) -> Result<(), DossierError> {
    let standing = tx.get_all(object, key)?;
    let equal = |(value, _): &(Value<'_>, ObjId)| value.as_str() == Some(text);
    if !standing.is_empty() && standing.iter().all(equal) {
        return Ok(());
    }
    let winner_is_equal = standing.last().is_some_and(equal);
    overwrite(tx, object, key, text, winner_is_equal)
}

/// Writes a text into a register, over every value that stands there, also if it is the same.
pub(super) fn put_anew(tx: &mut Transaction<'_>, object: &ObjId, key: &str, text: &str) -> Result<(), DossierError> {
    let standing = tx.get_all(object, key)?;
    let winner_is_equal = standing.last().is_some_and(|(value, _)| value.as_str() == Some(text));
    overwrite(tx, object, key, text, winner_is_equal)
}

/// Automerge itself would answer "the winner is equal" by deleting the others without writing: then nobody could see who
/// chose. So the register is emptied first in that case.
fn overwrite(
    tx: &mut Transaction<'_>,
    object: &ObjId,
    key: &str,
    text: &str,
    winner_is_equal: bool,
) -> Result<(), DossierError> {
    if winner_is_equal {
        tx.delete(object, key)?;
    }
    tx.put(object, key, text)?;
    Ok(())
}

/// Fails with [`DossierError::NotMigrated`] if the document does not have the container, or it is of another type.
pub(super) fn need(doc: &impl ReadDoc, object: &ObjId, kind: ObjType) -> Result<(), DossierError> {
    match doc.object_type(object) {
        Ok(found) if found == kind => Ok(()),
        _ => Err(DossierError::NotMigrated),
    }
}
