//! The figures in the order and words of the table, each beside its aim where there is one.

use serde_json::Value;
use std::fmt::Write;

/// What was aimed at.
#[derive(Clone, Copy)]
enum Aim {
    AtMost(f64),
    AtLeast(f64),
    None,
}

/// One row.
struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    aim: Aim,
}

/// Every row that was measured.
pub(crate) struct Figures {
    rows: Vec<Figure>,
    machine: String,
}

use crate::web::BUDGET;
use Aim::{AtLeast, AtMost};

/// Where a figure stands in the JSON, what it is called, its unit and its aim.
const FIXED: [(&str, &str, &str, Aim); 21] = [
    (
        "/size/needed_offline",
        "Download needed to score offline, brotli",
        "bytes",
        AtMost(BUDGET as f64),
    ),
    (
        "/app/start_ms/p50",
        "Cold offline start to an interactive dossier, 4× slower, p50",
        "ms",
        AtMost(1_000.0),
    ),
    ("/app/start_ms/p95", "… p95", "ms", AtMost(1_500.0)),
    (
        "/app/tap_durable_ms/p50",
        "Tap → durable in IndexedDB, 4× slower, p50",
        "ms",
        Aim::None,
    ),
    ("/app/tap_durable_ms/p95", "… p95", "ms", AtMost(40.0)),
    ("/app/tap_durable_ms/p99", "… p99", "ms", Aim::None),
    (
        "/app/tap_heard_ms/p50",
        "Tap → the page has heard it, 4× slower, p50",
        "ms",
        Aim::None,
    ),
    ("/app/tap_heard_ms/p95", "… p95", "ms", Aim::None),
    (
        "/app/tap_shown_ms/p50",
        "Tap → the status line says so, 4× slower, p50",
        "ms",
        Aim::None,
    ),
    ("/app/tap_shown_ms/p95", "… p95", "ms", Aim::None),
    (
        "/dossier/one_change_bytes",
        "One score change on the wire, both directions",
        "bytes",
        AtMost(600.0),
    ),
    (
        "/dossier/offline_200_on_5000_bytes",
        "200 offline changes on a dossier of 5,000, both directions",
        "bytes",
        AtMost(15_000.0),
    ),
    (
        "/dossier/offline_200_on_20000_bytes",
        "200 offline changes on a dossier of 20,000, both directions",
        "bytes",
        AtMost(15_000.0),
    ),
    (
        "/dossier/load_5000/snapshot_ms",
        "Load a dossier of 5,000 changes, compacted",
        "ms",
        Aim::None,
    ),
    ("/dossier/load_5000/rows_ms", "… change by change", "ms", Aim::None),
    (
        "/dossier/load_20000/snapshot_ms",
        "Load a dossier of 20,000 changes, compacted",
        "ms",
        Aim::None,
    ),
    ("/dossier/load_20000/rows_ms", "… change by change", "ms", Aim::None),
    (
        "/dossier/load_5000/snapshot_bytes",
        "A dossier of 5,000 changes on the disk, compacted",
        "bytes",
        Aim::None,
    ),
    (
        "/dossier/load_5000/rows_bytes",
        "… change by change",
        "bytes",
        Aim::None,
    ),
    (
        "/dossier/load_20000/snapshot_bytes",
        "A dossier of 20,000 changes on the disk, compacted",
        "bytes",
        Aim::None,
    ),
    (
        "/dossier/load_20000/rows_bytes",
        "… change by change",
        "bytes",
        Aim::None,
    ),
];

