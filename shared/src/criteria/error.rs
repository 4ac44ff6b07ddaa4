//! Why a criteria file is refused, in words an administrator can act on.

use core::fmt;

/// A criteria file that is refused. Loading it again does not help; the file has to be corrected as `cure` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// The file's name, as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub cure: String,
    /// What the TOML reader said, in English, where it refused.
    pub detail: Option<String>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, dòng {}: {} {}", self.file, self.line, self.what, self.cure)?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for LoadError {}
