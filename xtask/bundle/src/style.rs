//! All of `style/*.css` as one sheet, in the order of the names, without the comments.

use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Concatenates the sheets of `folder` (not its sub-folders).
pub(crate) fn concatenate(folder: &Path) -> Result<String> {
    let mut sheets = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            sheets.push(path);
        }
    }
    sheets.sort();
    let mut all = String::new();
    for sheet in &sheets {
        let text = fs::read_to_string(sheet).with_context(|| format!("{} is not text", sheet.display()))?;
        all.push_str(&without_comments(&text));
        all.push('\n');
    }
    Ok(all)
}

/// Takes out `/* … */` outside of quotes, and the indentation and empty lines, which a phone need not download.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    let mut quote: Option<char> = None;
    while let Some(character) = rest.chars().next() {
        if quote.is_none() && rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        match quote {
            Some(open) if character == open => quote = None,
            None if character == '"' || character == '\'' => quote = Some(character),
            _ => {}
        }
        kept.push(character);
        rest = rest.get(character.len_utf8()..).unwrap_or("");
        if character == '\\' {
            // The escaped character is never a delimiter.
            if let Some(escaped) = rest.chars().next() {
                kept.push(escaped);
                rest = rest.get(escaped.len_utf8()..).unwrap_or("");
            }
        }
    }
    kept.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_quoted_text_stays() {
        let css = "/* why */\na::before {\n  content: \"/* kept */ \\\"\"; /* x */\n}\n";
        assert_eq!(without_comments(css), "a::before {\ncontent: \"/* kept */ \\\"\";\n}");
    }

    #[test]
    fn sheets_come_in_the_order_of_their_names() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("20-parts.css"), "b{}")?;
        fs::write(folder.path().join("10-base.css"), "a{}")?;
        fs::write(folder.path().join("notes.txt"), "no")?;
        assert_eq!(concatenate(folder.path())?, "a{}\nb{}\n");
        Ok(())
    }
}
