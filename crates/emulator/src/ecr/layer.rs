//! Layers and their uploads.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CompleteLayerUpload.html>

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Output};

use super::repository::Repo;
use super::{Ecr, error};
use crate::Call;
use crate::random;
use crate::structure::Structure;

/// How large parts should be, and how large all but the last must be.
const PART: u64 = 20 << 20;
const MIN_PART: usize = 5 << 20;

const MEDIA_TYPE: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// The parts of a layer that came so far.
#[derive(Clone, Default)]
pub(crate) struct Upload {
    parts: Vec<Bytes>,
}

impl Upload {
    fn len(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64).sum()
    }
}

/// The digest of bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// Whether a text is a digest.
pub(crate) fn is_digest(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or_default();
    hex.len() == 64 && hex.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
}

fn no_upload(repo: &Repo, id: &str) -> ApiError {
    error::of("UploadNotFoundException", repo, format!("An upload with id '{id}' does not exist in"))
}

pub(crate) fn initiate(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    call.input.finish()?;
    let repository = ecr.repository_mut(&repo)?;
    let id = random::uuid()?;
    repository.uploads.insert(id.clone(), Arc::default());
    Ok(Structure::new().with("uploadId", id).with("partSize", PART).output())
}

pub(crate) fn upload(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let id = call.input.required("uploadId")?;
    let first = call.input.integer("partFirstByte")?.unwrap_or_default();
    let last = call.input.integer("partLastByte")?.unwrap_or_default();
    let blob = call.input.required("layerPartBlob")?;
    call.input.finish()?;
    let bytes = STANDARD.decode(&blob).map_err(|_| ApiError::internal("`layerPartBlob` is no base64"))?;
    let repository = ecr.repository_mut(&repo)?;
    let upload = repository.uploads.get_mut(&id).ok_or_else(|| no_upload(&repo, &id))?;
    let (begins, length) = (i64::try_from(upload.len()), i64::try_from(bytes.len()));
    if begins != Ok(first) || length.ok() != last.checked_sub(first).and_then(|span| span.checked_add(1)) {
        let received = upload.len();
        return Err(error::of(
            "InvalidLayerPartException",
            &repo,
            format!(
                "The layer part does not begin behind the {received} bytes that upload '{id}' has, or is of another length, in"
            ),
        ));
    }
    Arc::make_mut(upload).parts.push(bytes.into());
    Ok(repo.names().with("uploadId", id).with("lastByteReceived", last).output())
}

pub(crate) fn complete(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let id = call.input.required("uploadId")?;
    let digests = call.input.strings("layerDigests")?;
    call.input.finish()?;
    let [named] = digests.as_slice() else {
        return Err(error::invalid("layerDigests", "must have one digest"));
    };
    let repository = ecr.repository_mut(&repo)?;
    let upload = repository.uploads.get(&id).ok_or_else(|| no_upload(&repo, &id))?;
    if upload.len() == 0 {
        return Err(error::of("EmptyUploadException", &repo, format!("The upload '{id}' has no parts in")));
    }
    let all_but_last = upload.parts.iter().rev().skip(1);
    if let Some(small) = all_but_last.map(Bytes::len).find(|len| *len < MIN_PART) {
        let message =
            format!("A layer part of {small} bytes is too small, all but the last must have {MIN_PART}, in");
        return Err(error::of("LayerPartTooSmallException", &repo, message));
    }
    let bytes = match upload.parts.as_slice() {
        [one] => one.clone(),
        parts => parts
            .iter()
            .fold(BytesMut::new(), |mut all, part| {
                all.extend_from_slice(part);
                all
            })
            .freeze(),
    };
    let digest = digest(&bytes);
    if digest != *named {
        let message = format!("The layer's digest is '{digest}' and not '{named}' in");
        return Err(error::of("InvalidLayerException", &repo, message));
    }
    if repository.layers.contains_key(&digest) {
        let message = format!("Layer with digest '{digest}' already exists in");
        return Err(error::of("LayerAlreadyExistsException", &repo, message));
    }
    repository.layers.insert(digest.clone(), bytes);
    repository.uploads.remove(&id);
    Ok(repo.names().with("uploadId", id).with("layerDigest", digest).output())
}

pub(crate) fn availability(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let digests = call.input.strings("layerDigests")?;
    call.input.finish()?;
    let repository = ecr.repository(&repo)?;
    let (mut layers, mut failures): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for digest in digests {
        if !is_digest(&digest) {
            failures.push(json!({
                "layerDigest": digest, "failureCode": "InvalidLayerDigest",
                "failureReason": "Invalid layer digest specified",
            }));
            continue;
        }
        layers.push(match repository.layers.get(&digest) {
            Some(bytes) => json!({
                "layerDigest": digest, "layerAvailability": "AVAILABLE", "layerSize": bytes.len(), "mediaType": MEDIA_TYPE,
            }),
            None => json!({ "layerDigest": digest, "layerAvailability": "UNAVAILABLE" }),
        });
    }
    Ok(Structure::new().with("layers", layers).with("failures", failures).output())
}
