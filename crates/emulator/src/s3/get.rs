//! GetObject and HeadObject.

use std::ops::Range;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Members, Output};

use super::body::Stored;
use super::bucket::Bucket;
use super::checksum::{Checksum, Kind};
use super::condition::{Outcome, ReadConditions};
use super::encryption::customer_key::CustomerKey;
use super::multipart::MAX_PARTS;
use super::object::{Object, target};
use super::version::Version;
use super::{S3, error, range};
use crate::Call;
use crate::input::Input;
use crate::kms::Kms;
use crate::structure::Structure;

/// Members of the request that replace headers of the answer.
const OVERRIDES: [(&str, &str); 6] = [
    ("ResponseCacheControl", "CacheControl"),
    ("ResponseContentDisposition", "ContentDisposition"),
    ("ResponseContentEncoding", "ContentEncoding"),
    ("ResponseContentLanguage", "ContentLanguage"),
    ("ResponseContentType", "ContentType"),
    ("ResponseExpires", "Expires"),
];

/// A read, as it was asked for.
struct Read {
    key: String,
    version_id: Option<String>,
    conditions: ReadConditions,
    customer_key: Option<CustomerKey>,
    range: Option<String>,
    part: Option<i64>,
    checksum: bool,
    overrides: Members,
}

/// The bytes that a read is answered with.
struct Slice {
    body: Stored,
    /// Where they lie, unless they are the whole object.
    range: Option<Range<u64>>,
    /// What the answer can be checked with.
    checksum: Option<Checksum>,
    parts: Option<usize>,
}

pub(crate) fn get(s3: &mut S3, kms: &mut Kms, call: Call) -> Result<Output, ApiError> {
    read(s3, kms, call, true)
}

pub(crate) fn head(s3: &mut S3, kms: &mut Kms, call: Call) -> Result<Output, ApiError> {
    read(s3, kms, call, false)
}

/// The bytes of an object that another service reads, as it was asked to by its caller.
///
/// # Errors
/// Those of a read without a customer's key.
pub(crate) fn object(
    s3: &S3,
    kms: &mut Kms,
    [bucket, key]: [&str; 2],
    version_id: Option<&str>,
    now: Timestamp,
) -> Result<(Stored, String), ApiError> {
    let bucket = s3.bucket(bucket)?;
    let (_, object) = bucket.locate(key, version_id)?;
    object.attributes.encryption.check_reader(None)?;
    object.check_readable()?;
    object.attributes.encryption.check_key(kms, bucket, now)?;
    Ok((object.body.clone(), bucket.region.clone()))
}

fn read(s3: &S3, kms: &mut Kms, mut call: Call, with_body: bool) -> Result<Output, ApiError> {
    let (name, read) = Read::take(&mut call.input)?;
    call.input.finish()?;
    if call.caller.account.is_none() && !read.overrides.is_empty() {
        return Err(error::invalid_request(
            "Request specific response headers cannot be used for anonymous GET requests.",
        ));
    }
    let bucket = s3.bucket(&name)?;
    let (version, object) = bucket.locate(&read.key, read.version_id.as_deref())?;
    object.attributes.encryption.check_reader(read.customer_key.as_ref())?;
    match read.conditions.check(version, object, call.now) {
        Outcome::Holds => {}
        Outcome::Failed(condition) => return Err(error::precondition_failed(condition)),
        Outcome::NotModified(_) => {
            let answer = validators(bucket, version, object).output();
            return Ok(Output { status: Some(304), ..answer });
        }
    }
    if with_body {
        object.check_readable()?;
    }
    // Checksums are encrypted with the object.
    if with_body || read.checksum {
        object.attributes.encryption.check_key(kms, bucket, call.now)?;
    }
    let slice = read.slice(object)?;
    let size = object.body.len();
    let content_range = slice
        .range
        .as_ref()
        .map(|range| format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1)));
    let attributes = &object.attributes;
    let answer = validators(bucket, version, object)
        .with("AcceptRanges", "bytes")
        .with("ContentLength", slice.body.len())
        .with_all(attributes.described.members())
        .with_all(read.overrides)
        .with_all(attributes.encryption.members(false))
        .with_all(attributes.lock.members())
        .with_all(slice.checksum.filter(|_| read.checksum).map(|it| it.members()).unwrap_or_default())
        .with_some("ContentRange", content_range)
        .with_some("PartsCount", slice.parts)
        .with_some("StorageClass", attributes.storage_class_header())
        .with_some("WebsiteRedirectLocation", attributes.redirect.as_deref())
        .with_some("TagCount", Some(attributes.tags.len()).filter(|count| *count > 0));
    Ok(Output {
        status: slice.range.is_some().then_some(206),
        body: with_body.then(|| slice.body.stream()),
        ..answer.output()
    })
}

