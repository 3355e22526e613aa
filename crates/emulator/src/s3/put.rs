//! PutObject.

use std::sync::Arc;

use stackproof_aws::{ApiError, Output};

use super::S3;
use super::checksum::ChecksumRequest;
use super::condition::WriteConditions;
use super::object::{Attributes, Object, target};
use super::version::Content;
use crate::Call;
use crate::kms::Kms;

pub(crate) fn put(s3: &mut S3, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let bucket = s3.bucket_mut(&name)?;
    let attributes = Attributes::read(bucket, kms, &mut call)?;
    let conditions = WriteConditions::read(&mut call.input)?;
    let checksum = ChecksumRequest::read(&mut call.input)?;
    call.input.finish()?;
    conditions.check(bucket, &key)?;
    let checksum = checksum.verify(&call.body)?;
    let object = Object::whole(call.body, checksum, attributes)?;
    let answer = object.stored();
    let id = bucket.add(&key, Content::Object(Arc::new(object)), call.now)?;
    Ok(answer.with_some("VersionId", id).output())
}
