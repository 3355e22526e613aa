//! Calls that are decided before any policy is asked: those that every identity may make, and those that a service
//! turns away from callers of that kind whatever policies say.

use super::call::{Call, Relation, ResourceKind};
use super::{Decision, Evaluation};
use crate::arn::{Arn, is_account_id};
use crate::context::Lookup;
use crate::policies::Layer;
use crate::principal::PrincipalKind;
use crate::truth::Certainty;

/// The services that take unsigned requests (IAM documentation and the services' own pages).
const UNSIGNED_SERVICES: &[&str] = &["s3", "sqs", "sns"];

/// Lambda takes them through function URLs alone.
const UNSIGNED_ACTIONS: &[&str] = &["lambda:invokefunctionurl", "lambda:invokefunction"];

/// What KMS lets other accounts do with a key ("Cross-account use" on the page of each operation).
const KMS_CROSS_ACCOUNT: &[&str] = &[
    "encrypt",
    "decrypt",
    "reencryptfrom",
    "reencryptto",
    "generatedatakey",
    "generatedatakeywithoutplaintext",
    "generatedatakeypair",
    "generatedatakeypairwithoutplaintext",
    "generatemac",
    "verifymac",
    "sign",
    "verify",
    "derivesharedsecret",
    "encapsulate",
    "decapsulate",
    "describekey",
    "getpublickey",
    "getkeyrotationstatus",
    "creategrant",
    "listgrants",
    "retiregrant",
    "revokegrant",
];

