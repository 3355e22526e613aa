//! CompleteMultipartUpload: parts become an object.

use std::sync::Arc;

use md5::{Digest, Md5};
use stackproof_aws::{ApiError, Members, Output};

use super::{Part, Upload};
use crate::Call;
use crate::input::Input;
use crate::kms::Kms;
use crate::random;
use crate::s3::body::Stored;
use crate::s3::checksum::{self, Algorithm, Checksum, Kind};
use crate::s3::condition::WriteConditions;
use crate::s3::encryption::Encryption;
use crate::s3::encryption::customer_key::CustomerKey;
use crate::s3::object::{Object, PartSummary, target};
use crate::s3::version::Content;
use crate::s3::{S3, error};
use crate::structure::Structure;
use crate::text::encode_path;

/// The least size of every part but the last.
const MIN_PART_BYTES: u64 = 5 * 1024 * 1024;

/// What a finished upload was finished with, and how that was answered.
#[derive(Clone)]
pub(crate) struct Completed {
    key: String,
    parts: Vec<(i64, String)>,
    answer: Members,
}

/// A part as the client names it.
struct Named {
    number: i64,
    /// Without quotes.
    etag: String,
    checksum: Option<(Algorithm, String)>,
}

/// The whole request but for bucket and key.
struct Request {
    upload_id: String,
    parts: Vec<Named>,
    conditions: WriteConditions,
    checksum: Option<(Algorithm, String)>,
    kind: Option<Kind>,
    size: Option<i64>,
}

pub(crate) fn complete(s3: &mut S3, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let request = Request::read(&mut call.input)?;
    let bucket = s3.bucket_mut(&name)?;
    let id = request.upload_id.as_str();
    let listed: Vec<_> = request.parts.iter().map(|part| (part.number, part.etag.clone())).collect();
    if let Some(done) = bucket.completed.get(id).filter(|done| done.key == key && done.parts == listed) {
        return Ok(Output::new(done.answer.clone()));
    }
    let upload = bucket.upload(id, &key)?;
    upload.attributes.encryption.check_key(kms, bucket, call.now)?;
    request.conditions.check(bucket, &key)?;
    request.conditions.check_meanwhile(bucket, upload)?;
    let parts = request.parts.iter().map(|named| named.find(upload));
    let parts = parts.collect::<Result<Vec<_>, _>>().map_err(|error| error.detail("UploadId", id))?;
    check_order(&request.parts).map_err(|error| error.detail("UploadId", id))?;
    check_sizes(&request.parts, &parts)?;
    let object = assemble(upload, &request.parts, &parts)?;
    request.check_result(upload, &object)?;

    let location = format!("https://{name}.s3.{}.amazonaws.com/{}", bucket.region, encode_path(&key));
    let answer = Structure::new()
        .with("ETag", object.quoted_etag())
        .with_all(object.checksum.members())
        .with_all(encryption_members(&object))
        .with("Location", location)
        .with("Bucket", name)
        .with("Key", key.as_str());
    let version_id = bucket.add(&key, Content::Object(Arc::new(object)), call.now)?;
    let answer = answer.with_some("VersionId", version_id).members();
    let done = Completed { key, parts: listed, answer: answer.clone() };
    bucket.uploads.remove(id);
    bucket.completed.insert(request.upload_id, Arc::new(done));
    Ok(Output::new(answer))
}

impl Request {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let upload_id = input.required("UploadId")?;
        let mut document = input.required_structure("MultipartUpload")?;
        let parts =
            document.structures("Parts")?.into_iter().map(Named::read).collect::<Result<Vec<_>, _>>()?;
        document.finish()?;
        if parts.is_empty() {
            return Err(error::malformed_xml());
        }
        let request = Self {
            upload_id,
            parts,
            conditions: WriteConditions::read(input)?,
            checksum: checksum::read_value(input)?,
            kind: input.string("ChecksumType")?.as_deref().map(Kind::parse).transpose()?,
            size: input.integer("MpuObjectSize")?,
        };
        // The parts were encrypted with it already; it is only sent again.
        CustomerKey::read(input, "")?;
        input.finish()?;
        Ok(request)
    }

    /// Compares what the client expects of the object with what it is.
    fn check_result(&self, upload: &Upload, object: &Object) -> Result<(), ApiError> {
        if let Some(size) = self.size
            && u64::try_from(size).ok() != Some(object.body.len())
        {
            return Err(error::invalid_request(format!(
                "The provided 'x-amz-mp-object-size' header value {size} does not match what was computed: {}",
                object.body.len()
            )));
        }
        let asked = upload.checksum.map(|(_, kind)| kind);
        if self.kind.is_some() && self.kind != asked {
            return Err(error::invalid_request(format!(
                "The upload was created using the {} checksum mode. The complete request must use the same checksum mode.",
                asked.map_or("null", Kind::name)
            )));
        }
        match &self.checksum {
            Some((algorithm, value))
                if (*algorithm, value) != (object.checksum.algorithm, &object.checksum.value) =>
            {
                Err(checksum::bad_digest(*algorithm))
            }
            _ => Ok(()),
        }
    }
}

