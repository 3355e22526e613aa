//! DeleteObject and DeleteObjects.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::bucket::{Bucket, bucket_name};
use super::condition::WriteConditions;
use super::config::Versioning;
use super::list::filled;
use super::version::{Content, NULL, check_id};
use super::{S3, error, name};
use crate::Call;
use crate::structure::Structure;

/// How many objects one DeleteObjects may name.
const MAX_OBJECTS: usize = 1000;

/// What a delete did, as answers show it.
#[derive(Default)]
struct Deleted {
    /// The version that was removed, or the marker that was made.
    version_id: Option<String>,
    /// Whether that is a delete marker.
    marker: bool,
}

pub(crate) fn one(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = super::object::target(&mut call.input)?;
    let id = call.input.string("VersionId")?;
    let conditions = WriteConditions::read(&mut call.input)?;
    let bypass = call.input.boolean("BypassGovernanceRetention")?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    if bypass.is_some() && bucket.object_lock.is_none() {
        return Err(error::bypass_without_lock());
    }
    conditions.check(bucket, &key)?;
    let deleted = delete(bucket, &key, id.as_deref(), bypass.unwrap_or_default(), &call)?;
    Ok(Structure::new()
        .with_some("VersionId", deleted.version_id)
        .with_some("DeleteMarker", deleted.marker.then_some(true))
        .output())
}

pub(crate) fn many(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    super::config::settle_digests(&mut call)?;
    let bypass = call.input.boolean("BypassGovernanceRetention")?;
    let mut document = call.input.required_structure("Delete")?;
    let quiet = document.boolean("Quiet")?.unwrap_or_default();
    let mut targets = Vec::new();
    for mut object in document.structures("Objects")? {
        let key = object.required("Key")?;
        let id = object.string("VersionId")?;
        let etag = object.string("ETag")?;
        object.finish()?;
        targets.push((key, id, WriteConditions::matching(etag)));
    }
    document.finish()?;
    call.input.finish()?;
    if targets.is_empty() || targets.len() > MAX_OBJECTS {
        return Err(error::malformed_xml());
    }
    let bucket = s3.bucket_mut(&name)?;
    if bypass.is_some() && bucket.object_lock.is_none() {
        return Err(error::bypass_without_lock());
    }
    let bypass = bypass.unwrap_or_default();
    let (mut done, mut failed): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for (key, id, conditions) in targets {
        let result = name::check_key(&key).and_then(|()| conditions.check(bucket, &key)).and_then(|()| {
            match id.as_deref().filter(|id| check_id(id).is_err()) {
                // Told in other words than to a call of its own.
                Some(id) => Err(error::no_such_version(&key, id)),
                None => delete(bucket, &key, id.as_deref(), bypass, &call),
            }
        });
        let entry = Structure::new().with("Key", key).with_some("VersionId", id);
        match result {
            Ok(deleted) => {
                let marker = deleted.version_id.filter(|_| deleted.marker);
                let entry = entry
                    .with_some("DeleteMarker", deleted.marker.then_some(true))
                    .with_some("DeleteMarkerVersionId", marker);
                done.push(entry.value());
            }
            Err(error) => {
                failed.push(entry.with("Code", error.code.as_ref()).with("Message", error.message).value());
            }
        }
    }
    Ok(Structure::new()
        .with_some("Deleted", filled(done).filter(|_| !quiet))
        .with_some("Errors", filled(failed))
        .output())
}

/// Removes a version, or covers the key with a marker where versions are kept ("Deleting object versions").
/// A locked version stays, but can be covered ("Using Object Lock"); `bypass` lifts governance.
fn delete(
    bucket: &mut Bucket,
    key: &str,
    id: Option<&str>,
    bypass: bool,
    call: &Call,
) -> Result<Deleted, ApiError> {
    match id {
        Some(id) => {
            check_id(id)?;
            if let Ok((_, object)) = bucket.locate(key, Some(id)) {
                object.attributes.lock.check_removal(bypass, call.now)?;
            }
            let removed = bucket.remove(key, id);
            let marker = removed.is_some_and(|version| version.object().is_none());
            Ok(Deleted { version_id: Some(id.to_owned()), marker })
        }
        None if bucket.versioning == Versioning::Off => {
            bucket.remove(key, NULL);
            Ok(Deleted::default())
        }
        None => {
            let maker = call.caller.account.as_deref().unwrap_or("anonymous");
            let version_id = bucket.add(key, Content::Marker(maker.to_owned()), call.now)?;
            Ok(Deleted { version_id, marker: true })
        }
    }
}
