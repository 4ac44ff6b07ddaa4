//! Vietnamese on the screen and from the keyboard: numbers, dates, and search that ignores diacritics.

mod letters;

pub use letters::{capitalised, nfc};

use crate::workflow::Date;

/// Why a typed number was not taken. The text is for the person who typed it and says what to type; the same text typed
/// again fails again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing was typed.
    #[error("Chưa nhập số. Hãy nhập một số, ví dụ 29,5.")]
    Empty,
    /// Not a number.
    #[error("Đây không phải là số. Chỉ nhập chữ số và một dấu phẩy, ví dụ 29,5.")]
    NotANumber,
    /// `1.200`, `1 200` or `1.200,5`: it cannot be told from a decimal sign, so it is never guessed.
    #[error("Không dùng dấu phân cách hàng nghìn. Hãy viết liền, ví dụ 1200 hoặc 29,5.")]
    ThousandSeparator,
    /// More than two decimals.
    #[error("Chỉ nhập tối đa hai chữ số sau dấu phẩy, ví dụ 28,99.")]
    TooManyDecimals,
    /// A decimal sign where only whole numbers make sense.
    #[error("Hãy nhập số nguyên, không có phần thập phân.")]
    NotWhole,
    /// A minus sign.
    #[error("Không nhập số âm. Hãy bỏ dấu trừ.")]
    Negative,
    /// Too large to be meant.
    #[error("Số quá lớn. Hãy kiểm tra lại số vừa nhập.")]
    TooLarge,
}

/// Digits before and after the decimal sign, as typed.
fn split(text: &str) -> Result<(&str, Option<&str>), NumberError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        let negative = rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
        return Err(if negative {
            NumberError::Negative
        } else {
            NumberError::NotANumber
        });
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split(|c: char| matches!(c, ',' | '.' | '\'') || c.is_whitespace());
    let (Some(whole), fraction, more) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NumberError::NotANumber);
    };
    if !digits(whole) || !fraction.is_none_or(digits) || !parts.chain(more).all(digits) {
        return Err(NumberError::NotANumber);
    }
    let separator_is_decimal = text.contains([',', '.']);
    if more.is_some() || (fraction.is_some() && !separator_is_decimal) {
        return Err(NumberError::ThousandSeparator);
    }
    Ok((whole, fraction))
}

/// Reads a typed number with at most two decimals into hundredths (`29,5` and `29.5` → 2950), at most 1.000.000.
///
/// # Errors
/// [`NumberError`]; `1.200` is refused as a thousand separator, never read as 1,2.
pub fn parse_hundredths(text: &str) -> Result<i64, NumberError> {
    let (whole, fraction) = split(text)?;
    let fraction = fraction.unwrap_or("");
    let hundredths = match fraction.len() {
        0 => 0,
        1 => fraction.parse::<i64>().map_err(|_| NumberError::NotANumber)? * 10,
        2 => fraction.parse::<i64>().map_err(|_| NumberError::NotANumber)?,
        3 => {
            return Err(if whole == "0" {
                NumberError::TooManyDecimals
            } else {
                NumberError::ThousandSeparator
            });
        }
        _ => return Err(NumberError::TooManyDecimals),
    };
    let whole = whole.parse::<i64>().map_err(|_| NumberError::TooLarge)?;
    if whole > 1_000_000 {
        return Err(NumberError::TooLarge);
    }
    Ok(whole * 100 + hundredths)
}

/// Reads a typed whole number (số thực hiện, tổng số, số lần).
///
/// # Errors
/// [`NumberError`]; a decimal sign and a thousand separator are refused, each with its own text.
pub fn parse_count(text: &str) -> Result<u32, NumberError> {
    match split(text)? {
        (_, Some(fraction)) if fraction.len() == 3 => Err(NumberError::ThousandSeparator),
        (_, Some(_)) => Err(NumberError::NotWhole),
        (whole, None) => whole.parse().map_err(|_| NumberError::TooLarge),
    }
}

/// Hundredths as a Vietnamese decimal without trailing zeros: 2950 → `29,5`.
pub fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    match (part, part % 10) {
        (0, _) => format!("{sign}{whole}"),
        (_, 0) => format!("{sign}{whole},{}", part / 10),
        _ => format!("{sign}{whole},{part:02}"),
    }
}

