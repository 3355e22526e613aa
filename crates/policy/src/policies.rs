//! What [`crate::evaluate()`] takes: a request, and the policies that have a say in it.

use crate::acl::Acl;
use crate::context::Context;
use crate::document::{Document, DocumentError, Statement};
use crate::evaluate::StatementRef;
use crate::grant::KeyGrant;
use crate::principal::Principal;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// One action on one resource, as one caller asks for it. A call that touches several resources or needs several
/// actions is several requests, all of which must be allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// `vendor:Name`; its case does not matter.
    pub action: String,
    /// The ARN of the resource, or `*` for actions that have none.
    pub resource: String,
    /// The account that owns the resource; for `*` that of the caller.
    pub resource_account: String,
    /// The condition keys of the request.
    pub context: Context,
}

/// A named policy. Cloning it is cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// How decisions name the policy when it has no ARN.
    pub name: String,
    /// The ARN of a managed or organization policy.
    pub arn: Option<String>,
    content: Result<Arc<Document>, Arc<str>>,
}

impl Policy {
    /// A policy that was read.
    pub fn new(name: impl Into<String>, document: Document) -> Self {
        Self { name: name.into(), arn: None, content: Ok(Arc::new(document)) }
    }

    /// Reads a policy; one that cannot be read is kept as [`Policy::unreadable`] with the reason.
    pub fn parse(name: impl Into<String>, text: &str) -> Self {
        Self::from_result(name, Document::parse(text))
    }

    /// A policy that is known to exist and could not be read. Whatever it may decide is undetermined.
    pub fn unreadable(name: impl Into<String>, why: impl fmt::Display) -> Self {
        Self { name: name.into(), arn: None, content: Err(why.to_string().into()) }
    }

    /// A policy from an attempt to read it.
    pub fn from_result(name: impl Into<String>, document: Result<Document, DocumentError>) -> Self {
        match document {
            Ok(document) => Self::new(name, document),
            Err(error) => Self::unreadable(name, error),
        }
    }

    /// The same policy under an ARN.
    #[must_use]
    pub fn with_arn(self, arn: impl Into<String>) -> Self {
        Self { arn: Some(arn.into()), ..self }
    }

    /// The document.
    ///
    /// # Errors
    /// The reason for which it could not be read.
    pub fn document(&self) -> Result<&Document, &str> {
        match &self.content {
            Ok(document) => Ok(document),
            Err(why) => Err(why),
        }
    }

    /// The statement at a position of the document, from 0; `None` past its end and for unreadable policies.
    pub fn statement(&self, index: usize) -> Option<&Statement> {
        self.document().ok()?.statements().get(index)
    }

    /// The ARN, or else the name.
    pub fn label(&self) -> &str {
        self.arn.as_deref().unwrap_or(&self.name)
    }
}

/// The policies in play. `None` means that nothing of that kind is attached, which is no denial.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    /// Those of the caller: a user's own and its groups', a role's, for a federated user those of the user who made
    /// the session.
    pub identity: Vec<Policy>,
    /// The policy of the resource: bucket policy, key policy, role trust policy, …
    pub resource: Option<Policy>,
    /// The account that the resource's policy is of, where another owns the resource: an object of S3 that does not
    /// belong to its bucket's owner, over whom the bucket policy may deny and not allow ("How Amazon S3 authorizes a
    /// request for an object operation"). `None` means the resource's own account.
    pub resource_policy_account: Option<String>,
    /// S3's access control list of the resource, where such lists are enabled.
    pub acl: Option<Acl>,
    /// S3's IgnorePublicAcls, set for the bucket or its account.
    pub ignore_public_acls: bool,
    /// The grants of the KMS key that is asked for.
    pub grants: Vec<KeyGrant>,
    /// The permissions boundary of the user or role.
    pub boundary: Option<Policy>,
    /// The policies passed when the session was made; together they are its limit. An empty list is none.
    pub session: Option<Vec<Policy>>,
    /// Service control policies over the caller's account, level by level from the organization's root to the account.
    /// `None` for accounts outside an organization and for its management account.
    pub service_control: Option<Vec<Vec<Policy>>>,
    /// Resource control policies over the resource's account, level by level; the default allow-all is implied.
    /// `None` for accounts outside an organization, for its management account and for AWS managed keys.
    pub resource_control: Option<Vec<Vec<Policy>>>,
    /// The policy of the VPC endpoint that the request came through.
    pub vpc_endpoint: Option<Policy>,
    /// S3's RestrictPublicBuckets, set for the bucket or its account.
    pub restrict_public_buckets: bool,
}

impl Policies {
    /// Whether the policy stands over a resource that its account does not own, and can therefore deny only.
    pub(crate) fn resource_policy_only_denies(&self, request: &Request) -> bool {
        self.resource_policy_account.as_ref().is_some_and(|account| *account != request.resource_account)
    }

    /// The statement that a decision under these policies refers to; a grant has none.
    pub fn statement(&self, reference: &StatementRef) -> Option<&Statement> {
        let of_layer: Vec<&Policy> = match reference.layer {
            Layer::Identity => self.identity.iter().collect(),
            Layer::Resource | Layer::Trust => self.resource.iter().collect(),
            Layer::Boundary => self.boundary.iter().collect(),
            Layer::Session => self.session.iter().flatten().collect(),
            Layer::ServiceControl => self.service_control.iter().flatten().flatten().collect(),
            Layer::ResourceControl => self.resource_control.iter().flatten().flatten().collect(),
            Layer::VpcEndpoint => self.vpc_endpoint.iter().collect(),
            // A grant is no statement.
            Layer::AccessControlList | Layer::Grant => Vec::new(),
        };
        of_layer.into_iter().find(|policy| policy.label() == reference.policy)?.statement(reference.index)
    }
}

/// A kind of policy in the decision, displayed in the words of AWS's error messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Service control policies.
    ServiceControl,
    /// Resource control policies.
    ResourceControl,
    /// The VPC endpoint's policy.
    VpcEndpoint,
    /// The resource's policy.
    Resource,
    /// The grants of a KMS key.
    Grant,
    /// The trust policy of a role, where the action is to assume it.
    Trust,
    /// S3's access control list of the bucket or object.
    AccessControlList,
    /// The permissions boundary.
    Boundary,
    /// The session's policies.
    Session,
    /// The caller's policies.
    Identity,
}

impl Layer {
    /// The words with their article: `an identity-based policy`, `the role trust policy`.
    pub fn with_article(self) -> String {
        match self {
            Self::Identity | Self::AccessControlList => format!("an {self}"),
            Self::Trust => format!("the {self}"),
            _ => format!("a {self}"),
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Identity => "identity-based policy",
            Self::Resource => "resource-based policy",
            Self::Grant => "grant",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::VpcEndpoint => "VPC endpoint policy",
            Self::Trust => "role trust policy",
            Self::AccessControlList => "access control list",
        })
    }
}
