//! The digests that a client sends with a payload, compared as it streams: not every upstream compares them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use md5::{Digest, Md5};
use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use crate::authenticate::checksum::Checksum;
use crate::authenticate::payload::Filter;

const ALGORITHMS: [&str; 5] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

/// What a payload must come to.
#[derive(Default)]
pub(super) struct Digests {
    checksums: Vec<(Checksum, String)>,
    md5: Option<(Md5, String)>,
    passing: Option<Bytes>,
}

impl Digests {
    /// Those among the members of a write.
    pub fn of(members: &Members) -> Self {
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let checksum = |algorithm: &&str| {
            let expected = text(&format!("Checksum{algorithm}"))?;
            let header = format!("x-amz-checksum-{}", algorithm.to_ascii_lowercase());
            Some((Checksum::of_header(&header)?, expected))
        };
        Self {
            checksums: ALGORITHMS.iter().filter_map(checksum).collect(),
            md5: text("ContentMD5").map(|expected| (Md5::new(), expected)),
            passing: None,
        }
    }
}

impl Filter for Digests {
    fn feed(&mut self, data: Bytes) {
        self.checksums.iter_mut().for_each(|(checksum, _)| checksum.update(&data));
        if let Some((md5, _)) = &mut self.md5 {
            md5.update(&data);
        }
        self.passing = Some(data);
    }

    fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        Ok(self.passing.take())
    }

    fn finish(&mut self) -> Result<(), ApiError> {
        for (checksum, expected) in self.checksums.drain(..) {
            let algorithm = checksum.algorithm();
            if checksum.finish() != expected {
                return Err(bad_digest(algorithm));
            }
        }
        let differs = |(md5, expected): (Md5, String)| STANDARD.encode(md5.finalize()) != expected;
        if self.md5.take().is_some_and(differs) { Err(bad_digest("Content-MD5")) } else { Ok(()) }
    }
}

fn bad_digest(what: &str) -> ApiError {
    let message = format!("The {what} you specified did not match the calculated checksum.");
    ApiError::new(400, "BadDigest", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_payload_is_compared_with_every_digest() {
        let ends = |members: Value| {
            let Value::Object(members) = members else { unreachable!() };
            let mut digests = Digests::of(&members);
            digests.feed(Bytes::from_static(b"12345"));
            digests.feed(Bytes::from_static(b"6789"));
            digests.finish().map_err(|error| error.code.into_owned())
        };
        let bad = Err("BadDigest".to_owned());
        assert_eq!(ends(json!({})), Ok(()));
        assert_eq!(ends(json!({ "ChecksumCRC32": "y/Q5Jg==", "ChecksumCRC32C": "4waSgw==" })), Ok(()));
        assert_eq!(ends(json!({ "ChecksumCRC32": "AAAAAA==" })), bad);
        assert_eq!(ends(json!({ "ContentMD5": "JfnnlDI7RTiF9RgfG2JNCw==" })), Ok(()));
        assert_eq!(ends(json!({ "ContentMD5": "AAAAAAAAAAAAAAAAAAAAAA==" })), bad);
    }
}
