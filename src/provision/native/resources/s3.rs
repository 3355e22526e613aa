//! S3 resources.

pub mod acl;
pub mod bucket;
pub mod configuration;
pub mod cors;
pub mod deprecated;
pub mod encryption;
pub mod lifecycle;
pub mod object;
pub mod object_copy;
pub mod object_lock;
pub mod public_access_block;
pub mod versions;

/// What is gone when the bucket or its configuration is.
const GONE: [&str; 5] = [
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
];
