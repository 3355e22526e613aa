//! Access control lists, kept and given back. Whether a list grants access is the gateway's question.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Output};

use super::bucket::{Bucket, bucket_name};
use super::config::{Ownership, settle_digests};
use super::{S3, error};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::structure::Structure;

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";
const BUCKET_OWNER_FULL_CONTROL: &str = "bucket-owner-full-control";
const PERMISSIONS: [&str; 5] = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"];
const GRANT_MEMBERS: [(&str, &str); 5] = [
    ("GrantFullControl", "FULL_CONTROL"),
    ("GrantRead", "READ"),
    ("GrantReadACP", "READ_ACP"),
    ("GrantWrite", "WRITE"),
    ("GrantWriteACP", "WRITE_ACP"),
];

/// The canonical user id of an account: always the same 64 digits for the same account.
pub fn canonical_user_id(account: &str) -> String {
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

/// What a request says about access control.
#[derive(Default)]
pub(crate) struct AclRequest {
    canned: Option<String>,
    /// From headers or from a document, which may grant nothing at all.
    grants: Option<Vec<Value>>,
}

impl AclRequest {
    /// Takes the members that are headers on the wire.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let canned = input.string("ACL")?;
        let mut grants = Vec::new();
        for (member, permission) in GRANT_MEMBERS {
            let grantees = input.string(member)?.unwrap_or_default();
            for grantee in grantees.split(',').map(str::trim).filter(|grantee| !grantee.is_empty()) {
                grants.push(grant(header_grantee(grantee)?, permission));
            }
        }
        if canned.is_some() && !grants.is_empty() {
            return Err(error::invalid_request(
                "Specifying both Canned ACLs and Header Grants is not allowed",
            ));
        }
        Ok(Self { canned, grants: Some(grants).filter(|grants| !grants.is_empty()) })
    }

    /// Takes headers or the document of PutBucketAcl and PutObjectAcl.
    fn read_either(input: &mut Input) -> Result<Self, ApiError> {
        let mut request = Self::read(input)?;
        match (input.structure("AccessControlPolicy")?, request.is_absent()) {
            (None, false) => {}
            (Some(mut document), true) => {
                // The owner is who owns it already; a document cannot give it away.
                document.structure("Owner")?;
                let grants = document.structures("Grants")?;
                request.grants = Some(grants.into_iter().map(document_grant).collect::<Result<_, _>>()?);
                document.finish()?;
            }
            (None, true) => {
                let message = "Your request was missing a required header";
                return Err(ApiError::new(400, "MissingSecurityHeader", message));
            }
            (Some(_), false) => {
                return Err(ApiError::new(400, "UnexpectedContent", "This request does not support content"));
            }
        }
        Ok(request)
    }

    fn is_absent(&self) -> bool {
        self.canned.is_none() && self.grants.is_none()
    }

    /// Whether the request asks for nothing beyond the owner's own control.
    pub fn is_private(&self) -> bool {
        self.grants.is_none() && self.canned.as_deref().is_none_or(|canned| canned == "private")
    }

    /// The list of something that this account puts into a bucket, and whose it then is.
    ///
    /// # Errors
    /// `AccessControlListNotSupported` where ownership is enforced and more is asked for than that.
    pub fn for_object(self, bucket: &Bucket, writer: &str) -> Result<Acl, ApiError> {
        let full_control = self.canned.as_deref() == Some(BUCKET_OWNER_FULL_CONTROL);
        match bucket.object_ownership() {
            Ownership::Enforced if full_control || self.is_absent() => Ok(Acl::private(&bucket.owner)),
            Ownership::Enforced => Err(error::acl_not_supported()),
            Ownership::Preferred if full_control => self.resolve(&bucket.owner, &bucket.owner),
            Ownership::Preferred | Ownership::Writer => self.resolve(writer, &bucket.owner),
        }
    }

    /// The list that replaces an existing one.
    fn replacing(self, bucket: &Bucket, owner: &str) -> Result<Acl, ApiError> {
        let enforced = bucket.object_ownership() == Ownership::Enforced;
        let full_control = self.canned.as_deref() == Some(BUCKET_OWNER_FULL_CONTROL);
        let by_canned = self.canned.is_some();
        let owner = if enforced { &bucket.owner } else { owner };
        let acl = self.resolve(owner, &bucket.owner)?;
        match enforced {
            true if full_control || (!by_canned && acl.is_private()) => Ok(Acl::private(&bucket.owner)),
            true => Err(error::acl_not_supported()),
            false => Ok(acl),
        }
    }

    /// The list itself, for something that an account owns in a bucket of another or the same ("Canned ACL").
    pub fn resolve(self, owner: &str, bucket_owner: &str) -> Result<Acl, ApiError> {
        let bucket_owner_grant = |permission| {
            let id = canonical_user_id(bucket_owner);
            (owner != bucket_owner).then(|| grant(user(&id), permission))
        };
        let mut acl = Acl::private(owner);
        let Some(canned) = self.canned else {
            acl.grants = self.grants.unwrap_or(acl.grants);
            return Ok(acl);
        };
        match canned.as_str() {
            "private" => {}
            "aws-exec-read" => return Err(not_implemented("the canned ACL aws-exec-read")),
            "public-read" => acl.grants.push(grant(group(ALL_USERS), "READ")),
            "public-read-write" => {
                acl.grants.extend(["READ", "WRITE"].map(|permission| grant(group(ALL_USERS), permission)));
            }
            "authenticated-read" => acl.grants.push(grant(group(AUTHENTICATED_USERS), "READ")),
            "bucket-owner-read" => acl.grants.extend(bucket_owner_grant("READ")),
            BUCKET_OWNER_FULL_CONTROL => acl.grants.extend(bucket_owner_grant("FULL_CONTROL")),
            "log-delivery-write" => {
                acl.grants
                    .extend(["WRITE", "READ_ACP"].map(|permission| grant(group(LOG_DELIVERY), permission)));
            }
            _ => return Err(error::invalid_argument("", "x-amz-acl", canned)),
        }
        Ok(acl)
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

fn known_user(id: &str) -> Result<Value, ApiError> {
    if id.len() == 64 && id.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(user(id));
    }
    Err(error::invalid_argument("Invalid id", "CanonicalUser/ID", id))
}

fn known_group(uri: &str) -> Result<Value, ApiError> {
    if [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY].contains(&uri) {
        return Ok(group(uri));
    }
    Err(error::invalid_argument("Invalid group uri", "Group/URI", uri))
}

/// S3 gave up naming grantees by their address in October 2025.
fn by_address() -> ApiError {
    let message = "The email address you provided does not match any account on record.";
    ApiError::new(400, "UnresolvableGrantByEmailAddress", message)
}

/// One grantee of an `x-amz-grant-*` header: `id="…"`, `uri="…"`.
fn header_grantee(text: &str) -> Result<Value, ApiError> {
    let (kind, value) = text.split_once('=').unwrap_or((text, ""));
    let value = value.trim().trim_matches('"');
    match kind.trim() {
        "id" => known_user(value),
        "uri" => known_group(value),
        "emailAddress" => Err(by_address()),
        _ => Err(error::invalid_argument("Argument format not recognized", "x-amz-grant", text)),
    }
}

/// One `Grant` of a document.
fn document_grant(mut document: Input) -> Result<Value, ApiError> {
    let permission = document.required("Permission")?;
    if !PERMISSIONS.contains(&permission.as_str()) {
        return Err(error::malformed_xml());
    }
    let mut grantee = document.required_structure("Grantee")?;
    // A name for people to read, which S3 no longer gives back.
    grantee.string("DisplayName")?;
    let value = match grantee.required("Type")?.as_str() {
        "CanonicalUser" => known_user(&grantee.required("ID")?)?,
        "Group" => known_group(&grantee.required("URI")?)?,
        "AmazonCustomerByEmail" => return Err(by_address()),
        _ => return Err(error::malformed_xml()),
    };
    grantee.finish()?;
    document.finish()?;
    Ok(grant(value, &permission))
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
    let (_, object) = bucket.locate(&key, id.as_deref())?;
    let acl = request.replacing(bucket, &object.attributes.acl.owner)?;
    let (_, object) = bucket.locate_mut(&key, id.as_deref())?;
    object.attributes.acl = acl;
    Ok(Output::default())
}
