//! Access control lists of S3: whom a grant names, and which actions its permission stands for.
//!
//! S3 documentation, "Access control list (ACL) overview". A list grants and never denies; a grant to an account is
//! worth what a statement of a resource policy is that names the account's root.

use crate::principal::{NamedAs, Principal, PrincipalKind};
use crate::truth::{Certainty, Finding};
use serde::Deserialize;
use std::fmt;

/// The service that writes for the group `LogDelivery`.
const LOG_DELIVERY_SERVICE: &str = "logging.s3.amazonaws.com";

/// The list of a bucket or of an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acl {
    /// How decisions name it: `acl of bucket calls`.
    pub name: String,
    /// What it is the list of.
    pub of: Subject,
    /// What it grants, in its order.
    pub grants: Vec<Grant>,
}

/// What has lists. The same permission stands for other actions on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A bucket.
    Bucket,
    /// An object, or one of its versions.
    Object,
}

/// One permission for one grantee.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Whom it is for.
    pub grantee: Grantee,
    /// What it permits.
    pub permission: Permission,
}

/// Whom a grant is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum Grantee {
    /// An account, which the list names by its canonical user id.
    Account(String),
    /// The canonical user that unsigned requests are made as.
    Anonymous,
    /// A canonical user id of none of the accounts that callers belong to.
    Stranger(String),
    /// Everyone, signed or not.
    AllUsers,
    /// Everyone who signs.
    AuthenticatedUsers,
    /// S3's delivery of access logs.
    LogDelivery,
}

/// What a grant permits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Permission {
    /// All the others.
    FullControl,
    /// Listing the bucket, or reading the object.
    Read,
    /// Writing objects into the bucket; nothing on an object.
    Write,
    /// Reading the list itself.
    ReadAcp,
    /// Replacing the list itself.
    WriteAcp,
}

impl Acl {
    /// Whether it grants anything to everybody, or to everybody who signs ("Blocking public access", "The meaning of
    /// public").
    pub fn is_public(&self) -> bool {
        self.grants.iter().any(Grant::is_public)
    }

    /// The grounds on which each grant covers the action for the caller. `ignore_public` is S3's IgnorePublicAcls.
    pub(crate) fn covering(
        &self,
        caller: &Principal,
        lower_action: &str,
        ignore_public: bool,
    ) -> impl Iterator<Item = NamedAs> {
        // That the grants beside the ignored ones stay good is our reading: the page speaks of public lists as a whole.
        let mixed = ignore_public && self.is_public();
        let certainty = if mixed { Certainty::Reading } else { Certainty::Documented };
        self.grants.iter().map(move |grant| {
            let ignored = ignore_public && grant.is_public();
            let covered = Finding::of(!ignored && grant.permission.covers(self.of, lower_action));
            grant.grantee.names(caller).and(covered.at_most(certainty))
        })
    }
}

impl Grant {
    /// Whether it is for everybody, or everybody who signs.
    pub fn is_public(&self) -> bool {
        matches!(self.grantee, Grantee::AllUsers | Grantee::AuthenticatedUsers)
    }
}

impl Permission {
    /// Whether it stands for the action ("Mapping of ACL permissions and access policy permissions").
    pub(crate) fn covers(self, of: Subject, lower_action: &str) -> bool {
        let actions: &[&str] = match (self, of) {
            (Self::FullControl, _) => {
                let all = [Self::Read, Self::Write, Self::ReadAcp, Self::WriteAcp];
                return all.iter().any(|permission| permission.covers(of, lower_action));
            }
            (Self::Read, Subject::Bucket) => {
                &["s3:listbucket", "s3:listbucketversions", "s3:listbucketmultipartuploads"]
            }
            (Self::Read, Subject::Object) => &["s3:getobject", "s3:getobjectversion", "s3:getobjecttorrent"],
            (Self::Write, Subject::Bucket) => &["s3:putobject", "s3:deleteobject"],
            (Self::Write, Subject::Object) => &[],
            (Self::ReadAcp, Subject::Bucket) => &["s3:getbucketacl"],
            (Self::ReadAcp, Subject::Object) => &["s3:getobjectacl", "s3:getobjectversionacl"],
            (Self::WriteAcp, Subject::Bucket) => &["s3:putbucketacl"],
            (Self::WriteAcp, Subject::Object) => &["s3:putobjectacl", "s3:putobjectversionacl"],
        };
        actions.contains(&lower_action)
    }
}

impl Grantee {
    /// Whether it names the caller, and on which grounds.
    pub(crate) fn names(&self, caller: &Principal) -> NamedAs {
        let service = matches!(caller.kind(), PrincipalKind::Service { .. });
        match self {
            Self::Account(account) => NamedAs::by_account(Finding::of(caller.account() == Some(account))),
            Self::Stranger(_) => NamedAs::directly(Finding::FALSE),
            Self::Anonymous => NamedAs::directly(Finding::of(is_anonymous(caller))),
            Self::AllUsers => NamedAs::directly(Finding::TRUE),
            // Services sign, and belong to no account that anyone sees.
            Self::AuthenticatedUsers if service => NamedAs::directly(Finding::UNKNOWN),
            Self::AuthenticatedUsers => NamedAs::directly(Finding::of(caller.account().is_some())),
            Self::LogDelivery => NamedAs::directly(Finding::of(
                matches!(caller.kind(), PrincipalKind::Service { name } if name == LOG_DELIVERY_SERVICE),
            )),
        }
    }
}

fn is_anonymous(caller: &Principal) -> bool {
    matches!(caller.kind(), PrincipalKind::Anonymous)
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "grant {} to {}", self.permission, self.grantee)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::FullControl => "FULL_CONTROL",
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::ReadAcp => "READ_ACP",
            Self::WriteAcp => "WRITE_ACP",
        })
    }
}

impl fmt::Display for Grantee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(formatter, "account {account}"),
            Self::Stranger(id) => write!(formatter, "canonical user {id}"),
            Self::Anonymous => formatter.write_str("the anonymous user"),
            Self::AllUsers => formatter.write_str("AllUsers"),
            Self::AuthenticatedUsers => formatter.write_str("AuthenticatedUsers"),
            Self::LogDelivery => formatter.write_str("LogDelivery"),
        }
    }
}
