//! Where two texts differ.

use core::ops::Range;

/// Beyond this many differing code points the changed middle is taken as replaced whole: the work stays bounded.
const MAX_DISTANCE: usize = 600;

/// A stretch of the old text that became a stretch of the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    pub(super) base: Range<usize>,
    pub(super) new: Range<usize>,
}

/// A part of a text; empty if it is not one.
pub(super) fn slice<'a>(text: &'a [char], range: &Range<usize>) -> &'a [char] {
    text.get(range.clone()).unwrap_or_default()
}

/// The stretches in which two texts differ, in order. Myers' greedy algorithm between the common ends.
pub(super) fn diff(old: &[char], new: &[char]) -> Vec<Hunk> {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (slice(old, &(before..old.len())), slice(new, &(before..new.len())));
    let after = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old_mid, new_mid) = (
        slice(old_rest, &(0..old_rest.len() - after)),
        slice(new_rest, &(0..new_rest.len() - after)),
    );
    if old_mid.is_empty() && new_mid.is_empty() {
        return Vec::new();
    }
    let whole = || {
        vec![Hunk {
            base: 0..old_mid.len(),
            new: 0..new_mid.len(),
        }]
    };
    let mut hunks = if old_mid.is_empty() || new_mid.is_empty() {
        whole()
    } else {
        greedy(old_mid, new_mid).unwrap_or_else(whole)
    };
    for hunk in &mut hunks {
        hunk.base = hunk.base.start + before..hunk.base.end + before;
        hunk.new = hunk.new.start + before..hunk.new.end + before;
    }
    hunks
}

/// `None` if the texts differ in more than [`MAX_DISTANCE`] code points.
fn greedy(old: &[char], new: &[char]) -> Option<Vec<Hunk>> {
    let (n, m) = (old.len(), new.len());
    let limit = (n + m).min(MAX_DISTANCE);
    // furthest[k + limit + 1]: how far into `old` one gets on diagonal k = x - y
    let mut furthest = vec![0_usize; 2 * limit + 3];
    let slot = |k: isize| usize::try_from(k + limit as isize + 1).unwrap_or_default();
    let mut trace = Vec::new();
    for distance in 0..=limit as isize {
        trace.push(furthest.clone());
        for k in (-distance..=distance).step_by(2) {
            let mut x = start_of(&furthest, slot, distance, k);
            let mut y = usize::try_from(x as isize - k).unwrap_or(usize::MAX);
            while x < n && y < m && old.get(x) == new.get(y) {
                x += 1;
                y += 1;
            }
            *furthest.get_mut(slot(k))? = x;
            if x >= n && y >= m {
                return Some(walk_back(&trace, slot, n, m));
            }
        }
    }
    None
}

/// The best point from which diagonal `k` is entered at this distance.
fn start_of(furthest: &[usize], slot: impl Fn(isize) -> usize, distance: isize, k: isize) -> usize {
    let at = |k: isize| furthest.get(slot(k)).copied().unwrap_or_default();
    if distance == 0 {
        0
    } else if k == -distance || (k != distance && at(k - 1) < at(k + 1)) {
        at(k + 1)
    } else {
        at(k - 1) + 1
    }
}

/// From the end back to the start: the edits, joined where they touch.
fn walk_back(trace: &[Vec<usize>], slot: impl Fn(isize) -> usize + Copy, n: usize, m: usize) -> Vec<Hunk> {
    let (mut x, mut y) = (n as isize, m as isize);
    let mut hunks: Vec<Hunk> = Vec::new();
    for (distance, furthest) in trace.iter().enumerate().rev().take_while(|(distance, _)| *distance > 0) {
        let distance = distance as isize;
        let at = |k: isize| furthest.get(slot(k)).copied().unwrap_or_default() as isize;
        let k = x - y;
        let down = k == -distance || (k != distance && at(k - 1) < at(k + 1));
        let from = if down { k + 1 } else { k - 1 };
        let (px, py) = (at(from), at(from) - from);
        let range = |from: isize, to: isize| usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
        let edit = if down {
            Hunk {
                base: range(px, px),
                new: range(py, py + 1),
            }
        } else {
            Hunk {
                base: range(px, px + 1),
                new: range(py, py),
            }
        };
        match hunks.last_mut() {
            Some(last) if last.base.start == edit.base.end && last.new.start == edit.new.end => {
                last.base.start = edit.base.start;
                last.new.start = edit.new.start;
            }
            _ => hunks.push(edit),
        }
        (x, y) = (px, py);
    }
    hunks.reverse();
    hunks
}
