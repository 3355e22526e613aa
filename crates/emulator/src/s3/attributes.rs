//! GetObjectAttributes.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::S3;
use super::checksum::Kind;
use super::encryption::customer_key::CustomerKey;
use super::error;
use super::object::{Object, target};
use crate::Call;
use crate::kms::Kms;
use crate::structure::Structure;

const MAX_PARTS: usize = 1000;
const ATTRIBUTES: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

pub(crate) fn get(s3: &mut S3, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let id = call.input.string("VersionId")?;
    let customer_key = CustomerKey::read(&mut call.input, "")?;
    let wanted = call.input.strings("ObjectAttributes")?;
    let max = call.input.integer("MaxParts")?;
    let after = call.input.integer("PartNumberMarker")?.unwrap_or_default();
    call.input.finish()?;
    if wanted.is_empty() || wanted.iter().any(|attribute| !ATTRIBUTES.contains(&attribute.as_str())) {
        let value = wanted.join(",");
        return Err(error::invalid_argument(
            "Invalid attribute name specified.",
            "x-amz-object-attributes",
            value,
        ));
    }
    let bucket = s3.bucket(&name)?;
    let (version, object) = bucket.locate(&key, id.as_deref())?;
    object.attributes.encryption.check_reader(customer_key.as_ref())?;
    object.attributes.encryption.check_key(kms, bucket, call.now)?;

    let wants = |attribute: &str| wanted.iter().any(|wanted| wanted == attribute);
    let parts = Some(object).filter(|object| wants("ObjectParts") && !object.parts.is_empty());
    let max = max.and_then(|max| usize::try_from(max).ok()).unwrap_or(MAX_PARTS).min(MAX_PARTS);
    Ok(Structure::new()
        .with_time("LastModified", version.modified)
        .with_some("VersionId", bucket.shown_id(version))
        .with_some("ETag", wants("ETag").then_some(object.etag.as_str()))
        .with_some("Checksum", wants("Checksum").then(|| Value::Object(object.checksum.attributes())))
        .with_some("ObjectParts", parts.map(|object| list_parts(object, after, max)))
        .with_some("StorageClass", wants("StorageClass").then_some(object.attributes.storage_class.as_str()))
        .with_some("ObjectSize", wants("ObjectSize").then_some(object.body.len()))
        .output())
}

/// The parts are listed one by one only where their checksums make up the object's.
fn list_parts(object: &Object, after: i64, max: usize) -> Value {
    let total = Structure::new().with("TotalPartsCount", object.parts.len());
    if object.checksum.kind == Kind::FullObject {
        return total.value();
    }
    let rest: Vec<_> = object.parts.iter().filter(|part| i64::from(part.number) > after).collect();
    let page = rest.get(..max).unwrap_or(&rest);
    let entry = |part: &&super::object::PartSummary| {
        Structure::new()
            .with("PartNumber", part.number)
            .with("Size", part.size)
            .with_all(part.checksum.value_member())
            .value()
    };
    total
        .with("PartNumberMarker", after)
        .with("NextPartNumberMarker", page.last().map_or(0, |part| i64::from(part.number)))
        .with("MaxParts", max)
        .with("IsTruncated", page.len() < rest.len())
        .with("Parts", page.iter().map(entry).collect::<Vec<_>>())
        .value()
}
