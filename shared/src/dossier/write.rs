//! Writing a dossier. Every function here makes exactly one change, or none if just that already stands there, and
//! returns the change's raw bytes: store them, then show `Đã lưu trên máy`, then send them.
//!
//! Times are the caller's clock in seconds since 1970; they are shown and never compared.

use super::layout::{CRITERIA_VERSION, Layout, WHOLE_INDICATOR};
use super::people::Author;
use super::register::{self, Stamped};
use super::{DossierError, text};
use crate::id::{HeadId, IndicatorNumber};
use crate::scoring::{Entry, EntryError, HeadDeclaration};
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, ChangeHash, ObjId, ObjType, ReadDoc};

/// The raw bytes of the change that was made; `None` if nothing changed.
pub type Written = Result<Option<Vec<u8>>, DossierError>;

/// A register, by what it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The entry for a sub-item, or for the whole indicator (key [`WHOLE_INDICATOR`]).
    Entry {
        /// The indicator.
        number: IndicatorNumber,
        /// The register's key.
        key: String,
    },
    /// The declaration about a head.
    Declaration(HeadId),
    /// The criteria version.
    CriteriaVersion,
}

impl Field {
    /// The object and key of the register.
    pub(super) fn place(&self, layout: &Layout) -> Result<(ObjId, String), DossierError> {
        Ok(match self {
            Self::Entry { number, key } => (layout.entries(number)?, key.clone()),
            Self::Declaration(head) => (layout.declarations(), head.as_str().to_owned()),
            Self::CriteriaVersion => (layout.meta(), CRITERIA_VERSION.to_owned()),
        })
    }
}

/// Enters a value for a sub-item (`key` is its id), or for the whole indicator (`key` is [`WHOLE_INDICATOR`], the value
/// [`Entry::NoCase`] or [`Entry::Cleared`]). `không phát sinh` clears what was entered for the sub-items, and an entry
/// for a sub-item clears `không phát sinh`, in the same change.
///
/// # Errors
/// [`DossierError::BadValue`] if the key cannot be one, or a newer version of this software wrote the value that stands
/// there (update first); [`DossierError::UnknownIndicator`].
pub fn set_entry(
    doc: &mut Automerge,
    author: &Author,
    number: &IndicatorNumber,
    key: &str,
    entry: &Entry,
    time_s: i64,
) -> Written {
    let layout = Layout::of_document(doc)?;
    let object = layout.entries(number)?;
    register::need(doc, &object, ObjType::Map)?;
    let whole = key == WHOLE_INDICATOR;
    if !register::is_key(key) || whole && !matches!(entry, Entry::NoCase | Entry::Cleared) {
        return Err(DossierError::BadValue("no register of an indicator takes this"));
    }
    for (standing, _) in register::texts(doc, &object, key)? {
        if Entry::decode(&standing) == Err(EntryError::Newer) {
            return Err(DossierError::BadValue(
                "a newer version wrote what stands there: update the application",
            ));
        }
    }
    change(doc, author, &layout, time_s, |tx| {
        register::put(tx, &object, key, &entry.encode())?;
        if *entry != Entry::Cleared {
            clear_contrary(tx, &object, whole)?;
        }
        note_criteria_version(tx, author, &layout)
    })
}

/// Clears the registers that contradict what was just entered: the sub-items for the whole, or the whole for a sub-item.
fn clear_contrary(tx: &mut Transaction<'_>, object: &ObjId, whole: bool) -> Result<(), DossierError> {
    let cleared = Entry::Cleared.encode();
    let contrary: Vec<String> = tx
        .keys(object)
        .filter(|key| (key == WHOLE_INDICATOR) != whole)
        .collect();
    for key in contrary {
        register::put(tx, object, &key, &cleared)?;
    }
    Ok(())
}

/// The criteria version is written with the first entry; version-0 documents have no place for it.
pub(super) fn note_criteria_version(
    tx: &mut Transaction<'_>,
    author: &Author,
    layout: &Layout,
) -> Result<(), DossierError> {
    let meta = layout.meta();
    if register::exists(tx, &meta) && tx.get(&meta, CRITERIA_VERSION)?.is_none() {
        tx.put(&meta, CRITERIA_VERSION, author.criteria_version.as_str())?;
    }
    Ok(())
}

/// Declares whether a head of the commune was disciplined or prosecuted (condition 3).
///
/// # Errors
/// [`DossierError::NotMigrated`] for a version-0 document; [`DossierError::BadValue`] for an impossible head.
pub fn declare_head(
    doc: &mut Automerge,
    author: &Author,
    head: &HeadId,
    declaration: &HeadDeclaration,
    time_s: i64,
) -> Written {
    let layout = Layout::of_document(doc)?;
    let object = layout.declarations();
    register::need(doc, &object, ObjType::Map)?;
    if !register::is_key(head.as_str()) {
        return Err(DossierError::BadValue("no head has such an id"));
    }
    change(doc, author, &layout, time_s, |tx| {
        register::put(tx, &object, head.as_str(), &declaration.encode())
    })
}

