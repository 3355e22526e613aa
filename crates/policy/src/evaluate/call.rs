//! A request made ready: everything about it that does not depend on a policy.

use crate::arn::Arn;
use crate::policies::{Layer, Request};
use crate::principal::PrincipalKind;

/// The services, by their action prefix, on which resource control policies have an effect (Organizations
/// documentation, "Resource control policies").
pub const RCP_SERVICES: &[&str] = &[
    "s3",
    "sts",
    "kms",
    "sqs",
    "secretsmanager",
    "cognito-idp",
    "cognito-identity",
    "cognito-sync",
    "logs",
    "dynamodb",
    "appconfig",
    "appstream",
    "autoscaling",
    "codebuild",
    "codecommit",
    "comprehend",
    "comprehendmedical",
    "dax",
    "ecr",
    "health",
    "kinesisvideo",
    "aoss",
    "signin",
    "support",
    "textract",
    "transcribe",
    "translate",
];

/// What kind of policy the resource carries; they differ in what an identity policy alone is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourceKind {
    /// A KMS key: nobody has access without its policy.
    Key,
    /// A role that is to be assumed.
    Role,
    /// A repository of ECR: the statements of its policy need no `Resource`, and mean the repository (ECR user guide,
    /// "Private repository policies").
    Repository,
    /// Everything else.
    Other,
}

/// How the caller stands to the account that owns the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The caller belongs to it.
    SameAccount,
    /// The caller belongs to another account.
    CrossAccount,
    /// The caller belongs to no account.
    Accountless,
}

/// One request with what follows from it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    pub(crate) lower_action: String,
    pub(crate) resource_kind: ResourceKind,
    pub(crate) relation: Relation,
    pub(crate) has_boundary: bool,
}

impl<'a> Call<'a> {
    pub(crate) fn new(request: &'a Request, has_boundary: bool) -> Self {
        let lower_action = request.action.to_ascii_lowercase();
        let arn = Arn::parse(&request.resource);
        let is = |service: &str, kind: &str| {
            arn.is_some_and(|arn| arn.service == service && arn.typed_resource().0 == kind)
        };
        // Only calls that manage an alias have it for their resource; its key stands behind every other. Actions of other
        // services may name a key, too (`kinesis:StartStreamEncryption`), and its policy has no say in them.
        let names_key = is("kms", "key") || is("kms", "alias") && !lower_action.ends_with("alias");
        let resource_kind = if names_key && lower_action.starts_with("kms:") {
            ResourceKind::Key
        } else if is("iam", "role") && lower_action.starts_with("sts:")
            || lower_action.starts_with("sts:assumerole")
        {
            ResourceKind::Role
        } else if is("ecr", "repository") {
            ResourceKind::Repository
        } else {
            ResourceKind::Other
        };
        let relation = match request.principal.account() {
            Some(account) if account == request.resource_account => Relation::SameAccount,
            Some(_) => Relation::CrossAccount,
            None => Relation::Accountless,
        };
        Self { request, lower_action, resource_kind, relation, has_boundary }
    }

    /// The layer that the resource's policy stands for in messages.
    pub(crate) fn resource_layer(&self) -> Layer {
        if self.resource_kind == ResourceKind::Role { Layer::Trust } else { Layer::Resource }
    }

    pub(crate) fn vendor(&self) -> &str {
        self.lower_action.split(':').next().unwrap_or_default()
    }

    /// Whether the caller is a session of the role that it asks for.
    pub(crate) fn is_own_role(&self) -> bool {
        match self.request.principal.kind() {
            PrincipalKind::RoleSession { role_arn, .. } => *role_arn == self.request.resource,
            _ => false,
        }
    }

    pub(crate) fn is_root(&self) -> bool {
        matches!(self.request.principal.kind(), PrincipalKind::Root { .. })
    }

    /// Resource control policies bind everybody, but only on the services that support them; service-linked roles and
    /// `kms:RetireGrant` are exempt.
    pub(crate) fn resource_control_applies(&self) -> bool {
        RCP_SERVICES.contains(&self.vendor())
            && !self.request.principal.is_service_linked()
            && self.lower_action != "kms:retiregrant"
    }

    /// Service control policies bind the users, roles and root users of member accounts, but not service-linked roles.
    pub(crate) fn service_control_applies(&self) -> bool {
        self.request.principal.account().is_some() && !self.request.principal.is_service_linked()
    }

    /// The root user of a bucket's owner may always read, replace and delete the bucket policy, whatever it denies
    /// (S3 API reference, PutBucketPolicy).
    pub(crate) fn recovers_bucket_policy(&self) -> bool {
        self.is_root()
            && self.relation == Relation::SameAccount
            && ["s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"]
                .contains(&self.lower_action.as_str())
    }
}
