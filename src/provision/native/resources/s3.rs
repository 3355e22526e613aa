//! S3 resources.

pub mod acl;
pub mod bucket;
pub mod configuration;
pub mod encryption;
pub mod public_access_block;

/// What is gone when the bucket or its configuration is.
const GONE: [&str; 5] = [
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
];
