//! The build tool of Chuẩn TCPL: `cargo xtask run | build | test | e2e | bench`.
//!
//! It calls cargo once for each thing to build, never two at a time, and always with the same packages and features,
//! so that nothing is compiled twice. It says what it is doing, and when something fails, what to do about it.

mod args;
mod bench;
mod checks;
mod e2e;
mod process;
mod project;
mod run;
mod setup;
mod small;
mod stages;
mod suites;
mod test;
mod web;

use anyhow::{Result, bail};
use args::Args;

const HELP: &str = "\
cargo xtask run   [--port N] [--data DIR] [--release] [--empty]
    builds the app and the server and serves them on SQLite with demo data, or without (--empty)
cargo xtask build [--release] [--out DIR] [--stamp TEXT]
    makes dist/: the module, bindings, hashed names, precache list, compressed copies; prints the sizes
cargo xtask test  [FILTER]
    installs what tests need and runs every check and test; with FILTER only the tests whose name contains it
cargo xtask e2e   [FILTER] [--dev]
    the tests in a real Chromium only; --dev takes the module that builds faster
cargo xtask bench [size|wire|app|server] [--readme]
    measures and prints a table, and JSON into the target folder; --readme puts the table into README.md";

fn main() {
    let mut args = Args::from_env();
    let done = match args.command().as_deref() {
        Some("run") => run::run(args),
        Some("build") => build(args),
        Some("test") => test::run(args),
        Some("e2e") => e2e::run(args),
        Some("bench") => bench::run(args),
        Some("help" | "--help" | "-h") | None => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => Err(anyhow::anyhow!("no command {other}\n{HELP}")),
    };
    if let Err(problem) = done {
        eprintln!("\nxtask: {problem:#}");
        std::process::exit(1);
    }
}

fn build(mut args: Args) -> Result<()> {
    let mut order = web::Order::new(if args.flag("--release") {
        web::Profile::Release
    } else {
        web::Profile::Dev
    });
    if let Some(out) = args.value("--out")? {
        order.out = std::env::current_dir()?.join(out);
    }
    order.stamp = args.value("--stamp")?.unwrap_or_default();
    if let Some(extra) = args.word() {
        bail!("build takes no {extra}\n{HELP}");
    }
    args.finish(HELP)?;
    setup::wasm_target()?;
    order.budget = web::compile(order.profile)?;
    web::bundle(&order)
}
