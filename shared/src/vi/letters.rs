//! Vietnamese letters and their marks: composed (NFC) for what is stored, taken apart for search.
//!
//! The tables of all of Unicode are several times larger than all of this module's callers; the app is downloaded over a village's
//! network, so it carries the Vietnamese alphabet only. Tests hold the results equal to Unicode's for every Vietnamese
//! letter in every spelling. What is not Vietnamese passes as it is.

/// Each row a vowel: without tone, then huyền, sắc, ngã, hỏi, nặng. In pairs of a small and a capital row.
const ROWS: [&str; 24] = [
    "aàáãảạ",
    "AÀÁÃẢẠ",
    "ăằắẵẳặ",
    "ĂẰẮẴẲẶ",
    "âầấẫẩậ",
    "ÂẦẤẪẨẬ",
    "eèéẽẻẹ",
    "EÈÉẼẺẸ",
    "êềếễểệ",
    "ÊỀẾỄỂỆ",
    "iìíĩỉị",
    "IÌÍĨỈỊ",
    "oòóõỏọ",
    "OÒÓÕỎỌ",
    "ôồốỗổộ",
    "ÔỒỐỖỔỘ",
    "ơờớỡởợ",
    "ƠỜỚỠỞỢ",
    "uùúũủụ",
    "UÙÚŨỦỤ",
    "ưừứữửự",
    "ƯỪỨỮỬỰ",
    "yỳýỹỷỵ",
    "YỲÝỸỶỴ",
];

/// The marks of the tones, in the order of the rows.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
const DOT_BELOW: usize = 5;

/// The marks that make another vowel: the plain letter, the mark, the vowel.
const VOWELS: [(char, char, char); 12] = [
    ('a', '\u{306}', 'ă'),
    ('A', '\u{306}', 'Ă'),
    ('a', '\u{302}', 'â'),
    ('A', '\u{302}', 'Â'),
    ('e', '\u{302}', 'ê'),
    ('E', '\u{302}', 'Ê'),
    ('o', '\u{302}', 'ô'),
    ('O', '\u{302}', 'Ô'),
    ('o', '\u{31b}', 'ơ'),
    ('O', '\u{31b}', 'Ơ'),
    ('u', '\u{31b}', 'ư'),
    ('U', '\u{31b}', 'Ư'),
];

/// The row and the tone of a vowel.
fn place(c: char) -> Option<(&'static str, usize)> {
    ROWS.iter()
        .find_map(|row| Some((*row, row.chars().position(|in_row| in_row == c)?)))
}

fn in_row(row: &str, tone: usize) -> Option<char> {
    row.chars().nth(tone)
}

/// Where a mark stands among those on one letter (its canonical combining class); `None` for what is no mark of ours.
fn class(mark: char) -> Option<u8> {
    match mark {
        '\u{31b}' => Some(216),
        '\u{323}' => Some(220),
        '\u{300}' | '\u{301}' | '\u{302}' | '\u{303}' | '\u{306}' | '\u{309}' => Some(230),
        _ => None,
    }
}

/// A letter and its marks in canonical order: at most two for a Vietnamese one, none for any other.
fn apart(c: char) -> (char, [Option<char>; 2]) {
    let Some((row, tone)) = place(c) else {
        return (c, [None; 2]);
    };
    let vowel = in_row(row, 0).unwrap_or(c);
    let (letter, mark) = VOWELS
        .iter()
        .find(|(.., whole)| *whole == vowel)
        .map_or((vowel, None), |(letter, mark, _)| (*letter, Some(*mark)));
    let tone_mark = tone.checked_sub(1).and_then(|tone| TONES.get(tone).copied());
    let below_first = tone == DOT_BELOW && mark != Some('\u{31b}');
    (
        letter,
        if below_first {
            [tone_mark, mark]
        } else {
            [mark, tone_mark]
        },
    )
}