/// The figures of one run of the server's load; the aims hold for 50 clients, where the issue sets them.
fn server(run: &Value) -> Vec<Figure> {
    let number = |name: &str| run[name].as_f64();
    let (Some(clients), Some(dossiers), Some(history)) = (number("clients"), number("dossiers"), number("history"))
    else {
        return Vec::new();
    };
    let aimed = |aim| if clients == 50.0 { aim } else { Aim::None };
    let rate = aimed(AtLeast(if history > 5_000.0 { 1_500.0 } else { 4_000.0 }));
    let memory = if history == 5_000.0 {
        AtMost(1_500_000.0)
    } else {
        Aim::None
    };
    let rows = [
        ("changes_per_s", "durable changes", "per second", Aim::None),
        ("changes_per_cpu_s", "durable changes", "per CPU-second", rate),
        ("p50_ms", "send → durable, p50", "ms", Aim::None),
        ("p95_ms", "send → durable, p95", "ms", aimed(AtMost(30.0))),
        ("p99_ms", "send → durable, p99", "ms", Aim::None),
        (
            "load_p95_ms",
            "first change in an unloaded dossier → durable, p95",
            "ms",
            Aim::None,
        ),
        ("rss_per_loaded", "memory of a loaded dossier", "bytes", memory),
        (
            "rss_per_unloaded",
            "memory of an unloaded dossier",
            "bytes",
            AtMost(2_000.0),
        ),
    ];
    let row = |(name, what, unit, aim): (&str, &str, &'static str, Aim)| {
        let what = format!(
            "Server, {clients} clients on {dossiers} dossiers of {}: {what}",
            grouped(history)
        );
        Some(Figure {
            what,
            value: number(name)?,
            unit,
            aim,
        })
    };
    rows.into_iter().filter_map(row).collect()
}

impl Figures {
    /// What `measured` has of the rows.
    pub(crate) fn of(measured: &Value) -> Self {
        let fixed = FIXED.iter().filter_map(|(place, what, unit, aim)| {
            let value = measured.pointer(place)?.as_f64()?;
            Some(Figure {
                what: (*what).to_owned(),
                value,
                unit,
                aim: *aim,
            })
        });
        let runs = measured["server"].as_array().into_iter().flatten();
        let machine = &measured["machine"];
        Self {
            rows: fixed.chain(runs.flat_map(server)).collect(),
            machine: format!(
                "{} × {}, load before: {}",
                machine["processors"],
                machine["processor"].as_str().unwrap_or_default(),
                machine["load_before"].as_str().unwrap_or_default(),
            ),
        }
    }

    /// The table in Markdown. An aim that is not reached says so.
    pub(crate) fn table(&self) -> String {
        let mut text = "| what | measured | aim |\n|---|---:|---:|\n".to_owned();
        for Figure { what, value, unit, aim } in &self.rows {
            let (sign, aim, reached) = match *aim {
                AtMost(aim) => ("≤ ", Some(aim), *value <= aim),
                AtLeast(aim) => ("≥ ", Some(aim), *value >= aim),
                Aim::None => ("", None, true),
            };
            let aim = aim.map_or(String::new(), |aim| format!("{sign}{}", grouped(aim)));
            let missed = if reached { "" } else { " **not reached**" };
            let _ = writeln!(text, "| {what} | {} {unit} | {aim}{missed} |", grouped(*value));
        }
        let _ = writeln!(text, "\nMeasured on {}.", self.machine);
        text
    }
}

/// `1,234`, or one decimal below a hundred.
fn grouped(value: f64) -> String {
    if value < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_measured_stands_beside_its_aim() {
        let measured = json!({
            "machine": { "processor": "P", "processors": 2, "load_before": "0.1" },
            "size": { "needed_offline": 971_663 },
            "dossier": { "one_change_bytes": 544 },
            "server": [{ "clients": 50, "dossiers": 25, "history": 5000, "changes_per_cpu_s": 4321.5, "p95_ms": 31.25 }],
        });
        let table = Figures::of(&measured).table();
        assert!(
            table.contains("| 971,663 bytes | ≤ 600,000 **not reached** |"),
            "{table}"
        );
        assert!(table.contains("| 544 bytes | ≤ 600 |"), "{table}");
        assert!(
            table.contains("dossiers of 5,000: durable changes | 4,322 per CPU-second | ≥ 4,000 |"),
            "{table}"
        );
        assert!(table.contains("| 31.2 ms | ≤ 30 **not reached** |"), "{table}");
        assert!(table.contains("Measured on 2 × P"), "{table}");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0.25), "0.2");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(100.4), "100");
    }
}
