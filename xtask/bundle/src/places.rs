//! Takes the places of panics in other people's code out of a module.
//!
//! For each place that may panic the compiler puts the file, line and column into the data: some fifteen hundred records
//! and three hundred paths, ten kilobytes of brotli that name the folders of the machine it was built on. Ours
//! (`app/src/…`, `shared/src/…`) stay: a message without one is of a dependency, and says what happened all the same.

use crate::wasm::{Reader, sections};
use anyhow::{Context, Result, ensure};
use std::ops::Range;

/// Empties every place whose path is absolute. Nothing changes its length, so the module stays as it is otherwise.
/// Returns how many there were.
pub(crate) fn forget(wasm: &mut [u8]) -> Result<usize> {
    let segments = segments(wasm)?;
    let mut found = Vec::new();
    for segment in &segments {
        // A record lies on a multiple of four.
        let first = segment.address.next_multiple_of(4) - segment.address;
        let starts = (segment.bytes.start + first as usize..segment.bytes.end).step_by(4);
        found.extend(starts.filter_map(|at| Some((at, foreign(wasm, &segments, at)?))));
    }
    for (at, path) in &found {
        // An empty text is at any address but none; the rest is line 0, column 0.
        let nowhere: Vec<u8> = [1_u32, 0, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        wasm.get_mut(*at..at + 16)
            .context("a record")?
            .copy_from_slice(&nowhere);
        wasm.get_mut(path.clone()).context("a path")?.fill(0);
    }
    Ok(found.len())
}

/// Where the path of the record at `at` is, if there is a record and its path is absolute.
fn foreign(wasm: &[u8], segments: &[Segment], at: usize) -> Option<Range<usize>> {
    let word = |place: usize| Some(u32::from_le_bytes(wasm.get(place..place + 4)?.try_into().ok()?));
    let (address, length, line, column) = (word(at)?, word(at + 4)?, word(at + 8)?, word(at + 12)?);
    // Addresses of the module's data are above a million, so no line is taken for one.
    let numbers = (1..100_000).contains(&line) && (1..10_000).contains(&column) && (4..1_000).contains(&length);
    let home = segments
        .iter()
        .find(|segment| segment.has(address, length))
        .filter(|_| numbers)?;
    let start = home.bytes.start + (address - home.address) as usize;
    let path = start..start + length as usize;
    let text = wasm.get(path.clone())?;
    let is_path = text.starts_with(b"/") && text.ends_with(b".rs") && text.iter().all(u8::is_ascii_graphic);
    is_path.then_some(path)
}

/// A piece of the module's data: where it is in memory, and where in the file.
struct Segment {
    address: u32,
    bytes: Range<usize>,
}

impl Segment {
    fn has(&self, address: u32, length: u32) -> bool {
        let end = self.address as usize + self.bytes.len();
        address >= self.address && address as usize + length as usize <= end
    }
}

/// The pieces of data that have a fixed address (WebAssembly, 5.5.14).
fn segments(wasm: &[u8]) -> Result<Vec<Segment>> {
    let mut segments = Vec::new();
    for section in sections(wasm)?.into_iter().filter(|section| section.id == 11) {
        let mut reader = Reader::new(wasm, section.content.start);
        for _ in 0..reader.number()? {
            ensure!(reader.number()? == 0, "data without a fixed address");
            ensure!(reader.byte()? == 0x41, "data at an address that is not a number");
            // Signed; the addresses of data are far below 2³¹, so the signs agree.
            let address = reader.number()?;
            ensure!(reader.byte()? == 0x0b, "an address that is no number alone");
            let bytes = reader.bytes()?;
            segments.push(Segment { address, bytes });
        }
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module of data alone: two paths and a text, then records of them.
    fn module(records: &[[u32; 4]]) -> Vec<u8> {
        let mut data = b"/some/dep/lib.rs\0\0\0\0app/src/lib.rs\0\0/etc/hosts.txt\0\0".to_vec();
        data.truncate(52);
        data.extend(records.iter().flatten().flat_map(|word| word.to_le_bytes()));
        let mut section = vec![1, 0, 0x41, 0x80, 0x80, 0xc0, 0, 0x0b];
        section.extend([
            u8::try_from(data.len() % 128).unwrap() | 0x80,
            u8::try_from(data.len() / 128).unwrap(),
        ]);
        section.extend(data);
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([0, 3, 1, b'x', 9]);
        wasm.extend([
            11,
            u8::try_from(section.len() % 128).unwrap() | 0x80,
            u8::try_from(section.len() / 128).unwrap(),
        ]);
        wasm.extend(section);
        wasm
    }

    const BASE: u32 = 1 << 20;

    #[test]
    fn places_in_dependencies_are_emptied_and_nothing_else() -> Result<()> {
        let foreign = [BASE, 16, 70, 5];
        let kept = [
            [BASE + 20, 14, 70, 5],
            [BASE + 36, 14, 70, 5],
            // A list of texts, not a place: what follows is an address.
            [BASE, 16, BASE + 20, 14],
        ];
        let mut wasm = module(&[&[foreign, foreign], kept.as_slice()].concat());
        let before = wasm.clone();
        // The last record names the same path: its bytes go, as the places that named it do.
        assert_eq!(forget(&mut wasm)?, 2);
        assert_eq!(wasm.len(), before.len());
        let mut expected = module(&[&[[1, 0, 0, 0]; 2], kept.as_slice()].concat());
        let path = expected
            .windows(16)
            .position(|text| text == b"/some/dep/lib.rs")
            .context("path")?;
        expected[path..path + 16].fill(0);
        assert_eq!(wasm, expected);
        assert_eq!(forget(&mut wasm)?, 0, "a second time there is nothing to do");
        Ok(())
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(forget(&mut b"no module".to_vec()).is_err());
        let mut cut = module(&[[BASE, 16, 70, 5]]);
        cut.truncate(16);
        assert!(forget(&mut cut).is_err());
    }
}
