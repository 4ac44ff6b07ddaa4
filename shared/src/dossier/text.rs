//! Editing prose that others edit too.
//!
//! The official sees a text (the base), changes it, and meanwhile a colleague's words arrive. What is applied is only
//! what the official did to the base: words the official has not seen are never deleted. Positions are Unicode code
//! points, as in the document.

use super::diff::{Hunk, diff, slice};
use crate::vi;
use core::ops::Range;

/// One edit of a text, in code points: at `at`, remove `delete` and put `insert`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// Where, in the text as it is after the splices before this one.
    pub at: usize,
    /// How many code points go.
    pub delete: usize,
    /// What comes.
    pub insert: String,
}

/// The longest explanation, in code points.
pub const MAX_TEXT: usize = 20_000;

/// Text as it is stored: NFC, line ends as `\n`, no control characters besides line end and tab.
pub fn normalised(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    vi::nfc(&text)
}

/// The splices that bring into `current` what was done from `base` to `new`, to be applied one after another. Nothing that
/// is in `current` but not in `base` is removed. What both did at the same place (the same words put in) is there once.
pub fn three_way(base: &str, new: &str, current: &str) -> Vec<Splice> {
    let (base, new, current): (Vec<char>, Vec<char>, Vec<char>) =
        (base.chars().collect(), new.chars().collect(), current.chars().collect());
    let theirs = diff(&base, &current);
    let mut splices = Vec::new();
    for mine in diff(&base, &new) {
        let mut insert = slice(&new, &mine.new);
        let mut at = position(&theirs, mine.base.start);
        if let Some(same) = theirs.iter().find(|hunk| hunk.base.start == mine.base.start) {
            let there = slice(&current, &same.new);
            if let Some(rest) = insert.strip_prefix(there) {
                insert = rest;
            } else if let Some(rest) = insert.strip_suffix(there) {
                insert = rest;
                at = same.new.start;
            }
        }
        // What the official removed and a colleague left: runs in the current text.
        let mut runs = kept_runs(&theirs, &mine.base);
        let first = runs.first().filter(|run| run.start == at).cloned();
        if first.is_some() {
            runs.remove(0);
        }
        let insert: String = insert.iter().collect();
        let delete = first.map_or(0, |run| run.len());
        if delete > 0 || !insert.is_empty() {
            splices.push(Splice { at, delete, insert });
        }
        splices.extend(runs.into_iter().map(|run| Splice {
            at: run.start,
            delete: run.len(),
            insert: String::new(),
        }));
    }
    let (mut put, mut removed) = (0, 0);
    for splice in &mut splices {
        splice.at = (splice.at + put).saturating_sub(removed);
        put += splice.insert.chars().count();
        removed += splice.delete;
    }
    splices
}

/// The text after the splices.
pub fn apply(current: &str, splices: &[Splice]) -> String {
    let mut text: Vec<char> = current.chars().collect();
    for splice in splices {
        let at = splice.at.min(text.len());
        let end = at.saturating_add(splice.delete).min(text.len());
        text.splice(at..end, splice.insert.chars());
    }
    text.into_iter().collect()
}

/// Where a gap of the base is in the current text: after what a colleague put in there.
fn position(theirs: &[Hunk], gap: usize) -> usize {
    let mut position = gap;
    for hunk in theirs.iter().take_while(|hunk| hunk.base.start <= gap) {
        position = if gap < hunk.base.end {
            hunk.new.end
        } else {
            hunk.new.end + (gap - hunk.base.end)
        };
    }
    position
}

