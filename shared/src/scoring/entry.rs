//! What an official enters for one sub-item, as **one** value, and its encoding as one scalar.
//!
//! What means something only together (số thực hiện and tổng số, points and their reason) is one scalar: a merge must
//! never show an entry nobody made.
//!
//! Encoding, version 1: the character `1`, a kind letter, then fields, each after U+001F.
//! `1p` đạt · `1f` không đạt · `1r␟done␟total` · `1r␟done␟total␟hundredths␟reason` · `1j␟hundredths␟reason` ·
//! `1c␟n` · `1n` không phát sinh · `1x` cleared. Numbers are decimal without leading zeros. One entry has one encoding.

use crate::points::Points;

const VERSION: char = '1';
pub(super) const SEPARATOR: char = '\u{1f}';

/// The longest reason, in characters (Unicode scalar values).
pub const REASON_MAX: usize = 2_000;
/// The longest encoded entry, in bytes: nothing longer is even looked at.
pub const ENCODED_MAX: usize = 4 * REASON_MAX + 64;
/// No published score comes near; anything beyond this is no score.
const POINTS_MAX: i64 = 1_000_000;

/// What an official entered for one sub-item, or for a whole indicator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// Đạt.
    Pass,
    /// Không đạt.
    Fail,
    /// Số thực hiện / tổng số.
    Ratio {
        /// What was done.
        done: u32,
        /// Of how many.
        total: u32,
        /// Judged points: only where the ratio lies in no known tier.
        judged: Option<Judged>,
    },
    /// Points by judgement.
    Judged(Judged),
    /// A number of cases.
    Count {
        /// How many.
        n: u32,
    },
    /// Không phát sinh.
    NoCase,
    /// Taken back: as if nothing had been entered, but by somebody.
    Cleared,
}

/// Points by judgement with their reason. The reason may be empty: that is marked, not refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Judged {
    points: Points,
    reason: String,
}

impl Judged {
    /// Line breaks and tabs in the reason become spaces, other control characters are dropped, the ends are trimmed.
    ///
    /// # Errors
    /// [`EntryError::TooLong`] for a reason of more than [`REASON_MAX`] characters, [`EntryError::OutOfRange`] for
    /// points no set could give. The person has to change what was typed.
    pub fn new(points: Points, reason: &str) -> Result<Self, EntryError> {
        let reason = one_line(reason);
        if reason.chars().count() > REASON_MAX {
            return Err(EntryError::TooLong);
        }
        if points.hundredths().abs() > POINTS_MAX {
            return Err(EntryError::OutOfRange);
        }
        Ok(Self { points, reason })
    }

    /// The points.
    pub const fn points(&self) -> Points {
        self.points
    }

    /// The reason; empty when none was given.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Text as it can stand in one field.
pub(super) fn one_line(text: &str) -> String {
    let spaced = text
        .trim()
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    let kept: String = spaced.filter(|c| !c.is_control()).collect();
    kept.trim().to_owned()
}

/// Why a stored text is no entry. The value is kept and shown as unreadable; reading it again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Written by a newer version of this software.
    #[error("Giá trị này do phiên bản mới hơn nhập. Hãy cập nhật ứng dụng để xem.")]
    Newer,
    /// Not an entry at all.
    #[error("Không đọc được giá trị đã nhập. Hãy nhập lại.")]
    Malformed,
    /// The reason is too long.
    #[error("Lý do dài quá 2.000 ký tự. Hãy viết ngắn lại, phần còn lại ghi vào giải trình.")]
    TooLong,
    /// Points no set could give.
    #[error("Số điểm quá lớn. Hãy kiểm tra lại số vừa nhập.")]
    OutOfRange,
}

