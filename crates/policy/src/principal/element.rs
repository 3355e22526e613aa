//! The Principal and NotPrincipal elements, and whom they name.

use super::{Principal, PrincipalKind};
use crate::arn::{Arn, is_account_id};
use crate::context::{Context, Lookup};
use crate::document::strings;
use crate::truth::Finding;
use serde_json::Value;

/// A Principal element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalElement {
    entries: Vec<PrincipalEntry>,
}

/// One name in a Principal element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalEntry {
    /// The bare `"*"`.
    Everyone,
    /// `{"AWS": "*"}`.
    AnyAws,
    /// An account, by its id or the ARN of its root.
    Account(String),
    /// The ARN of a user, role, role session or federated user.
    Arn(String),
    /// `AIDA…` or `AROA…`: a user or role that a stored policy names by its unique id.
    UniqueId(String),
    /// A service principal.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// A canonical user id of S3.
    CanonicalUser(String),
    /// A name that AWS would not have stored; the second part is the type it stands under.
    Invalid(String, &'static str),
}

/// The grounds on which a Principal element names a caller; they differ in what else must allow the request (IAM
/// documentation, "Evaluating identity-based policies with resource-based policies").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NamedAs {
    /// As itself: user, session, service, or everybody.
    pub(crate) direct: Finding,
    /// By the role that it is a session of.
    pub(crate) role: Finding,
    /// By its account, which thereby may delegate.
    pub(crate) account: Finding,
}

impl NamedAs {
    /// On no ground.
    pub(crate) const NOBODY: Self =
        Self { direct: Finding::FALSE, role: Finding::FALSE, account: Finding::FALSE };

    /// On any ground.
    pub(crate) fn any(self) -> Finding {
        self.direct.or(self.role).or(self.account)
    }

    /// On the grounds of either.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            direct: self.direct.or(other.direct),
            role: self.role.or(other.role),
            account: self.account.or(other.account),
        }
    }

    /// On the same grounds, if `condition` holds too.
    pub(crate) fn and(self, condition: Finding) -> Self {
        Self {
            direct: self.direct.and(condition),
            role: self.role.and(condition),
            account: self.account.and(condition),
        }
    }

    /// By its account or not at all.
    pub(crate) fn by_account(account: Finding) -> Self {
        Self { account, ..Self::NOBODY }
    }

    /// Directly or not at all.
    pub(crate) fn directly(direct: Finding) -> Self {
        Self { direct, ..Self::NOBODY }
    }
}

impl PrincipalElement {
    /// Reads the element; `None` when its form is not one that the grammar has.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        if let Value::String(text) = value {
            return (text == "*").then(|| Self { entries: vec![PrincipalEntry::Everyone] });
        }
        let mut entries = Vec::new();
        for (kind, names) in value.as_object()? {
            let read: fn(&str) -> PrincipalEntry = match kind.as_str() {
                "AWS" => aws_entry,
                "Service" => |name| named(name, "Service", PrincipalEntry::Service),
                "Federated" => |name| named(name, "Federated", PrincipalEntry::Federated),
                "CanonicalUser" => |name| named(name, "CanonicalUser", PrincipalEntry::CanonicalUser),
                _ => return None,
            };
            entries.extend(strings(names)?.into_iter().map(read));
        }
        (!entries.is_empty()).then_some(Self { entries })
    }

    /// Everything the element names.
    pub fn entries(&self) -> &[PrincipalEntry] {
        &self.entries
    }

    /// Whether the element names the caller, and on which grounds.
    pub(crate) fn names(&self, caller: &Principal, context: &Context) -> NamedAs {
        self.entries.iter().fold(NamedAs::NOBODY, |named, entry| named.or(entry.names(caller, context)))
    }

    /// Whether `NotPrincipal` with this element covers the caller: it does unless everything that the caller is stands
    /// in the list, for a session its account, its role and itself; and it always covers a caller with a permissions
    /// boundary (IAM documentation, "NotPrincipal").
    pub(crate) fn leaves_out(&self, caller: &Principal, has_boundary: bool, context: &Context) -> Finding {
        if has_boundary {
            return Finding::TRUE;
        }
        if self.entries.iter().any(|entry| matches!(entry, PrincipalEntry::Everyone | PrincipalEntry::AnyAws))
        {
            return Finding::FALSE;
        }
        let named = self.names(caller, context);
        let complete = match caller.kind() {
            PrincipalKind::User { .. } | PrincipalKind::FederatedUser { .. } => {
                named.direct.and(named.account)
            }
            PrincipalKind::RoleSession { .. } => named.direct.and(named.role).and(named.account),
            PrincipalKind::Root { .. } => named.account,
            PrincipalKind::Service { .. } | PrincipalKind::Federated { .. } | PrincipalKind::Anonymous => {
                named.direct
            }
        };
        !complete
    }
}

