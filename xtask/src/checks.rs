//! The checks that run no test: form, lints, documentation, dependencies.

use crate::{
    process::{cargo, must, works},
    stages::{Count, Stages},
    suites,
};

/// Formatting and lints, for the machine and for the browser.
pub(crate) fn before(stages: &mut Stages) {
    stages.check("fmt", || {
        must(
            cargo()?.args(["fmt", "--all", "--", "--check"]),
            "Run `cargo fmt --all`.",
        )?;
        Ok(Count::default())
    });
    stages.check("clippy, native", || {
        let mut command = cargo()?;
        command
            .arg("clippy")
            .args(suites::selection())
            .args(["--all-targets", "--", "-D", "warnings"]);
        must(&mut command, "The messages above say what to change.")?;
        Ok(Count::default())
    });
    stages.check("clippy, browser", || {
        let mut command = cargo()?;
        command.args(["clippy", "-p", "app", "--lib", "--target", "wasm32-unknown-unknown"]);
        command.args(["--no-default-features", "--features", "csr", "--", "-D", "warnings"]);
        must(&mut command, "The messages above say what to change.")?;
        Ok(Count::default())
    });
}

/// Documentation, and the tools that are not everywhere.
pub(crate) fn after(stages: &mut Stages) {
    stages.check("doc", || {
        let mut command = cargo()?;
        command
            .args(["doc", "--no-deps"])
            .args(suites::selection())
            .env("RUSTDOCFLAGS", "-D warnings");
        must(&mut command, "The messages above say what to change.")?;
        Ok(Count::default())
    });
    // Advisories need a database from the network; licences, bans and sources do not.
    optional(
        stages,
        "deny",
        &["deny", "--log-level", "error", "check", "licenses", "bans", "sources"],
    );
    optional(stages, "machete", &["machete"]);
}

fn optional(stages: &mut Stages, name: &str, arguments: &[&str]) {
    if !works(&format!("cargo-{name}"), &["--version"]) {
        return stages.skip(name, "not installed");
    }
    stages.check(name, || {
        must(cargo()?.args(arguments), "The messages above say what to change.")?;
        Ok(Count::default())
    });
}
