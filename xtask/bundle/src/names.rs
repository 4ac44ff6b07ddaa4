//! Short names for what the module and its script call each other.
//!
//! wasm-bindgen gives each a name with a hash, `__wbg_pathname_0a541f1ec71ba5a7`: three hundred hashes, once in the module and
//! once in the script, are seven kilobytes that nothing compresses. Nobody but the two ever says them.

use crate::wasm::{Reader, sections, write_bytes, write_number};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Gives every import and export whose name ends in a hash a name of a few letters, in the module and in the script.
pub(crate) fn shorten(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut short = BTreeMap::new();
    let mut out = wasm.get(..8).context("not a WebAssembly module")?.to_vec();
    for section in sections(wasm)? {
        let mut content = Vec::new();
        match section.id {
            IMPORTS => imports(&mut Reader::new(wasm, section.content.start), &mut content, &mut short)?,
            EXPORTS => exports(&mut Reader::new(wasm, section.content.start), &mut content, &mut short)?,
            _ => {
                out.extend_from_slice(wasm.get(section.whole).context("a section")?);
                continue;
            }
        }
        out.push(section.id);
        write_bytes(&mut out, &content);
    }
    Ok((out, rename(script, &short)))
}

/// The name to write: a new one for a name with a hash, the same one each time.
fn renamed<'a>(name: &'a str, short: &'a mut BTreeMap<String, String>) -> &'a str {
    let hash = name.len().checked_sub(16).and_then(|start| name.get(start..));
    if !hash.is_some_and(|hash| hash.bytes().all(|b| b.is_ascii_hexdigit())) {
        return name;
    }
    let next = short.len();
    short.entry(name.to_owned()).or_insert_with(|| format!("$w{next:x}"))
}

fn imports(reader: &mut Reader<'_>, out: &mut Vec<u8>, short: &mut BTreeMap<String, String>) -> Result<()> {
    let count = reader.number()?;
    write_number(out, count as usize);
    for _ in 0..count {
        write_bytes(out, reader.name()?.as_bytes());
        write_bytes(out, renamed(reader.name()?, short).as_bytes());
        let kind = reader.byte()?;
        out.push(kind);
        // A function's type; wasm-bindgen's modules import nothing else.
        if kind != 0 {
            bail!("an import that is no function");
        }
        write_number(out, reader.number()? as usize);
    }
    Ok(())
}

fn exports(reader: &mut Reader<'_>, out: &mut Vec<u8>, short: &mut BTreeMap<String, String>) -> Result<()> {
    let count = reader.number()?;
    write_number(out, count as usize);
    for _ in 0..count {
        write_bytes(out, renamed(reader.name()?, short).as_bytes());
        out.push(reader.byte()?);
        write_number(out, reader.number()? as usize);
    }
    Ok(())
}

/// The script with the new names in the place of the old ones; whole words only.
fn rename(script: &str, short: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(script.len());
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut rest = script;
    while let Some(start) = rest.find(part_of_name) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !part_of_name(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(short.get(word).map_or(word, String::as_str));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(out: &mut Vec<u8>, name: &str, rest: &[u8]) {
        write_bytes(out, name.as_bytes());
        out.extend_from_slice(rest);
    }

    fn module(one: &str, two: &str, out_name: &str) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        let mut section = vec![2];
        for name in [one, two] {
            named(&mut section, "./app_bg.js", &[]);
            named(&mut section, name, &[0, 3]);
        }
        wasm.push(2);
        write_bytes(&mut wasm, &section);
        let mut section = vec![2];
        named(&mut section, "memory", &[2, 0]);
        named(&mut section, out_name, &[0, 200, 1]);
        wasm.push(7);
        write_bytes(&mut wasm, &section);
        wasm.extend([10, 1, 0]);
        wasm
    }

    #[test]
    fn names_with_a_hash_become_short_in_both() -> Result<()> {
        let wasm = module(
            "__wbg_path_0a541f1ec71ba5a7",
            "__wbindgen_throw",
            "invoke__h3f503dbf64986167",
        );
        let script = "x = { __wbg_path_0a541f1ec71ba5a7: (a) => wasm.invoke__h3f503dbf64986167(a), \
                      __wbindgen_throw() {}, not__wbg_path_0a541f1ec71ba5a7: 'điểm' }; wasm.memory";
        let (short, renamed) = shorten(&wasm, script)?;
        assert_eq!(short, module("$w0", "__wbindgen_throw", "$w1"));
        assert_eq!(
            renamed,
            "x = { $w0: (a) => wasm.$w1(a), __wbindgen_throw() {}, not__wbg_path_0a541f1ec71ba5a7: 'điểm' }; wasm.memory"
        );
        Ok(())
    }

    #[test]
    fn what_is_no_module_is_refused() -> Result<()> {
        assert!(shorten(b"no module", "").is_err());
        let wasm = module("a", "b", "c");
        // Between two sections nothing is missed.
        let whole: Vec<usize> = sections(&wasm)?.into_iter().map(|section| section.whole.end).collect();
        for cut in (9..wasm.len()).filter(|cut| !whole.contains(cut)) {
            let cut_off = wasm.get(..cut).context("a part")?;
            assert!(shorten(cut_off, "").is_err(), "{cut}");
        }
        Ok(())
    }
}
