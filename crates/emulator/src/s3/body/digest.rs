//! Digests of bodies, taken as their bytes pass.

use std::collections::BTreeMap;

use crc_fast::checksum_combine;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::s3::checksum::Algorithm;

/// A checksum in the making.
pub(crate) enum Hasher {
    Crc(crc_fast::Digest, Algorithm),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    /// A checksum of nothing yet.
    pub fn new(algorithm: Algorithm) -> Self {
        match (algorithm.crc(), algorithm) {
            (Some(crc), _) => Self::Crc(crc_fast::Digest::new(crc), algorithm),
            (None, Algorithm::Sha1) => Self::Sha1(Sha1::new()),
            (None, _) => Self::Sha256(Sha256::new()),
        }
    }

    /// Takes more bytes.
    pub fn update(&mut self, data: &[u8]) {
        match self {
            Self::Crc(digest, _) => digest.update(data),
            Self::Sha1(digest) => digest.update(data),
            Self::Sha256(digest) => digest.update(data),
        }
    }

    /// The checksum's bytes, most significant first.
    pub fn finish(self) -> Vec<u8> {
        match self {
            Self::Crc(digest, algorithm) => crc_bytes(algorithm, digest.finalize()),
            Self::Sha1(digest) => digest.finalize().to_vec(),
            Self::Sha256(digest) => digest.finalize().to_vec(),
        }
    }
}

/// CRCs of 32 bits come in the low half.
fn crc_bytes(algorithm: Algorithm, crc: u64) -> Vec<u8> {
    crc.to_be_bytes().into_iter().skip(8_usize.saturating_sub(algorithm.size())).collect()
}

fn crc_value(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte))
}

/// The MD5 and checksums of a body in the making.
pub(super) struct Digester {
    md5: Md5,
    checksums: BTreeMap<Algorithm, Hasher>,
}

impl Digester {
    /// The MD5 and these checksums of nothing yet.
    pub fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        let checksums = algorithms.into_iter().map(|algorithm| (algorithm, Hasher::new(algorithm)));
        Self { md5: Md5::new(), checksums: checksums.collect() }
    }

    pub fn update(&mut self, data: &[u8]) {
        self.md5.update(data);
        self.checksums.values_mut().for_each(|hasher| hasher.update(data));
    }

    pub fn finish(self) -> Digests {
        let checksums = self.checksums.into_iter().map(|(algorithm, hasher)| (algorithm, hasher.finish()));
        Digests { md5: Some(self.md5.finalize().to_vec()), checksums: checksums.collect() }
    }
}

/// What is known of a body's digests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digests {
    md5: Option<Vec<u8>>,
    checksums: BTreeMap<Algorithm, Vec<u8>>,
}

impl Digests {
    /// The MD5, where it is known.
    pub fn md5(&self) -> Option<&[u8]> {
        self.md5.as_deref()
    }

    /// The checksum of that algorithm, where it is known.
    pub fn checksum(&self, algorithm: Algorithm) -> Option<&[u8]> {
        self.checksums.get(&algorithm).map(Vec::as_slice)
    }

    /// Whether the MD5 and that checksum are known.
    pub fn cover(&self, algorithm: Algorithm) -> bool {
        self.md5.is_some() && self.checksums.contains_key(&algorithm)
    }

    /// Those of bodies of these lengths one behind the other: the CRCs follow from theirs.
    pub fn combined<'a>(bodies: impl Iterator<Item = (&'a Self, u64)> + Clone) -> Self {
        let combine = |algorithm: Algorithm| {
            let crc = algorithm.crc()?;
            let mut bodies = bodies.clone();
            let (first, _) = bodies.next()?;
            let first = crc_value(first.checksum(algorithm)?);
            let whole = bodies.try_fold(first, |before, (next, len)| {
                Some(checksum_combine(crc, before, crc_value(next.checksum(algorithm)?), len))
            });
            Some((algorithm, crc_bytes(algorithm, whole?)))
        };
        Self { md5: None, checksums: Algorithm::ALL.into_iter().filter_map(combine).collect() }
    }
}
