//! The checksums that S3 takes: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// A checksum in the making.
pub(crate) enum Checksum {
    Crc32(crc_fast::Digest),
    Crc32c(crc_fast::Digest),
    Crc64Nvme(crc_fast::Digest),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Checksum {
    /// The checksum that `header` carries (`x-amz-checksum-crc32`); `None` for an algorithm that is not known.
    pub fn of_header(header: &str) -> Option<Self> {
        let crc = crc_fast::Digest::new;
        Some(match header.strip_prefix("x-amz-checksum-")? {
            "crc32" => Self::Crc32(crc(CrcAlgorithm::Crc32IsoHdlc)),
            "crc32c" => Self::Crc32c(crc(CrcAlgorithm::Crc32Iscsi)),
            "crc64nvme" => Self::Crc64Nvme(crc(CrcAlgorithm::Crc64Nvme)),
            "sha1" => Self::Sha1(Sha1::new()),
            "sha256" => Self::Sha256(Sha256::new()),
            "sha512" => Self::Sha512(Sha512::new()),
            _ => return None,
        })
    }

    /// The value of `x-amz-sdk-checksum-algorithm` that stands for it.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Crc32(_) => "CRC32",
            Self::Crc32c(_) => "CRC32C",
            Self::Crc64Nvme(_) => "CRC64NVME",
            Self::Sha1(_) => "SHA1",
            Self::Sha256(_) => "SHA256",
            Self::Sha512(_) => "SHA512",
        }
    }

    /// Takes more of the payload.
    pub fn update(&mut self, data: &[u8]) {
        match self {
            Self::Crc32(digest) | Self::Crc32c(digest) | Self::Crc64Nvme(digest) => digest.update(data),
            Self::Sha1(digest) => digest.update(data),
            Self::Sha256(digest) => digest.update(data),
            Self::Sha512(digest) => digest.update(data),
        }
    }

    /// The checksum in base64, as the header carries it: big-endian.
    pub fn finish(self) -> String {
        match self {
            Self::Crc32(digest) | Self::Crc32c(digest) => {
                let [_, _, _, _, bytes @ ..] = digest.finalize().to_be_bytes();
                STANDARD.encode(bytes)
            }
            Self::Crc64Nvme(digest) => STANDARD.encode(digest.finalize().to_be_bytes()),
            Self::Sha1(digest) => STANDARD.encode(digest.finalize()),
            Self::Sha256(digest) => STANDARD.encode(digest.finalize()),
            Self::Sha512(digest) => STANDARD.encode(digest.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of `123456789` in the catalogue of CRC algorithms, in base64; SHA-1 as coreutils has it.
    #[test]
    fn check_values() {
        for (header, expected) in [
            ("x-amz-checksum-crc32", "y/Q5Jg=="),
            ("x-amz-checksum-crc32c", "4waSgw=="),
            ("x-amz-checksum-crc64nvme", "rosUhgp5mIg="),
            ("x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="),
        ] {
            let mut checksum = Checksum::of_header(header).unwrap();
            checksum.update(b"12345");
            checksum.update(b"6789");
            assert_eq!(checksum.finish(), expected, "{header}");
        }
        assert!(Checksum::of_header("x-amz-checksum-md6").is_none());
    }
}
