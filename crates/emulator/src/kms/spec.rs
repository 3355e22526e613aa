//! Key specs, what each is used for, and with which algorithms.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html>

use ring::signature;
use stackproof_aws::ApiError;

use super::{error, member};
use crate::input::{Input, not_implemented};
use crate::structure::Structure;

/// Every key spec of the API.
const NAMES: [&str; 20] = [
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "SYMMETRIC_DEFAULT",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "SM2",
    "ML_DSA_44",
    "ML_DSA_65",
    "ML_DSA_87",
    "ECC_NIST_EDWARDS25519",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
];

const USAGES: [&str; 5] =
    ["SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"];

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    /// AES-256 in GCM.
    Symmetric,
    Hmac(Hash),
    Ecc(Curve),
}

/// The hash of a message authentication code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// A NIST curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
}

impl Spec {
    /// Takes spec and usage of a key to be made.
    ///
    /// # Errors
    /// `ValidationException` where the two do not fit; `NotImplemented` for what cannot be made here.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let spec = member::one_of(input, "KeySpec", &NAMES)?;
        let old = member::one_of(input, "CustomerMasterKeySpec", &NAMES)?;
        let given = member::one_of(input, "KeyUsage", &USAGES)?;
        let usage = given.as_deref().unwrap_or("ENCRYPT_DECRYPT");
        let name = match (spec, old) {
            (Some(_), Some(_)) => {
                return Err(error::validation(
                    "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
                ));
            }
            (spec, old) => spec.or(old).unwrap_or_else(|| "SYMMETRIC_DEFAULT".to_owned()),
        };
        let spec = match name.as_str() {
            "SYMMETRIC_DEFAULT" => Self::Symmetric,
            "HMAC_256" => Self::Hmac(Hash::Sha256),
            "HMAC_384" => Self::Hmac(Hash::Sha384),
            "HMAC_512" => Self::Hmac(Hash::Sha512),
            name => match Curve::named(name) {
                Some(curve) => Self::Ecc(curve),
                None => return Err(not_implemented(&format!("KMS key spec {name}"))),
            },
        };
        match (spec, usage) {
            (spec, usage) if spec.usage() == usage => Ok(spec),
            _ if given.is_none() => Err(error::validation(
                "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
            )),
            (Self::Ecc(_), "KEY_AGREEMENT") => Err(not_implemented("KMS key usage KEY_AGREEMENT")),
            _ => Err(error::validation(format!("KeyUsage {usage} is not compatible with KeySpec {name}"))),
        }
    }

    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Symmetric => "SYMMETRIC_DEFAULT",
            Self::Hmac(Hash::Sha256) => "HMAC_256",
            Self::Hmac(Hash::Sha384) => "HMAC_384",
            Self::Hmac(Hash::Sha512) => "HMAC_512",
            Self::Ecc(curve) => curve.name(),
        }
    }

    /// `KeyUsage`.
    pub fn usage(self) -> &'static str {
        match self {
            Self::Symmetric => "ENCRYPT_DECRYPT",
            Self::Hmac(_) => "GENERATE_VERIFY_MAC",
            Self::Ecc(_) => "SIGN_VERIFY",
        }
    }

    /// Whether a grant on a key of that spec can allow an operation ("Grant operations").
    pub fn grants(self, operation: &str) -> bool {
        let own: &[&str] = match self {
            Self::Symmetric => &[
                "Decrypt",
                "Encrypt",
                "GenerateDataKey",
                "GenerateDataKeyPair",
                "GenerateDataKeyPairWithoutPlaintext",
                "GenerateDataKeyWithoutPlaintext",
                "ReEncryptFrom",
                "ReEncryptTo",
            ],
            Self::Hmac(_) => &["GenerateMac", "VerifyMac"],
            Self::Ecc(_) => &["GetPublicKey", "Sign", "Verify"],
        };
        ["CreateGrant", "DescribeKey", "RetireGrant"].contains(&operation) || own.contains(&operation)
    }

    /// The only algorithm of a key of that spec.
    pub fn algorithm(self) -> &'static str {
        match self {
            Self::Symmetric => "SYMMETRIC_DEFAULT",
            Self::Hmac(Hash::Sha256) => "HMAC_SHA_256",
            Self::Hmac(Hash::Sha384) => "HMAC_SHA_384",
            Self::Hmac(Hash::Sha512) => "HMAC_SHA_512",
            Self::Ecc(Curve::P256) => "ECDSA_SHA_256",
            Self::Ecc(Curve::P384) => "ECDSA_SHA_384",
        }
    }

    /// The members that say spec, usage and algorithms.
    pub fn add_to(self, structure: Structure) -> Structure {
        let list = match self {
            Self::Symmetric => "EncryptionAlgorithms",
            Self::Hmac(_) => "MacAlgorithms",
            Self::Ecc(_) => "SigningAlgorithms",
        };
        structure
            .with("KeyUsage", self.usage())
            .with("CustomerMasterKeySpec", self.name())
            .with("KeySpec", self.name())
            .with(list, vec![self.algorithm()])
    }
}

impl Hash {
    /// `ring`'s algorithm.
    pub fn ring(self) -> ring::hmac::Algorithm {
        match self {
            Self::Sha256 => ring::hmac::HMAC_SHA256,
            Self::Sha384 => ring::hmac::HMAC_SHA384,
            Self::Sha512 => ring::hmac::HMAC_SHA512,
        }
    }

    /// How long a key is ("HMAC keys in AWS KMS").
    pub fn key_bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl Curve {
    /// The curve of a key spec, where it is one that can be had here.
    pub fn named(name: &str) -> Option<Self> {
        [Self::P256, Self::P384].into_iter().find(|curve| curve.name() == name)
    }

    /// The key spec.
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "ECC_NIST_P256",
            Self::P384 => "ECC_NIST_P384",
        }
    }

    /// How `ring` signs.
    pub fn signing(self) -> &'static signature::EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
            Self::P384 => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
        }
    }

    /// How `ring` verifies.
    pub fn verification(self) -> &'static dyn signature::VerificationAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_ASN1,
            Self::P384 => &signature::ECDSA_P384_SHA384_ASN1,
        }
    }

    /// What stands before the point in a `SubjectPublicKeyInfo` (RFC 5480): lengths, `id-ecPublicKey`, the curve.
    pub fn spki_prefix(self) -> &'static [u8] {
        match self {
            Self::P256 => {
                b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"
            }
            Self::P384 => {
                b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00"
            }
        }
    }
}
