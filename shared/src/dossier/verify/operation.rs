//! One operation of a change: where it writes, and whether the place takes it.

use super::Refusal;
use crate::access::Place;
use crate::dossier::layout::{CRITERIA_VERSION, Container, Layout, WHOLE_INDICATOR};
use crate::dossier::people::Person;
use crate::dossier::register;
use crate::id::{HeadId, UserId};
use crate::scoring::{Entry, HeadDeclaration};
use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ObjId, ROOT, ScalarValue};

/// The longest text of the criteria version, in bytes.
const MAX_VERSION: usize = 16;

/// The place an operation writes, and how many characters it puts into a text.
pub(in crate::dossier) fn check(operation: &Op, layout: &Layout, user: UserId) -> Result<(Place, usize), Refusal> {
    let container = container(&operation.obj, layout)?;
    if let Container::Explanation(number) = container {
        return Ok((Place::Explanation(number.into()), check_text(operation)?));
    }
    if container == Container::Fixed {
        return Err(Refusal::ReplacedContainer);
    }
    let Key::Map(key) = &operation.key else {
        return Err(Refusal::WrongKind);
    };
    let value = match &operation.action {
        OpType::Put(ScalarValue::Str(text)) if !operation.insert => Some(text.as_str()),
        // settling makes Automerge delete the values that were not chosen
        OpType::Delete if !operation.insert => None,
        _ => return Err(Refusal::WrongKind),
    };
    Ok((check_register(container, key, value, user)?, 0))
}

/// The container an object id names.
pub(in crate::dossier) fn container(object: &ObjectId, layout: &Layout) -> Result<Container, Refusal> {
    layout.container_of(&object_of(object)).ok_or(Refusal::UnknownObject)
}

/// The object id of a decoded operation, as documents take it.
pub(in crate::dossier) fn object_of(object: &ObjectId) -> ObjId {
    match object {
        ObjectId::Root => ROOT,
        ObjectId::Id(id) => ObjId::Id(id.counter(), id.actor().clone(), 0),
    }
}

/// A text takes single characters put in, and characters removed.
fn check_text(operation: &Op) -> Result<usize, Refusal> {
    match (&operation.key, &operation.action, operation.insert) {
        (Key::Seq(_), OpType::Put(ScalarValue::Str(text)), true) if text.chars().count() == 1 => Ok(1),
        (Key::Seq(_), OpType::Delete, false) => Ok(0),
        _ => Err(Refusal::WrongKind),
    }
}

/// A register takes what can be read again; `None` is the deletion of what stands there.
fn check_register(container: Container, key: &str, value: Option<&str>, user: UserId) -> Result<Place, Refusal> {
    let readable = |reads: bool| if reads { Ok(()) } else { Err(Refusal::Unreadable) };
    match container {
        Container::Entries(number) => {
            if !register::is_key(key) {
                return Err(Refusal::UnknownKey);
            }
            let reads = |text| match Entry::decode(text) {
                Ok(entry) => key != WHOLE_INDICATOR || matches!(entry, Entry::NoCase | Entry::Cleared),
                Err(_) => false,
            };
            readable(value.is_none_or(reads))?;
            Ok(Place::Score(number.into()))
        }
        Container::Declarations => {
            if !register::is_key(key) {
                return Err(Refusal::UnknownKey);
            }
            readable(value.is_none_or(|text| HeadDeclaration::decode(text).is_ok()))?;
            Ok(Place::Declaration(HeadId::from(key)))
        }
        Container::People => {
            if key != user.to_string() {
                return Err(Refusal::OtherPerson);
            }
            readable(value.is_none_or(|text| Person::decode(text).is_some()))?;
            Ok(Place::Person(user))
        }
        Container::Meta => {
            if key != CRITERIA_VERSION {
                return Err(Refusal::UnknownKey);
            }
            let reads = |text: &str| (1..=MAX_VERSION).contains(&text.len()) && !text.chars().any(char::is_control);
            readable(value.is_none_or(reads))?;
            Ok(Place::CriteriaVersion)
        }
        // Evidence has its places, but this version knows no values for them yet.
        Container::Evidence(_) | Container::Explanation(_) => Err(Refusal::WrongKind),
        Container::Fixed => Err(Refusal::ReplacedContainer),
    }
}