impl Named {
    fn read(mut part: Input) -> Result<Self, ApiError> {
        let number = part.integer("PartNumber")?.unwrap_or_default();
        let etag = part.string("ETag")?.unwrap_or_default().trim_matches('"').to_owned();
        let checksum = checksum::read_value(&mut part)?;
        part.finish()?;
        Ok(Self { number, etag, checksum })
    }

    /// The part as it was uploaded.
    fn find<'a>(&self, upload: &'a Upload) -> Result<&'a Part, ApiError> {
        let invalid = || {
            ApiError::new(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
            )
            .detail("PartNumber", self.number.to_string())
            .detail("ETag", &self.etag)
        };
        let number = u16::try_from(self.number).map_err(|_| invalid())?;
        let part = upload.parts.get(&number).filter(|part| part.etag == self.etag).ok_or_else(invalid)?;
        match &self.checksum {
            // Parts have checksums to be named by where the upload was begun with an algorithm.
            Some(_) if upload.checksum.is_none() => Err(invalid()),
            Some((algorithm, value))
                if *algorithm == part.checksum.algorithm && *value != part.checksum.value =>
            {
                Err(invalid())
            }
            None if upload.kind() == Kind::Composite => Err(error::invalid_request(format!(
                "The upload was created using a {} checksum. The complete request must include the checksum for each part. It was missing for part {} in the request.",
                upload.algorithm().name().to_ascii_lowercase(),
                self.number
            ))),
            _ => Ok(part),
        }
    }
}

/// The answer names a key of KMS but not the customer's.
fn encryption_members(object: &Object) -> Members {
    match &object.attributes.encryption {
        Encryption::Customer(_) => Members::new(),
        encryption => encryption.members(false),
    }
}

fn check_order(parts: &[Named]) -> Result<(), ApiError> {
    if parts.is_sorted_by(|earlier, later| earlier.number < later.number) {
        return Ok(());
    }
    let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    Err(ApiError::new(400, "InvalidPartOrder", message))
}

fn check_sizes(named: &[Named], parts: &[&Part]) -> Result<(), ApiError> {
    let all_but_last = parts.len().saturating_sub(1);
    let small = named.iter().zip(parts).take(all_but_last).find(|(_, part)| part.body.len() < MIN_PART_BYTES);
    let Some((named, part)) = small else { return Ok(()) };
    Err(ApiError::new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .detail("ProposedSize", part.body.len().to_string())
        .detail("MinSizeAllowed", MIN_PART_BYTES.to_string())
        .detail("PartNumber", named.number.to_string())
        .detail("ETag", &named.etag))
}

fn assemble(upload: &Upload, named: &[Named], parts: &[&Part]) -> Result<Object, ApiError> {
    let body = Stored::concat(parts.iter().map(|part| &part.body));
    let checksum = match upload.kind() {
        Kind::FullObject => Checksum::of(upload.algorithm(), &body)?,
        Kind::Composite => Checksum::composite(upload.algorithm(), parts.iter().map(|part| &part.checksum)),
    };
    let summaries = named.iter().zip(parts).filter_map(|(named, part)| {
        let number = u16::try_from(named.number).ok()?;
        Some(PartSummary { number, size: part.body.len(), checksum: part.checksum.clone() })
    });
    Ok(Object {
        etag: etag(upload, parts)?,
        checksum,
        parts: summaries.collect(),
        attributes: upload.attributes.clone(),
        body,
    })
}

/// The MD5 of the parts' MD5s and their number, or nothing that tells about them.
fn etag(upload: &Upload, parts: &[&Part]) -> Result<String, ApiError> {
    let digest = match upload.attributes.encryption {
        Encryption::S3 => {
            let digests: Vec<u8> =
                parts.iter().flat_map(|part| hex::decode(&part.etag).unwrap_or_default()).collect();
            hex::encode(Md5::digest(digests))
        }
        Encryption::Kms { .. } | Encryption::Customer { .. } => random::letters(b"0123456789abcdef", 32)?,
    };
    Ok(format!("{digest}-{}", parts.len()))
}