impl Entry {
    /// The one encoding of this entry.
    pub fn encode(&self) -> String {
        let mut out = Writer::new();
        match self {
            Self::Pass => out.kind('p'),
            Self::Fail => out.kind('f'),
            Self::Ratio { done, total, judged } => {
                out.kind('r').field(done).field(total);
                match judged {
                    Some(judged) => out.field(judged.points.hundredths()).field(&judged.reason),
                    None => &mut out,
                }
            }
            Self::Judged(judged) => out.kind('j').field(judged.points.hundredths()).field(&judged.reason),
            Self::Count { n } => out.kind('c').field(n),
            Self::NoCase => out.kind('n'),
            Self::Cleared => out.kind('x'),
        };
        out.0
    }

    /// Reads an encoded entry. Only the one encoding of an entry is taken: what is accepted encodes to the same text.
    ///
    /// # Errors
    /// [`EntryError`]: the text is no entry this version knows.
    pub fn decode(text: &str) -> Result<Self, EntryError> {
        let (kind, fields) = open(text)?;
        let entry = match (kind, fields.as_slice()) {
            ('p', []) => Self::Pass,
            ('f', []) => Self::Fail,
            ('r', [done, total]) => Self::Ratio {
                done: number(done)?,
                total: number(total)?,
                judged: None,
            },
            ('r', [done, total, points, reason]) => Self::Ratio {
                done: number(done)?,
                total: number(total)?,
                judged: Some(judged(points, reason)?),
            },
            ('j', [points, reason]) => Self::Judged(judged(points, reason)?),
            ('c', [n]) => Self::Count { n: number(n)? },
            ('n', []) => Self::NoCase,
            ('x', []) => Self::Cleared,
            _ => return Err(EntryError::Malformed),
        };
        // Leading zeros, a plus sign, control characters: one entry has one encoding.
        if entry.encode() == text {
            Ok(entry)
        } else {
            Err(EntryError::Malformed)
        }
    }
}

/// Builds an encoding: version, kind, fields.
pub(super) struct Writer(pub(super) String);

impl Writer {
    pub(super) fn new() -> Self {
        Self(VERSION.to_string())
    }

    pub(super) fn kind(&mut self, kind: char) -> &mut Self {
        self.0.push(kind);
        self
    }

    pub(super) fn field(&mut self, field: impl core::fmt::Display) -> &mut Self {
        self.0.push(SEPARATOR);
        self.0.push_str(&field.to_string());
        self
    }
}

/// The kind and the fields of an encoding.
pub(super) fn open(text: &str) -> Result<(char, Vec<&str>), EntryError> {
    if text.len() > ENCODED_MAX {
        return Err(EntryError::TooLong);
    }
    let mut chars = text.chars();
    match chars.next() {
        Some(VERSION) => {}
        Some('2'..='9') => return Err(EntryError::Newer),
        _ => return Err(EntryError::Malformed),
    }
    let kind = chars.next().ok_or(EntryError::Malformed)?;
    let mut fields = chars.as_str().split(SEPARATOR);
    if fields.next() != Some("") {
        return Err(EntryError::Malformed);
    }
    Ok((kind, fields.collect()))
}

fn number(text: &str) -> Result<u32, EntryError> {
    text.parse().map_err(|_| EntryError::Malformed)
}

