//! `cargo xtask bench`: what is measured, never asserted. A table to read, and the same as JSON.
//!
//! The programs that measure stand beside what they measure, as examples of their crates, and print one line of JSON each.
//! Here they are built once, run one after the other, and their figures set beside the aims.

mod figures;
mod readme;

use crate::{
    HELP,
    args::Args,
    process::{cargo, say},
    project, setup,
    web::{self, Order, Profile},
};
use anyhow::{Context, Result, bail};
use figures::Figures;
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// The parts, in the order they run.
const PARTS: [&str; 4] = ["size", "wire", "app", "server"];

/// One run of the server's load.
struct Load {
    clients: u32,
    dossiers: u32,
    /// Changes each dossier has before.
    history: u32,
    /// Changes that are measured, of all clients together.
    changes: u32,
}

impl Load {
    const fn new(clients: u32, dossiers: u32, history: u32, changes: u32) -> Self {
        Self {
            clients,
            dossiers,
            history,
            changes,
        }
    }

    fn arguments(&self) -> Vec<String> {
        let pairs = [
            ("--clients", self.clients),
            ("--dossiers", self.dossiers),
            ("--history", self.history),
            ("--changes", self.changes),
        ];
        let words = pairs
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value.to_string()]);
        words.collect()
    }
}

/// Two officials on a dossier, as the aims have it; ten times as many of both; and twenty on each dossier at once.
const LOADS: [Load; 5] = [
    Load::new(50, 25, 200, 20_000),
    Load::new(50, 25, 5_000, 20_000),
    Load::new(50, 25, 20_000, 20_000),
    Load::new(500, 250, 200, 20_000),
    Load::new(500, 25, 200, 3_000),
];

/// `cargo xtask bench [size|wire|app|server] [--readme]`
pub(crate) fn run(mut args: Args) -> Result<()> {
    let into_readme = args.flag("--readme");
    let part = args.word();
    args.finish(HELP)?;
    if into_readme && part.is_some() {
        bail!("--readme takes the whole table: without {}", part.unwrap_or_default());
    }
    if let Some(part) = part.as_deref().filter(|part| !PARTS.contains(part)) {
        bail!("bench measures {}, not {part}", PARTS.join(", "));
    }
    let wanted = |name: &str| part.as_deref().is_none_or(|part| part == name);
    let programs = Programs::build(wanted("app") || wanted("server"))?;
    let mut measured = Map::new();
    measured.insert("machine".to_owned(), machine());
    if wanted("size") || wanted("app") {
        measured.insert("size".to_owned(), sizes()?);
    }
    if wanted("wire") {
        say("bytes on the wire, loading");
        measured.insert("dossier".to_owned(), programs.measure("dossier_costs", &[])?);
    }
    if wanted("app") {
        setup::browser()?;
        say("the app in Chromium, four times slower: some minutes");
        measured.insert("app".to_owned(), programs.measure("app_speed", &[])?);
    }
    if wanted("server") {
        let mut runs = Vec::new();
        for load in LOADS {
            let arguments = load.arguments();
            say(&format!("the server: {}", arguments.join(" ")));
            runs.push(programs.measure("sync_load", &arguments)?);
        }
        measured.insert("server".to_owned(), Value::Array(runs));
    }
    let measured = Value::Object(measured);
    let figures = Figures::of(&measured);
    println!("\n{}", figures.table());
    let file = project::target()?.join("bench.json");
    fs::write(&file, format!("{measured:#}\n"))?;
    println!("JSON: {}", file.display());
    if into_readme {
        readme::replace(&figures.table())?;
    }
    Ok(())
}

/// The folder of the release build's examples.
struct Programs(PathBuf);

impl Programs {
    fn build(all: bool) -> Result<Self> {
        say("the measuring programs, in release; the first time takes some minutes");
        let mut command = cargo()?;
        command.args(["build", "--release", "-p", "shared", "--example", "dossier_costs"]);
        if all {
            command.args(["-p", "server", "--bin", "server", "--example", "sync_load"]);
            command.args(["-p", "tests", "--example", "app_speed"]);
        }
        crate::process::must(&mut command, "The compiler's messages above say where.")?;
        Ok(Self(project::target()?.join("release")))
    }

    /// Runs an example; its progress is shown, the one line it prints is the answer.
    fn measure(&self, name: &str, arguments: &[String]) -> Result<Value> {
        let output = Command::new(self.0.join("examples").join(name))
            .args(arguments)
            .env("E2E_SERVER", self.0.join("server"))
            .env("E2E_DIST", dist()?)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("{name} does not start"))?;
        if !output.status.success() {
            bail!("{name} failed ({}); its messages are above", output.status);
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().last().unwrap_or_default();
        serde_json::from_str(line).with_context(|| format!("{name} printed no JSON but: {line}"))
    }
}

/// What is measured, apart from what `run` serves; the logs of the browser and the server go beside it.
fn dist() -> Result<PathBuf> {
    Ok(project::target()?.join("bench").join("dist"))
}

/// The release module, bundled, and the sizes of its files.
fn sizes() -> Result<Value> {
    setup::wasm_target()?;
    web::compile(Profile::Release)?;
    let file = project::target()?.join("sizes.json");
    web::bundle(&Order {
        sizes: Some(file.clone()),
        out: dist()?,
        ..Order::new(Profile::Release)
    })?;
    serde_json::from_str(&fs::read_to_string(&file)?).context("the sizes are no JSON")
}

/// What it was measured on: other work on the machine shows in the load.
fn machine() -> Value {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name));
    let load = read("/proc/loadavg");
    json!({
        "processor": model.unwrap_or("unknown"),
        "processors": std::thread::available_parallelism().map_or(1, usize::from),
        "load_before": load.split(' ').next().unwrap_or_default(),
    })
}
