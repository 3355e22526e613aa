//! Access control lists, kept and given back. Whether a list grants access is the gateway's question.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>

mod request;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Output};

use super::S3;
use super::bucket::{Bucket, bucket_name};
use super::config::{Ownership, settle_digests};
use crate::Call;
use crate::structure::Structure;
pub(crate) use request::AclRequest;

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";
/// The canonical user of unsigned requests (S3 documentation, "Amazon S3 security best practices").
const ANONYMOUS: &str = "65a011a29cdf8ec533ec3d1ccaae921c";
const BUCKET_OWNER_FULL_CONTROL: &str = "bucket-owner-full-control";

/// The canonical user id of an account: always the same 64 digits for the same account, and AWS's own for the writer
/// `anonymous`.
pub fn canonical_user_id(account: &str) -> String {
    if account == "anonymous" {
        return ANONYMOUS.to_owned();
    }
    hex::encode(Sha256::digest(format!("canonical user {account}")))
}

/// The `Owner` structure of an account.
pub(crate) fn owner(account: &str) -> Value {
    json!({ "ID": canonical_user_id(account) })
}

/// An access control list: who owns the bucket or object, and `Grant` structures.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Acl {
    /// The owner's account.
    pub owner: String,
    grants: Vec<Value>,
}

impl Acl {
    /// The owner's full control and nothing else.
    pub fn private(owner: &str) -> Self {
        Self { owner: owner.to_owned(), grants: vec![grant(user(&canonical_user_id(owner)), "FULL_CONTROL")] }
    }

    /// Whether nobody but the owner is granted anything.
    pub fn is_private(&self) -> bool {
        *self == Self::private(&self.owner)
    }

    fn output(&self) -> Output {
        Structure::new().with("Owner", owner(&self.owner)).with("Grants", self.grants.clone()).output()
    }
}

fn grant(grantee: Value, permission: &str) -> Value {
    json!({ "Grantee": grantee, "Permission": permission })
}

fn user(id: &str) -> Value {
    json!({ "Type": "CanonicalUser", "ID": id })
}

fn group(uri: &str) -> Value {
    json!({ "Type": "Group", "URI": uri })
}

impl Bucket {
    /// Who owns what is put into the bucket; without controls it is the writer.
    pub fn object_ownership(&self) -> Ownership {
        self.ownership.unwrap_or(Ownership::Writer)
    }

    /// The list of an object, and with it its owner: the bucket's where ownership is enforced, whoever wrote it.
    fn effective<'a>(&'a self, acl: &'a Acl) -> std::borrow::Cow<'a, Acl> {
        match self.object_ownership() {
            Ownership::Enforced => std::borrow::Cow::Owned(Acl::private(&self.owner)),
            Ownership::Preferred | Ownership::Writer => std::borrow::Cow::Borrowed(acl),
        }
    }

    /// The account that owns what another, or the same, has put into the bucket.
    pub fn owner_of<'a>(&'a self, writer: &'a str) -> &'a str {
        match self.object_ownership() {
            Ownership::Enforced => &self.owner,
            Ownership::Preferred | Ownership::Writer => writer,
        }
    }
}

pub(crate) fn get_bucket(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    Ok(bucket.effective(&bucket.acl).output())
}

pub(crate) fn put_bucket(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let request = AclRequest::read_either(&mut call.input)?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    bucket.acl = request.replacing(bucket, &bucket.owner)?;
    Ok(Output::default())
}

pub(crate) fn get_object(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    let key = call.input.required("Key")?;
    let id = call.input.string("VersionId")?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    let (_, object) = bucket.locate(&key, id.as_deref())?;
    Ok(bucket.effective(&object.attributes.acl).output())
}

pub(crate) fn put_object(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    let key = call.input.required("Key")?;
    let id = call.input.string("VersionId")?;
    settle_digests(&mut call)?;
    let request = AclRequest::read_either(&mut call.input)?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    bucket.check_uncovered(&key, id.as_deref())?;
    let (_, object) = bucket.locate(&key, id.as_deref())?;
    let acl = request.replacing_object(bucket, &object.attributes.acl.owner)?;
    let (_, object) = bucket.locate_mut(&key, id.as_deref())?;
    object.attributes.acl = acl;
    Ok(Output::default())
}
