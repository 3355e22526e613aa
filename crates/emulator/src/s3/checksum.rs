//! Checksums of objects and parts, and the older `Content-MD5`.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use stackproof_aws::{ApiError, Members};

use super::body::{Hasher, Stored};
use super::error;
use crate::input::{Input, not_implemented};
use crate::structure::Structure;

/// An algorithm that checksums are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    /// What S3 adds where a client sends none.
    Crc64Nvme,
    Sha1,
    Sha256,
}

/// Algorithms that S3 has since 2026.
const NOT_TAKEN: [&str; 5] = ["MD5", "SHA512", "XXHASH128", "XXHASH3", "XXHASH64"];

/// What a checksum was taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    FullObject,
    /// Of the parts' checksums.
    Composite,
}

/// A checksum in base64; a composite one ends in the number of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    pub algorithm: Algorithm,
    pub kind: Kind,
    pub value: String,
}

impl Kind {
    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }

    /// Reads AWS's name.
    pub fn parse(name: &str) -> Result<Self, ApiError> {
        match name {
            "FULL_OBJECT" => Ok(Self::FullObject),
            "COMPOSITE" => Ok(Self::Composite),
            _ => Err(error::invalid_request("Value for x-amz-checksum-type header is invalid.")),
        }
    }
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Crc32, Self::Crc32c, Self::Crc64Nvme, Self::Sha1, Self::Sha256];

    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// Reads AWS's name.
    pub fn parse(name: &str) -> Result<Self, ApiError> {
        if NOT_TAKEN.contains(&name) {
            return Err(not_implemented(&format!("checksum algorithm {name}")));
        }
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name).ok_or_else(|| {
            error::invalid_request(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
            )
        })
    }

    /// The member that holds a value: `ChecksumCRC32`.
    pub fn member(self) -> String {
        format!("Checksum{}", self.name())
    }

    /// The cyclic redundancy check that it is, where it is one.
    pub fn crc(self) -> Option<CrcAlgorithm> {
        match self {
            Self::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
            Self::Sha1 | Self::Sha256 => None,
        }
    }

    /// The checksum's bytes, most significant first.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let mut hasher = Hasher::new(self);
        hasher.update(bytes);
        hasher.finish()
    }

    /// How many bytes it has.
    pub fn size(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }
}

impl Checksum {
    /// The checksum of a body, which was taken when it came.
    ///
    /// # Errors
    /// `InternalError` where it was not.
    pub fn of(algorithm: Algorithm, body: &Stored) -> Result<Self, ApiError> {
        let digest = body.digests().checksum(algorithm).ok_or_else(not_taken)?;
        Ok(Self { algorithm, kind: Kind::FullObject, value: STANDARD.encode(digest) })
    }

    /// The checksum of the parts' checksums.
    pub fn composite<'a>(algorithm: Algorithm, parts: impl Iterator<Item = &'a Checksum>) -> Self {
        let digests: Vec<Vec<u8>> =
            parts.map(|part| STANDARD.decode(&part.value).unwrap_or_default()).collect();
        let value = STANDARD.encode(algorithm.digest(&digests.concat()));
        Self { algorithm, kind: Kind::Composite, value: format!("{value}-{}", digests.len()) }
    }

    /// The member of the value alone.
    pub fn value_member(&self) -> Members {
        Structure::new().with(&self.algorithm.member(), self.value.as_str()).members()
    }

    /// The members of value and type as GetObjectAttributes has them: there the number of parts stands elsewhere.
    pub fn attributes(&self) -> Members {
        let value = self.value.split('-').next().unwrap_or_default().to_owned();
        Self { value, ..self.clone() }.members()
    }

    /// The members of value and type.
    pub fn members(&self) -> Members {
        Structure::new().with_all(self.value_member()).with("ChecksumType", self.kind.name()).members()
    }
}

/// What a request says about the checksum of its payload.
pub(crate) struct ChecksumRequest {
    algorithm: Option<Algorithm>,
    value: Option<String>,
    md5: Option<String>,
}

