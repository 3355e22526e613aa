//! What only the moment of applying tells.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use sha1::{Digest, Sha1};

/// The moment at which a configuration is applied.
#[derive(Debug)]
pub(crate) struct Moment {
    now: Timestamp,
    uuids: AtomicU64,
}

impl Moment {
    pub(crate) fn new(now: Timestamp) -> Moment {
        Moment { now, uuids: AtomicU64::new(0) }
    }

    /// The time as `timestamp()` gives it: UTC, whole seconds.
    pub(super) fn timestamp(&self) -> String {
        self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// A UUID of version 4, another one at each call. It is no secret: it rests on the time alone.
    pub(super) fn uuid(&self) -> String {
        let count = self.uuids.fetch_add(1, Ordering::Relaxed);
        let digest = Sha1::digest(format!("{} {count}", self.now.as_nanosecond()));
        uuid(4, &digest)
    }

    /// The salt of a hash, another one at each call. Like a UUID's, its randomness protects nothing.
    pub(super) fn salt(&self) -> [u8; 16] {
        let count = self.uuids.fetch_add(1, Ordering::Relaxed);
        let digest = Sha1::digest(format!("salt {} {count}", self.now.as_nanosecond()));
        digest.first_chunk().copied().unwrap_or_default()
    }
}

/// A UUID of the first 16 bytes of a digest (RFC 9562, sections 5.4 and 5.5).
pub(super) fn uuid(version: u8, digest: &[u8]) -> String {
    let mut out = String::new();
    for (index, byte) in digest.iter().take(16).enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let byte = match index {
            6 => byte & 0x0f | version << 4,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        out.push_str(&format!("{byte:02x}"));
    }
    out
}
