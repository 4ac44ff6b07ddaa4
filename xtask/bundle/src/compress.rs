//! Writes the files, each with a `.br` and a `.gz` beside it, and swaps the folder in as a whole.

use crate::{hash, site::Site, size::Size};
use anyhow::{Context, Result, ensure};
use brotli::enc::backward_references::BrotliEncoderMode;
use std::{fs, path::Path};
use zlib_rs::{DeflateConfig, ReturnCode, compress_bound, compress_slice};

/// How hard to try: the best takes seconds for the module and is what is measured and shipped.
#[derive(Clone, Copy)]
pub(crate) enum Level {
    Quick,
    Best,
}

/// Writes `site` to `out`, replacing what was there. Compressed copies are kept in `cache` by content, because most
/// files of a build are those of the build before.
pub(crate) fn write(site: &Site, out: &Path, cache: Option<&Path>, level: Level) -> Result<Vec<Size>> {
    let next = out.with_extension("next");
    if next.exists() {
        fs::remove_dir_all(&next)?;
    }
    let mut sizes = Vec::new();
    for file in &site.files {
        let path = next.join(&file.name);
        fs::create_dir_all(path.parent().context("a file without a folder")?)?;
        fs::write(&path, &file.content)?;
        let mut size = Size {
            name: file.name.clone(),
            raw: file.content.len() as u64,
            brotli: None,
            gzip: None,
            offline: file.offline,
        };
        if is_text_or_code(&file.name) {
            let (brotli, gzip) = compressed(&file.content, cache, level)?;
            fs::write(with_suffix(&path, "br"), &brotli)?;
            fs::write(with_suffix(&path, "gz"), &gzip)?;
            size.brotli = Some(brotli.len() as u64);
            size.gzip = Some(gzip.len() as u64);
        }
        sizes.push(size);
    }
    if out.exists() {
        let old = out.with_extension("old");
        if old.exists() {
            fs::remove_dir_all(&old)?;
        }
        fs::rename(out, &old)?;
        fs::rename(&next, out)?;
        fs::remove_dir_all(&old)?;
    } else {
        fs::rename(&next, out)?;
    }
    Ok(sizes)
}

fn is_text_or_code(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["html", "js", "wasm", "css", "json", "svg", "webmanifest", "txt"].contains(&extension)
}

fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// The brotli and the gzip form of `content`.
fn compressed(content: &[u8], cache: Option<&Path>, level: Level) -> Result<(Vec<u8>, Vec<u8>)> {
    let (quality, gzip_level) = match level {
        Level::Quick => (4, 1),
        Level::Best => (11, 9),
    };
    let kept = cache.map(|folder| folder.join(format!("{}-{quality}", hash::of([content]))));
    if let Some(kept) = &kept
        && let (Ok(brotli), Ok(gzip)) = (fs::read(with_suffix(kept, "br")), fs::read(with_suffix(kept, "gz")))
    {
        return Ok((brotli, gzip));
    }
    let mut brotli = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 22,
        size_hint: content.len(),
        // What brotli calls a font: numbers and code. A thousandth less for the module.
        mode: if content.starts_with(b"\0asm") {
            BrotliEncoderMode::BROTLI_MODE_FONT
        } else {
            BrotliEncoderMode::BROTLI_MODE_GENERIC
        },
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut brotli, &settings)?;
    let gzip = gzipped(content, gzip_level)?;
    if let (Some(folder), Some(kept)) = (cache, &kept) {
        fs::create_dir_all(folder)?;
        fs::write(with_suffix(kept, "br"), &brotli)?;
        fs::write(with_suffix(kept, "gz"), &gzip)?;
    }
    Ok((brotli, gzip))
}

fn gzipped(content: &[u8], level: i32) -> Result<Vec<u8>> {
    let config = DeflateConfig {
        level,
        // 15 is the usual window; 16 above it means gzip.
        window_bits: 16 + 15,
        ..DeflateConfig::default()
    };
    // The bound is for zlib, whose frame is twelve bytes shorter.
    let mut gzip = vec![0; compress_bound(content.len()) + 12];
    let (written, code) = compress_slice(&mut gzip, content, config);
    ensure!(code == ReturnCode::Ok, "zlib: {code:?}");
    Ok(written.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::File;

    #[test]
    fn files_are_written_with_compressed_copies_and_old_ones_are_gone() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (out, cache) = (folder.path().join("dist"), folder.path().join("cache"));
        fs::create_dir(&out)?;
        fs::write(out.join("old.js"), "old")?;
        let text = "điểm ".repeat(500).into_bytes();
        let site = Site {
            files: vec![
                File {
                    name: "a.js".to_owned(),
                    content: text.clone(),
                    offline: true,
                },
                File {
                    name: "icons/a.png".to_owned(),
                    content: vec![1, 2, 3],
                    offline: true,
                },
            ],
            build: "x".to_owned(),
        };
        for _ in 0..2 {
            // The second time from the cache.
            let sizes = write(&site, &out, Some(&cache), Level::Best)?;
            assert!(!out.join("old.js").exists());
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut &*fs::read(out.join("a.js.br"))?, &mut back)?;
            assert_eq!(back, text);
            assert_eq!(
                sizes.first().and_then(|size| size.brotli),
                Some(fs::metadata(out.join("a.js.br"))?.len())
            );
            let mut back = vec![0; text.len()];
            let gzip = zlib_rs::InflateConfig { window_bits: 16 + 15 };
            zlib_rs::decompress_slice(&mut back, &fs::read(out.join("a.js.gz"))?, gzip);
            assert_eq!(back, text);
            assert!(!out.join("icons/a.png.br").exists());
        }
        Ok(())
    }
}
