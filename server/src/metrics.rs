//! Counters, kept in memory from the start of the process.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// One counter, or one value that goes up and down.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// One more.
    pub fn up(&self) {
        self.add(1);
    }

    /// Some more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// One less.
    pub fn down(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// As it is now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Everything `/metrics` shows of HTTP; the hub counts its own.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by the first digit of their status, 1 to 5.
    pub answers: [Count; 5],
    /// Sign-ins with the right password.
    pub signed_in: Count,
    /// Sign-ins with a wrong password or username.
    pub wrong_password: Count,
    /// Sign-ins refused because of earlier failures.
    pub limited: Count,
    /// Open board streams.
    pub streams: Count,
}

impl Metrics {
    /// In Prometheus' text form, version 0.0.4.
    pub fn text(&self) -> String {
        let mut out = String::new();
        out.push_str("# HELP tcpl_http_answers_total HTTP answers by class of status.\n");
        out.push_str("# TYPE tcpl_http_answers_total counter\n");
        for (class, count) in (1..).zip(&self.answers) {
            let _ = writeln!(out, "tcpl_http_answers_total{{class=\"{class}xx\"}} {}", count.get());
        }
        out.push_str("# HELP tcpl_sign_ins_total Attempts to sign in.\n# TYPE tcpl_sign_ins_total counter\n");
        let results = [
            ("ok", &self.signed_in),
            ("wrong", &self.wrong_password),
            ("limited", &self.limited),
        ];
        for (result, count) in results {
            let _ = writeln!(out, "tcpl_sign_ins_total{{result=\"{result}\"}} {}", count.get());
        }
        out.push_str("# HELP tcpl_board_streams Open board streams.\n# TYPE tcpl_board_streams gauge\n");
        let _ = writeln!(out, "tcpl_board_streams {}", self.streams.get());
        out
    }
}