impl PrincipalEntry {
    fn names(&self, caller: &Principal, context: &Context) -> NamedAs {
        let signed_in_account = caller.account().is_some();
        match self {
            Self::Everyone => NamedAs::directly(Finding::TRUE),
            // Whether "every AWS principal" takes in the bearer of a provider's token is not said.
            Self::AnyAws => NamedAs::directly(match caller.kind() {
                PrincipalKind::Federated { .. } => Finding::UNKNOWN,
                _ => Finding::TRUE,
            }),
            Self::Account(account) => {
                NamedAs { account: Finding::of(caller.account() == Some(account)), ..NamedAs::NOBODY }
            }
            Self::Arn(arn) => match caller.kind() {
                PrincipalKind::RoleSession { role_arn, session_arn } => NamedAs {
                    direct: Finding::of(arn == session_arn),
                    role: Finding::of(arn == role_arn),
                    ..NamedAs::NOBODY
                },
                PrincipalKind::User { arn: own } | PrincipalKind::FederatedUser { arn: own } => {
                    NamedAs::directly(Finding::of(arn == own))
                }
                _ => NamedAs::NOBODY,
            },
            Self::UniqueId(id) => unique_id(id, caller, context),
            Self::Service(name) => NamedAs::directly(Finding::of(
                matches!(caller.kind(), PrincipalKind::Service { name: own } if own == name),
            )),
            Self::Federated(provider) => NamedAs::directly(Finding::of(
                matches!(caller.kind(), PrincipalKind::Federated { provider: own } if own == provider),
            )),
            // S3 stores the account behind the id, which the engine cannot tell.
            Self::CanonicalUser(_) if signed_in_account => {
                NamedAs { account: Finding::UNKNOWN, ..NamedAs::NOBODY }
            }
            Self::CanonicalUser(_) => NamedAs::NOBODY,
            Self::Invalid(..) => NamedAs::directly(Finding::UNKNOWN),
        }
    }
}

/// A unique id names the principal whose `aws:userid` begins with it; that of a deleted principal names nobody.
fn unique_id(id: &str, caller: &Principal, context: &Context) -> NamedAs {
    let own = match context.lookup("aws:userid") {
        Lookup::Unknown => Finding::UNKNOWN,
        Lookup::Absent(_) => Finding::FALSE,
        Lookup::Present(value) => {
            Finding::of(value.as_slice().iter().any(|userid| userid.split(':').next() == Some(id)))
        }
    };
    match caller.kind() {
        PrincipalKind::User { .. } => NamedAs::directly(own),
        PrincipalKind::RoleSession { .. } => NamedAs { role: own, ..NamedAs::NOBODY },
        _ => NamedAs::NOBODY,
    }
}

fn named(name: &str, kind: &'static str, entry: fn(String) -> PrincipalEntry) -> PrincipalEntry {
    if name.is_empty() || name.contains(['*', '?']) {
        PrincipalEntry::Invalid(name.to_owned(), kind)
    } else {
        entry(name.to_owned())
    }
}