/// Brings an official's edit of an explanation into the document. `base` is the text as it was shown when the official
/// began, `new` the text as it is now; what colleagues put in meanwhile stays (see [`text::three_way`]). Afterwards the
/// base is what [`super::read::explanation`] says.
///
/// # Errors
/// [`DossierError::BadValue`] if the result would be longer than [`text::MAX_TEXT`] code points: nothing is written, the
/// official must shorten it. [`DossierError::NotMigrated`] for a version-0 document.
pub fn edit_explanation(
    doc: &mut Automerge,
    author: &Author,
    number: &IndicatorNumber,
    base: &str,
    new: &str,
    time_s: i64,
) -> Written {
    let layout = Layout::of_document(doc)?;
    let object = layout.explanation(number)?;
    register::need(doc, &object, ObjType::Text)?;
    let current = doc.text(&object)?;
    let splices = text::three_way(base, &text::normalised(new), &current);
    let longer = splices.iter().any(|splice| !splice.insert.is_empty());
    if longer && text::apply(&current, &splices).chars().count() > text::MAX_TEXT {
        return Err(DossierError::BadValue("the explanation is too long: shorten it"));
    }
    change(doc, author, &layout, time_s, |tx| {
        for splice in &splices {
            let delete = isize::try_from(splice.delete).unwrap_or(isize::MAX);
            tx.splice_text(&object, splice.at, delete, &splice.insert)?;
        }
        Ok(())
    })
}

/// Writes the author's name and position, if others stand there. Every first change of an actor does this too, so it is
/// needed only after a change of name or position.
///
/// # Errors
/// [`DossierError::NotMigrated`] for a version-0 document.
pub fn set_person(doc: &mut Automerge, author: &Author, time_s: i64) -> Written {
    let layout = Layout::of_document(doc)?;
    register::need(doc, &layout.people(), ObjType::Map)?;
    change(doc, author, &layout, time_s, |tx| author.introduce(tx, &layout))
}

/// Settles a register in which different values stand: the chosen one is written again, over all the others, as a change
/// that everybody sees. `seen` are the hashes of the values the official was shown, `chosen` is one of them.
///
/// # Errors
/// [`DossierError::ValuesChanged`] if a value stands there that the official has not seen, or the chosen one is gone: show
/// the values again.
pub fn settle(
    doc: &mut Automerge,
    author: &Author,
    field: &Field,
    seen: &[ChangeHash],
    chosen: ChangeHash,
    time_s: i64,
) -> Written {
    let layout = Layout::of_document(doc)?;
    let (object, key) = field.place(&layout)?;
    let standing: Vec<Stamped<String>> = register::stamped(doc, &object, &key)?;
    let was_seen = |value: &&Stamped<String>| seen.contains(&value.hash) || value.hash == chosen;
    // equal values are shown once
    let texts: Vec<&str> = standing
        .iter()
        .filter(was_seen)
        .map(|value| value.value.as_str())
        .collect();
    if standing.iter().any(|value| !texts.contains(&value.value.as_str())) {
        return Err(DossierError::ValuesChanged);
    }
    let chosen = standing
        .iter()
        .find(|value| value.hash == chosen)
        .ok_or(DossierError::ValuesChanged)?;
    let value = chosen.value.clone();
    let clears_contrary = matches!(field, Field::Entry { .. }) && value != Entry::Cleared.encode();
    change(doc, author, &layout, time_s, |tx| {
        register::put(tx, &object, &key, &value)?;
        if clears_contrary {
            clear_contrary(tx, &object, key == WHOLE_INDICATOR)?;
        }
        Ok(())
    })
}

/// One change by the author: what `write` does, and before it, in an actor's first change, who the author is.
pub(super) fn change(
    doc: &mut Automerge,
    author: &Author,
    layout: &Layout,
    time_s: i64,
    write: impl FnOnce(&mut Transaction<'_>) -> Result<(), DossierError>,
) -> Written {
    author.sign(doc);
    let new = Author::is_new(doc);
    let mut tx = doc.transaction();
    write(&mut tx)?;
    if tx.pending_ops() == 0 {
        tx.rollback();
        return Ok(None);
    }
    if new {
        author.introduce(&mut tx, layout)?;
    }
    tx.commit_with(CommitOptions::default().with_time(register::shown_time(time_s)));
    Ok(doc.get_last_local_change().map(|change| change.raw_bytes().to_vec()))
}
