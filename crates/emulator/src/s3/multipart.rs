//! Multipart uploads, until they are complete.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

pub(crate) mod complete;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Caller, Members, Output};

use super::acl::owner;
use super::body::Stored;
use super::bucket::Bucket;
use super::checksum::{Algorithm, Checksum, ChecksumRequest, Kind};
use super::encryption::Encryption;
use super::encryption::customer_key::CustomerKey;
use super::list::filled;
use super::object::{Attributes, etag_of, target};
use super::version::new_id;
use super::{S3, copy, error};
use crate::Call;
use crate::input::Input;
use crate::kms::Kms;
use crate::structure::Structure;

pub(crate) use complete::Completed;

/// The highest number of a part.
pub(crate) const MAX_PARTS: i64 = 10_000;
const MAX_LISTED: i64 = 1000;

/// An upload in progress.
#[derive(Clone)]
pub(crate) struct Upload {
    pub key: String,
    pub initiated: Timestamp,
    /// Its place among the uploads of its bucket.
    pub sequence: u64,
    /// Its key was deleted after the upload began.
    pub overtaken_by_deletion: bool,
    initiator: Caller,
    attributes: Attributes,
    /// What was asked for; without it S3 keeps CRC64NVME of the whole.
    checksum: Option<(Algorithm, Kind)>,
    parts: BTreeMap<u16, Part>,
}

/// One part; a later one of the same number replaces it.
#[derive(Clone)]
struct Part {
    body: Stored,
    /// Without quotes.
    etag: String,
    /// In the upload's algorithm.
    checksum: Checksum,
    modified: Timestamp,
}

impl Upload {
    /// The algorithm that its parts' checksums are kept in.
    pub fn algorithm(&self) -> Algorithm {
        self.checksum.map_or(Algorithm::Crc64Nvme, |(algorithm, _)| algorithm)
    }

    fn kind(&self) -> Kind {
        self.checksum.map_or(Kind::FullObject, |(_, kind)| kind)
    }

    /// What lists of uploads and of parts both say.
    pub fn summary(&self, bucket: &Bucket) -> Members {
        Structure::new()
            .with("StorageClass", self.attributes.storage_class.as_str())
            .with("Owner", owner(bucket.owner_of(&self.attributes.acl.owner)))
            .with("Initiator", initiator(&self.initiator))
            .with_all(self.checksum_members())
            .members()
    }

    fn checksum_members(&self) -> Members {
        let Some((algorithm, kind)) = self.checksum else { return Members::new() };
        Structure::new()
            .with("ChecksumAlgorithm", algorithm.name())
            .with("ChecksumType", kind.name())
            .members()
    }

    /// Whether whoever sent this key, or none, may go on with the upload.
    fn check_key(&self, sent: Option<&CustomerKey>) -> Result<(), ApiError> {
        match (&self.attributes.encryption, sent) {
            // S3 has these words for both.
            (Encryption::Customer(_), None) | (Encryption::S3 | Encryption::Kms { .. }, Some(_)) => {
                Err(error::invalid_request(
                    "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
                ))
            }
            (Encryption::Customer(key), Some(sent)) if key != sent => Err(error::invalid_request(
                "The provided encryption parameters did not match the ones used originally.",
            )),
            (Encryption::Customer(_), Some(_)) | (_, None) => Ok(()),
        }
    }

    /// Refuses a part whose checksum, or lack of one, does not fit what the upload was begun with.
    fn check_algorithm(&self, sent: Option<Algorithm>) -> Result<(), ApiError> {
        let Some((expected, _)) = self.checksum.filter(|(expected, _)| Some(*expected) != sent) else {
            return Ok(());
        };
        Err(error::invalid_request(format!(
            "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
            expected.name().to_ascii_lowercase(),
            sent.map_or("null".to_owned(), |sent| sent.name().to_ascii_lowercase())
        )))
    }

    /// What answers to parts say of the encryption.
    fn encryption_members(&self) -> Members {
        self.attributes.encryption.members(false)
    }
}

/// A user or role is named by its ARN, anyone else by the canonical id of the account.
fn initiator(caller: &Caller) -> Value {
    match (&caller.arn, &caller.account) {
        (Some(arn), _) => {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            json!({ "ID": arn, "DisplayName": name })
        }
        (None, account) => owner(account.as_deref().unwrap_or("anonymous")),
    }
}

impl Bucket {
    fn upload(&self, id: &str, key: &str) -> Result<&Upload, ApiError> {
        let upload = self.uploads.get(id).filter(|upload| upload.key == key);
        upload.map(Arc::as_ref).ok_or_else(|| error::no_such_upload(id))
    }
}

/// The checksum that an upload is to have: not every algorithm has both types.
fn read_checksum(input: &mut Input) -> Result<Option<(Algorithm, Kind)>, ApiError> {
    let algorithm = input.string("ChecksumAlgorithm")?.as_deref().map(Algorithm::parse).transpose()?;
    let kind = input.string("ChecksumType")?.as_deref().map(Kind::parse).transpose()?;
    let Some(algorithm) = algorithm else {
        return match kind {
            None => Ok(None),
            Some(_) => Err(error::invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )),
        };
    };
    let kind =
        kind.unwrap_or(if algorithm == Algorithm::Crc64Nvme { Kind::FullObject } else { Kind::Composite });
    let possible = match algorithm {
        Algorithm::Crc32 | Algorithm::Crc32c => true,
        Algorithm::Crc64Nvme => kind == Kind::FullObject,
        Algorithm::Sha1 | Algorithm::Sha256 => kind == Kind::Composite,
    };
    if !possible {
        return Err(error::invalid_request(format!(
            "The {} checksum type cannot be used with the {} checksum algorithm.",
            kind.name(),
            algorithm.name().to_ascii_lowercase()
        )));
    }
    Ok(Some((algorithm, kind)))
}

