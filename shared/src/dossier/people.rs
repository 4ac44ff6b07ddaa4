//! Who writes: the account behind every change, and the name it is shown under.

use super::DossierError;
use super::layout::Layout;
use super::register::{self, Register};
use crate::id::UserId;
use crate::sorted::SortedMap;
use crate::vi;
use automerge::transaction::Transaction;
use automerge::{Automerge, ReadDoc};

const VERSION: char = '1';
const SEPARATOR: char = '\u{1f}';

/// The longest name or position title, in code points.
pub const MAX_NAME: usize = 200;

/// The name an account is shown under. One scalar: `1`, name, U+001F, position title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// The title of the position, for example `Công chức Tư pháp - Hộ tịch`.
    pub position: String,
}

impl Person {
    /// A person; name and title become one line each, in NFC, and are cut after [`MAX_NAME`] code points.
    pub fn new(name: &str, position: &str) -> Self {
        let line = |text: &str| -> String {
            let text = text.replace(['\n', '\r', '\t'], " ");
            let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
            vi::nfc(&text).chars().take(MAX_NAME).collect()
        };
        Self {
            name: line(name),
            position: line(position),
        }
    }

    /// The one encoding of this person.
    pub fn encode(&self) -> String {
        format!("{VERSION}{}{SEPARATOR}{}", self.name, self.position)
    }

    /// Reads an encoded person; `None` if it is none.
    pub fn decode(text: &str) -> Option<Self> {
        let (name, position) = text.strip_prefix(VERSION)?.split_once(SEPARATOR)?;
        let fits = |text: &str| text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
        (fits(name) && fits(position)).then(|| Self {
            name: name.to_owned(),
            position: position.to_owned(),
        })
    }
}

/// The account that writes on this device, and what its first change says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The account. Its sixteen bytes are the Automerge author.
    pub user: UserId,
    /// The name others see.
    pub person: Person,
    /// The version of the criteria the entries are made under.
    pub criteria_version: String,
}

impl Author {
    /// Makes the document write as this account, with an actor of its own that was never used before. Every write does
    /// this too; it does nothing if the document already writes as this account.
    ///
    /// A document must never be cloned and then written in both copies: `fork` gives a fresh actor, `clone` does not.
    pub fn sign(&self, doc: &mut Automerge) {
        doc.set_author(Some(automerge::Author::from(self.user.as_bytes().to_vec())));
    }

    /// Whether the next change is the first of the document's actor.
    pub(super) fn is_new(doc: &Automerge) -> bool {
        doc.get_author_for_actor(doc.get_actor()).is_none()
    }

    /// What the first change of an actor says: the name, unless it stands there already. Version-0 documents have no
    /// place for it.
    pub(super) fn introduce(&self, tx: &mut Transaction<'_>, layout: &Layout) -> Result<(), DossierError> {
        let people = layout.people();
        if register::exists(tx, &people) {
            register::put(tx, &people, &self.user.to_string(), &self.person.encode())?;
        }
        Ok(())
    }
}

/// Everybody who introduced themselves. Where one account wrote two names at the same time, one of them.
pub fn people(doc: &Automerge, layout: &Layout) -> Result<SortedMap<UserId, Person>, DossierError> {
    let object = layout.people();
    if !register::exists(doc, &object) {
        return Ok(SortedMap::new());
    }
    let mut people = SortedMap::new();
    for item in doc.map_range(&object, ..) {
        let person = register::as_text(&item.value).and_then(Person::decode);
        if let (Ok(user), Some(person)) = (uuid::Uuid::parse_str(&item.key), person) {
            people.insert(UserId::new(user), person);
        }
    }
    Ok(people)
}

/// The criteria version the entries were made under. Two devices that began apart may have written two: the newer
/// counts until somebody settles it. `None` if nothing was entered yet.
pub fn criteria_version(doc: &Automerge, layout: &Layout) -> Result<Option<Register<String>>, DossierError> {
    let meta = layout.meta();
    if !register::exists(doc, &meta) {
        return Ok(None);
    }
    let mut values = register::stamped(doc, &meta, super::layout::CRITERIA_VERSION)?;
    values.sort_by_key(|stamped| (stamped.value.parse::<u64>().unwrap_or(0), stamped.value.clone()));
    Ok(Register::from_values(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_frozen() {
        let person = Person::new(" Nguyễn Thị\nHà ", "Công chức Tư pháp - Hộ tịch\u{1f}");
        assert_eq!(person.encode(), "1Nguyễn Thị Hà\u{1f}Công chức Tư pháp - Hộ tịch");
        assert_eq!(Person::decode(&person.encode()), Some(person));
        assert_eq!(Person::new("Ha\u{300}", ""), Person::new("Hà", ""), "composed");
    }

    #[test]
    fn what_is_no_person_is_refused() {
        let long = "à".repeat(MAX_NAME + 1);
        for text in [
            "",
            "1",
            "Hà\u{1f}x",
            "2Hà\u{1f}x",
            "1Hà\u{1f}x\u{1f}y",
            "1H\u{7}à\u{1f}x",
            &format!("1{long}\u{1f}x"),
        ] {
            assert_eq!(Person::decode(text), None, "{text:?}");
        }
        let cut = Person::new(&long, &long);
        assert_eq!(Person::decode(&cut.encode()), Some(cut));
    }
}
