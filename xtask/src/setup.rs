//! What a fresh machine lacks: fetched here, or named with the command that fetches it.

use crate::{
    process::{must, say, works},
    project,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// The browser, as the compiler calls it.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The compiler's library for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    let asked = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM])
        .output();
    let folder = asked.context("rustc does not start: install Rust with rustup")?.stdout;
    if Path::new(String::from_utf8_lossy(&folder).trim()).exists() {
        return Ok(());
    }
    say("rustup target add wasm32-unknown-unknown (the compiler's part for the browser)");
    must(
        Command::new("rustup")
            .args(["target", "add", WASM])
            .stdin(Stdio::null()),
        "The app is compiled for the browser and needs this target: see that rustup is installed and online, then run again.",
    )
}

/// The source of the standard library; false if it is neither here nor to be had.
pub(crate) fn library_source() -> Result<bool> {
    let asked = Command::new("rustc").args(["--print", "sysroot"]).output();
    let folder = asked.context("rustc does not start: install Rust with rustup")?.stdout;
    let folder = String::from_utf8_lossy(&folder);
    if Path::new(folder.trim())
        .join("lib/rustlib/src/rust/library/std")
        .exists()
    {
        return Ok(true);
    }
    say("rustup component add rust-src (the standard library, to be compiled small)");
    Ok(works("rustup", &["component", "add", "rust-src"]))
}

/// rustfmt and clippy, which a minimal Rust lacks.
pub(crate) fn rust_components() -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !works(program, &["--version"]) {
            say(&format!("rustup component add {component}"));
            must(
                Command::new("rustup")
                    .args(["component", "add", component])
                    .stdin(Stdio::null()),
                "The checks need it: see that rustup is installed and online, then run again.",
            )?;
        }
    }
    Ok(())
}

/// Chromium with its driver, for the tests in a real browser.
pub(crate) fn browser() -> Result<()> {
    debian(&[("chromium", "chromium"), ("chromedriver", "chromium-driver")])
}

/// The packages that tests take from npm (`tests/package-lock.json`): axe-core and the JavaScript sync client.
pub(crate) fn node_packages() -> Result<()> {
    let tests = project::root()?.join("tests");
    let lock = tests.join("package-lock.json");
    if !lock.exists() {
        return Ok(());
    }
    debian(&[("node", "nodejs"), ("npm", "npm")])?;
    let installed = tests.join("node_modules/.package-lock.json");
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    if time(&installed).is_some_and(|installed| time(&lock).is_some_and(|lock| lock <= installed)) {
        return Ok(());
    }
    say("npm ci in tests/ (axe-core, the JavaScript sync client)");
    must(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&tests)
            .stdin(Stdio::null()),
        "The tests need these packages: see that npm works and is online, then run again.",
    )
}

/// Installs the Debian packages of those programs that are missing: (program, package).
fn debian(programs: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| !works(program, &["--version"]))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|answer| answer.stdout == b"0\n");
    if !root || !works("apt-get", &["--version"]) {
        bail!("the tests need {packages}. Install it: sudo apt-get install {packages} (on Debian), then run again.");
    }
    say(&format!("apt-get install {packages}"));
    let cure = format!("Install {packages} by hand, then run again.");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null());
        must(&mut command, &cure)
    };
    apt(&["update", "-q"])?;
    let mut install = vec!["install", "-q", "-y", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install)
}
