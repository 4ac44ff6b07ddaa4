//! Condition 3 of QĐ 25/2021 Điều 4: whether a head of the commune was disciplined or prosecuted. Declared, not assumed.
//!
//! It is not indicator 5.3, which is about all officials.

use super::entry::{EntryError, Writer, one_line, open};
use crate::id::HeadId;
use crate::sorted::SortedMap;
use crate::workflow::Date;

/// The longest form or number of a decision, in characters.
pub const FIELD_MAX: usize = 200;

/// What was declared for one head. Encoded like an entry: `1n` không · `1y␟form␟number␟yyyy-mm-dd` có · `1x` taken back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeadDeclaration {
    /// `không`: neither disciplined nor prosecuted.
    None,
    /// `có`.
    Yes(Discipline),
    /// Taken back: it reads `chưa kê khai` again.
    Cleared,
}

/// The decision that was declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Discipline {
    form: String,
    number: String,
    date: Option<Date>,
}

/// What is declared, by head; a missing head is undeclared (`chưa kê khai`).
pub type Declarations = SortedMap<HeadId, HeadDeclaration>;

impl Discipline {
    /// The form (`hình thức`), the number of the decision and its date; each may be missing.
    ///
    /// # Errors
    /// [`EntryError::TooLong`] when form or number has more than [`FIELD_MAX`] characters: write it shorter.
    pub fn new(form: &str, number: &str, date: Option<Date>) -> Result<Self, EntryError> {
        let (form, number) = (one_line(form), one_line(number));
        if form.chars().count() > FIELD_MAX || number.chars().count() > FIELD_MAX {
            return Err(EntryError::TooLong);
        }
        Ok(Self { form, number, date })
    }

    /// The form of the discipline.
    pub fn form(&self) -> &str {
        &self.form
    }

    /// The number of the decision.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The date of the decision.
    pub const fn date(&self) -> Option<Date> {
        self.date
    }
}

impl HeadDeclaration {
    /// The one encoding of this declaration.
    pub fn encode(&self) -> String {
        let mut out = Writer::new();
        match self {
            Self::None => out.kind('n'),
            Self::Yes(d) => out
                .kind('y')
                .field(&d.form)
                .field(&d.number)
                .field(d.date.map(Date::iso).unwrap_or_default()),
            Self::Cleared => out.kind('x'),
        };
        out.0
    }

    /// Reads an encoded declaration; only its one encoding is taken.
    ///
    /// # Errors
    /// [`EntryError`]: the text is no declaration this version knows.
    pub fn decode(text: &str) -> Result<Self, EntryError> {
        let (kind, fields) = open(text)?;
        let declaration = match (kind, fields.as_slice()) {
            ('n', []) => Self::None,
            ('y', [form, number, ""]) => Self::Yes(Discipline::new(form, number, None)?),
            ('y', [form, number, date]) => {
                let date = Date::parse_iso(date).map_err(|_| EntryError::Malformed)?;
                Self::Yes(Discipline::new(form, number, Some(date))?)
            }
            ('x', []) => Self::Cleared,
            _ => return Err(EntryError::Malformed),
        };
        if declaration.encode() == text {
            Ok(declaration)
        } else {
            Err(EntryError::Malformed)
        }
    }

    /// What it says about the condition: `Some(true)` clear, `Some(false)` not, `None` nothing.
    pub const fn is_clear(&self) -> Option<bool> {
        match self {
            Self::None => Some(true),
            Self::Yes(_) => Some(false),
            Self::Cleared => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_encoding_is_frozen() {
        let date = Date::new(2024, 5, 3);
        for (declaration, text) in [
            (HeadDeclaration::None, "1n"),
            (HeadDeclaration::Cleared, "1x"),
            (
                HeadDeclaration::Yes(Discipline::new("cảnh cáo", "12/QĐ-UBND", date).unwrap()),
                "1y\u{1f}cảnh cáo\u{1f}12/QĐ-UBND\u{1f}2024-05-03",
            ),
            (
                HeadDeclaration::Yes(Discipline::new("", "", None).unwrap()),
                "1y\u{1f}\u{1f}\u{1f}",
            ),
        ] {
            assert_eq!(declaration.encode(), text);
            assert_eq!(HeadDeclaration::decode(text), Ok(declaration));
        }
    }

    #[test]
    fn what_is_no_declaration_is_refused() {
        for text in [
            "",
            "1",
            "1y",
            "1n\u{1f}",
            "1p",
            "1y\u{1f}a\u{1f}b\u{1f}03/05/2024",
            "1y\u{1f}a\u{1f}b\u{1f}2024-02-30",
        ] {
            assert_eq!(HeadDeclaration::decode(text), Err(EntryError::Malformed), "{text:?}");
        }
        assert_eq!(HeadDeclaration::decode("3"), Err(EntryError::Newer));
        let long = format!("1y\u{1f}{}\u{1f}b\u{1f}", "a".repeat(FIELD_MAX + 1));
        assert_eq!(HeadDeclaration::decode(&long), Err(EntryError::TooLong));
    }

    #[test]
    fn taken_back_is_undeclared() {
        assert_eq!(HeadDeclaration::None.is_clear(), Some(true));
        assert_eq!(HeadDeclaration::Cleared.is_clear(), None);
    }

    proptest! {
        #[test]
        fn every_declaration_round_trips(form in ".{0,60}", number in ".{0,60}", day in proptest::option::of(0..3_652_059_i32)) {
            let date = day.and_then(Date::from_day_number);
            let declaration = HeadDeclaration::Yes(Discipline::new(&form, &number, date).unwrap());
            prop_assert_eq!(HeadDeclaration::decode(&declaration.encode()), Ok(declaration));
        }

        #[test]
        fn decoding_never_panics(text in ".*", rest in "[nyx\u{1f}0-9-]*") {
            let _ = HeadDeclaration::decode(&text);
            let _ = HeadDeclaration::decode(&format!("1{rest}"));
        }
    }
}
