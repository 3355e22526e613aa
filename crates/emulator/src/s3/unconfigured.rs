//! Configuration that a bucket here never has: its reads are answered as AWS answers those of a new bucket, because
//! clients and Terraform's provider make them of any bucket. The writes stay unknown.

use stackproof_aws::{ApiError, Output};

use super::S3;
use super::bucket::bucket_name;
use crate::Call;
use crate::input::not_implemented;
use crate::structure::Structure;

/// Answers the read of a configuration that cannot be written.
///
/// # Errors
/// The code of what is not configured; `NotImplemented` for any other operation.
pub(crate) fn get(s3: &S3, operation: &str, mut call: Call) -> Result<Output, ApiError> {
    let missing = |code, message| Err(ApiError::new(404, code, message));
    let answer = match operation {
        "GetBucketAccelerateConfiguration" | "GetBucketLogging" => Ok(Structure::new()),
        "GetBucketRequestPayment" => Ok(Structure::new().with("Payer", "BucketOwner")),
        "GetBucketReplication" => {
            missing("ReplicationConfigurationNotFoundError", "The replication configuration was not found")
        }
        "GetBucketWebsite" => missing(
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ),
        _ => return Err(not_implemented(operation)),
    };
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket(&name)?;
    answer.map(Structure::output).map_err(|error| error.detail("BucketName", name))
}
