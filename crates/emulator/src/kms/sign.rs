//! Signatures and message authentication codes.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html>

use stackproof_aws::{ApiError, Output};

use super::identifier::Accepts;
use super::key::{Key, Needs};
use super::member::{self, Length, base64, grant_tokens, key_id};
use super::spec::{Curve, Hash, Spec};
use super::{Kms, error};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::structure::Structure;

const MESSAGE: Length = Length(1, 4096);
const SIGNATURE: Length = Length(1, 6144);
const MAC_ALGORITHMS: [&str; 4] = ["HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"];
const SIGNING_ALGORITHMS: [&str; 13] = [
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "ECDSA_SHA_256",
    "ECDSA_SHA_384",
    "ECDSA_SHA_512",
    "SM2DSA",
    "ML_DSA_SHAKE_256",
    "ED25519_SHA_512",
    "ED25519_PH_SHA_512",
];

/// Takes an algorithm that must be given.
fn read_algorithm(input: &mut Input, member: &str, values: &[&str]) -> Result<String, ApiError> {
    member::one_of(input, member, values)?.ok_or_else(|| error::null_member(member))
}

/// Takes a message to be signed as it is.
///
/// # Errors
/// `NotImplemented` for a digest: what signs here makes it itself.
fn read_message(input: &mut Input) -> Result<Vec<u8>, ApiError> {
    match member::one_of(input, "MessageType", &["RAW", "DIGEST", "EXTERNAL_MU"])?.as_deref() {
        None | Some("RAW") => member::required_blob(input, "Message", MESSAGE),
        Some(other) => Err(not_implemented(&format!("KMS message type {other}"))),
    }
}

/// The curve of a key that signs with that algorithm.
fn curve(key: &Key, algorithm: &str) -> Result<Curve, ApiError> {
    match key.spec {
        Spec::Ecc(curve) if key.spec.algorithm() == algorithm => Ok(curve),
        spec => Err(error::incompatible(algorithm, spec.name())),
    }
}

/// The hash of a key that authenticates with that algorithm.
fn hash(key: &Key, algorithm: &str) -> Result<Hash, ApiError> {
    match key.spec {
        Spec::Hmac(hash) if key.spec.algorithm() == algorithm => Ok(hash),
        spec => Err(error::incompatible_mac(algorithm, spec.name())),
    }
}

pub(crate) fn sign(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let named = key_id(input, "KeyId")?;
    let message = read_message(input)?;
    let algorithm = read_algorithm(input, "SigningAlgorithm", &SIGNING_ALGORITHMS)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material("SIGN_VERIFY", "Sign")?;
    let curve = curve(key, &algorithm)?;
    once.proceed()?;
    Ok(Structure::new()
        .with("KeyId", key.arn())
        .with("Signature", base64(material.sign(curve, &message)?))
        .with("SigningAlgorithm", algorithm)
        .output())
}

pub(crate) fn verify(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let named = key_id(input, "KeyId")?;
    let message = read_message(input)?;
    let signature = member::required_blob(input, "Signature", SIGNATURE)?;
    let algorithm = read_algorithm(input, "SigningAlgorithm", &SIGNING_ALGORITHMS)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material("SIGN_VERIFY", "Verify")?;
    let curve = curve(key, &algorithm)?;
    once.proceed()?;
    if !material.verify(curve, &message, &signature)? {
        return Err(error::invalid_signature());
    }
    Ok(Structure::new()
        .with("KeyId", key.arn())
        .with("SignatureValid", true)
        .with("SigningAlgorithm", algorithm)
        .output())
}

pub(crate) fn public_key(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    kms.check_tokens(&call.region, &grant_tokens(&mut call.input)?)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    key.check(Needs::Enabled)?;
    let (Spec::Ecc(curve), Some(material)) = (key.spec, key.backings.last()) else {
        let (arn, spec) = (key.arn(), key.spec.name());
        return Err(error::unsupported(format!(
            "{arn} key spec is {spec} which is not valid for GetPublicKey."
        )));
    };
    let answer =
        Structure::new().with("KeyId", key.arn()).with("PublicKey", base64(material.public_key(curve)?));
    Ok(key.spec.add_to(answer).output())
}

pub(crate) fn generate_mac(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let named = key_id(input, "KeyId")?;
    let message = member::required_blob(input, "Message", MESSAGE)?;
    let algorithm = read_algorithm(input, "MacAlgorithm", &MAC_ALGORITHMS)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material("GENERATE_VERIFY_MAC", "GenerateMac")?;
    let hash = hash(key, &algorithm)?;
    once.proceed()?;
    Ok(Structure::new()
        .with("Mac", base64(material.mac(hash, &message)))
        .with("MacAlgorithm", algorithm)
        .with("KeyId", key.arn())
        .output())
}

pub(crate) fn verify_mac(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let named = key_id(input, "KeyId")?;
    let message = member::required_blob(input, "Message", MESSAGE)?;
    let mac = member::required_blob(input, "Mac", SIGNATURE)?;
    let algorithm = read_algorithm(input, "MacAlgorithm", &MAC_ALGORITHMS)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    let key = kms.key(&found)?;
    let material = key.material("GENERATE_VERIFY_MAC", "VerifyMac")?;
    let hash = hash(key, &algorithm)?;
    once.proceed()?;
    if !material.verify_mac(hash, &message, &mac) {
        return Err(error::invalid_mac());
    }
    Ok(Structure::new()
        .with("MacValid", true)
        .with("MacAlgorithm", algorithm)
        .with("KeyId", key.arn())
        .output())
}