/// The one letter that stands for a letter and a mark.
fn together(c: char, mark: char) -> Option<char> {
    let (row, tone) = place(c)?;
    if tone == 0
        && let Some(tone) = TONES.iter().position(|tone| *tone == mark)
    {
        return in_row(row, tone + 1);
    }
    // `ạ` and a circumflex are `ậ`; no other tone goes before the mark of the vowel.
    let plain = in_row(row, 0)?;
    let (.., vowel) = VOWELS
        .iter()
        .find(|(letter, of_vowel, _)| *letter == plain && *of_vowel == mark)?;
    let other_row = ROWS.iter().find(|row| row.starts_with(*vowel))?;
    (tone == 0 || (tone == DOT_BELOW && mark != '\u{31b}'))
        .then(|| in_row(other_row, tone))
        .flatten()
}

/// The text composed, as it is stored: every Vietnamese letter is one code point (Unicode's NFC).
pub fn nfc(text: &str) -> String {
    // Most of what is typed: every name is composed again with every entry.
    if text.chars().all(|c| class(tone_of_old(c)).is_none()) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().map(tone_of_old).peekable();
    let mut marks: Vec<(u8, char)> = Vec::new();
    while let Some(next) = letters.peek().copied() {
        // Marks at the very beginning have no letter.
        let mut letter = None;
        marks.clear();
        if class(next).is_none() {
            letters.next();
            let (plain, own) = apart(next);
            letter = Some(plain);
            marks.extend(own.into_iter().flatten().filter_map(|mark| Some((class(mark)?, mark))));
        }
        while let Some(mark) = letters.next_if(|mark| class(*mark).is_some()) {
            marks.extend(class(mark).map(|class| (class, mark)));
        }
        in_order(&mut marks);
        // A mark is taken in unless one of its class stands between that was not.
        let mut left: Vec<(u8, char)> = Vec::new();
        for (class, mark) in &marks {
            let blocked = left.last().is_some_and(|(before, _)| before >= class);
            match letter.filter(|_| !blocked).and_then(|letter| together(letter, *mark)) {
                Some(whole) => letter = Some(whole),
                None => left.push((*class, *mark)),
            }
        }
        out.extend(letter);
        out.extend(left.iter().map(|(_, mark)| *mark));
    }
    out
}

/// Sorts a letter's few marks by class, equal ones as they came. (The library's sort is kilobytes of download.)
fn in_order(marks: &mut [(u8, char)]) {
    for end in 1..marks.len() {
        for at in (1..=end).rev() {
            if let Some([before, after]) = marks.get_mut(at - 1..=at)
                && before.0 > after.0
            {
                core::mem::swap(before, after);
            }
        }
    }
}

/// Unicode once had marks of their own for two Vietnamese tones; they mean the common ones.
fn tone_of_old(mark: char) -> char {
    match mark {
        '\u{340}' => '\u{300}',
        '\u{341}' => '\u{301}',
        mark => mark,
    }
}

/// The letter to search by: small, without marks, đ = d; `None` for a mark.
pub(super) fn plain(c: char) -> Option<char> {
    match c {
        '\u{300}'..='\u{36f}' => None,
        'đ' | 'Đ' => Some('d'),
        c => Some(apart(c).0.to_ascii_lowercase()),
    }
}

/// The word with a capital first letter: `đặc khu` → `Đặc khu`.
pub fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(capital).into_iter().chain(letters).collect()
}

