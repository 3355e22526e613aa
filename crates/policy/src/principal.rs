//! Who makes a request, and what the Principal element of a policy says of them.
//!
//! IAM documentation, "AWS JSON policy elements: Principal" and "NotPrincipal".

mod element;

pub(crate) use element::NamedAs;
pub use element::{PrincipalElement, PrincipalEntry};

use crate::arn::{Arn, is_account_id};

/// The caller of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    kind: PrincipalKind,
    account: Option<String>,
}

/// The kinds of caller that AWS tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// An IAM user, also through a GetSessionToken session.
    User {
        /// `arn:aws:iam::ACCOUNT:user/PATH/NAME`.
        arn: String,
    },
    /// A session of a role.
    RoleSession {
        /// `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`, which never shows the role's path.
        session_arn: String,
        /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
        role_arn: String,
    },
    /// A GetFederationToken session.
    FederatedUser {
        /// `arn:aws:sts::ACCOUNT:federated-user/NAME`.
        arn: String,
    },
    /// The root user of an account.
    Root {
        /// `arn:aws:iam::ACCOUNT:root`.
        arn: String,
    },
    /// An AWS service that acts for itself, such as `lambda.amazonaws.com`.
    Service {
        /// Its service principal.
        name: String,
    },
    /// The holder of a web identity token or SAML assertion, in the unsigned STS calls that take one.
    Federated {
        /// The provider: an ARN of IAM, or a name such as `accounts.google.com`.
        provider: String,
    },
    /// An unsigned request.
    Anonymous,
}

/// A principal that is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is no principal: expected the ARN of a user, role session, federated user or account root, a service principal, or `anonymous`"
)]
pub struct PrincipalError(String);

impl Principal {
    /// An IAM user.
    ///
    /// # Errors
    /// When `arn` is not `arn:PARTITION:iam::ACCOUNT:user/…`.
    pub fn user(arn: impl Into<String>) -> Result<Self, PrincipalError> {
        let arn = arn.into();
        let account = owner(&arn, "iam", "user")?;
        Ok(Self { kind: PrincipalKind::User { arn }, account: Some(account) })
    }

    /// A session of a role; `role_arn` carries the role's path, which the session's ARN does not show.
    ///
    /// # Errors
    /// When one of the ARNs is of another kind, or when they name different roles or accounts.
    pub fn role_session(
        session_arn: impl Into<String>,
        role_arn: impl Into<String>,
    ) -> Result<Self, PrincipalError> {
        let (session_arn, role_arn) = (session_arn.into(), role_arn.into());
        let account = owner(&session_arn, "sts", "assumed-role")?;
        let same_role = owner(&role_arn, "iam", "role")? == account
            && session_role_name(&session_arn).is_some_and(|name| role_arn.rsplit('/').next() == Some(name));
        if !same_role {
            return Err(PrincipalError(role_arn));
        }
        Ok(Self { kind: PrincipalKind::RoleSession { session_arn, role_arn }, account: Some(account) })
    }

    /// A GetFederationToken session.
    ///
    /// # Errors
    /// When `arn` is not `arn:PARTITION:sts::ACCOUNT:federated-user/…`.
    pub fn federated_user(arn: impl Into<String>) -> Result<Self, PrincipalError> {
        let arn = arn.into();
        let account = owner(&arn, "sts", "federated-user")?;
        Ok(Self { kind: PrincipalKind::FederatedUser { arn }, account: Some(account) })
    }

    /// The root user of an account in the partition `aws`.
    pub fn root(account: impl Into<String>) -> Self {
        let account = account.into();
        let arn = format!("arn:aws:iam::{account}:root");
        Self { kind: PrincipalKind::Root { arn }, account: Some(account) }
    }

    /// A service principal.
    pub fn service(name: impl Into<String>) -> Self {
        Self { kind: PrincipalKind::Service { name: name.into() }, account: None }
    }

    /// The holder of a token of an identity provider.
    pub fn federated(provider: impl Into<String>) -> Self {
        Self { kind: PrincipalKind::Federated { provider: provider.into() }, account: None }
    }

    /// Nobody in particular.
    pub fn anonymous() -> Self {
        Self { kind: PrincipalKind::Anonymous, account: None }
    }

