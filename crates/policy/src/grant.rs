//! Grants of KMS keys: Allows that live beside policies, each for one grantee and some operations.
//!
//! KMS developer guide, "Grants in AWS KMS"; KMS API reference, `CreateGrant`, `GrantConstraints`, `RetireGrant`.

use crate::context::{Context, ContextValue, Lookup};
use crate::principal::{NamedAs, Principal, PrincipalElement};
use crate::truth::Finding;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use std::collections::BTreeMap;

const CONTEXT: &str = "kms:encryptioncontext:";
const CONTEXT_KEYS: &str = "kms:encryptioncontextkeys";
const EQUALS: &str = "EncryptionContextEquals";

/// Operations with an encryption context, the only ones that a constraint on it narrows (API reference,
/// `GrantConstraints`).
const WITH_CONTEXT: [&str; 8] = [
    "encrypt",
    "decrypt",
    "generatedatakey",
    "generatedatakeywithoutplaintext",
    "generatedatakeypair",
    "generatedatakeypairwithoutplaintext",
    "reencryptfrom",
    "reencryptto",
];

type Pairs = BTreeMap<String, String>;

/// A grant, in the members of an entry of `ListGrants`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyGrant {
    /// Its id.
    pub grant_id: String,
    /// Its name; none where it was given none.
    #[serde(default, deserialize_with = "absent_if_empty")]
    pub name: Option<String>,
    /// The one whom it allows something: an ARN, a unique id, or a service principal.
    #[serde(alias = "GranteeServicePrincipal")]
    pub grantee_principal: String,
    /// The one who may retire it besides.
    #[serde(alias = "RetiringServicePrincipal")]
    pub retiring_principal: Option<String>,
    /// What it allows, without `kms:`.
    pub operations: Vec<String>,
    /// What narrows it.
    #[serde(default)]
    pub constraints: GrantConstraints,
}

/// What narrows a grant. Keys of pairs ignore case, values do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GrantConstraints {
    /// The encryption context is exactly these pairs.
    pub encryption_context_equals: Option<Pairs>,
    /// The encryption context has these pairs.
    pub encryption_context_subset: Option<Pairs>,
    /// The resource that a service acts for.
    pub source_arn: Option<String>,
}

fn absent_if_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()))
}

impl KeyGrant {
    /// Whether the grant covers a call of that action, and on which grounds it names the caller.
    pub(crate) fn covers(&self, lower_action: &str, caller: &Principal, context: &Context) -> NamedAs {
        let Some(operation) = lower_action.strip_prefix("kms:") else { return NamedAs::NOBODY };
        let listed = self.operations.iter().any(|listed| listed.eq_ignore_ascii_case(operation));
        let granted = match listed {
            true => {
                names(&self.grantee_principal, caller, context).and(self.constraints.hold(operation, context))
            }
            false => NamedAs::NOBODY,
        };
        let granted = granted.and(self.passes_on(operation, context));
        match &self.retiring_principal {
            Some(retiring) if operation == "retiregrant" => granted.or(names(retiring, caller, context)),
            _ => granted,
        }
    }

    /// Whoever has `CreateGrant` by a grant passes on no more operations than the grant lists.
    fn passes_on(&self, operation: &str, context: &Context) -> Finding {
        if operation != "creategrant" {
            return Finding::TRUE;
        }
        match context.lookup("kms:grantoperations") {
            Lookup::Present(asked) => {
                Finding::of(asked.as_slice().iter().all(|asked| self.operations.contains(asked)))
            }
            Lookup::Absent(_) | Lookup::Unknown => Finding::UNKNOWN,
        }
    }
}

impl GrantConstraints {
    fn hold(&self, operation: &str, context: &Context) -> Finding {
        let source = match (&self.source_arn, context.lookup("aws:sourcearn")) {
            (None, _) => Finding::TRUE,
            (Some(_), Lookup::Absent(_)) => Finding::FALSE,
            // It is compared like `aws:SourceArn`, by an operator that no page names.
            (Some(_), Lookup::Present(_) | Lookup::Unknown) => Finding::UNKNOWN,
        };
        source.and(match operation {
            "creategrant" => self.are_kept(context),
            _ if WITH_CONTEXT.contains(&operation) => {
                let equal = self.encryption_context_equals.as_ref().map(|pairs| equals(pairs, context));
                let within = self.encryption_context_subset.as_ref().map(|pairs| includes(pairs, context));
                Finding::all(equal.into_iter().chain(within))
            }
            _ => Finding::TRUE,
        })
    }

    /// A grant that is made by a grantee has constraints at least as strict. The context of `CreateGrant` is that of the
    /// new grant's constraints.
    fn are_kept(&self, context: &Context) -> Finding {
        let kind = match context.lookup("kms:grantconstrainttype") {
            Lookup::Unknown => return Finding::UNKNOWN,
            Lookup::Absent(_) => None,
            Lookup::Present(kind) => kind.as_slice().first(),
        };
        let equal = self
            .encryption_context_equals
            .as_ref()
            .map(|pairs| Finding::of(kind.is_some_and(|kind| kind == EQUALS)).and(equals(pairs, context)));
        let within = self
            .encryption_context_subset
            .as_ref()
            .map(|pairs| Finding::of(kind.is_some()).and(includes(pairs, context)));
        Finding::all(equal.into_iter().chain(within))
    }
}

/// Whether the encryption context has these pairs.
fn includes(pairs: &Pairs, context: &Context) -> Finding {
    Finding::all(pairs.iter().map(|(key, wanted)| {
        match context.lookup(&format!("{CONTEXT}{}", key.to_lowercase())) {
            Lookup::Present(ContextValue::Single(value)) => Finding::of(value == wanted),
            Lookup::Absent(certainty) => Finding::FALSE.at_most(certainty),
            Lookup::Present(ContextValue::Multi(_)) | Lookup::Unknown => Finding::UNKNOWN,
        }
    }))
}

/// Whether the encryption context is these pairs and no more.
fn equals(pairs: &Pairs, context: &Context) -> Finding {
    let listed = |key: &String| pairs.keys().any(|listed| listed.to_lowercase() == key.to_lowercase());
    includes(pairs, context).and(match context.lookup(CONTEXT_KEYS) {
        Lookup::Present(keys) => Finding::of(keys.as_slice().iter().all(listed)),
        Lookup::Absent(certainty) => Finding::of(pairs.is_empty()).at_most(certainty),
        Lookup::Unknown => Finding::UNKNOWN,
    })
}

fn names(principal: &str, caller: &Principal, context: &Context) -> NamedAs {
    let service = !principal.contains(':') && principal.contains('.');
    let kind = if service { "Service" } else { "AWS" };
    match PrincipalElement::from_value(&json!({ kind: principal })) {
        Some(element) => element.names(caller, context),
        None => NamedAs::directly(Finding::UNKNOWN),
    }
}