pub(crate) fn create(s3: &mut S3, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let bucket = s3.bucket_mut(&name)?;
    let attributes = Attributes::read(bucket, kms, &mut call)?;
    let checksum = read_checksum(&mut call.input)?;
    call.input.finish()?;
    let sequence = bucket.next_sequence();
    let id = new_id(sequence)?;
    let upload = Upload {
        key: key.clone(),
        initiated: call.now,
        sequence,
        overtaken_by_deletion: false,
        initiator: call.caller,
        attributes,
        checksum,
        parts: BTreeMap::new(),
    };
    let answer = Structure::new()
        .with("Bucket", name)
        .with("Key", key)
        .with("UploadId", id.as_str())
        .with_all(upload.attributes.encryption.members(true))
        .with_all(upload.checksum_members());
    bucket.uploads.insert(id, Arc::new(upload));
    Ok(answer.output())
}

fn part_number(input: &mut Input) -> Result<u16, ApiError> {
    let number = input.integer("PartNumber")?.unwrap_or_default();
    let valid = u16::try_from(number).ok().filter(|_| (1..=MAX_PARTS).contains(&number));
    valid.ok_or_else(|| error::part_number(number))
}

pub(crate) fn upload(s3: &mut S3, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let number = part_number(&mut call.input)?;
    let id = call.input.required("UploadId")?;
    let customer_key = CustomerKey::read(&mut call.input, "")?;
    let checksum = ChecksumRequest::read(&mut call.input)?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    let upload = bucket.upload(&id, &key)?;
    upload.check_key(customer_key.as_ref())?;
    upload.attributes.encryption.check_key(kms, bucket, call.now)?;
    upload.check_algorithm(checksum.algorithm())?;
    let sent = checksum.verify(&call.body)?;
    let part = Part::new(upload, call.body, call.now)?;
    let answer = Structure::new()
        .with("ETag", format!("\"{}\"", part.etag))
        .with_all(sent.value_member())
        .with_all(upload.encryption_members());
    bucket.place(&id, number, part);
    Ok(answer.output())
}

pub(crate) fn copy(s3: &mut S3, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let number = part_number(&mut call.input)?;
    let id = call.input.required("UploadId")?;
    let customer_key = CustomerKey::read(&mut call.input, "")?;
    call.input.finish()?;
    let source = copy::opened(&mut call)?;
    let bucket = s3.bucket_mut(&name)?;
    let upload = bucket.upload(&id, &key)?;
    upload.check_key(customer_key.as_ref())?;
    upload.attributes.encryption.check_key(kms, bucket, call.now)?;
    let part = Part::new(upload, call.body, call.now)?;
    let result = Structure::new()
        .with("ETag", format!("\"{}\"", part.etag))
        .with_time("LastModified", part.modified)
        .with_all(upload.checksum.map(|_| part.checksum.value_member()).unwrap_or_default());
    let answer = Structure::new()
        .with("CopyPartResult", result.value())
        .with_some("CopySourceVersionId", source.shown_id)
        .with_all(upload.encryption_members());
    bucket.place(&id, number, part);
    Ok(answer.output())
}

impl Part {
    fn new(upload: &Upload, body: Stored, now: Timestamp) -> Result<Self, ApiError> {
        let etag = etag_of(&body, &upload.attributes.encryption)?;
        let checksum = Checksum::of(upload.algorithm(), &body)?;
        Ok(Self { body, etag, checksum, modified: now })
    }
}

impl Bucket {
    fn place(&mut self, id: &str, number: u16, part: Part) {
        if let Some(upload) = self.uploads.get_mut(id) {
            Arc::make_mut(upload).parts.insert(number, part);
        }
    }
}

pub(crate) fn abort(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let id = call.input.required("UploadId")?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    bucket.upload(&id, &key)?;
    bucket.uploads.remove(&id);
    Ok(Output::default())
}

pub(crate) fn list_parts(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let id = call.input.required("UploadId")?;
    let max = call.input.integer("MaxParts")?.unwrap_or(MAX_LISTED);
    let max = usize::try_from(max.min(MAX_LISTED)).map_err(|_| {
        let message = "Argument max-parts must be an integer between 0 and 2147483647";
        error::invalid_argument(message, "max-parts", max.to_string())
    })?;
    let after = call.input.integer("PartNumberMarker")?.unwrap_or_default();
    // S3 asks for the key of SSE-C here, but nothing in the answer depends on it.
    CustomerKey::read(&mut call.input, "")?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    let upload = bucket.upload(&id, &key)?;
    let rest: Vec<_> = upload.parts.iter().filter(|(number, _)| i64::from(**number) > after).collect();
    let page = rest.get(..max).unwrap_or(&rest);
    let entry = |(number, part): &(&u16, &Part)| {
        let checksum = upload.checksum.map(|_| part.checksum.value_member()).unwrap_or_default();
        Structure::new()
            .with("PartNumber", **number)
            .with("ETag", format!("\"{}\"", part.etag))
            .with("Size", part.body.len())
            .with_time("LastModified", part.modified)
            .with_all(checksum)
            .value()
    };
    Ok(Structure::new()
        .with("Bucket", name)
        .with("Key", key)
        .with("UploadId", id)
        .with("PartNumberMarker", after)
        .with("NextPartNumberMarker", page.last().map_or(0, |(number, _)| i64::from(**number)))
        .with("MaxParts", max)
        .with("IsTruncated", page.len() < rest.len())
        .with_some("Parts", filled(page.iter().map(entry).collect()))
        .with_all(upload.summary(bucket))
        .output())
}
