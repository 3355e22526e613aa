//! Checksums of what is uploaded.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use stackproof_aws::Members;

use crate::acceptance::options::{OptionError, Options, bad};

/// The checksum that an upload is to be sent with: `SHA256`, or `SHA256 n4bQ…=` for a value that need not be right.
pub(super) struct Checksum<'a> {
    algorithm: &'a str,
    made: fn(&[u8]) -> Vec<u8>,
    /// The value as the feature has it.
    given: Option<&'a str>,
}

type Made = fn(&[u8]) -> Vec<u8>;

const ALGORITHMS: [(&str, Made); 5] = [
    ("CRC32", |content| crc(CrcAlgorithm::Crc32IsoHdlc, content, 4)),
    ("CRC32C", |content| crc(CrcAlgorithm::Crc32Iscsi, content, 4)),
    ("CRC64NVME", |content| crc(CrcAlgorithm::Crc64Nvme, content, 8)),
    ("SHA1", |content| Sha1::digest(content).to_vec()),
    ("SHA256", |content| Sha256::digest(content).to_vec()),
];

impl<'a> Checksum<'a> {
    /// The one that the options ask for.
    ///
    /// # Errors
    /// An algorithm that S3 does not have, or the option twice.
    pub(super) fn of(options: &'a Options) -> Result<Option<Self>, OptionError> {
        let Some(text) = options.one("checksum")? else { return Ok(None) };
        let (name, given) = match text.split_once(' ') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let known = ALGORITHMS.into_iter().find(|(algorithm, _)| *algorithm == name);
        let (algorithm, made) = known
            .ok_or_else(|| bad("checksum", "`CRC32`, `CRC32C`, `CRC64NVME`, `SHA1` or `SHA256`", text))?;
        Ok(Some(Self { algorithm, made, given }))
    }

    /// AWS's name of the algorithm.
    pub(super) fn algorithm(&self) -> &str {
        self.algorithm
    }

    /// Whether the value is the feature's own.
    pub(super) fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// Puts the checksum of that content.
    pub(super) fn put(&self, members: &mut Members, content: &[u8]) {
        let value = self.given.map_or_else(|| STANDARD.encode((self.made)(content)), str::to_owned);
        members.insert(format!("Checksum{}", self.algorithm), json!(value));
    }
}

/// The last bytes of the sum, big-endian, as S3 has it.
fn crc(algorithm: CrcAlgorithm, content: &[u8], bytes: usize) -> Vec<u8> {
    let sum = crc_fast::checksum(algorithm, content).to_be_bytes();
    sum.into_iter().skip(sum.len() - bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(option: &str) -> Result<Members, OptionError> {
        let options = Options(vec![("checksum".to_owned(), option.to_owned())]);
        let mut members = Members::new();
        if let Some(checksum) = Checksum::of(&options)? {
            checksum.put(&mut members, b"123456789");
        }
        Ok(members)
    }

    /// The check values of the catalogue of parametrised CRC algorithms, and of FIPS 180-4, for `123456789`.
    #[test]
    fn checksums_are_those_of_their_algorithms() {
        for (algorithm, sum) in [
            ("CRC32", "cbf43926"),
            ("CRC32C", "e3069283"),
            ("CRC64NVME", "ae8b14860a799888"),
            ("SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
            ("SHA256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        ] {
            let members = put(algorithm).unwrap();
            let made = STANDARD.decode(members[&format!("Checksum{algorithm}")].as_str().unwrap()).unwrap();
            let made: String = made.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(made, sum, "{algorithm}");
        }
    }

    #[test]
    fn a_value_is_sent_as_it_is_and_an_unknown_algorithm_is_refused() {
        assert_eq!(put("CRC32 AAAAAA==").unwrap()["ChecksumCRC32"], "AAAAAA==");
        insta::assert_snapshot!(put("MD4").unwrap_err(), @"`checksum` takes `CRC32`, `CRC32C`, `CRC64NVME`, `SHA1` or `SHA256`, not `MD4`");
    }
}
