//! The stages of a test run: their names, times and outcome, and the closing lines.

use crate::process::say;
use anyhow::Result;
use std::time::{Duration, Instant};

/// Tests counted, with the names of those that failed.
#[derive(Default)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: Vec<String>,
}

impl Count {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed.extend(other.failed);
    }
}

/// What ran so far.
#[derive(Default)]
pub(crate) struct Stages {
    rows: Vec<(String, Duration, &'static str)>,
    count: Count,
}

impl Stages {
    /// Runs one stage; a failure is noted and the next stages still run. True when it passed.
    #[expect(clippy::disallowed_methods, reason = "a build tool reads the clock")]
    pub(crate) fn check(&mut self, name: &str, stage: impl FnOnce() -> Result<Count>) -> bool {
        say(name);
        let begin = Instant::now();
        let outcome = stage();
        let took = begin.elapsed();
        let passed = match outcome {
            Ok(count) => {
                let passed = count.failed.is_empty();
                self.count.add(count);
                passed
            }
            Err(problem) => {
                eprintln!("{problem:#}");
                self.count.failed.push(format!("stage {name}"));
                false
            }
        };
        self.rows
            .push((name.to_owned(), took, if passed { "ok" } else { "FAILED" }));
        passed
    }

    /// A stage whose tool is not on this machine, or that another stage's failure made pointless.
    pub(crate) fn skip(&mut self, name: &str, why: &'static str) {
        self.rows.push((name.to_owned(), Duration::ZERO, why));
    }

    /// Prints the table and the closing line; an error when anything failed.
    pub(crate) fn finish(self) -> Result<()> {
        println!("\n{:<28} {:>7}", "stage", "seconds");
        for (name, took, outcome) in &self.rows {
            println!("{name:<28} {:>7.1}  {outcome}", took.as_secs_f64());
        }
        let whole: Duration = self.rows.iter().map(|(_, took, _)| *took).sum();
        println!("{:<28} {:>7.1}\n", "together", whole.as_secs_f64());
        for name in &self.count.failed {
            println!("failed: {name}");
        }
        println!("{} passed, {} failed", self.count.passed, self.count.failed.len());
        if self.count.failed.is_empty() {
            return Ok(());
        }
        // The line above is the last word; an error message after it would hide it.
        std::process::exit(1)
    }
}
