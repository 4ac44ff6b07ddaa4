//! Test programs: built by one cargo call, then run one after the other with a time limit and counted.

use crate::{
    process::{cargo, say},
    project,
    stages::Count,
};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Every package with native tests. Always all of them in one call: cargo joins the features of what it builds
/// together, so another selection would compile the dependencies again.
pub(crate) const PACKAGES: [&str; 7] = ["shared", "server", "app", "flate2", "tests", "xtask", "bundle"];

/// No single test program may take longer.
const LIMIT: Duration = Duration::from_secs(25 * 60);

/// One compiled test program.
pub(crate) struct Suite {
    /// `package::target`
    name: String,
    program: PathBuf,
    /// The folder of its package.
    folder: PathBuf,
    /// Needs a browser and `dist/`.
    pub(crate) e2e: bool,
}

/// What one cargo call built.
pub(crate) struct Built {
    pub(crate) suites: Vec<Suite>,
    /// The server's program, for the tests that start it.
    pub(crate) server: PathBuf,
}

/// `-p shared -p server …`
pub(crate) fn selection() -> impl Iterator<Item = &'static str> {
    PACKAGES.into_iter().flat_map(|package| ["-p", package])
}

/// Which tests.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scope {
    All,
    /// Those of `tests/tests/`; the others need not even compile.
    EndToEnd,
}

/// Compiles tests and the server.
pub(crate) fn build(scope: Scope) -> Result<Built> {
    let mut command = cargo()?;
    command
        .args(["test", "--no-run", "--message-format=json-render-diagnostics"])
        .args(selection());
    if scope == Scope::EndToEnd {
        // Cargo builds the server's program only for a test of the server; any one will do.
        let of_server = names("server/tests")?.into_iter().take(1);
        for name in names("tests/tests")?.into_iter().chain(of_server) {
            command.args(["--test", &name]);
        }
    }
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("cargo has no output")?;
    let (mut suites, mut server) = (Vec::new(), None);
    for line in BufReader::new(output).lines() {
        let message: Value = serde_json::from_str(&line?).unwrap_or_default();
        let Some(program) = message["executable"].as_str().map(PathBuf::from) else {
            continue;
        };
        let (target, kind) = (
            message["target"]["name"].as_str(),
            message["target"]["kind"][0].as_str(),
        );
        let manifest = message["manifest_path"].as_str().map(Path::new).and_then(Path::parent);
        let (Some(target), Some(kind), Some(folder)) = (target, kind, manifest) else {
            continue;
        };
        let package = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if message["profile"]["test"] == Value::Bool(true) {
            suites.push(Suite {
                name: format!("{package}::{target}"),
                program,
                folder: folder.to_owned(),
                e2e: package == "tests" && kind == "test",
            });
        } else if kind == "bin" && target == "server" {
            server = Some(program);
        }
    }
    if !child.wait()?.success() {
        bail!("the tests do not compile; the messages above say where");
    }
    let server = server.context("cargo built no server: the server crate needs at least one integration test")?;
    suites.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Built { suites, server })
}

/// The names of the test programs in `folder`, in order.
fn names(folder: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(project::root()?.join(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

impl Suite {
    /// Whether any of its tests has `filter` in its name.
    pub(crate) fn has(&self, filter: &str) -> Result<bool> {
        let listed = Command::new(&self.program)
            .args(["--list", filter])
            .stdin(Stdio::null())
            .output()?;
        Ok(String::from_utf8_lossy(&listed.stdout)
            .lines()
            .any(|line| line.ends_with(": test")))
    }

    /// Runs the tests whose name contains `filter`, one after the other if `serial`.
    pub(crate) fn run(&self, filter: &str, serial: bool, settings: &[(&str, PathBuf)]) -> Result<Count> {
        say(&self.name);
        let mut command = Command::new(&self.program);
        command
            .arg(filter)
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder);
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        // The message of an error says what happened; where it was made says nothing more.
        command.env("RUST_LIB_BACKTRACE", "0");
        if serial {
            command.args(["--test-threads", "1", "--nocapture"]);
        }
        counted(&mut command, &self.name)
    }
}

/// Runs a test program (or `cargo test --doc`), passes its output on and counts its results.
#[expect(clippy::disallowed_methods, reason = "a build tool reads the clock")]
pub(crate) fn counted(command: &mut Command, name: &str) -> Result<Count> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("no output")?;
    let reader = thread::spawn(move || {
        let mut count = Count::default();
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{line}");
            read_result(&line, &mut count);
        }
        count
    });
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if begin.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(50));
    };
    // After a kill, processes the test started may still hold the pipe: do not wait for its end.
    let Some(status) = status else {
        bail!("{name} took longer than {} minutes and was ended", LIMIT.as_secs() / 60)
    };
    let mut count = reader.join().ok().context("the reader of the output failed")?;
    for failed in &mut count.failed {
        *failed = format!("{name}::{failed}");
    }
    if !status.success() && count.failed.is_empty() {
        count.failed.push(format!("{name} ({status})"));
    }
    Ok(count)
}

/// Understands the two lines of the test harness that matter: a failed test's name, and the totals.
fn read_result(line: &str, count: &mut Count) {
    if let Some(totals) = line.strip_prefix("test result: ") {
        let passed = totals
            .split_once(" passed")
            .and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
        count.passed += passed.unwrap_or(0);
    } else if let Some(name) = line
        .strip_prefix("test ")
        .and_then(|line| line.strip_suffix(" ... FAILED"))
    {
        count.failed.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted_and_failures_named() {
        let mut count = Count::default();
        for line in [
            "test a::b ... ok",
            "test c ... FAILED",
            "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s",
        ] {
            read_result(line, &mut count);
        }
        assert_eq!((count.passed, count.failed), (12, vec!["c".to_owned()]));
    }
}