fn judged(points: &str, reason: &str) -> Result<Judged, EntryError> {
    let hundredths = points.parse().map_err(|_| EntryError::Malformed)?;
    Judged::new(Points::from_hundredths(hundredths), reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(hundredths: i64, reason: &str) -> Judged {
        Judged::new(Points::from_hundredths(hundredths), reason).unwrap()
    }

    #[test]
    fn the_encoding_is_frozen() {
        for (entry, text) in [
            (Entry::Pass, "1p"),
            (Entry::Fail, "1f"),
            (
                Entry::Ratio {
                    done: 45,
                    total: 60,
                    judged: None,
                },
                "1r\u{1f}45\u{1f}60",
            ),
            (
                Entry::Ratio {
                    done: 9,
                    total: 10,
                    judged: Some(judged(400, "đủ")),
                },
                "1r\u{1f}9\u{1f}10\u{1f}400\u{1f}đủ",
            ),
            (
                Entry::Judged(judged(2950, "có số liệu")),
                "1j\u{1f}2950\u{1f}có số liệu",
            ),
            (Entry::Judged(judged(500, "")), "1j\u{1f}500\u{1f}"),
            (Entry::Count { n: 2 }, "1c\u{1f}2"),
            (Entry::NoCase, "1n"),
            (Entry::Cleared, "1x"),
        ] {
            assert_eq!(entry.encode(), text);
            assert_eq!(Entry::decode(text), Ok(entry));
        }
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        for text in [
            "",
            "1",
            "p",
            "0p",
            "1p\u{1f}",
            "1z",
            "1pp",
            "1r",
            "1r\u{1f}1",
            "1r\u{1f}01\u{1f}2",
            "1r\u{1f}+1\u{1f}2",
            "1r\u{1f}-1\u{1f}2",
            "1r\u{1f}4294967296\u{1f}2",
            "1r\u{1f}1\u{1f}2\u{1f}3",
            "1j\u{1f}\u{1f}x",
            "1j\u{1f}1\u{1f} x",
            "1j\u{1f}1\u{1f}a\nb",
            "1j\u{1f}1\u{1f}a\u{1f}b",
            "1c\u{1f}1,5",
        ] {
            assert_eq!(Entry::decode(text), Err(EntryError::Malformed), "{text:?}");
        }
        assert_eq!(Entry::decode("2q\u{1f}whatever"), Err(EntryError::Newer));
        assert_eq!(
            Entry::decode(&format!("1j\u{1f}1\u{1f}{}", "a".repeat(2_001))),
            Err(EntryError::TooLong)
        );
        assert_eq!(Entry::decode(&"1".repeat(100_000)), Err(EntryError::TooLong));
        assert_eq!(Entry::decode("1j\u{1f}1000001\u{1f}a"), Err(EntryError::OutOfRange));
    }

    #[test]
    fn the_longest_reason_fits() {
        let long = "ệ".repeat(REASON_MAX);
        let entry = Entry::Judged(judged(100, &long));
        assert_eq!(Entry::decode(&entry.encode()), Ok(entry));
        assert_eq!(Judged::new(Points::ZERO, &format!("{long}ệ")), Err(EntryError::TooLong));
    }

    #[test]
    fn a_reason_is_one_line() {
        assert_eq!(judged(1, " dòng 1\ndòng\t2\u{7}\u{1f} ").reason(), "dòng 1 dòng 2");
    }

    pub(crate) fn any_entry() -> impl Strategy<Value = Entry> {
        let judged = || (-1_000_000..=1_000_000_i64, ".{0,80}").prop_map(|(h, r)| judged(h, &r));
        prop_oneof![
            Just(Entry::Pass),
            Just(Entry::Fail),
            Just(Entry::NoCase),
            Just(Entry::Cleared),
            any::<u32>().prop_map(|n| Entry::Count { n }),
            judged().prop_map(Entry::Judged),
            (any::<u32>(), any::<u32>(), proptest::option::of(judged()))
                .prop_map(|(done, total, judged)| Entry::Ratio { done, total, judged }),
        ]
    }

    proptest! {
        #[test]
        fn every_entry_round_trips(entry in any_entry()) {
            let text = entry.encode();
            prop_assert!(text.len() <= ENCODED_MAX);
            prop_assert_eq!(Entry::decode(&text), Ok(entry));
        }

        #[test]
        fn decoding_never_panics(text in ".*") {
            if let Ok(entry) = Entry::decode(&text) {
                prop_assert_eq!(entry.encode(), text);
            }
        }

        #[test]
        fn decoding_something_close_never_panics(kind in "[pfrjcnx]", fields in proptest::collection::vec("[-0-9a\u{1f}]{0,6}", 0..5)) {
            let text = format!("1{kind}\u{1f}{}", fields.join("\u{1f}"));
            if let Ok(entry) = Entry::decode(&text) {
                prop_assert_eq!(entry.encode(), text);
            }
        }
    }
}
