//! Ending a browser: chromedriver, Chromium and every process Chromium made.

use rustix::process::{Pid, Signal, kill_process};
use std::{fs, thread::sleep, time::Duration};
use tokio::process::Child;

/// SIGKILL to `root` and all its descendants, the descendants first and all within a millisecond or so.
///
/// Killing chromedriver alone would leave Chromium running.
pub(super) fn kill_tree(root: &mut Child) {
    let Some(pid) = root.id() else { return };
    let mut family = descendants(pid);
    for member in &family {
        kill(*member);
    }
    let _ = root.start_kill();
    // A killed process whose parent is dead too is gone at once; one that waits to be reaped is a zombie. Wait until
    // none holds the profile's files any more.
    for _ in 0..400 {
        family.retain(|member| alive(*member));
        if family.is_empty() {
            break;
        }
        sleep(Duration::from_millis(5));
    }
    let _ = root.try_wait();
}

fn kill(pid: u32) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Everything below `root` in the process tree, as procfs has it now.
fn descendants(root: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut look_at = vec![root];
    while let Some(parent) = look_at.pop() {
        let Ok(tasks) = fs::read_dir(format!("/proc/{parent}/task")) else {
            continue;
        };
        for task in tasks.flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            for child in children.split_whitespace().filter_map(|pid| pid.parse().ok()) {
                found.push(child);
                look_at.push(child);
            }
        }
    }
    found
}

/// Neither gone nor a zombie.
fn alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.trim_start().chars().next());
    state.is_some_and(|state| state != 'Z' && state != 'X')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;
    use tokio::{io::AsyncReadExt, process::Command};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_child_of_a_child_is_killed_too() -> anyhow::Result<()> {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "sh -c 'echo $$; sleep 60' & wait"])
            .stdout(Stdio::piped())
            .stdin(Stdio::null());
        let mut shell = shell.spawn()?;
        let mut first_line = [0; 16];
        let output = shell.stdout.as_mut().ok_or(anyhow::anyhow!("no output"))?;
        let count = output.read(&mut first_line).await?;
        let grandchild: u32 = std::str::from_utf8(first_line.get(..count).unwrap_or(&[]))?
            .trim()
            .parse()?;
        assert!(alive(grandchild));
        kill_tree(&mut shell);
        assert!(!alive(grandchild));
        Ok(())
    }
}
