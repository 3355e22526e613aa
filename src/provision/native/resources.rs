//! Resource types: what each is made with, and how it is unmade.

pub(super) mod declared;
mod iam;
pub mod kms;
pub(super) mod local;
mod name;
pub(super) mod organizations;
pub(super) mod s3;

use async_trait::async_trait;

use super::attributes::Attributes;
use super::operator::{Answer, Operator, ResourceError};
use iam::principal_policy::{self, Attachment, Inline};

/// One resource type.
#[async_trait]
pub trait Resource: Send + Sync {
    /// Makes it of its arguments, and gives the attributes by which it is unmade.
    ///
    /// # Errors
    /// The call that failed: then nothing was made.
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError>;

    /// Says of what was just made what could not be said at its creation, and gives all attributes as the AWS
    /// provider exports them, read back from AWS.
    ///
    /// # Errors
    /// The call that failed; what was made is there to be unmade.
    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError>;

    /// Unmakes it. What is gone already is no error.
    ///
    /// # Errors
    /// The call that failed.
    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError>;
}

/// The resource type of that name.
pub fn named(kind: &str) -> Option<&'static dyn Resource> {
    Some(match kind {
        "aws_iam_access_key" => &iam::access_key::AccessKey,
        "aws_iam_group" => &iam::group::Group,
        "aws_iam_group_membership" => &iam::group::Members,
        "aws_iam_group_policy" => &Inline(principal_policy::GROUP),
        "aws_iam_group_policy_attachment" => &Attachment(principal_policy::GROUP),
        "aws_iam_policy" => &iam::policy::Policy,
        "aws_iam_policy_attachment" => &iam::policy_attachment::PolicyAttachment,
        "aws_iam_role" => &iam::role::Role,
        "aws_iam_role_policy" => &Inline(principal_policy::ROLE),
        "aws_iam_role_policy_attachment" => &Attachment(principal_policy::ROLE),
        "aws_iam_user" => &iam::user::User,
        "aws_iam_user_group_membership" => &iam::group::Groups,
        "aws_iam_user_policy" => &Inline(principal_policy::USER),
        "aws_iam_user_policy_attachment" => &Attachment(principal_policy::USER),
        "aws_kms_alias" => &kms::alias::Alias,
        "aws_kms_ciphertext" => &kms::ciphertext::Ciphertext,
        "aws_kms_grant" => &kms::grant::Grant,
        "aws_kms_key" => &kms::key::Key,
        "aws_kms_key_policy" => &kms::policy::KeyPolicy,
        "aws_organizations_account" => &organizations::Account,
        "aws_organizations_delegated_administrator" => &organizations::DelegatedAdministrator,
        "aws_organizations_organization" => &organizations::Organization,
        "aws_s3_account_public_access_block" => &s3::public_access_block::OfAccount,
        "aws_s3_bucket" => &s3::bucket::Bucket,
        "aws_s3_bucket_acl" => &s3::acl::BucketAcl,
        "aws_s3_bucket_cors_configuration" => &s3::cors::Cors,
        "aws_s3_bucket_lifecycle_configuration" => &s3::lifecycle::Lifecycle,
        "aws_s3_bucket_object_lock_configuration" => &s3::object_lock::ObjectLock,
        "aws_s3_bucket_ownership_controls" => &s3::configuration::OwnershipControls,
        "aws_s3_bucket_policy" => &s3::configuration::BucketPolicy,
        "aws_s3_bucket_public_access_block" => &s3::public_access_block::OfBucket,
        "aws_s3_bucket_server_side_encryption_configuration" => &s3::encryption::Encryption,
        "aws_s3_bucket_versioning" => &s3::configuration::Versioning,
        "aws_s3_bucket_object" | "aws_s3_object" => &s3::object::Object,
        "aws_s3_object_copy" => &s3::object_copy::ObjectCopy,
        "local_file" | "local_sensitive_file" => &local::File,
        "null_resource" => &local::Null,
        "random_id" => &local::Id,
        "random_integer" => &local::Integer,
        "random_password" | "random_string" => &local::Text,
        "random_pet" => &local::Pet,
        "random_uuid" => &local::Uuid,
        "terraform_data" => &local::Data,
        "time_offset" => &local::Shifted,
        "time_rotating" => &local::Rotating,
        "time_sleep" => &local::Sleep,
        "time_static" => &local::Static,
        "tls_private_key" => &local::PrivateKey,
        _ => return declared::named(kind).map(|kind| kind as &dyn Resource),
    })
}

/// Unmaking what is gone already has nothing left to do.
fn unless_gone(result: Result<Answer, ResourceError>, codes: &[&str]) -> Result<(), ResourceError> {
    match result {
        Err(error) if !codes.iter().any(|code| error.is(code)) => Err(error),
        _ => Ok(()),
    }
}
