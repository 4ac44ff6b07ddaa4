//! The table of README.md, replaced as a whole.

use crate::project;
use anyhow::{Context, Result};
use std::fs;

const BEGIN: &str = "<!-- cargo xtask bench: begin -->\n";
const END: &str = "<!-- cargo xtask bench: end -->";

/// Puts `table` between the two marks.
pub(crate) fn replace(table: &str) -> Result<()> {
    let file = project::root()?.join("README.md");
    let text = fs::read_to_string(&file)?;
    fs::write(
        &file,
        between(&text, table).context("README.md has no place for the table")?,
    )?;
    Ok(())
}

fn between(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = format!("a\n{BEGIN}old\n{END}\nb\n");
        assert_eq!(between(&text, "new\n"), Some(format!("a\n{BEGIN}new\n{END}\nb\n")));
        assert_eq!(between("a", "new"), None);
    }
}
