//! Running other programs, and saying so.

use crate::project;
use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};

/// A line that says what begins now.
pub(crate) fn say(text: &str) {
    println!("==> {text}");
}

/// `cargo` in the workspace's folder, with no input: a question nobody answers must not wait.
pub(crate) fn cargo() -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(project::root()?).stdin(Stdio::null());
    Ok(command)
}

/// Runs `command` and waits; `cure` is what to do when it fails.
pub(crate) fn must(command: &mut Command, cure: &str) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .with_context(|| format!("{name} does not start. {cure}"))?;
    if !status.success() {
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        bail!("`{name} {}` failed ({status}). {cure}", arguments.join(" "));
    }
    Ok(())
}

/// Whether a program of this name starts and ends well with `arguments`.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
