//! Names that follow from what they name.

use sha2::{Digest as _, Sha256};

/// 64 hexadecimal digits that are the same for the same parts, and for no others.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // Lengths keep parts apart whatever is in them.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_wherever_they_end() {
        assert_eq!(digest(["a", "bc"]), digest(["a", "bc"]));
        assert_eq!(digest(["a", "bc"]).len(), 64);
        for other in [&["ab", "c"][..], &["abc"], &["bc", "a"], &["a", "bc", ""]] {
            assert_ne!(digest(other.iter().copied()), digest(["a", "bc"]));
        }
    }
}
