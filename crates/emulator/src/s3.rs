//! S3: buckets and what is in them.

pub(crate) mod acl;
mod attributes;
pub(crate) mod body;
mod bucket;
pub(crate) mod checksum;
mod condition;
mod config;
pub(crate) mod control;
pub(crate) mod copy;
mod cors;
mod delete;
mod encryption;
pub(crate) mod error;
pub(crate) mod get;
mod lifecycle;
mod list;
mod listed;
mod lock;
mod multipart;
mod name;
mod notification;
mod object;
mod put;
mod range;
mod setting;
mod tags;
mod version;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::kms::Kms;
use bucket::Bucket;
use config::PublicAccessBlock;

/// Every bucket of every account: their names are one namespace.
#[derive(Clone, Default)]
pub(crate) struct S3 {
    buckets: BTreeMap<String, Arc<Bucket>>,
    /// Until when lifecycle rules have been carried out.
    settled: Option<Timestamp>,
    /// The public access settings of accounts, by their ids.
    account_blocks: BTreeMap<String, PublicAccessBlock>,
}

impl S3 {
    fn bucket(&self, name: &str) -> Result<&Bucket, ApiError> {
        self.buckets.get(name).map(Arc::as_ref).ok_or_else(|| error::no_such_bucket(name))
    }

    fn bucket_mut(&mut self, name: &str) -> Result<&mut Bucket, ApiError> {
        self.buckets.get_mut(name).map(Arc::make_mut).ok_or_else(|| error::no_such_bucket(name))
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        let subject = lifecycle::announce::Subject::of(operation, &call.input);
        let method = call.input.method();
        let output = self.execute(kms, operation, call).map_err(|error| error::with_method(error, method))?;
        Ok(match subject {
            Some(subject) => subject.announce(self, output),
            None => output,
        })
    }

    fn execute(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        setting::check_payer(self, &call)?;
        match operation {
            "CreateBucket" => bucket::create(self, call),
            "DeleteBucket" => bucket::delete(self, call),
            "HeadBucket" => bucket::head(self, call),
            "ListBuckets" => bucket::list(self, call),
            "GetBucketLocation" => bucket::location(self, call),
            "GetBucketVersioning" => config::get_versioning(self, call),
            "PutBucketVersioning" => config::put_versioning(self, call),
            "GetBucketPolicy" => config::get_policy(self, call),
            "PutBucketPolicy" => config::put_policy(self, call),
            "DeleteBucketPolicy" => config::delete_policy(self, call),
            "GetPublicAccessBlock" => config::get_public_access_block(self, call),
            "PutPublicAccessBlock" => config::put_public_access_block(self, call),
            "DeletePublicAccessBlock" => config::delete_public_access_block(self, call),
            "GetBucketOwnershipControls" => config::get_ownership(self, call),
            "PutBucketOwnershipControls" => config::put_ownership(self, call),
            "DeleteBucketOwnershipControls" => config::delete_ownership(self, call),
            "GetBucketEncryption" => encryption::default::get(self, call),
            "PutBucketEncryption" => encryption::default::put(self, call),
            "DeleteBucketEncryption" => encryption::default::delete(self, call),
            "GetBucketLifecycleConfiguration" => lifecycle::get(self, call),
            "PutBucketLifecycleConfiguration" => lifecycle::put(self, call),
            "DeleteBucketLifecycle" => lifecycle::delete(self, call),
            "GetBucketCors" => cors::get(self, call),
            "PutBucketCors" => cors::put(self, call),
            "DeleteBucketCors" => cors::delete(self, call),
            "GetBucketNotificationConfiguration" => notification::get(self, call),
            "PutBucketNotificationConfiguration" => notification::put(self, call),
            "GetObjectLockConfiguration" => lock::bucket::get(self, call),
            "PutObjectLockConfiguration" => lock::bucket::put(self, call),
            "GetObjectRetention" => lock::version::get_retention(self, call),
            "PutObjectRetention" => lock::version::put_retention(self, call),
            "GetObjectLegalHold" => lock::version::get_hold(self, call),
            "PutObjectLegalHold" => lock::version::put_hold(self, call),
            "GetBucketAcl" => acl::get_bucket(self, call),
            "PutBucketAcl" => acl::put_bucket(self, call),
            "GetObjectAcl" => acl::get_object(self, call),
            "PutObjectAcl" => acl::put_object(self, call),
            "GetBucketTagging" => tags::get_bucket(self, call),
            "PutBucketTagging" => tags::put_bucket(self, call),
            "DeleteBucketTagging" => tags::delete_bucket(self, call),
            "GetObjectTagging" => tags::get_object(self, call),
            "PutObjectTagging" => tags::put_object(self, call),
            "DeleteObjectTagging" => tags::delete_object(self, call),
            "PutObject" => put::put(self, kms, call),
            "GetObject" => get::get(self, kms, call),
            "HeadObject" => get::head(self, kms, call),
            "GetObjectAttributes" => attributes::get(self, kms, call),
            "CopyObject" => copy::copy(self, kms, call),
            "DeleteObject" => delete::one(self, call),
            "DeleteObjects" => delete::many(self, call),
            "ListObjects" => list::objects(self, call),
            "ListObjectsV2" => list::objects_v2(self, call),
            "ListObjectVersions" => list::versions(self, call),
            "ListMultipartUploads" => list::uploads(self, call),
            "ListParts" => multipart::list_parts(self, call),
            "CreateMultipartUpload" => multipart::create(self, kms, call),
            "UploadPart" => multipart::upload(self, kms, call),
            "UploadPartCopy" => multipart::copy(self, kms, call),
            "CompleteMultipartUpload" => multipart::complete::complete(self, kms, call),
            "AbortMultipartUpload" => multipart::abort(self, call),
            _ => match listed::Kind::of(operation) {
                Some((verb, kind)) => listed::call(self, verb, kind, call),
                None => setting::call(self, operation, call),
            },
        }
    }
}
