//! What requests say about access control: canned lists, grants in headers, documents.

use serde_json::Value;
use stackproof_aws::ApiError;

use super::{
    ALL_USERS, ANONYMOUS, AUTHENTICATED_USERS, Acl, BUCKET_OWNER_FULL_CONTROL, LOG_DELIVERY,
    canonical_user_id, grant, group, user,
};
use crate::input::{Input, not_implemented};
use crate::s3::bucket::Bucket;
use crate::s3::config::Ownership;
use crate::s3::error;

/// The canonical user of Amazon EC2 that reads the bundles of machine images; measured by others.
const BUNDLE_READER: &str = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
const LOG_DELIVERY_WRITE: &str = "log-delivery-write";
const MAX_GRANTS: usize = 100;
const PERMISSIONS: [&str; 5] = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"];
const GRANT_MEMBERS: [(&str, &str); 5] = [
    ("GrantFullControl", "FULL_CONTROL"),
    ("GrantRead", "READ"),
    ("GrantReadACP", "READ_ACP"),
    ("GrantWrite", "WRITE"),
    ("GrantWriteACP", "WRITE_ACP"),
];

/// What a request says about access control.
#[derive(Default)]
pub(crate) struct AclRequest {
    canned: Option<String>,
    /// From headers or from a document, which may grant nothing at all.
    grants: Option<Vec<Value>>,
    /// The owner that a document names.
    owner: Option<String>,
}

impl AclRequest {
    /// Takes the members that are headers on the wire.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let canned = input.string("ACL")?;
        let mut grants = Vec::new();
        for (member, permission) in GRANT_MEMBERS {
            let grantees = input.string(member)?.unwrap_or_default();
            for grantee in grantees.split(',').map(str::trim).filter(|grantee| !grantee.is_empty()) {
                let header = format!("x-amz-grant-{}", permission.to_ascii_lowercase().replace('_', "-"));
                grants.push(grant(header_grantee(&header, grantee)?, permission));
            }
        }
        if canned.is_some() && !grants.is_empty() {
            return Err(error::invalid_request(
                "Specifying both Canned ACLs and Header Grants is not allowed",
            ));
        }
        let grants = Some(within_limit(grants)?).filter(|grants| !grants.is_empty());
        Ok(Self { canned, grants, owner: None })
    }

    /// Takes headers or the document of PutBucketAcl and PutObjectAcl.
    pub fn read_either(input: &mut Input) -> Result<Self, ApiError> {
        let mut request = Self::read(input)?;
        match (input.structure("AccessControlPolicy")?, request.is_absent()) {
            (None, false) => {}
            (Some(mut document), true) => {
                let mut owner = document.structure("Owner")?.ok_or_else(error::malformed_acl)?;
                request.owner = Some(owner.string("ID")?.ok_or_else(error::malformed_acl)?);
                // A name for people to read, which S3 no longer gives back.
                owner.string("DisplayName")?;
                owner.finish()?;
                if !document.has("Grants") {
                    return Err(error::malformed_acl());
                }
                let grants = document.structures("Grants")?.into_iter().map(document_grant);
                request.grants = Some(within_limit(grants.collect::<Result<_, _>>()?)?);
                document.finish()?;
            }
            (None, true) => {
                let message = "Your request was missing a required header";
                return Err(ApiError::new(400, "MissingSecurityHeader", message)
                    .detail("MissingHeaderName", "x-amz-acl"));
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
        self.check_object_list()?;
        let full_control = self.canned.as_deref() == Some(BUCKET_OWNER_FULL_CONTROL);
        match bucket.object_ownership() {
            Ownership::Enforced if full_control || self.is_absent() => Ok(Acl::private(&bucket.owner)),
            Ownership::Enforced => Err(error::acl_not_supported()),
            Ownership::Preferred if full_control => self.resolve(&bucket.owner, &bucket.owner),
            Ownership::Preferred | Ownership::Writer => self.resolve(writer, &bucket.owner),
        }
    }

    /// The canned list of log delivery is for buckets; what it is to an object stands on no page.
    fn check_object_list(&self) -> Result<(), ApiError> {
        match self.canned.as_deref() {
            Some(LOG_DELIVERY_WRITE) => {
                Err(not_implemented("the canned ACL log-delivery-write of an object"))
            }
            _ => Ok(()),
        }
    }

    /// The list that replaces that of an object.
    pub fn replacing_object(self, bucket: &Bucket, owner: &str) -> Result<Acl, ApiError> {
        self.check_object_list()?;
        self.replacing(bucket, owner)
    }

    /// The list that replaces an existing one. A document cannot give away what it is the list of.
    pub fn replacing(self, bucket: &Bucket, owner: &str) -> Result<Acl, ApiError> {
        let enforced = bucket.object_ownership() == Ownership::Enforced;
        let full_control = self.canned.as_deref() == Some(BUCKET_OWNER_FULL_CONTROL);
        let by_canned = self.canned.is_some();
        let owner = if enforced { &bucket.owner } else { owner };
        let given_away = self.owner.as_deref().is_some_and(|named| named != canonical_user_id(owner));
        if given_away {
            return Err(ApiError::new(403, "AccessDenied", "Access Denied"));
        }
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
            "aws-exec-read" => acl.grants.push(grant(user(BUNDLE_READER), "READ")),
            "public-read" => acl.grants.push(grant(group(ALL_USERS), "READ")),
            "public-read-write" => {
                acl.grants.extend(["READ", "WRITE"].map(|permission| grant(group(ALL_USERS), permission)));
            }
            "authenticated-read" => acl.grants.push(grant(group(AUTHENTICATED_USERS), "READ")),
            "bucket-owner-read" => acl.grants.extend(bucket_owner_grant("READ")),
            BUCKET_OWNER_FULL_CONTROL => acl.grants.extend(bucket_owner_grant("FULL_CONTROL")),
            LOG_DELIVERY_WRITE => {
                acl.grants
                    .extend(["WRITE", "READ_ACP"].map(|permission| grant(group(LOG_DELIVERY), permission)));
            }
            _ => return Err(error::invalid_argument("", "x-amz-acl", canned)),
        }
        Ok(acl)
    }
}

