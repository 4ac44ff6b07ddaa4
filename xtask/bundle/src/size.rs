//! The table of download sizes, and the budget.

use anyhow::{Result, bail};
use serde_json::json;
use std::fmt::Write;

/// Bytes of one file, as it is and compressed.
pub(crate) struct Size {
    pub(crate) name: String,
    pub(crate) raw: u64,
    pub(crate) brotli: Option<u64>,
    pub(crate) gzip: Option<u64>,
    /// Needed to score offline.
    pub(crate) offline: bool,
}

impl Size {
    /// What a browser downloads.
    fn download(&self) -> u64 {
        self.brotli.unwrap_or(self.raw)
    }
}

fn total(sizes: &[Size]) -> u64 {
    sizes.iter().filter(|size| size.offline).map(Size::download).sum()
}

fn largest_first(sizes: &[Size]) -> impl Iterator<Item = &Size> {
    let mut rows: Vec<&Size> = sizes.iter().collect();
    rows.sort_by_key(|size| std::cmp::Reverse(size.download()));
    rows.into_iter()
}

/// One line for each file, the largest first, and the sum of what offline work needs.
pub(crate) fn table(sizes: &[Size]) -> String {
    let mut text = format!("{:<32} {:>10} {:>10} {:>10}", "file", "bytes", "brotli", "gzip");
    let cell = |value: Option<u64>| value.map_or("-".to_owned(), |value| value.to_string());
    for size in largest_first(sizes) {
        let mark = if size.offline { "" } else { " (online only)" };
        let _ = write!(
            text,
            "\n{:<32} {:>10} {:>10} {:>10}{mark}",
            size.name,
            size.raw,
            cell(size.brotli),
            cell(size.gzip)
        );
    }
    let _ = write!(text, "\n{:<32} {:>10} {:>10}", "needed offline", "", total(sizes));
    text
}

/// The table for programs: bytes by file, in the order of [`table`], and the sum of what offline work needs.
pub(crate) fn json(sizes: &[Size]) -> serde_json::Value {
    let file =
        |size: &Size| json!({ "name": size.name, "raw": size.raw, "brotli": size.download(), "offline": size.offline });
    json!({ "needed_offline": total(sizes), "files": largest_first(sizes).map(file).collect::<Vec<_>>() })
}

/// Fails when what offline work needs is over `budget` bytes of download.
pub(crate) fn check(sizes: &[Size], budget: u64) -> Result<()> {
    let total = total(sizes);
    if total > budget {
        bail!(
            "size budget exceeded: {total} bytes of brotli are needed offline, {budget} are allowed. See the table above for the largest file; `cargo tree -p app --target wasm32-unknown-unknown` shows what came in."
        );
    }
    println!("size budget: {total} of {budget} bytes");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str, raw: u64, brotli: Option<u64>, offline: bool) -> Size {
        Size {
            name: name.to_owned(),
            raw,
            brotli,
            gzip: None,
            offline,
        }
    }

    #[test]
    fn the_budget_counts_what_is_downloaded_for_offline_work() {
        let sizes = [
            size("a.wasm", 1000, Some(400), true),
            size("b.png", 50, None, true),
            size("c.json", 9, Some(9), false),
        ];
        assert!(check(&sizes, 450).is_ok());
        assert!(check(&sizes, 449).is_err());
        assert!(table(&sizes).contains("needed offline"));
        assert_eq!(json(&sizes)["needed_offline"], 450);
        assert_eq!(json(&sizes)["files"][0]["name"], "a.wasm");
    }
}
