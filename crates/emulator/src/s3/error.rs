//! S3's errors, by the API reference's "Error responses".

use http::header::{ALLOW, CONTENT_RANGE, HeaderName, LAST_MODIFIED};
use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::version::Version;

const DELETE_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");
const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");

pub(crate) fn no_such_bucket(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchBucket", "The specified bucket does not exist").detail("BucketName", name)
}

pub(crate) fn no_such_key(key: &str) -> ApiError {
    ApiError::new(404, "NoSuchKey", "The specified key does not exist.").detail("Key", key)
}

pub(crate) fn no_such_version(key: &str, id: &str) -> ApiError {
    ApiError::new(404, "NoSuchVersion", "The specified version does not exist.")
        .detail("Key", key)
        .detail("VersionId", id)
}

pub(crate) fn no_such_upload(id: &str) -> ApiError {
    ApiError::new(
        404,
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    )
    .detail("UploadId", id)
}

/// The current version is a delete marker: the key is gone, and the answer says why.
pub(crate) fn deleted(key: &str, marker: &Version) -> ApiError {
    no_such_key(key).header(DELETE_MARKER, "true").header(VERSION_ID, &marker.id)
}

/// A delete marker was asked for by its id.
pub(crate) fn marker_not_allowed(marker: &Version) -> ApiError {
    method_not_allowed("DeleteMarker")
        .header(ALLOW, "DELETE")
        .header(DELETE_MARKER, "true")
        .header(VERSION_ID, &marker.id)
        .header(LAST_MODIFIED, http_date(marker.modified))
}

pub(crate) fn method_not_allowed(resource: &str) -> ApiError {
    ApiError::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .detail("ResourceType", resource)
}

/// What is not allowed to a method names it.
pub(crate) fn with_method(mut error: ApiError, method: &str) -> ApiError {
    if error.code == "MethodNotAllowed" {
        error.details.insert(0, ("Method", method.to_owned()));
    }
    error
}

pub(crate) fn invalid_argument(message: impl Into<String>, name: &str, value: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidArgument", message).detail("ArgumentName", name).detail("ArgumentValue", value)
}

/// A number that no part has.
pub(crate) fn part_number(given: i64) -> ApiError {
    let message = "Part number must be an integer between 1 and 10000, inclusive";
    invalid_argument(message, "partNumber", given.to_string())
}

pub(crate) fn invalid_request(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidRequest", message)
}

const MALFORMED: &str =
    "The XML you provided was not well-formed or did not validate against our published schema";

/// What KMS answered to S3, which S3 passes on under KMS's name.
pub(crate) fn through_kms(error: ApiError) -> ApiError {
    match error.status {
        400 => ApiError::new(400, format!("KMS.{}", error.code), error.message),
        _ => error,
    }
}

pub(crate) fn malformed_xml() -> ApiError {
    ApiError::new(400, "MalformedXML", MALFORMED)
}

/// The document of an access control list, which has a code of its own.
pub(crate) fn malformed_acl() -> ApiError {
    ApiError::new(400, "MalformedACLError", MALFORMED)
}

pub(crate) fn precondition_failed(condition: &str) -> ApiError {
    ApiError::new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        .detail("Condition", condition)
}

/// Another write or delete of the key came in between.
pub(crate) fn conditional_conflict(condition: &str, key: &str) -> ApiError {
    let message =
        "The conditional request cannot succeed due to a conflicting operation against this resource.";
    ApiError::new(409, "ConditionalRequestConflict", message)
        .detail("Condition", condition)
        .detail("Key", key)
}

pub(crate) fn no_public_access_block() -> ApiError {
    let message = "The public access block configuration was not found";
    ApiError::new(404, "NoSuchPublicAccessBlockConfiguration", message)
}

/// A bucket whose ownership is enforced has no access control list of its own.
pub(crate) fn acl_with_enforced_ownership() -> ApiError {
    let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    ApiError::new(400, "InvalidBucketAclWithObjectOwnership", message)
}

/// `x-amz-bypass-governance-retention` was sent, be it as `false`, to a bucket that locks nothing.
pub(crate) fn bypass_without_lock() -> ApiError {
    let message = "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.";
    ApiError::new(400, "InvalidArgument", message).detail("ArgumentName", "x-amz-bypass-governance-retention")
}

/// The bucket's object ownership turns access control lists off.
pub(crate) fn acl_not_supported() -> ApiError {
    ApiError::new(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
}

pub(crate) fn invalid_range(range: &str, size: u64) -> ApiError {
    ApiError::new(416, "InvalidRange", "The requested range is not satisfiable")
        .detail("RangeRequested", range)
        .detail("ActualObjectSize", size.to_string())
        .header(CONTENT_RANGE, format!("bytes */{size}"))
}

/// RFC 9110's preferred form, `Sat, 17 Jan 2026 00:00:00 GMT`.
fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
