//! The body of a request: checked as it streams, or read whole.

use std::pin::Pin;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt;
use md5::{Digest, Md5};
use stackproof_aws::{ApiError, Body, Operation};

use crate::authenticate::checksum::Checksum;
use crate::authenticate::chunked::{Decoder, Signer};
use crate::authenticate::claim::{Claim, SignaturePlace};
use crate::authenticate::payload::{Hashed, Payload, filtered};
use crate::authenticate::sigv4::{SigningKey, UNSIGNED_PAYLOAD};
use crate::refusal::Refusal;

/// Headers that speak of checksums and are none.
const NO_CHECKSUMS: [&str; 3] = ["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"];

/// Operations whose document comes with a digest (their pages in the S3 API reference).
const DIGESTED: [&str; 6] = [
    "DeleteObjects",
    "PutBucketCors",
    "PutBucketLifecycleConfiguration",
    "PutObjectLegalHold",
    "PutObjectLockConfiguration",
    "PutObjectRetention",
];

/// What a request to S3 says of its payload. Signed in the header, it has to say something.
pub(super) fn word(parts: &Parts, claim: Option<&Claim>) -> Result<Option<Payload>, Refusal> {
    let word = Payload::of(&parts.headers).map_err(Refusal::rejected)?;
    match (&word, claim.map(|claim| claim.place)) {
        (None, Some(SignaturePlace::Header)) => Err(Refusal::rejected(ApiError::new(
            400,
            "InvalidRequest",
            "Missing required header for this request: x-amz-content-sha256",
        ))),
        (Some(Payload::Chunked { signed: true, .. }), None | Some(SignaturePlace::Query(_))) => {
            Err(Refusal::rejected(ApiError::new(
                400,
                "InvalidRequest",
                "Chunks are signed by the key that signed the Authorization header",
            )))
        }
        _ => Ok(word),
    }
}

/// What the signature covers in the payload's place.
pub(super) fn signed_word(parts: &Parts, claim: &Claim) -> String {
    let header = parts.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    match (header, claim.place) {
        (Some(word), _) => word.to_owned(),
        (None, _) => UNSIGNED_PAYLOAD.to_owned(),
    }
}

/// The body behind the checks that its word asks for, and the checksum algorithm that its trailer announces.
pub(super) fn checked(
    parts: &Parts,
    body: Body,
    word: Option<&Payload>,
    signing: Option<(SigningKey, &Claim)>,
) -> Result<(Body, Option<&'static str>), Refusal> {
    match word {
        None | Some(Payload::Unsigned) => Ok((body, None)),
        Some(Payload::Hash(hash)) => Ok((filtered(body, Hashed::new(hash.clone())), None)),
        Some(Payload::Chunked { signed, trailer }) => {
            let signer = signing.filter(|_| *signed).map(|(key, claim)| Signer::new(key, claim));
            let decoder = Decoder::new(&parts.headers, signer, *trailer)?;
            let algorithm = decoder.algorithm();
            Ok((filtered(body, decoder), algorithm))
        }
    }
}

/// Compares a document with the digests in its request's headers; `trailer` is the algorithm of one that came behind
/// it, and was compared there.
///
/// # Errors
/// AWS's own for a digest that differs, is none or has to be there; undetermined for an algorithm that is not known.
pub(super) fn check_digests(
    headers: &HeaderMap,
    operation: &Operation,
    document: &[u8],
    trailer: Option<&str>,
) -> Result<(), Refusal> {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().trim().to_owned();
    if let Some(given) = headers.get("content-md5").map(text) {
        let computed = Md5::digest(document);
        match STANDARD.decode(&given) {
            Ok(given) if given == computed.as_slice() => {}
            Ok(given) if given.len() == computed.len() => return Err(bad_digest("Content-MD5")),
            _ => {
                let message = "The Content-MD5 you specified was invalid.";
                return Err(Refusal::rejected(ApiError::new(400, "InvalidDigest", message)));
            }
        }
    }
    // Those of CompleteMultipartUpload are the object's.
    if operation.name == "CompleteMultipartUpload" {
        return Ok(());
    }
    let checksums: Vec<_> = headers
        .iter()
        .map(|(name, given)| (name.as_str(), given))
        .filter(|(name, _)| name.starts_with("x-amz-checksum-") && !NO_CHECKSUMS.contains(name))
        .collect();
    let digested = !checksums.is_empty() || trailer.is_some() || headers.contains_key("content-md5");
    if DIGESTED.contains(&operation.name.as_str()) && !digested {
        let message = "Missing required header for this request: Content-MD5";
        return Err(Refusal::rejected(ApiError::new(400, "InvalidRequest", message)));
    }
    for (name, given) in checksums {
        let Some(mut checksum) = Checksum::of_header(name) else {
            return Err(Refusal::undetermined(format!("the checksum of `{name}` is not known")));
        };
        checksum.update(document);
        let algorithm = checksum.algorithm();
        if checksum.finish() != text(given) {
            return Err(bad_digest(algorithm));
        }
    }
    Ok(())
}

fn bad_digest(what: &str) -> Refusal {
    let message = format!("The {what} you specified did not match the calculated checksum.");
    Refusal::rejected(ApiError::new(400, "BadDigest", message))
}

/// A body read whole, up to `limit` bytes.
pub(super) async fn whole(mut body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = Pin::new(&mut body).frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if bytes.len().saturating_add(data.len()) > limit {
            let message = "Your proposed upload exceeds the maximum allowed size";
            return Err(ApiError::new(400, "EntityTooLarge", message));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}