fn capital(c: char) -> char {
    // Below each small row stands its capital one.
    let row = ROWS.iter().position(|row| row.contains(c));
    let above = |row: usize| ROWS.get(row + 1).filter(|_| row.is_multiple_of(2));
    match (c, row.and_then(above)) {
        ('đ', _) => 'Đ',
        (_, Some(capitals)) => place(c).and_then(|(_, tone)| in_row(capitals, tone)).unwrap_or(c),
        _ => c.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    const MARKS: [char; 8] = [
        '\u{300}', '\u{301}', '\u{302}', '\u{303}', '\u{306}', '\u{309}', '\u{31b}', '\u{323}',
    ];

    /// Every Vietnamese vowel in every spelling: one code point, taken apart in part, taken apart in whole, marks in any order.
    #[test]
    fn every_spelling_of_every_letter_is_as_unicode_has_it() {
        let mut seen = 0;
        for whole in ROWS.iter().flat_map(|row| row.chars()) {
            let composed = whole.to_string();
            let (letter, marks) = apart(whole);
            let marks: Vec<char> = marks.into_iter().flatten().collect();
            assert_eq!(
                [vec![letter], marks.clone()].concat(),
                composed.nfd().collect::<Vec<_>>(),
                "{whole}"
            );
            let mut spellings = vec![composed.clone(), composed.nfd().collect()];
            spellings.push([letter].iter().chain(marks.iter().rev()).collect());
            for mark in marks {
                if let Some(part) = together(letter, mark) {
                    let rest = whole.nfd().skip(1).filter(|other| *other != mark);
                    spellings.push(std::iter::once(part).chain(rest).collect());
                }
            }
            for spelling in spellings {
                // `a`, huyền, breve is not `ằ`: of two marks at one place the order means something.
                assert_eq!(nfc(&spelling), spelling.nfc().collect::<String>(), "{spelling:?}");
                seen += usize::from(nfc(&spelling) == composed);
            }
        }
        assert!(seen > 144 * 3, "{seen}");
    }

    /// Also what no one means: any Vietnamese letter before up to three of the marks, so far as Unicode knows no letter of
    /// another language for it (`î`, `û` …), which stays as it was typed.
    #[test]
    fn any_marks_on_any_letter_are_as_unicode_has_them() {
        let ours = |c: char| c.is_ascii() || MARKS.contains(&c) || "đĐ".contains(c) || place(c).is_some();
        let starts = ROWS.iter().flat_map(|row| row.chars()).chain("đĐ b".chars());
        let (mut same, mut foreign) = (0, 0);
        for start in starts {
            for more in 0..9_usize.pow(3) {
                let marks = [more / 81, more / 9 % 9, more % 9];
                let marks = marks.into_iter().filter_map(|mark| MARKS.get(mark.checked_sub(1)?));
                let text: String = std::iter::once(start).chain(marks.copied()).collect();
                let unicode: String = text.nfc().collect();
                if unicode.chars().all(ours) {
                    assert_eq!(nfc(&text), unicode, "{text:?}");
                    same += 1;
                } else {
                    foreign += 1;
                }
                assert_eq!(nfc(&nfc(&text)), nfc(&text), "{text:?}");
            }
        }
        assert!(same > foreign * 3, "{same} {foreign}");
    }

    #[test]
    fn capitals_are_unicodes() {
        for letter in ROWS.iter().flat_map(|row| row.chars()).chain("đĐxX1 “".chars()) {
            assert_eq!(capital(letter).to_string(), letter.to_uppercase().to_string());
        }
        assert_eq!(capitalised("đặc khu"), "Đặc khu");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn the_old_tone_marks_are_the_common_ones() {
        assert_eq!(nfc("a\u{340} e\u{341}"), "à é");
        assert_eq!("a\u{340} e\u{341}".nfc().collect::<String>(), "à é");
    }

    proptest! {
        /// Text of Vietnamese letters, marks, digits, spaces and signs: as Unicode has it, unless it makes a foreign letter.
        #[test]
        fn vietnamese_text_is_as_unicode_has_it(text in "[aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐEÊIOÔƠUƯYàáảãạ0-9 ,.\n“”–\u{300}\u{301}\u{303}\u{309}\u{323}]{0,40}") {
            let unicode: String = text.nfc().collect();
            prop_assume!(unicode.chars().all(|c| !c.is_alphabetic() || c.is_ascii() || "đĐ".contains(c) || place(c).is_some()));
            prop_assert_eq!(nfc(&text), unicode);
        }

        /// What has no mark of ours passes, whatever it is.
        #[test]
        fn anything_else_passes(text in ".*") {
            prop_assume!(!text.chars().any(|c| class(tone_of_old(c)).is_some()));
            prop_assert_eq!(nfc(&text), text);
        }
    }
}
