//! Keys and randomness made for use outside of KMS.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/data-keys.html>

use stackproof_aws::{ApiError, Output};

use super::context::EncryptionContext;
use super::identifier::Accepts;
use super::material::{self, SecretBytes};
use super::member::{self, base64, key_id};
use super::spec::Curve;
use super::{Kms, error};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::structure::Structure;

const MAX_BYTES: i64 = 1024;
const PAIR_SPECS: [&str; 12] = [
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "SM2",
    "ECC_NIST_EDWARDS25519",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
];

/// Whether the key itself is answered beside its ciphertext.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    WithPlaintext,
    WithoutPlaintext,
}

impl Answer {
    /// What the operation's name ends in.
    fn suffix(self) -> &'static str {
        match self {
            Self::WithPlaintext => "",
            Self::WithoutPlaintext => "WithoutPlaintext",
        }
    }
}

/// Takes the size of a data key.
fn read_size(input: &mut Input) -> Result<usize, ApiError> {
    let bytes = read_bytes(input)?;
    let spec = member::one_of(input, "KeySpec", &["AES_256", "AES_128"])?;
    match (bytes, spec.as_deref()) {
        (Some(bytes), None) => Ok(bytes),
        (None, Some("AES_128")) => Ok(16),
        (None, Some(_)) => Ok(32),
        _ => Err(error::validation("Please specify either number of bytes or key spec.")),
    }
}

fn read_bytes(input: &mut Input) -> Result<Option<usize>, ApiError> {
    let bytes = member::integer(input, "NumberOfBytes", 1, MAX_BYTES)?;
    Ok(bytes.and_then(|bytes| usize::try_from(bytes).ok()))
}

pub(crate) fn generate(kms: &mut Kms, mut call: Call, answer: Answer) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let named = key_id(input, "KeyId")?;
    let context = EncryptionContext::read(input, "EncryptionContext")?;
    let size = read_size(input)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material("ENCRYPT_DECRYPT", &format!("GenerateDataKey{}", answer.suffix()))?;
    once.proceed()?;
    let plain = SecretBytes::random(size)?;
    let shown = (answer == Answer::WithPlaintext).then(|| base64(plain.expose()));
    Ok(Structure::new()
        .with("CiphertextBlob", base64(material.encrypt(plain.expose(), &context)?))
        .with_some("Plaintext", shown)
        .with("KeyId", key.arn())
        .with("KeyMaterialId", material.id.as_str())
        .output())
}

pub(crate) fn generate_pair(kms: &mut Kms, mut call: Call, answer: Answer) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let named = key_id(input, "KeyId")?;
    let context = EncryptionContext::read(input, "EncryptionContext")?;
    let spec = member::one_of(input, "KeyPairSpec", &PAIR_SPECS)?;
    let spec = spec.ok_or_else(|| error::null_member("KeyPairSpec"))?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let curve = Curve::named(&spec).ok_or_else(|| not_implemented(&format!("KMS data key pair {spec}")))?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material("ENCRYPT_DECRYPT", &format!("GenerateDataKeyPair{}", answer.suffix()))?;
    once.proceed()?;
    let private = material::private_key(curve)?;
    let shown = (answer == Answer::WithPlaintext).then(|| base64(private.expose()));
    Ok(Structure::new()
        .with("PrivateKeyCiphertextBlob", base64(material.encrypt(private.expose(), &context)?))
        .with_some("PrivateKeyPlaintext", shown)
        .with("PublicKey", base64(material::public_key(curve, &private)?))
        .with("KeyId", key.arn())
        .with("KeyPairSpec", spec)
        .with("KeyMaterialId", material.id.as_str())
        .output())
}

pub(crate) fn random(mut call: Call) -> Result<Output, ApiError> {
    let bytes =
        read_bytes(&mut call.input)?.ok_or_else(|| error::validation("NumberOfBytes is required."))?;
    call.input.finish()?;
    Ok(Structure::new().with("Plaintext", base64(crate::random::bytes(bytes)?)).output())
}
