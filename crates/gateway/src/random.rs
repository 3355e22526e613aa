//! What must not be guessed: ids, keys, secrets, tokens.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without the system's randomness no credential may be made, and there is no answer that would be right: the call
    // is tried until it succeeds.
    while getrandom::fill(&mut bytes).is_err() {
        std::thread::yield_now();
    }
    bytes
}

/// The id of a request, in the form of a UUID.
pub(crate) fn request_id() -> String {
    let id = hex::encode(bytes::<16>());
    let mut parts = Vec::new();
    let mut rest = id.as_str();
    for length in [8, 4, 4, 4] {
        let (part, behind) = rest.split_at(length);
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    parts.join("-")
}

/// Twenty characters: the prefix and base 32.
pub(crate) fn access_key_id(prefix: &str) -> String {
    let rest = bytes::<16>().into_iter().filter_map(|byte| BASE32.get(usize::from(byte % 32)));
    prefix.chars().chain(rest.map(|byte| char::from(*byte))).collect()
}

/// Forty characters of base 64.
pub(crate) fn secret() -> String {
    STANDARD.encode(bytes::<30>())
}

/// A session token.
pub(crate) fn token() -> String {
    STANDARD.encode(bytes::<192>())
}
