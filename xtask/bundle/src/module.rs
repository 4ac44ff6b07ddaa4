//! From the compiled cdylib to the module and script a browser loads.

use crate::{locals, names, order};
use anyhow::{Context, Result, ensure};
use std::{fs, path::Path};
use wasm_bindgen_cli_support::Bindgen;

/// What wasm-bindgen makes of the module.
pub(crate) struct Module {
    /// `app_bg.wasm`
    pub(crate) wasm: Vec<u8>,
    /// `app.js`: loads the module and translates the calls between it and the browser.
    pub(crate) script: String,
}

/// Runs wasm-bindgen on `wasm`. With `release` the names of functions are left out (they are for stack traces only), and
/// functions and their locals are put in the order that compresses best.
pub(crate) fn bind(wasm: &Path, release: bool) -> Result<Module> {
    let scratch = wasm.with_extension("bindgen");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    Bindgen::new()
        .input_path(wasm)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .remove_name_section(release)
        .remove_producers_section(true)
        .generate(&scratch)
        .with_context(|| format!("wasm-bindgen could not read {}", wasm.display()))?;
    // A dependency with its own script files would need hashed names too; say so rather than ship a broken import.
    ensure!(
        !scratch.join("snippets").exists(),
        "a dependency brings JavaScript snippets ({}): teach the bundler to hash them, or do without that dependency",
        scratch.join("snippets").display()
    );
    let mut wasm = fs::read(scratch.join("app_bg.wasm"))?;
    let mut script = fs::read_to_string(scratch.join("app.js"))?;
    if release {
        (wasm, script) = names::shorten(&wasm, &script)?;
        wasm = order::by_likeness(&locals::by_use(&wasm)?)?;
        wasmparser::validate(&wasm).context("the module was rewritten wrongly")?;
    }
    let module = Module { wasm, script };
    fs::remove_dir_all(&scratch)?;
    Ok(module)
}
