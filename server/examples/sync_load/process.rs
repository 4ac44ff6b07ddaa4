//! A server process, and what it uses.

use anyhow::Context as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The unit of times in /proc, in ms; the same on every Linux.
const TICK_MS: u64 = 10;

/// Ended when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

/// What a process has used.
pub(crate) struct Usage {
    /// CPU time of all its threads, those that have ended too.
    pub(crate) cpu: Duration,
    /// Resident memory in bytes.
    pub(crate) resident: u64,
}

impl Server {
    /// Starts it on a free port, and waits until it is ready.
    pub(crate) fn start(program: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--addr", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}: build it first", program.display()))?;
        let out = child.stdout.take().context("no output")?;
        let mut url = None;
        for line in BufReader::new(out).lines() {
            if let Some(found) = line?.strip_prefix("listening on ") {
                url = Some(found.to_owned());
                break;
            }
        }
        let url = url.context("the server ended before it was ready")?;
        Ok(Self { child, url })
    }

    /// What it has used until now.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        usage(self.child.id())
    }
}

/// What a process has used until now. Linux only: read from /proc.
pub(crate) fn usage(id: u32) -> anyhow::Result<Usage> {
    // The numbers stand after the name, which is in parentheses: what all threads took, also those that have ended.
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    let numbers = stat.rsplit_once(')').context("no name")?.1.split_whitespace();
    let ticks: u64 = numbers
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    let cpu = Duration::from_millis(ticks * TICK_MS);
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u64 = line
        .and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
        .context("no VmRSS")?;
    Ok(Usage {
        cpu,
        resident: kib * 1024,
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its data is thrown away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
