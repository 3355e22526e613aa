//! Who calls, once it is proved: the principal with the facts that policies ask of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use stackproof_aws::wire;
use stackproof_policy::{Context, Principal};

use crate::directory::held::Held;
use crate::directory::principals::{Role, Tags, User};
use crate::directory::sessions::Session;
use crate::refusal::Unknown;

/// A caller.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// An unsigned request.
    Anonymous,
    /// A user, with its long-term key or in a session of `GetSessionToken`.
    User { user: Arc<User>, session: Option<Arc<Session>> },
    /// A session of a role.
    Role { role: Arc<Role>, session: Arc<Session> },
    /// A session of `GetFederationToken`, made by that user.
    Federated { user: Arc<User>, session: Arc<Session> },
    /// A service that acts for itself, maybe on behalf of a resource.
    Service { name: String, source: ServiceSource },
}

/// What a service acts for, as `aws:SourceArn` and `aws:SourceAccount` tell it; what is not said is absent from its calls
/// (IAM user guide, "The confused deputy problem").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceSource {
    /// The ARN of the resource.
    pub arn: Option<String>,
    /// The id of the account that it is in.
    pub account: Option<String>,
}

impl Caller {
    /// The principal as the engine knows it.
    pub fn principal(&self) -> Result<Principal, Unknown> {
        let principal = match self {
            Self::Anonymous => Ok(Principal::anonymous()),
            Self::User { user, .. } => Principal::user(&user.arn),
            Self::Role { role, session } => Principal::role_session(&session.arn, &role.arn),
            Self::Federated { session, .. } => Principal::federated_user(&session.arn),
            Self::Service { name, .. } => Ok(Principal::service(name)),
        };
        principal.map_err(|error| Unknown(error.to_string()))
    }

    /// The caller's account; none for anonymous callers and services.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Anonymous | Self::Service { .. } => None,
            Self::User { user, .. } => Some(&user.account),
            Self::Role { session, .. } | Self::Federated { session, .. } => Some(&session.account),
        }
    }

    /// The account in which what a call names without one is looked for: the caller's own, or the one that a service acts
    /// for. Empty for others, so that nothing is found.
    pub fn home(&self) -> &str {
        match self {
            Self::Service { source, .. } => source.account.as_deref(),
            _ => self.account(),
        }
        .unwrap_or_default()
    }

    /// As `GetCallerIdentity` gives it; a service's name, or `anonymous`.
    pub fn name(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User { user, .. } => &user.arn,
            Self::Role { session, .. } | Self::Federated { session, .. } => &session.arn,
            Self::Service { name, .. } => name,
        }
    }

    /// `AIDA…`, `AROA…:session`, `anonymous`
    pub fn user_id(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User { user, .. } => &user.id,
            Self::Role { session, .. } | Self::Federated { session, .. } => &session.user_id,
            Self::Service { name, .. } => name,
        }
    }

    /// The caller as upstreams are told of it.
    pub fn on_the_wire(&self) -> wire::Caller {
        let account = self.account().map(str::to_owned);
        wire::Caller {
            arn: account.is_some().then(|| self.name().to_owned()),
            account,
            user_id: self.user_id().to_owned(),
        }
    }

    /// The session, where there is one.
    pub fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Anonymous | Self::Service { .. } => None,
            Self::User { session, .. } => session.as_ref(),
            Self::Role { session, .. } | Self::Federated { session, .. } => Some(session),
        }
    }

    /// The caller's own policies; a federated user has those of the user who made its session.
    pub fn policies(&self) -> &[Held] {
        match self {
            Self::Anonymous | Self::Service { .. } => &[],
            Self::User { user, .. } | Self::Federated { user, .. } => &user.policies,
            Self::Role { role, .. } => &role.policies,
        }
    }

    /// The permissions boundary.
    pub fn boundary(&self) -> Option<&Held> {
        match self {
            Self::Anonymous | Self::Service { .. } => None,
            Self::User { user, .. } | Self::Federated { user, .. } => user.boundary.as_ref(),
            Self::Role { role, .. } => role.boundary.as_ref(),
        }
    }

    /// The session's policies. A federated user without any may do nothing that its own policies would allow.
    pub fn session_policies(&self) -> Option<&[Held]> {
        let policies = self.session()?.policies.as_deref();
        match self {
            Self::Federated { .. } => Some(policies.unwrap_or_default()),
            _ => policies,
        }
    }

    /// The tags by which policies know the principal: its own, overlaid by the session's, keys without case.
    pub fn tags(&self) -> Tags {
        let own = match self {
            Self::User { user, .. } | Self::Federated { user, .. } => Some(&user.tags),
            Self::Role { role, .. } => Some(&role.tags),
            _ => None,
        };
        let sessions = self.session().map(|session| &session.tags);
        let mut by_lower: BTreeMap<String, (&String, &String)> = BTreeMap::new();
        for (key, value) in own.into_iter().chain(sessions).flatten() {
            by_lower.insert(key.to_lowercase(), (key, value));
        }
        by_lower.into_values().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// The condition keys of section 1.3 that say who calls.
    pub fn describe(&self, context: &mut Context) {
        let kind = match self {
            Self::Anonymous => "Anonymous",
            Self::User { .. } => "User",
            Self::Role { .. } => "AssumedRole",
            Self::Federated { .. } => "FederatedUser",
            Self::Service { name, source } => return describe_service(context, name, source),
        };
        context.insert("aws:PrincipalType", kind);
        context.insert("aws:userid", self.user_id());
        context.insert("aws:PrincipalAccount", self.account().unwrap_or("anonymous"));
        match self {
            Self::Anonymous | Self::Service { .. } => return,
            Self::User { user, .. } => {
                context.insert("aws:PrincipalArn", &user.arn);
                context.insert("aws:username", &user.name);
            }
            Self::Role { role, .. } => context.insert("aws:PrincipalArn", &role.arn),
            Self::Federated { session, .. } => context.insert("aws:PrincipalArn", &session.arn),
        }
        context.insert("aws:PrincipalIsAWSService", "false");
        for (key, value) in self.tags() {
            context.insert(format!("aws:PrincipalTag/{key}"), value);
        }
        if let Some(session) = self.session() {
            context.insert("aws:TokenIssueTime", session.issued.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
            context.insert("aws:MultiFactorAuthPresent", "false");
            if let Some(identity) = &session.source_identity {
                context.insert("aws:SourceIdentity", identity);
            }
        }
    }
}

fn describe_service(context: &mut Context, name: &str, source: &ServiceSource) {
    context.insert("aws:PrincipalIsAWSService", "true");
    context.insert("aws:PrincipalServiceName", name);
    context.insert_many("aws:PrincipalServiceNamesList", [name]);
    // Section 1.2 leaves open what a service's type and id are.
    for key in ["aws:PrincipalType", "aws:userid", "aws:PrincipalAccount"] {
        context.insert_unknown(key);
    }
    let said = [("aws:SourceArn", &source.arn), ("aws:SourceAccount", &source.account)];
    for (key, value) in said {
        if let Some(value) = value {
            context.insert(key, value);
        }
    }
}
