//! *Set aside and go on*: what a device holds and the server refused is entered again on the server's version.
//!
//! Field by field, as new changes of the same author: a register gets the value it has in the branch, an explanation the
//! edits that were made to it. Each is written from where its author stood: what a colleague wrote meanwhile stays beside
//! it and is shown as two values, as after any merge. What may not be entered, or is not of a dossier's shape, is left
//! over, with both values.

use super::layout::{Container, Layout};
use super::left_over::{LeftOver, LeftOvers, shown};
use super::people::Author;
use super::register;
use super::verify::{Places, Refusal, decode, operation};
use super::write::{self, Written, change};
use super::{DossierError, Identity, migrations};
use crate::access::{Place, Reason};
use crate::id::{IndicatorNumber, UserId};
use crate::sorted::SortedMap;
use automerge::legacy::{Key, Op};
use automerge::{Automerge, Change, ChangeHash, ObjId, ReadDoc};
use std::collections::{BTreeSet, HashMap};

/// What has become of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replayed {
    /// The raw bytes of the new changes, in order: to be stored and sent.
    pub written: Vec<Vec<u8>>,
    /// The places whose fields they write, each once.
    pub places: Vec<Place>,
    /// What could not be entered again.
    pub left_over: Vec<LeftOver>,
}

/// Enters what `branch` has and `server` lacks again into `server`, as new changes of `author`, whose work the branch is.
/// `allowed` says whether the author may write at a place now. `branch` is not changed: keep it until the official lets
/// go of what is left over.
///
/// # Errors
/// [`DossierError`]: one of the documents is not this dossier. No retry helps; nothing has been written to `server`.
pub fn replay(
    branch: &Automerge,
    server: &mut Automerge,
    author: &Author,
    allowed: impl Fn(&Place) -> Result<(), Reason>,
) -> Result<Replayed, DossierError> {
    let identity = Identity::of(server)?;
    if Identity::of(branch)? != identity {
        return Err(DossierError::NotADossier("the branch is of another dossier"));
    }
    let places = Places::of(&identity)?;
    let unsent = Unsent::of(branch, server, &places);
    let (fields, mut left_over) = sort(branch, server, &unsent, places.layout(), author.user)?;
    // the fields by where their author stood: most often all at one point
    let mut by_base: SortedMap<BTreeSet<ChangeHash>, Vec<(Place, Field, Again)>> = SortedMap::new();
    for ((place, _), field) in fields {
        let (mine, theirs) = (field.text(branch), field.text(server));
        // every first entry writes the version of the criteria by itself
        if place == Place::CriteriaVersion && (theirs.is_empty() || mine == theirs) {
            continue;
        }
        if let Err(reason) = allowed(&place) {
            if mine != theirs {
                left_over.add(Some(place), &field.key, mine, || theirs, reason.into());
            }
        } else if let Some(again) = field.again(branch, server, &unsent) {
            by_base
                .get_or_insert_with(again.base.clone(), Vec::new)
                .push((place, field, again));
        }
    }
    let (mut written, mut written_at, mut forks) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (base, fields) in by_base {
        let heads: Vec<ChangeHash> = base.into_iter().collect();
        let mut fork = server.fork_at(&heads)?;
        migrations::apply(&mut fork)?;
        for (place, field, again) in fields {
            match again.write(&mut fork, author, places.layout()) {
                Ok(bytes) => {
                    written_at.extend(bytes.as_ref().map(|_| place));
                    written.extend(bytes);
                }
                // two explanations that grew apart may be longer together than one may be
                Err(DossierError::BadValue(_)) => {
                    let mine = field.text(branch);
                    left_over.add(
                        Some(place),
                        &field.key,
                        mine,
                        || field.text(server),
                        Refusal::TooLarge.into(),
                    );
                }
                Err(error) => return Err(error),
            }
        }
        forks.push(fork);
    }
    for mut fork in forks {
        server.merge(&mut fork)?;
    }
    Ok(Replayed {
        written,
        places: written_at.into_iter().collect(),
        left_over: left_over.list,
    })
}

/// The changes of a branch that the server does not have.
struct Unsent {
    /// Each after those it depends on.
    changes: Vec<Change>,
    /// For each, the changes of the server it descends from.
    base: HashMap<ChangeHash, BTreeSet<ChangeHash>>,
    /// What both have: heads, and perhaps some of their ancestors.
    common: Vec<ChangeHash>,
}

impl Unsent {
    fn of(branch: &Automerge, server: &Automerge, places: &Places) -> Self {
        let mut changes = server.get_changes_added(branch);
        changes.sort_by_key(|change| (change.start_op(), change.hash()));
        let mut base: HashMap<ChangeHash, BTreeSet<ChangeHash>> = HashMap::new();
        let mut common: BTreeSet<ChangeHash> = BTreeSet::new();
        for change in &changes {
            let mut from = BTreeSet::new();
            for dep in change.deps() {
                match base.get(dep) {
                    Some(earlier) => from.extend(earlier),
                    None => drop(from.insert(*dep)),
                }
            }
            common.extend(&from);
            base.insert(change.hash(), from);
        }
        common.extend(branch.get_heads().iter().filter(|head| !base.contains_key(*head)));
        changes.retain(|change| !places.is_common(change));
        let common = common.into_iter().collect();
        Self { changes, base, common }
    }
}