/// A user by canonical id; `place` is where the request names it.
fn known_user(place: &str, id: &str) -> Result<Value, ApiError> {
    if id == ANONYMOUS || id.len() == 64 && id.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(user(id));
    }
    Err(error::invalid_argument("Invalid id", place, id))
}

fn known_group(place: &str, uri: &str) -> Result<Value, ApiError> {
    if [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY].contains(&uri) {
        return Ok(group(uri));
    }
    Err(error::invalid_argument("Invalid group uri", place, uri))
}

/// S3 gave up naming grantees by their address in October 2025 (API reference, `PutObjectAcl`).
fn by_address() -> ApiError {
    error::method_not_allowed("EmailGrantee")
}

/// One grantee of an `x-amz-grant-*` header: `id="…"`, `uri="…"`.
fn header_grantee(header: &str, text: &str) -> Result<Value, ApiError> {
    let (kind, value) = text.split_once('=').unwrap_or((text, ""));
    let value = value.trim().trim_matches('"');
    match kind.trim() {
        "id" => known_user("id", value),
        "uri" => known_group("uri", value),
        "emailAddress" => Err(by_address()),
        _ => Err(error::invalid_argument("Argument format not recognized", header, text)),
    }
}

/// One `Grant` of a document.
fn document_grant(mut document: Input) -> Result<Value, ApiError> {
    let permission = document.string("Permission")?.ok_or_else(error::malformed_acl)?;
    if !PERMISSIONS.contains(&permission.as_str()) {
        return Err(error::malformed_acl());
    }
    let mut grantee = document.structure("Grantee")?.ok_or_else(error::malformed_acl)?;
    grantee.string("DisplayName")?;
    let mut required = |name: &str| grantee.string(name)?.ok_or_else(error::malformed_acl);
    let value = match required("Type")?.as_str() {
        "CanonicalUser" => known_user("CanonicalUser/ID", &required("ID")?)?,
        "Group" => known_group("Group/URI", &required("URI")?)?,
        "AmazonCustomerByEmail" => return Err(by_address()),
        _ => return Err(error::malformed_acl()),
    };
    grantee.finish()?;
    document.finish()?;
    Ok(grant(value, &permission))
}

/// A list has a hundred grants at most ("Access control list (ACL) overview").
fn within_limit(grants: Vec<Value>) -> Result<Vec<Value>, ApiError> {
    if grants.len() > MAX_GRANTS { Err(error::malformed_acl()) } else { Ok(grants) }
}