/// A whole number for reading, in groups of three: 12500 → `12.500`. Not for input fields, which refuse the dot.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// A date as `dd/mm/yyyy`.
pub fn date(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// The search key of a text: lower case, no diacritics, đ = d, white space as single spaces.
/// `Thượng Cát` and `thuong  cat` have the same key.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter_map(letters::plain));
    }
    out
}

/// Whether `needle`, as a person would type it without diacritics, occurs in `text`. An empty needle occurs everywhere.
pub fn contains(text: &str, needle: &str) -> bool {
    fold(text).contains(&fold(needle))
}

/// The part of an address that stands for a name: `Thượng Cát` → `thuong-cat`. Only a–z, 0–9 and single hyphens.
pub fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thousand_separators_are_refused_and_never_guessed() {
        for text in [
            "1.200",
            "1,200",
            "1 200",
            "1.200,5",
            "1,200.5",
            "12.345.678",
            "1'200",
            "1\u{a0}200",
        ] {
            assert_eq!(parse_hundredths(text), Err(NumberError::ThousandSeparator), "{text}");
        }
        assert_eq!(parse_count("1.200"), Err(NumberError::ThousandSeparator));
        assert!(NumberError::ThousandSeparator.to_string().contains("viết liền"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(parse_hundredths("  "), Err(NumberError::Empty));
        assert_eq!(parse_hundredths("-1"), Err(NumberError::Negative));
        assert_eq!(parse_hundredths("−1"), Err(NumberError::Negative));
        assert_eq!(parse_hundredths("0,125"), Err(NumberError::TooManyDecimals));
        assert_eq!(parse_hundredths("2,1234"), Err(NumberError::TooManyDecimals));
        assert_eq!(parse_hundredths("9999999"), Err(NumberError::TooLarge));
        assert_eq!(parse_hundredths("99999999999999999999"), Err(NumberError::TooLarge));
        for text in ["abc", "1e3", ",5", "5,", "--1", "1-2", "٣", "1,a", "."] {
            assert_eq!(parse_hundredths(text), Err(NumberError::NotANumber), "{text}");
        }
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(parse_count(" 45 "), Ok(45));
        assert_eq!(parse_count("4,5"), Err(NumberError::NotWhole));
        assert_eq!(parse_count("99999999999"), Err(NumberError::TooLarge));
    }

    #[test]
    fn search_ignores_diacritics() {
        assert_eq!(fold("Thượng Cát"), "thuong cat");
        assert_eq!(fold("ĐÔNG  NGẠC\n"), "dong ngac");
        // The same name typed with combining marks (NFD).
        assert_eq!(fold("Thu\u{31b}\u{323}o\u{31b}ng"), "thuong");
        assert!(contains("Phường Thượng Cát", "thuong cat"));
        assert!(contains("Đức Thắng", "đức"));
        assert!(!contains("Đức Thắng", "thuong"));
        assert_eq!(slug("Mỹ Đình 1"), "my-dinh-1");
        assert_eq!(slug(" – Hà   Nội – "), "ha-noi");
    }

    #[test]
    fn dates_and_counts_for_reading() {
        assert_eq!(date(Date::new(2025, 1, 9).unwrap()), "09/01/2025");
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(12_500), "12.500");
        assert_eq!(count(1_234_567), "1.234.567");
    }

    /// As it was with the tables of all of Unicode, for every letter officials type.
    #[test]
    fn folding_is_unicodes_for_vietnamese() {
        use unicode_normalization::UnicodeNormalization;
        use unicode_normalization::char::is_combining_mark;
        let text = include_str!("../../criteria/QD25_2021.toml");
        for text in [text, &text.to_uppercase(), &text.nfd().collect::<String>()] {
            let unicode: Vec<String> = text
                .split_whitespace()
                .map(|word| {
                    let letters = word
                        .nfd()
                        .filter(|c| !is_combining_mark(*c))
                        .flat_map(char::to_lowercase);
                    letters.map(|c| if c == 'đ' { 'd' } else { c }).collect()
                })
                .collect();
            assert_eq!(fold(text), unicode.join(" "));
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed(value in 0..=100_000_000_i64) {
            prop_assert_eq!(parse_hundredths(&hundredths(value)), Ok(value));
        }

        #[test]
        fn parsing_never_panics(text in ".*") {
            let _ = parse_hundredths(&text);
            let _ = parse_count(&text);
            let _ = slug(&text);
        }

        #[test]
        fn folding_twice_changes_nothing(text in ".*") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