/// What is touched: a register, or the whole of an explanation, each once.
type Fields = SortedMap<(Place, String), Field>;

/// What the operations of the unsent changes touch, and what no dossier takes.
fn sort(
    branch: &Automerge,
    server: &Automerge,
    unsent: &Unsent,
    layout: &Layout,
    user: UserId,
) -> Result<(Fields, LeftOvers), DossierError> {
    let (mut fields, mut left_over) = (Fields::new(), LeftOvers::default());
    for change in &unsent.changes {
        let author = branch.get_author_for_actor(change.actor_id());
        let foreign = author.is_some_and(|author| author.as_bytes() != user.as_bytes());
        let decoded = decode(change).map_err(|_| DossierError::NotADossier("a change cannot be taken apart"))?;
        for operation in &decoded.operations {
            let field = Field::of(operation, layout, change.timestamp());
            match operation::check(operation, layout, user) {
                Ok((place, _)) if !foreign => {
                    // the new changes introduce the author themselves
                    if place != Place::Person(user) {
                        fields.insert((place, field.key.clone()), field);
                    }
                }
                checked => {
                    let why = checked.err().unwrap_or(Refusal::ForeignActor);
                    let place = field.container.and_then(|container| container.place(&field.key));
                    left_over.add(place, &field.key, shown(operation), || field.text(server), why.into());
                }
            }
        }
    }
    Ok((fields, left_over))
}

/// One field of the branch.
struct Field {
    container: Option<Container>,
    object: ObjId,
    /// The key of the register; for an explanation its indicator's number.
    key: String,
    /// What the device's clock said.
    time_s: i64,
}

impl Field {
    fn of(operation: &Op, layout: &Layout, time_s: i64) -> Self {
        let object = operation::object_of(&operation.obj);
        let container = layout.container_of(&object);
        let key = match (container, &operation.key) {
            (Some(Container::Explanation(number)), _) => number.to_owned(),
            (_, Key::Map(key)) => key.to_string(),
            (_, Key::Seq(_)) => String::new(),
        };
        Self {
            container,
            object,
            key,
            time_s,
        }
    }

    /// What stands in a document, as it is stored; empty if nothing does.
    fn text(&self, doc: &Automerge) -> String {
        if let Some(Container::Explanation(_)) = self.container {
            return doc.text(&self.object).unwrap_or_default();
        }
        let texts = register::texts(doc, &self.object, &self.key).unwrap_or_default();
        texts.into_iter().next_back().map(|(text, _)| text).unwrap_or_default()
    }

    /// `None` if nothing of the branch stands there any more, or just that is on the server already.
    fn again(&self, branch: &Automerge, server: &Automerge, unsent: &Unsent) -> Option<Again> {
        let (object, key) = (self.object.clone(), self.key.clone());
        if let Some(Container::Explanation(number)) = self.container {
            let base = branch.text_at(&object, &unsent.common).ok()?;
            let value = Value::Explanation {
                number: number.into(),
                base,
                new: branch.text(&object).ok()?,
            };
            let base = unsent.common.iter().copied().collect();
            return Some(Again {
                base,
                object,
                key,
                value,
                time_s: self.time_s,
            });
        }
        let standing = register::stamped(branch, &object, &key).ok()?;
        let mine = standing
            .into_iter()
            .rev()
            .find(|value| unsent.base.contains_key(&value.hash))?;
        let there = register::texts(server, &object, &key).ok()?;
        if !there.is_empty() && there.iter().all(|(text, _)| *text == mine.value) {
            return None;
        }
        let base = unsent.base.get(&mine.hash)?.clone();
        Some(Again {
            base,
            object,
            key,
            value: Value::Register {
                text: mine.value,
                is_entry: matches!(self.container, Some(Container::Entries(_))),
            },
            time_s: mine.time_s,
        })
    }
}

/// What is to be written again, and from where.
struct Again {
    base: BTreeSet<ChangeHash>,
    object: ObjId,
    key: String,
    value: Value,
    time_s: i64,
}

enum Value {
    /// The text of a register, and whether it is one of an indicator.
    Register { text: String, is_entry: bool },
    /// The explanation as both had it, and as the branch has it.
    Explanation {
        number: IndicatorNumber,
        base: String,
        new: String,
    },
}

impl Again {
    fn write(self, fork: &mut Automerge, author: &Author, layout: &Layout) -> Written {
        match self.value {
            Value::Register { text, is_entry } => change(fork, author, layout, self.time_s, |tx| {
                register::put_anew(tx, &self.object, &self.key, &text)?;
                if is_entry {
                    write::note_criteria_version(tx, author, layout)
                } else {
                    Ok(())
                }
            }),
            Value::Explanation { number, base, new } => {
                write::edit_explanation(fork, author, &number, &base, &new, self.time_s)
            }
        }
    }
}