/// The parts of a stretch of the base that are still in the current text, as stretches of the current text.
fn kept_runs(theirs: &[Hunk], base: &Range<usize>) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut from = 0;
    let mut shifted = 0;
    let mut keep = |start: usize, end: usize, shifted: usize| {
        // base[start..end] is kept, and stands at `shifted` in the current text
        let (a, b) = (start.max(base.start), end.min(base.end));
        if a < b {
            runs.push(shifted + (a - start)..shifted + (b - start));
        }
    };
    for hunk in theirs {
        keep(from, hunk.base.start, shifted);
        from = hunk.base.end;
        shifted = hunk.new.end;
    }
    keep(from, usize::MAX, shifted);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn merged(base: &str, new: &str, current: &str) -> String {
        apply(current, &three_way(base, new, current))
    }

    #[test]
    fn a_colleagues_words_stay() {
        let base = "Đã niêm yết tại trụ sở.";
        let mine = "Đã niêm yết 05 ngày tại trụ sở.";
        let theirs = "Đã niêm yết tại trụ sở và nhà văn hóa.";
        assert_eq!(
            merged(base, mine, theirs),
            "Đã niêm yết 05 ngày tại trụ sở và nhà văn hóa."
        );
        assert_eq!(merged(base, "", theirs), " và nhà văn hóa");
        assert_eq!(merged("", "a", "b"), "ba");
        assert_eq!(merged(base, base, theirs), theirs);
        assert_eq!(merged(base, mine, base), mine);
    }

    #[test]
    fn what_both_did_is_there_once() {
        assert_eq!(merged("ab", "aXb", "aXb"), "aXb");
        assert_eq!(merged("ab", "aXYb", "aXb"), "aXYb");
        assert_eq!(merged("ab", "aYXb", "aXb"), "aYXb");
        assert_eq!(merged("ab", "b", "b"), "b");
        assert_eq!(merged("", "họp dân ngày 3", "họp dân"), "họp dân ngày 3");
    }

    #[test]
    fn text_is_stored_composed() {
        assert_eq!(
            normalised("Tie\u{302}\u{301}p ca\u{323}\u{302}n\r\nx\u{0}\u{1b}"),
            "Tiếp cận\nx"
        );
        assert_eq!(normalised("👨‍👩‍👧 𝕏"), "👨‍👩‍👧 𝕏");
    }

    #[test]
    fn very_different_texts_take_bounded_time() {
        let words = |seed: usize| {
            (0..MAX_TEXT)
                .map(|i| char::from(b'a' + ((i * i + seed * i) % 23) as u8))
                .collect::<String>()
        };
        let (base, mine) = (words(1), words(2));
        let theirs = format!("{base}CHÚ Ý");
        assert_eq!(merged(&base, &mine, &base), mine);
        let result = merged(&base, &mine, &theirs);
        assert!(result.contains(&mine.chars().take(2000).collect::<String>()[100..200]) && result.contains("CHÚ Ý"));
    }

    /// An edited version of a text: at each gap perhaps something of the alphabet put in, each character kept or not.
    fn edited(base: &str, steps: &[(bool, u8)], alphabet: &[char]) -> String {
        let mut out = String::new();
        let mut steps = steps.iter().cycle();
        for c in base.chars().map(Some).chain([None]) {
            let (keep, put) = steps.next().copied().unwrap_or((true, 0));
            out.extend(
                alphabet
                    .iter()
                    .cycle()
                    .skip(usize::from(put))
                    .take(usize::from(put % 4) / 2 * usize::from(put % 5)),
            );
            out.extend(c.filter(|_| keep));
        }
        out
    }

    fn of(text: &str, alphabet: &[char]) -> String {
        text.chars().filter(|c| alphabet.contains(c)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn nothing_a_colleague_wrote_is_lost(
            base in "[a-c]{0,30}",
            mine in proptest::collection::vec((proptest::bool::weighted(0.8), any::<u8>()), 1..20),
            theirs in proptest::collection::vec((proptest::bool::weighted(0.8), any::<u8>()), 1..20),
        ) {
            let (upper, digits) = (['Ă', 'B', '𝕏'], ['1', '2', '3']);
            let (new, current) = (edited(&base, &mine, &digits), edited(&base, &theirs, &upper));
            let result = merged(&base, &new, &current);
            // all of theirs, in their order; all of mine, in my order
            prop_assert_eq!(of(&result, &upper), of(&current, &upper));
            prop_assert_eq!(of(&result, &digits), of(&new, &digits));
            // nobody's deleted character comes back, and what nobody deleted stays
            let lower = ['a', 'b', 'c'];
            let (r, n, c) = (of(&result, &lower), of(&new, &lower), of(&current, &lower));
            prop_assert!(r.len() <= n.len().min(c.len()));
            prop_assert!(r.len() + 2 * base.len() >= n.len() + c.len() + base.len());
        }

        #[test]
        fn splices_do_what_a_plain_edit_does(base in "\\PC{0,40}", new in "\\PC{0,40}", current in "\\PC{0,40}") {
            prop_assert_eq!(&merged(&base, &new, &base), &new);
            prop_assert_eq!(&merged(&base, &base, &current), &current);
            prop_assert_eq!(&merged(&base, &current, &current), &current);
            // once more after it has been done changes nothing
            let once = merged(&base, &new, &base);
            prop_assert_eq!(merged(&base, &new, &once), once);
        }
    }
}
