//! Where a bucket's access logs are to go.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::{S3, text};
use crate::input::Input;
use crate::s3::bucket::Bucket;
use crate::s3::error;

/// An empty status turns logging off.
pub(crate) fn read(s3: &S3, bucket: &Bucket, given: &mut Input) -> Result<Members, ApiError> {
    let kept = given.keep(&["LoggingEnabled"]);
    let Some(enabled) = kept.get("LoggingEnabled") else { return Ok(kept) };
    let invalid = |message: &str| ApiError::new(400, "InvalidTargetBucketForLogging", message);
    let name = text(enabled, "/TargetBucket").unwrap_or_default();
    let missing = || invalid("The target bucket for logging does not exist").detail("TargetBucket", name);
    let target = s3.bucket(name).map_err(|_| missing())?;
    if target.owner != bucket.owner {
        return Err(invalid("The owner for the bucket to be logged and the target bucket must be the same."));
    }
    if target.region != bucket.region {
        let message = "Cross S3 location logging not allowed. ";
        return Err(ApiError::new(403, "CrossLocationLoggingProhibited", message)
            .detail("TargetBucketLocation", &target.region));
    }
    let grants = enabled.get("TargetGrants").and_then(Value::as_array);
    let known = ["FULL_CONTROL", "READ", "WRITE"];
    let known = |grant: &Value| text(grant, "/Permission").is_some_and(|it| known.contains(&it));
    if !grants.into_iter().flatten().all(known) {
        return Err(error::malformed_xml());
    }
    if let Some(format) = enabled.get("TargetObjectKeyFormat") {
        let dated = [Some("EventTime"), Some("DeliveryTime")];
        let fits = match format.get("PartitionedPrefix") {
            Some(partitioned) => {
                format.get("SimplePrefix").is_none()
                    && dated.contains(&text(partitioned, "/PartitionDateSource"))
            }
            None => format.get("SimplePrefix") == Some(&json!({})),
        };
        if !fits {
            return Err(error::malformed_xml());
        }
    }
    Ok(kept)
}
