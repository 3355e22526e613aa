//! S3 resources.

pub mod bucket;
pub mod configuration;
pub mod encryption;

/// What is gone when the bucket or its configuration is.
const GONE: [&str; 5] = [
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
];