/// Takes the one checksum value that may be given.
pub(crate) fn read_value(input: &mut Input) -> Result<Option<(Algorithm, String)>, ApiError> {
    let mut given = None;
    for algorithm in Algorithm::ALL {
        let Some(value) = input.string(&algorithm.member())? else { continue };
        if given.is_some() {
            return Err(error::invalid_request(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
            ));
        }
        given = Some((algorithm, value));
    }
    Ok(given)
}

/// The checksums that a call's body is to be taken as it comes: what is asked for, and what S3 adds by itself.
pub(crate) fn wanted(input: &Input) -> Vec<Algorithm> {
    let named = input.peek("ChecksumAlgorithm");
    let asked = |algorithm: &Algorithm| named == Some(algorithm.name()) || input.has(&algorithm.member());
    Algorithm::ALL.into_iter().filter(|one| *one == Algorithm::Crc64Nvme || asked(one)).collect()
}

impl ChecksumRequest {
    /// Takes the members. `ChecksumAlgorithm` alone comes with a checksum in the trailer, which the gateway has
    /// compared: the algorithm is then what the object's checksum is kept in.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let named = input.string("ChecksumAlgorithm")?.as_deref().map(Algorithm::parse).transpose()?;
        let (algorithm, value) = read_value(input)?.unzip();
        if let (Some(algorithm), Some(named)) = (algorithm, named)
            && algorithm != named
        {
            return Err(error::invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid."));
        }
        Ok(Self { algorithm: algorithm.or(named), value, md5: input.string("ContentMD5")? })
    }

    /// The algorithm that was asked for.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Compares what was sent with the payload and gives the checksum to keep.
    ///
    /// # Errors
    /// `BadDigest`, `InvalidDigest`, `InvalidRequest`.
    pub fn verify(&self, body: &Stored) -> Result<Checksum, ApiError> {
        if let Some(sent) = &self.md5 {
            verify_md5(sent, body)?;
        }
        let algorithm = self.algorithm.unwrap_or(Algorithm::Crc64Nvme);
        let checksum = Checksum::of(algorithm, body)?;
        let Some(sent) = &self.value else { return Ok(checksum) };
        if STANDARD.decode(sent).ok().is_none_or(|digest| digest.len() != algorithm.size()) {
            let header = algorithm.name().to_ascii_lowercase();
            return Err(error::invalid_request(format!(
                "Value for x-amz-checksum-{header} header is invalid."
            )));
        }
        if *sent != checksum.value {
            return Err(bad_digest(algorithm));
        }
        Ok(checksum)
    }
}

/// The checksum that was sent is not that of what was sent.
pub(crate) fn bad_digest(algorithm: Algorithm) -> ApiError {
    let message = format!("The {} you specified did not match the calculated checksum.", algorithm.name());
    ApiError::new(400, "BadDigest", message)
}

/// A body's digests are all taken when it comes, so that this is a fault of ours.
pub(crate) fn not_taken() -> ApiError {
    ApiError::internal("a digest of the body was not taken")
}

fn verify_md5(sent: &str, body: &Stored) -> Result<(), ApiError> {
    let digest = STANDARD.decode(sent).ok().filter(|digest| digest.len() == 16).ok_or_else(|| {
        ApiError::new(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
            .detail("Content-MD5", sent)
    })?;
    let calculated = body.digests().md5().ok_or_else(not_taken)?;
    if digest == calculated {
        return Ok(());
    }
    Err(ApiError::new(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
        .detail("ExpectedDigest", hex::encode(digest))
        .detail("CalculatedDigest", STANDARD.encode(calculated)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the CRC catalogue and of FIPS 180, each over `123456789`.
    #[test]
    fn algorithms_give_their_check_values() {
        for (algorithm, hex_digest) in [
            (Algorithm::Crc32, "cbf43926"),
            (Algorithm::Crc32c, "e3069283"),
            (Algorithm::Crc64Nvme, "ae8b14860a799888"),
            (Algorithm::Sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
            (Algorithm::Sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        ] {
            assert_eq!(hex::encode(algorithm.digest(b"123456789")), hex_digest, "{}", algorithm.name());
            assert_eq!(algorithm.digest(b"").len(), algorithm.size());
        }
    }
}
