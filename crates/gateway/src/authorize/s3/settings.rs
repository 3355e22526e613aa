//! Settings of a bucket that refuse a call which every policy allows.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::arn::is_account_id;
use stackproof_policy::{Certainty, Document, Truth, public};

use super::S3Call;
use crate::authorize::{Authorizer, Setting};
use crate::identify::s3::rejected;
use crate::record::Outcome;
use crate::refusal::Refusal;

const PUBLIC_POLICY: Setting = by_block("BlockPublicPolicy refuses public policies");
const PUBLIC_POLICY_BY_ACCOUNT: Setting =
    by_block("BlockPublicPolicy of the account refuses public policies");
const PUBLIC_ACL: Setting = by_block("BlockPublicAcls refuses public access control lists");
const PUBLIC_ACL_BY_ACCOUNT: Setting =
    by_block("BlockPublicAcls of the account refuses public access control lists");
const OTHER_OWNER: Setting = Setting {
    layer: "expected bucket owner",
    reason: "the bucket belongs to another account than the request expects",
    certainty: Certainty::Documented,
};
const ANONYMOUS_UPLOAD: Setting = Setting {
    layer: "multipart upload",
    reason: "an upload has an initiator, and an unsigned request has none",
    certainty: Certainty::Measured,
};
const PUBLIC_GROUPS: [&str; 2] = ["global/AllUsers", "global/AuthenticatedUsers"];
const GRANTS: [&str; 5] = ["GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP"];

const fn by_block(reason: &'static str) -> Setting {
    Setting { layer: "block public access", reason, certainty: Certainty::Documented }
}

