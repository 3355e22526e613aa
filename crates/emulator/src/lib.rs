//! The embedded upstream: S3 and IAM held in memory.
