//! What a text meant for the screen may look like: Vietnamese, composed (NFC), one clean line.

use crate::vi::nfc;

/// The longest text on a screen, in characters.
const MAX: usize = 1_000;

/// English words of developers that have slipped into files before. None of them is a Vietnamese syllable.
const STOP_WORDS: [&str; 40] = [
    "and",
    "app",
    "below",
    "by",
    "complete",
    "condition",
    "confidence",
    "default",
    "deadline",
    "document",
    "estimated",
    "exact",
    "from",
    "full",
    "indicator",
    "is",
    "judged",
    "max",
    "memory",
    "note",
    "of",
    "only",
    "penalty",
    "placeholder",
    "points",
    "provenance",
    "ratio",
    "rule",
    "score",
    "see",
    "seen",
    "source",
    "standard",
    "text",
    "the",
    "threshold",
    "tier",
    "todo",
    "unknown",
    "with",
];

/// What is wrong with a text for the screen, and the cure; `None` when nothing is.
pub(super) fn fault(text: &str) -> Option<(&'static str, String)> {
    let wrong = |what, cure: &str| Some((what, cure.to_owned()));
    if text.trim().is_empty() {
        return wrong(
            "Chữ hiển thị đang để trống.",
            "Hãy điền chữ, hoặc bỏ cả dòng nếu không bắt buộc.",
        );
    }
    if text.trim() != text || text.contains("  ") {
        return wrong(
            "Chữ hiển thị có dấu cách thừa.",
            "Hãy bỏ dấu cách ở đầu, ở cuối và dấu cách kép.",
        );
    }
    if text.chars().any(char::is_control) {
        return wrong(
            "Chữ hiển thị có ký tự điều khiển.",
            "Hãy viết trên một dòng, không có dấu xuống dòng hay tab.",
        );
    }
    if nfc(text) != text {
        return wrong(
            "Chữ hiển thị dùng dấu tổ hợp (NFD).",
            "Hãy gõ lại bằng Unicode dựng sẵn (NFC).",
        );
    }
    if text.chars().count() > MAX {
        return wrong("Chữ hiển thị dài quá 1.000 ký tự.", "Hãy rút ngắn lại.");
    }
    if let Some(word) = english(text) {
        return Some((
            "Chữ hiển thị có từ tiếng Anh.",
            format!("Hãy thay “{word}” bằng tiếng Việt."),
        ));
    }
    None
}

/// The first word of the stop list, or sign of a program, in a text.
fn english(text: &str) -> Option<&str> {
    if let Some(sign) = ["=>", ">=", "<=", "!="].into_iter().find(|sign| text.contains(sign)) {
        return Some(sign);
    }
    text.split(|c: char| !c.is_alphanumeric())
        .find(|word| STOP_WORDS.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_passes() {
        for text in [
            "Đạt tiêu chuẩn “An toàn về an ninh, trật tự”",
            "Tổng số điểm của từng tiêu chí đạt từ 50% số điểm tối đa trở lên",
            "UBND {kind}",
            "số hóa tài liệu; chatbot; tin nhắn",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn bad_texts_are_named() {
        let what = |text: &str| fault(text).map(|(what, _)| what);
        assert_eq!(what(""), Some("Chữ hiển thị đang để trống."));
        assert_eq!(what(" a"), Some("Chữ hiển thị có dấu cách thừa."));
        assert_eq!(what("a  b"), Some("Chữ hiển thị có dấu cách thừa."));
        assert_eq!(what("a\nb"), Some("Chữ hiển thị có ký tự điều khiển."));
        assert_eq!(
            what("Thu\u{31b}o\u{323}ng"),
            Some("Chữ hiển thị dùng dấu tổ hợp (NFD).")
        );
        assert_eq!(what(&"à".repeat(1_001)), Some("Chữ hiển thị dài quá 1.000 ký tự."));
        for text in [
            "Standard 100%",
            "ratio, threshold not seen",
            "see text",
            "không phát sinh => đạt",
            ">= 1 hoạt động",
        ] {
            assert_eq!(what(text), Some("Chữ hiển thị có từ tiếng Anh."), "{text}");
        }
        assert!(fault("Tỷ lệ (ratio)").is_some_and(|(_, cure)| cure.contains("“ratio”")));
    }
}
