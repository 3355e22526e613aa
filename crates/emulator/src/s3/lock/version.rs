//! Retention and legal hold of one version.

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::{Mode, Retention, future, hold_name, no_lock, protected};
use crate::Call;
use crate::s3::bucket::Bucket;
use crate::s3::config::settle_digests;
use crate::s3::object::{Object, target};
use crate::s3::{S3, error};
use crate::structure::{Structure, time};

pub(crate) fn get_retention(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let retention = find(s3, &mut call)?.attributes.lock.retention.ok_or_else(not_locked)?;
    let value = json!({ "Mode": retention.mode.name(), "RetainUntilDate": time(retention.until) });
    Ok(Structure::new().with("Retention", value).output())
}

pub(crate) fn get_hold(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let hold = find(s3, &mut call)?.attributes.lock.hold.ok_or_else(not_locked)?;
    Ok(Structure::new().with("LegalHold", json!({ "Status": hold_name(hold) })).output())
}

pub(crate) fn put_retention(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    settle_digests(&mut call)?;
    let bypass = call.input.boolean("BypassGovernanceRetention")?.unwrap_or_default();
    let retention = match call.input.structure("Retention")? {
        None => None,
        Some(mut given) => {
            let mode = given.string("Mode")?;
            let mode = mode.map(|mode| Mode::parse(&mode).ok_or_else(error::malformed_xml)).transpose()?;
            let until = given.time("RetainUntilDate")?;
            given.finish()?;
            match (mode, until) {
                (None, None) => None,
                (Some(mode), Some(until)) => Some(Retention::new(mode, future(until, call.now)?)),
                _ => return Err(error::malformed_xml()),
            }
        }
    };
    let now = call.now;
    let object = find_mut(s3, &mut call)?;
    let lock = &mut object.attributes.lock;
    if let Some(old) = lock.retention.filter(|old| old.until > now) {
        let kept = retention.is_some_and(|new| new.mode == old.mode && new.until >= old.until);
        let lifted = bypass && old.mode == Mode::Governance;
        if !kept && !lifted {
            return Err(protected());
        }
    }
    lock.retention = retention;
    Ok(Output::default())
}

pub(crate) fn put_hold(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    settle_digests(&mut call)?;
    let mut hold = call.input.required_structure("LegalHold")?;
    let status = match hold.string("Status")?.as_deref() {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Err(error::malformed_xml()),
    };
    hold.finish()?;
    find_mut(s3, &mut call)?.attributes.lock.hold = Some(status);
    Ok(Output::default())
}

/// The version that is meant, in a bucket that locks its objects.
fn find<'a>(s3: &'a S3, call: &mut Call) -> Result<&'a Object, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let id = call.input.string("VersionId")?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    check_bucket(bucket)?;
    bucket.locate(&key, id.as_deref()).map(|(_, object)| object)
}

fn find_mut<'a>(s3: &'a mut S3, call: &mut Call) -> Result<&'a mut Object, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let id = call.input.string("VersionId")?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    check_bucket(bucket)?;
    bucket.locate_mut(&key, id.as_deref()).map(|(_, object)| object)
}

fn check_bucket(bucket: &Bucket) -> Result<(), ApiError> {
    if bucket.object_lock.is_some() { Ok(()) } else { Err(no_lock()) }
}

fn not_locked() -> ApiError {
    let message = "The specified object does not have a ObjectLock configuration";
    ApiError::new(404, "NoSuchObjectLockConfiguration", message)
}
