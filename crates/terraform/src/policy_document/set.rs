//! The order of sets in the AWS provider.

use std::collections::BTreeMap;

/// The members of a set in the order in which the provider goes over them, each once: by the digits of the checksum
/// of what is written for a member. The order shows where several blocks give values for the same key.
pub(super) fn in_set_order<T>(members: &[T], written: impl Fn(&T) -> String) -> Vec<&T> {
    let ordered: BTreeMap<String, &T> =
        members.iter().rev().map(|member| (crc32(written(member).as_bytes()).to_string(), member)).collect();
    ordered.into_values().collect()
}

/// The checksum that the provider takes of text (CRC-32 of IEEE 802.3).
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_the_common_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
