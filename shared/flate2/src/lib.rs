//! Deflate as Automerge asks the crate flate2 for it, which this one stands in for (`[patch.crates-io]` of the workspace).
//!
//! Automerge takes flate2 with its fastest library, zlib-rs, for every target, and a feature once asked for cannot be
//! taken back. In the browser that is fourteen kilobytes of download more than miniz_oxide, for dossiers of some kilobytes. So
//! here it is zlib-rs everywhere else and miniz_oxide in the browser. Each reads what the other wrote, cut-off is the same error, and
//! what the server's can read the browser's reads alike; the tests hold them beside each other. Of damaged bytes the browser's
//! reads some that the server's refuses (what refers to before the beginning): a chunk has its checksum for that.
//! Of flate2 there is what Automerge and `shared` use: raw deflate of bytes in memory.

#[cfg(any(target_arch = "wasm32", test))]
mod small;
#[cfg(target_arch = "wasm32")]
use small as library;

#[cfg(not(target_arch = "wasm32"))]
mod fast;
#[cfg(not(target_arch = "wasm32"))]
use fast as library;

pub mod bufread;
#[cfg(test)]
mod tests;

/// How hard to compress, from 0 (not at all) to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compression(u8);

impl Compression {
    /// As small as it gets.
    #[must_use]
    pub const fn best() -> Self {
        Self(9)
    }
}

impl Default for Compression {
    /// What is usual: 6.
    fn default() -> Self {
        Self(6)
    }
}

/// What one step of inflating did.
struct Step {
    /// Bytes of the deflated that are done with.
    read: usize,
    /// Bytes inflated.
    written: usize,
    /// The deflated is at its end.
    end: bool,
}

/// The deflated is no deflate.
struct Damaged;

/// A library between two steps of inflating.
trait Inflate {
    /// Inflates as much as there is and as there is room for.
    fn step(&mut self, deflated: &[u8], into: &mut [u8]) -> Result<Step, Damaged>;
}