    /// Reads a principal as GetCallerIdentity names it, the ARN of an identity provider, a service principal, or the
    /// word `anonymous`. The role of a
    /// session is taken to have no path; who knows better uses [`Principal::role_session`].
    ///
    /// # Errors
    /// When the text is none of these.
    pub fn parse(text: &str) -> Result<Self, PrincipalError> {
        if text == "anonymous" {
            return Ok(Self::anonymous());
        }
        let invalid = || PrincipalError(text.to_owned());
        let Some(arn) = Arn::parse(text) else {
            let service = text.contains('.') && !text.contains([':', '/', '*', ' ']);
            return if service { Ok(Self::service(text)) } else { Err(invalid()) };
        };
        match (arn.service, arn.typed_resource().0) {
            ("iam", "user") => Self::user(text),
            ("iam", "root") if is_account_id(arn.account) && arn.resource == "root" => Ok(Self {
                kind: PrincipalKind::Root { arn: text.to_owned() },
                account: Some(arn.account.to_owned()),
            }),
            ("iam", "oidc-provider" | "saml-provider") => Ok(Self::federated(text)),
            ("sts", "federated-user") => Self::federated_user(text),
            ("sts", "assumed-role") => {
                let name = session_role_name(text).ok_or_else(invalid)?;
                Self::role_session(text, format!("arn:{}:iam::{}:role/{name}", arn.partition, arn.account))
            }
            _ => Err(invalid()),
        }
    }

    /// Which kind of caller this is, with its ARNs.
    pub fn kind(&self) -> &PrincipalKind {
        &self.kind
    }

    /// The account that the caller belongs to; services, federated and anonymous callers belong to none.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The caller's name in error messages: its GetCallerIdentity ARN, a service or provider, or `anonymous`.
    pub fn arn(&self) -> &str {
        match &self.kind {
            PrincipalKind::User { arn }
            | PrincipalKind::FederatedUser { arn }
            | PrincipalKind::Root { arn } => arn,
            PrincipalKind::RoleSession { session_arn, .. } => session_arn,
            PrincipalKind::Service { name } => name,
            PrincipalKind::Federated { provider } => provider,
            PrincipalKind::Anonymous => "anonymous",
        }
    }

    /// True for sessions of service-linked roles, which no control policy touches.
    pub fn is_service_linked(&self) -> bool {
        match &self.kind {
            PrincipalKind::RoleSession { role_arn, .. } => {
                Arn::parse(role_arn).is_some_and(|arn| arn.resource.starts_with("role/aws-service-role/"))
            }
            _ => false,
        }
    }
}

/// The role name of `arn:…:assumed-role/NAME/SESSION`.
fn session_role_name(session_arn: &str) -> Option<&str> {
    let (_, rest) = Arn::parse(session_arn)?.typed_resource();
    let (name, session) = rest.split_once('/')?;
    (!name.is_empty() && !session.is_empty() && !session.contains('/')).then_some(name)
}

/// The account of an ARN of the given service and type; the ARN must name one thing of it.
fn owner(arn: &str, service: &str, kind: &str) -> Result<String, PrincipalError> {
    Arn::parse(arn)
        .filter(|parsed| {
            let (found, name) = parsed.typed_resource();
            let exact = !name.is_empty() && !name.ends_with('/') && !name.contains(['*', '?']);
            parsed.service == service && parsed.region.is_empty() && found == kind && exact
        })
        .filter(|parsed| is_account_id(parsed.account))
        .map(|parsed| parsed.account.to_owned())
        .ok_or_else(|| PrincipalError(arn.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_keeps_its_role_with_the_path() {
        let session = "arn:aws:sts::111122223333:assumed-role/app/s";
        let principal = Principal::role_session(session, "arn:aws:iam::111122223333:role/team/app").unwrap();
        assert_eq!((principal.arn(), principal.account()), (session, Some("111122223333")));
        for other in ["arn:aws:iam::111122223333:role/other", "arn:aws:iam::444455556666:role/app", "app"] {
            assert!(Principal::role_session(session, other).is_err(), "{other}");
        }
        let linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/app";
        assert!(Principal::role_session(session, linked).unwrap().is_service_linked());
        assert!(!principal.is_service_linked());
    }

    #[test]
    fn callers_are_read_from_their_names() {
        for text in [
            "arn:aws:iam::111122223333:user/ops/deploy",
            "arn:aws:sts::111122223333:assumed-role/app/s",
            "arn:aws:sts::111122223333:federated-user/f",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:oidc-provider/token.example.com",
            "lambda.amazonaws.com",
            "anonymous",
        ] {
            assert_eq!(Principal::parse(text).unwrap().arn(), text);
        }
        for text in [
            "",
            "*",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::1111:user/a",
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:iam::111122223333:group/app",
            "arn:aws:sts::111122223333:assumed-role/app",
            "arn:aws:sts::111122223333:assumed-role/a/b/c",
            "arn:aws:iam:eu-west-2:111122223333:user/a",
            "alice",
        ] {
            assert!(Principal::parse(text).is_err(), "{text}");
        }
    }
}