fn aws_entry(name: &str) -> PrincipalEntry {
    if name == "*" {
        return PrincipalEntry::AnyAws;
    }
    if is_account_id(name) {
        return PrincipalEntry::Account(name.to_owned());
    }
    let unique = name.starts_with("AIDA") || name.starts_with("AROA");
    if unique && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return PrincipalEntry::UniqueId(name.to_owned());
    }
    let invalid = PrincipalEntry::Invalid(name.to_owned(), "AWS");
    let Some(arn) = Arn::parse(name) else { return invalid };
    let owned = is_account_id(arn.account) || arn.account == "cloudfront" && arn.service == "iam";
    if !owned || !arn.region.is_empty() || name.contains(['*', '?']) {
        return invalid;
    }
    match (arn.service, arn.typed_resource()) {
        ("iam", ("root", "")) if arn.resource == "root" => PrincipalEntry::Account(arn.account.to_owned()),
        ("iam", ("user" | "role", rest)) | ("sts", ("federated-user", rest))
            if !rest.is_empty() && !rest.ends_with('/') =>
        {
            PrincipalEntry::Arn(name.to_owned())
        }
        ("sts", ("assumed-role", rest)) if rest.split('/').filter(|part| !part.is_empty()).count() == 2 => {
            PrincipalEntry::Arn(name.to_owned())
        }
        _ => invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::Truth;

    const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s";
    const ROLE: &str = "arn:aws:iam::111122223333:role/team/app";

    fn session() -> Principal {
        Principal::role_session(SESSION, ROLE).unwrap()
    }

    fn element(json: &str) -> Option<PrincipalElement> {
        PrincipalElement::from_value(&crate::document::parse_json(json).unwrap())
    }

    #[test]
    fn a_session_is_named_as_itself_by_its_role_or_by_its_account() {
        use Truth::{False, True, Unknown};
        let context = Context::from_iter([("aws:userid", "AROAEXAMPLE:s")]);
        for (json, direct, role, account) in [
            (r#""*""#, True, False, False),
            (r#"{"AWS":"*"}"#, True, False, False),
            (r#"{"AWS":"111122223333"}"#, False, False, True),
            (r#"{"AWS":["444455556666","arn:aws:iam::111122223333:root"]}"#, False, False, True),
            (r#"{"AWS":"arn:aws:iam::111122223333:role/team/app"}"#, False, True, False),
            (r#"{"AWS":"arn:aws:iam::111122223333:role/app"}"#, False, False, False),
            (r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s"}"#, True, False, False),
            (r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/t"}"#, False, False, False),
            (r#"{"AWS":"AROAEXAMPLE"}"#, False, True, False),
            (r#"{"AWS":"AROAOTHER"}"#, False, False, False),
            (r#"{"AWS":"arn:aws:iam::111122223333:role/*"}"#, Unknown, False, False),
            (r#"{"Service":"lambda.amazonaws.com"}"#, False, False, False),
            (r#"{"CanonicalUser":"0a1b"}"#, False, False, Unknown),
        ] {
            let named = element(json).unwrap().names(&session(), &context);
            assert_eq!(
                (named.direct.truth, named.role.truth, named.account.truth),
                (direct, role, account),
                "{json}"
            );
        }
    }

    #[test]
    fn not_principal_spares_only_who_is_listed_in_full() {
        let context = Context::new();
        let full = format!(r#"{{"AWS":["{SESSION}","{ROLE}","111122223333"]}}"#);
        for (json, covered) in [
            (full.as_str(), false),
            (r#"{"AWS":["arn:aws:iam::111122223333:role/team/app"]}"#, true),
            (r#"{"AWS":["arn:aws:iam::111122223333:role/team/app","111122223333"]}"#, true),
            (r#"{"AWS":"*"}"#, false),
        ] {
            let element = element(json).unwrap();
            assert_eq!(element.leaves_out(&session(), false, &context), Finding::of(covered), "{json}");
            assert_eq!(element.leaves_out(&session(), true, &context), Finding::TRUE, "{json}");
        }
        let user = Principal::user("arn:aws:iam::111122223333:user/a").unwrap();
        let listed = element(r#"{"AWS":["arn:aws:iam::111122223333:user/a","111122223333"]}"#).unwrap();
        assert!(listed.leaves_out(&user, false, &context).is_false());
        assert!(listed.leaves_out(&Principal::anonymous(), false, &context).is_true());
    }

    #[test]
    fn other_forms_are_refused() {
        for json in [r#""111122223333""#, r#"{"Aws":"*"}"#, r#"{"AWS":[]}"#, "{}", r#"{"AWS":7}"#, r#"["*"]"#]
        {
            assert_eq!(element(json), None, "{json}");
        }
    }
}
