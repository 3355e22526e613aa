//! IAM resources.

pub mod access_key;
pub mod group;
pub mod policy;
pub mod policy_attachment;
pub mod principal_policy;
pub mod role;
pub mod user;

/// What is gone when a user, role, policy or key is.
const GONE: [&str; 1] = ["NoSuchEntity"];