/// The actions that a request to assume a role is checked for.
const ROLE_ACTIONS: &[&str] =
    &["assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "tagsession", "setsourceidentity"];

impl Call<'_> {
    /// The decision, where no policy has a say in it.
    pub(crate) fn beyond_policies(&self) -> Option<Evaluation> {
        if let Some(reason) = self.contradiction() {
            return Some(Evaluation { decision: Decision::Undetermined, reason, ..free() });
        }
        let (vendor, name) = self.lower_action.split_once(':').unwrap_or((&self.lower_action, ""));
        match vendor {
            "sts" => self.by_credentials(|session, _| self.sts(name, session)),
            "iam" => self.by_credentials(|session, mfa| self.iam(name, session, mfa)),
            "kms" => self.kms(name),
            _ => None,
        }
        .or_else(|| self.unsigned(vendor, name))
    }

    /// What is decided by the kind of the caller's credentials: whether they are a session's, and made with MFA. Where that
    /// is not known and matters, nothing is decided.
    fn by_credentials(&self, decide: impl Fn(bool, bool) -> Option<Evaluation>) -> Option<Evaluation> {
        let either = |known: Option<bool>| known.map_or(vec![true, false], |known| vec![known]);
        let (sessions, mfas) = (either(self.is_session()), either(self.used_mfa()));
        let mut verdicts = sessions.iter().flat_map(|session| mfas.iter().map(|mfa| decide(*session, *mfa)));
        let first = verdicts.next().flatten();
        if verdicts.all(|verdict| verdict == first) {
            return first;
        }
        let reason =
            "whether the caller's credentials are temporary, or were got with MFA, is not known".to_owned();
        Some(Evaluation { decision: Decision::Undetermined, reason, ..free() })
    }

    /// Why nobody makes such a request: its action is none, or its resource's owner is said in two ways.
    fn contradiction(&self) -> Option<String> {
        let request = self.request;
        let named = |part: &str, more: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        let action = request.action.split_once(':');
        if !action.is_some_and(|(vendor, name)| named(vendor, ".-") && named(name, "")) {
            return Some(format!("`{}` is no action", request.action));
        }
        let owner = Arn::parse(&request.resource).map(|arn| arn.account).filter(|id| is_account_id(id))?;
        (owner != request.resource_account).then(|| {
            format!("`{}` is not a resource of account `{}`", request.resource, request.resource_account)
        })
    }

    /// STS API reference; IAM documentation, "Compare STS credentials".
    fn sts(&self, name: &str, session: bool) -> Option<Evaluation> {
        let signed = self.is_signed();
        let assumes = self.resource_kind == ResourceKind::Role && ROLE_ACTIONS.contains(&name);
        match (name, self.request.principal.kind()) {
            ("getcalleridentity", _) if signed => Some(free()),
            ("getsessiontoken" | "getfederationtoken", _) if session => {
                self.refused(Layer::Session, "session credentials cannot get further ones of this kind")
            }
            ("getsessiontoken", PrincipalKind::User { .. } | PrincipalKind::Root { .. }) => Some(free()),
            ("getsessiontoken" | "getfederationtoken", PrincipalKind::Service { .. }) => {
                self.refused(Layer::Identity, "only users have credentials to call it with")
            }
            ("assumerole", PrincipalKind::Root { .. }) => {
                self.refused(Layer::Trust, "root users cannot assume roles")
            }
            (_, PrincipalKind::FederatedUser { .. }) => self
                .refused(Layer::Session, "federated users can call no STS operation but GetCallerIdentity"),
            (_, PrincipalKind::User { .. }) if session && !assumes => self.refused(
                Layer::Session,
                "GetSessionToken credentials can call no STS operation but AssumeRole and GetCallerIdentity",
            ),
            _ => None,
        }
    }

    /// STS API reference, GetFederationToken and GetSessionToken. PassRole is a permission and no call.
    fn iam(&self, name: &str, session: bool, mfa: bool) -> Option<Evaluation> {
        match self.request.principal.kind() {
            _ if name == "passrole" => None,
            PrincipalKind::FederatedUser { .. } => {
                self.refused(Layer::Session, "federated users can call no IAM operation")
            }
            PrincipalKind::User { .. } if session && !mfa => self
                .refused(Layer::Session, "GetSessionToken credentials without MFA can call no IAM operation"),
            _ => None,
        }
    }

    fn kms(&self, name: &str) -> Option<Evaluation> {
        let foreign = self.relation == Relation::CrossAccount && self.resource_kind == ResourceKind::Key;
        if foreign && !KMS_CROSS_ACCOUNT.contains(&name) {
            return self.refused(Layer::Resource, "KMS offers the operation to the key's own account only");
        }
        None
    }

    fn unsigned(&self, vendor: &str, name: &str) -> Option<Evaluation> {
        let anonymous =
            UNSIGNED_SERVICES.contains(&vendor) || UNSIGNED_ACTIONS.contains(&self.lower_action.as_str());
        match self.request.principal.kind() {
            PrincipalKind::Anonymous if !anonymous => {
                self.refused(self.resource_layer(), "the service takes signed requests only")
            }
            PrincipalKind::Federated { .. } if vendor != "sts" || !ROLE_ACTIONS.contains(&name) => {
                self.refused(self.resource_layer(), "a provider's token is good for assuming roles only")
            }
            _ => None,
        }
    }

    fn is_signed(&self) -> bool {
        !matches!(self.request.principal.kind(), PrincipalKind::Anonymous | PrincipalKind::Federated { .. })
    }

    /// Temporary credentials are the ones that have an issue time.
    fn is_session(&self) -> Option<bool> {
        match self.request.principal.kind() {
            PrincipalKind::RoleSession { .. } | PrincipalKind::FederatedUser { .. } => Some(true),
            _ => match self.request.context.lookup("aws:tokenissuetime") {
                Lookup::Present(_) => Some(true),
                Lookup::Absent(_) => Some(false),
                Lookup::Unknown => None,
            },
        }
    }

    fn used_mfa(&self) -> Option<bool> {
        match self.request.context.lookup("aws:multifactorauthpresent") {
            Lookup::Present(flag) => {
                Some(flag.as_slice().first().is_some_and(|flag| flag.eq_ignore_ascii_case("true")))
            }
            Lookup::Absent(_) => Some(false),
            Lookup::Unknown => None,
        }
    }

    fn refused(&self, layer: Layer, because: &str) -> Option<Evaluation> {
        Some(Evaluation {
            decision: Decision::ImplicitDeny,
            layer: Some(layer),
            statements: Vec::new(),
            certainty: Certainty::Documented,
            reason: format!("because {because}"),
        })
    }
}

fn free() -> Evaluation {
    Evaluation {
        decision: Decision::Allowed,
        layer: None,
        statements: Vec::new(),
        certainty: Certainty::Documented,
        reason: String::new(),
    }
}