/// What a client recognizes the version by.
fn validators(bucket: &Bucket, version: &Version, object: &Object) -> Structure {
    Structure::new()
        .with("ETag", object.quoted_etag())
        .with_time("LastModified", version.modified)
        .with_some("VersionId", bucket.shown_id(version))
}

impl Read {
    fn take(input: &mut Input) -> Result<(String, Self), ApiError> {
        let (bucket, key) = target(input)?;
        let mut overrides = Members::new();
        for (member, header) in OVERRIDES {
            if let Some(value) = input.value(member) {
                overrides.insert(header.to_owned(), value);
            }
        }
        let read = Self {
            key,
            version_id: input.string("VersionId")?,
            conditions: ReadConditions::read(input, "")?,
            customer_key: CustomerKey::read(input, "")?,
            range: input.string("Range")?,
            part: input.integer("PartNumber")?,
            checksum: input.string("ChecksumMode")?.is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED")),
            overrides,
        };
        if let Some(number) = read.part.filter(|number| !(1..=MAX_PARTS).contains(number)) {
            return Err(error::part_number(number));
        }
        if read.range.is_some() && read.part.is_some() {
            return Err(error::invalid_request(
                "Cannot specify both Range header and partNumber query parameter",
            ));
        }
        Ok((bucket, read))
    }

    fn slice(&self, object: &Object) -> Result<Slice, ApiError> {
        if let Some(number) = self.part {
            return part(object, number);
        }
        let range = match &self.range {
            Some(header) => range::of_read(header, object.body.len())?,
            None => None,
        };
        let whole = 0..object.body.len();
        Ok(Slice {
            body: object.body.slice(range.clone().unwrap_or_else(|| whole.clone())),
            checksum: range.as_ref().is_none_or(|range| *range == whole).then(|| object.checksum.clone()),
            range,
            parts: None,
        })
    }
}

/// One part of an object; an object that was put in one piece has one. The checksums of parts are told where they make
/// up the object's, whose type they then have.
fn part(object: &Object, number: i64) -> Result<Slice, ApiError> {
    let missing = || {
        ApiError::new(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
            .detail("PartNumberRequested", number.to_string())
            .detail("ActualPartCount", object.parts.len().max(1).to_string())
    };
    if object.parts.is_empty() {
        let whole = Slice {
            body: object.body.clone(),
            range: (!object.body.is_empty()).then_some(0..object.body.len()),
            checksum: Some(object.checksum.clone()),
            parts: None,
        };
        return if number == 1 { Ok(whole) } else { Err(missing()) };
    }
    let mut start = 0;
    for part in &object.parts {
        let end = start + part.size;
        if i64::from(part.number) == number {
            return Ok(Slice {
                body: object.body.slice(start..end),
                range: Some(start..end),
                checksum: match object.checksum.kind {
                    Kind::Composite => Some(Checksum { kind: Kind::Composite, ..part.checksum.clone() }),
                    Kind::FullObject => (object.parts.len() == 1).then(|| object.checksum.clone()),
                },
                parts: Some(object.parts.len()),
            });
        }
        start = end;
    }
    Err(missing())
}