impl S3Call<'_> {
    /// Refuses a call whose bucket belongs to another account than it says, or that says no account.
    pub fn check_owner(&self, authorizer: &mut Authorizer<'_>) -> Result<(), Refusal> {
        for member in ["ExpectedBucketOwner", "ExpectedSourceBucketOwner"] {
            if let Some(expected) = self.text(member).filter(|expected| !is_account_id(expected)) {
                let message = format!(
                    "The value of the expected bucket owner parameter must be an AWS Account ID... [{expected}]"
                );
                return Err(rejected("InvalidBucketOwnerAWSAccountID", &message));
            }
        }
        let Some(bucket) = &self.bucket else { return Ok(()) };
        match self.text("ExpectedBucketOwner") {
            Some(expected) if expected != bucket.owner => {
                Err(self.refused(authorizer, OTHER_OWNER, "Access Denied".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Refuses multipart uploads of nobody in particular.
    pub fn check_initiator(&self, authorizer: &mut Authorizer<'_>) -> Result<(), Refusal> {
        if self.name() != "CreateMultipartUpload" || self.call.caller.account().is_some() {
            return Ok(());
        }
        let message = "Anonymous users cannot initiate multipart uploads.  Please authenticate.";
        Err(self.refused(authorizer, ANONYMOUS_UPLOAD, message.to_owned()))
    }

    /// Block Public Access on what the call would store.
    pub fn check_public(&self, authorizer: &mut Authorizer<'_>) -> Result<(), Refusal> {
        let acls = "access control lists (ACLs)";
        // A bucket made today blocks public access, whoever makes it.
        let owns = self.text("ObjectOwnership").is_some_and(|ownership| ownership != "BucketOwnerEnforced");
        if self.name() == "CreateBucket" && owns && self.has_public_acl() {
            authorizer.refuse(self.action(), &self.resource(), PUBLIC_ACL);
            let message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled";
            let error = ApiError::new(400, "InvalidBucketAclWithBlockPublicAccessError", message);
            return Err(Refusal::new(Outcome::ExplicitDeny, error, Some(PUBLIC_ACL.reason.to_owned())));
        }
        let Some(bucket) = &self.bucket else { return Ok(()) };
        let (own, block) = (bucket.public_access_block, bucket.effective_block());
        if block.block_public_policy && self.name() == "PutBucketPolicy" {
            // A document that cannot be read is refused as malformed further on.
            let document = Document::parse(self.text("Policy").unwrap_or_default());
            match document.map(|document| public::is_public(&document).truth) {
                Ok(Truth::True) => {
                    let setting =
                        if own.block_public_policy { PUBLIC_POLICY } else { PUBLIC_POLICY_BY_ACCOUNT };
                    return Err(self.blocked(authorizer, setting, "policies", "BlockPublicPolicy"));
                }
                Ok(Truth::Unknown) => return Err(Refusal::undetermined("whether the policy is public")),
                Ok(Truth::False) | Err(_) => {}
            }
        }
        if block.block_public_acls && bucket.lists.is_some() && self.has_public_acl() {
            let setting = if own.block_public_acls { PUBLIC_ACL } else { PUBLIC_ACL_BY_ACCOUNT };
            return Err(self.blocked(authorizer, setting, acls, "BlockPublicAcls"));
        }
        Ok(())
    }

    /// Under `BucketOwnerEnforced` a write may give the bucket's owner full control, and nothing else ("Controlling
    /// ownership of objects and disabling ACLs"). Not every upstream minds.
    pub fn check_lists(&self) -> Result<(), Refusal> {
        let calls = ["CopyObject", "CreateMultipartUpload", "PutBucketAcl", "PutObject", "PutObjectAcl"];
        let enforced = self.bucket.as_ref().is_some_and(|bucket| bucket.lists.is_none());
        let canned = self.text("ACL").is_some_and(|acl| acl != "bucket-owner-full-control");
        if !calls.contains(&self.name()) || !enforced || !(canned || self.has_any(&GRANTS)) {
            return Ok(());
        }
        let message = "The bucket does not allow ACLs";
        Err(Refusal::rejected(ApiError::new(400, "AccessControlListNotSupported", message)))
    }

    /// Calls on a bucket's policy are the owner account's alone, whatever policies allow.
    pub fn check_account(&self) -> Result<(), Refusal> {
        let policy_calls =
            ["GetBucketPolicy", "GetBucketPolicyStatus", "PutBucketPolicy", "DeleteBucketPolicy"];
        let foreign =
            self.bucket.as_ref().is_some_and(|bucket| self.call.caller.account() != Some(&bucket.owner));
        if foreign && policy_calls.contains(&self.name()) {
            let message = "The specified method is not allowed against this resource.";
            return Err(Refusal::rejected(ApiError::new(405, "MethodNotAllowed", message)));
        }
        Ok(())
    }

    /// `GetBucketPolicyStatus`, which our engine answers whatever the upstream: publicness decides calls, and must not be
    /// read in two ways.
    pub fn policy_status(&self) -> Result<Result<Members, ApiError>, Refusal> {
        let Some(policy) = self.bucket.as_ref().and_then(|bucket| bucket.policy.as_ref()) else {
            let error = ApiError::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist");
            return Ok(Err(error));
        };
        let document = policy.policy.document().map_err(Refusal::undetermined)?;
        let public = match public::is_public(document).truth {
            Truth::Unknown => return Err(Refusal::undetermined("whether the policy is public")),
            truth => truth == Truth::True,
        };
        let status = json!({ "IsPublic": public });
        Ok(Ok(Members::from_iter([("PolicyStatus".to_owned(), status)])))
    }

    fn has_public_acl(&self) -> bool {
        let canned = ["public-read", "public-read-write", "authenticated-read"];
        let public = |text: &str| PUBLIC_GROUPS.iter().any(|group| text.contains(group));
        let grants =
            self.identified.members.get("AccessControlPolicy").and_then(|policy| policy.get("Grants"));
        let grants = grants.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let to_group = |grant: &Value| {
            let uri = grant.get("Grantee").and_then(|grantee| grantee.get("URI"));
            uri.and_then(Value::as_str).is_some_and(public)
        };
        self.text("ACL").is_some_and(|acl| canned.contains(&acl))
            || GRANTS.iter().any(|grant| self.text(grant).is_some_and(public))
            || grants.iter().any(to_group)
    }

    fn blocked(&self, authorizer: &mut Authorizer<'_>, setting: Setting, what: &str, name: &str) -> Refusal {
        let action = if what == "policies" { "s3:PutBucketPolicy" } else { self.acl_action() };
        let message = format!(
            "User: {} is not authorized to perform: {action} on resource: \"{}\" because public {what} are blocked by \
             the {name} block public access setting.",
            self.call.caller.name(),
            self.resource(),
        );
        self.refused(authorizer, setting, message)
    }

    fn acl_action(&self) -> &'static str {
        if matches!(self.name(), "CreateBucket" | "PutBucketAcl") {
            "s3:PutBucketAcl"
        } else {
            "s3:PutObjectAcl"
        }
    }

    fn resource(&self) -> String {
        let bucket = self.text("Bucket").unwrap_or_default();
        match self.text("Key") {
            Some(key) => format!("arn:aws:s3:::{bucket}/{key}"),
            None => format!("arn:aws:s3:::{bucket}"),
        }
    }

    /// The refusal by a setting, which is recorded as one.
    pub(super) fn refused(
        &self,
        authorizer: &mut Authorizer<'_>,
        setting: Setting,
        message: String,
    ) -> Refusal {
        authorizer.refuse(self.action(), &self.resource(), setting);
        let error = ApiError::new(403, "AccessDenied", message);
        Refusal::new(Outcome::ExplicitDeny, error, Some(setting.reason.to_owned()))
    }
}
