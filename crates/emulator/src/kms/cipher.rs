//! Encrypting and decrypting.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>

use stackproof_aws::{ApiError, Output};

use super::context::EncryptionContext;
use super::identifier::Accepts;
use super::key::{Key, Needs};
use super::material::{Backing, SecretBytes};
use super::member::{self, Length, base64, key_id};
use super::spec::Spec;
use super::{Kms, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

const PLAINTEXT: Length = Length(1, 4096);
const CIPHERTEXT: Length = Length(1, 6144);
const ALGORITHMS: [&str; 4] = ["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"];
const ENCRYPTS: &str = "ENCRYPT_DECRYPT";

/// Takes an encryption algorithm.
fn read_algorithm(input: &mut Input, member: &str) -> Result<String, ApiError> {
    let given = member::one_of(input, member, &ALGORITHMS)?;
    Ok(given.unwrap_or_else(|| Spec::Symmetric.algorithm().to_owned()))
}

/// Refuses an algorithm that the key does not know.
fn check_algorithm(key: &Key, algorithm: &str) -> Result<(), ApiError> {
    if key.spec.algorithm() == algorithm {
        return Ok(());
    }
    Err(error::incompatible(algorithm, key.spec.name()))
}

/// Takes a ciphertext.
fn read_ciphertext(input: &mut Input) -> Result<Vec<u8>, ApiError> {
    member::required_blob(input, "CiphertextBlob", CIPHERTEXT)
}

/// A ciphertext that was opened.
struct Opened<'a> {
    key: &'a Key,
    material: &'a Backing,
    plaintext: SecretBytes,
}

impl Kms {
    /// Decrypts: a ciphertext tells its key, and where the caller names one, too, it must be the same.
    fn open(
        &mut self,
        call: &Call,
        (ciphertext, context): (&[u8], &EncryptionContext),
        (named, algorithm): (Option<&str>, &str),
        operation: &str,
    ) -> Result<Opened<'_>, ApiError> {
        let named = match named {
            Some(named) => Some(self.find(call, named, Accepts::KeysAndAliases)?),
            None => None,
        };
        if let Some(named) = &named {
            let key = self.key(named)?;
            key.check(Needs::Enabled)?;
            // A key that encrypts nothing cannot have made the ciphertext.
            if key.spec.usage() != ENCRYPTS {
                return Err(error::incorrect_key());
            }
            check_algorithm(key, algorithm)?;
        }
        let maker = self.maker(&call.region, ciphertext).ok_or_else(error::invalid_ciphertext)?;
        if named.is_some_and(|named| named != maker) {
            return Err(error::incorrect_key());
        }
        let key = self.key(&maker)?;
        key.material(ENCRYPTS, operation)?;
        check_algorithm(key, algorithm)?;
        let material = key.made(ciphertext).ok_or_else(error::invalid_ciphertext)?;
        Ok(Opened { key, material, plaintext: material.decrypt(ciphertext, context)? })
    }
}

pub(crate) fn encrypt(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let named = key_id(input, "KeyId")?;
    let plaintext = member::required_blob(input, "Plaintext", PLAINTEXT)?;
    let context = EncryptionContext::read(input, "EncryptionContext")?;
    let algorithm = read_algorithm(input, "EncryptionAlgorithm")?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material(ENCRYPTS, "Encrypt")?;
    check_algorithm(key, &algorithm)?;
    once.proceed()?;
    Ok(Structure::new()
        .with("CiphertextBlob", base64(material.encrypt(&plaintext, &context)?))
        .with("KeyId", key.arn())
        .with("EncryptionAlgorithm", algorithm)
        .output())
}

pub(crate) fn decrypt(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let ciphertext = read_ciphertext(input)?;
    let context = EncryptionContext::read(input, "EncryptionContext")?;
    let named = member::text(input, "KeyId", member::KEY_ID)?;
    let algorithm = read_algorithm(input, "EncryptionAlgorithm")?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let opened = kms.open(&call, (&ciphertext, &context), (named.as_deref(), &algorithm), "Decrypt")?;
    once.proceed()?;
    Ok(Structure::new()
        .with("KeyId", opened.key.arn())
        .with("Plaintext", base64(opened.plaintext.expose()))
        .with("EncryptionAlgorithm", algorithm)
        .with("KeyMaterialId", opened.material.id.as_str())
        .output())
}

pub(crate) fn re_encrypt(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let ciphertext = read_ciphertext(input)?;
    let source_context = EncryptionContext::read(input, "SourceEncryptionContext")?;
    let source = member::text(input, "SourceKeyId", member::KEY_ID)?;
    let source_algorithm = read_algorithm(input, "SourceEncryptionAlgorithm")?;
    let named = key_id(input, "DestinationKeyId")?;
    let context = EncryptionContext::read(input, "DestinationEncryptionContext")?;
    let algorithm = read_algorithm(input, "DestinationEncryptionAlgorithm")?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let source = (source.as_deref(), source_algorithm.as_str());
    let opened = kms.open(&call, (&ciphertext, &source_context), source, "ReEncrypt")?;
    let (source_arn, source_material) = (opened.key.arn(), opened.material.id.clone());
    let plaintext = opened.plaintext;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material(ENCRYPTS, "ReEncrypt")?;
    check_algorithm(key, &algorithm)?;
    once.proceed()?;
    Ok(Structure::new()
        .with("CiphertextBlob", base64(material.encrypt(plaintext.expose(), &context)?))
        .with("SourceKeyId", source_arn)
        .with("KeyId", key.arn())
        .with("SourceEncryptionAlgorithm", source_algorithm)
        .with("DestinationEncryptionAlgorithm", algorithm)
        .with("SourceKeyMaterialId", source_material)
        .with("DestinationKeyMaterialId", material.id.as_str())
        .output())
}
