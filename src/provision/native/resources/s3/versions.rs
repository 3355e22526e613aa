//! Removing what is in a bucket, as the provider does where it is forced.

use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::operator::{Answer, Operator, ResourceError};

/// Removes every version and delete marker of a key, or of all keys, page after page. `force` lifts governance and
/// legal holds; what is retained for compliance stays, and is the error.
///
/// # Errors
/// The call that failed. A bucket that is gone is no error.
pub async fn remove(
    operator: &Operator,
    bucket: &str,
    key: Option<&str>,
    force: bool,
) -> Result<(), ResourceError> {
    loop {
        let members = json!({ "Bucket": bucket, "Prefix": key });
        let page = match operator.call("s3", "ListObjectVersions", members).await {
            Err(error) if GONE.iter().any(|code| error.is(code)) => return Ok(()),
            page => page?,
        };
        let versions = page.list("/Versions").iter().chain(page.list("/DeleteMarkers"));
        let meant =
            |version: &&Value| key.is_none_or(|key| version.get("Key").and_then(Value::as_str) == Some(key));
        let mut found = false;
        for version in versions.filter(meant) {
            found = true;
            delete(operator, bucket, version, force).await?;
        }
        if !found {
            return Ok(());
        }
    }
}

/// Removes one version or delete marker, by its `Key` and `VersionId`; `force` as in [`remove`].
///
/// # Errors
/// The call that failed.
pub async fn delete(
    operator: &Operator,
    bucket: &str,
    version: &Value,
    force: bool,
) -> Result<(), ResourceError> {
    // Buckets that lock nothing refuse the bypass, so that it is sent only where something is locked.
    let once = |bypass: bool| async move {
        let members = json!({
            "Bucket": bucket,
            "Key": version.get("Key"),
            "VersionId": version.get("VersionId"),
            "BypassGovernanceRetention": bypass.then_some(true),
        });
        operator.call("s3", "DeleteObject", members).await
    };
    match once(false).await {
        Err(error) if force && error.is("AccessDenied") => {
            release(operator, bucket, version).await?;
            once(true).await.map(|_| ())
        }
        result => result.map(|_| ()),
    }
}

async fn release(operator: &Operator, bucket: &str, version: &Value) -> Result<Answer, ResourceError> {
    let members = json!({
        "Bucket": bucket,
        "Key": version.get("Key"),
        "VersionId": version.get("VersionId"),
        "LegalHold": { "Status": "OFF" },
    });
    operator.call("s3", "PutObjectLegalHold", members).await
}
