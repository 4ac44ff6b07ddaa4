//! Scripts as they are served: without the comments and the indentation that are for us.

/// Leaves out lines that are comments alone, empty lines and indentation. Line ends stay, so no statement runs into the
/// next. A script in which a text goes over several lines stays as it is.
pub(crate) fn compact(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        let comment = if in_comment {
            Some(line)
        } else {
            line.strip_prefix("/*")
        };
        if let Some(comment) = comment {
            in_comment = match comment.split_once("*/") {
                None => true,
                Some((_, "")) => false,
                // Code after a comment on its line: too clever for this.
                Some(_) => return script.to_owned(),
            };
            continue;
        }
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if line.matches('`').count() % 2 == 1 {
            return script.to_owned();
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_lines_stay() {
        let script =
            "// why\nexport function a() {\n    /**\n     * what\n     */\n    return 1 // one\n\n    /* no */\n}\n";
        assert_eq!(compact(script), "export function a() {\nreturn 1 // one\n}\n");
        assert_eq!(
            compact("const url = 'a//b';\n  f(`x`);\n"),
            "const url = 'a//b';\nf(`x`);\n"
        );
    }

    #[test]
    fn what_is_too_clever_stays_as_it_is() {
        for script in ["  a(`x\n  y`);\n", "  /* a\n  b */ c();\n", "  /* a */ f(); /* b */\n"] {
            assert_eq!(compact(script), script);
        }
    }
}
