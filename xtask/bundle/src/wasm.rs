//! The little of WebAssembly's binary format that the bundler reads and writes (WebAssembly, chapter 5).

use anyhow::{Context, Result, ensure};
use std::ops::Range;

/// One section of a module.
pub(crate) struct Section {
    pub(crate) id: u8,
    /// All of it, its id and length too.
    pub(crate) whole: Range<usize>,
    pub(crate) content: Range<usize>,
}

/// The sections in order.
pub(crate) fn sections(wasm: &[u8]) -> Result<Vec<Section>> {
    ensure!(wasm.starts_with(b"\0asm\x01\0\0\0"), "not a WebAssembly module");
    let mut reader = Reader::new(wasm, 8);
    let mut sections = Vec::new();
    while reader.at < wasm.len() {
        let start = reader.at;
        let id = reader.byte()?;
        let content = reader.bytes()?;
        sections.push(Section {
            id,
            whole: start..content.end,
            content,
        });
    }
    Ok(sections)
}

/// Reads on from a place.
pub(crate) struct Reader<'a> {
    wasm: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(wasm: &'a [u8], at: usize) -> Self {
        Self { wasm, at }
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        let byte = *self.wasm.get(self.at).context("the module is cut off")?;
        self.at += 1;
        Ok(byte)
    }

    /// LEB128.
    pub(crate) fn number(&mut self) -> Result<u32> {
        let (mut value, mut shift) = (0_u32, 0);
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift).context("too long a number")?;
            shift += 7;
            if byte < 0x80 {
                return Ok(value);
            }
        }
    }

    /// Where the bytes are whose number comes first.
    pub(crate) fn bytes(&mut self) -> Result<Range<usize>> {
        let length = self.number()? as usize;
        let bytes = self.at..self.at + length;
        ensure!(bytes.end <= self.wasm.len(), "the module is cut off");
        self.at = bytes.end;
        Ok(bytes)
    }

    /// A name.
    pub(crate) fn name(&mut self) -> Result<&'a str> {
        let bytes = self.bytes()?;
        Ok(std::str::from_utf8(self.wasm.get(bytes).context("a name")?)?)
    }
}

/// Appends a number in LEB128.
pub(crate) fn write_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Appends bytes with their number before them.
pub(crate) fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_number(out, bytes.len());
    out.extend_from_slice(bytes);
}
