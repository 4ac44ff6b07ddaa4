//! Content hashes for file names and the build id.

use sha2::{Digest, Sha256};

/// The first 16 hexadecimal characters (64 bits) of the SHA-256 of all parts, each preceded by its length.
pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(super::of([&b"ab"[..], b"c"]), super::of([&b"a"[..], b"bc"]));
        assert_eq!(super::of([&b"ab"[..]]).len(), 16);
    }
}
