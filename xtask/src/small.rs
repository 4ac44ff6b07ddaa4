//! What makes the shipped module a tenth smaller and that only a nightly compiler admits to know.
//!
//! A panic is one instruction that traps, without message and place; the standard library is compiled like the rest, for
//! size and without the code that prints a panic; `{:?}` prints nothing, so what it prints may mean nothing either. The stable compiler
//! knows all this too but wants to be told `RUSTC_BOOTSTRAP`. Another version may not, and its flags may change: so they
//! are tried first, and where they do not work the module is built plainly. What is compiled is the same code either way.

use crate::{process::cargo, setup};
use anyhow::Result;
use std::process::{Command, Stdio};

const COMPILER: [&str; 4] = [
    "-Zfmt-debug=none",
    "-Zlocation-detail=none",
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
];
const LIBRARY: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// Why the module cannot be built smaller here; `None` if it can.
pub(crate) fn obstacle() -> Result<Option<&'static str>> {
    if !setup::library_source()? {
        return Ok(Some(
            "the standard library's source is not to be had (rustup component add rust-src)",
        ));
    }
    let mut compiler = Command::new("rustc");
    compiler
        .args(["--target", setup::WASM, "--print", "cfg"])
        .args(COMPILER);
    if !quietly(&mut compiler) {
        return Ok(Some("this version of rustc does not know the flags"));
    }
    // Finds out whether cargo knows its flag, and fetches what the standard library depends on.
    let mut fetch = cargo()?;
    fetch.args(["fetch", "--target", setup::WASM]).args(LIBRARY);
    Ok((!quietly(&mut fetch)).then_some("what the standard library depends on is not to be had"))
}

fn quietly(command: &mut Command) -> bool {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Adds the flags to a `cargo rustc`.
pub(crate) fn flags(command: &mut Command) {
    // Not RUSTFLAGS: cargo would then leave out those of .cargo/config.toml. These are added to them.
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .arg("--config")
        .arg(format!("target.{}.rustflags={COMPILER:?}", setup::WASM))
        .args(LIBRARY);
}

#[cfg(test)]
mod tests {
    use crate::project;
    use std::{fs, path::Path};

    /// Where `{:?}` stands in the code of a folder, apart from its tests.
    fn debug_printed(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                debug_printed(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                let printing = lines.filter(|line| line.contains(":?}") || line.contains(":#?}"));
                found.extend(printing.map(|line| format!("{}: {}", path.display(), line.trim())));
            }
        }
    }

    /// The ids of an indicator's fields were once made with it, and no points could be entered.
    #[test]
    fn nothing_in_the_module_is_printed_in_a_way_that_prints_nothing_there() {
        let mut found = Vec::new();
        for folder in ["app/src", "shared/src"] {
            debug_printed(&project::root().unwrap().join(folder), &mut found);
        }
        assert!(found.is_empty(), "{found:#?}");
    }
}
