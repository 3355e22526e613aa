//! What each policy and each of its statements has to say of a request.

use super::sentence::{describe, warning};
use super::{InPlay, exempt, in_play};
use crate::acl::Acl;
use crate::document::{Effect, Statement};
use crate::evaluate::{Call, Element, covers, elements, fault};
use crate::policies::{Layer, Policies, Request};
use crate::principal::NamedAs;
use crate::truth::{Finding, Truth};
use serde::{Deserialize, Serialize};

/// What a policy says of a request, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// A statement allows it, and none denies it.
    Allows,
    /// A statement denies it.
    Denies,
    /// No statement covers it.
    Nothing,
    /// A statement, or the whole policy, cannot be evaluated.
    Unknown,
    /// It has no say in this call.
    Exempt,
}

impl Says {
    /// A denial outweighs a doubt, and a doubt an allow.
    fn of(effects: impl Iterator<Item = (Effect, Truth)> + Clone) -> Self {
        let any = |wanted: Option<Effect>, truth: Truth| {
            effects.clone().any(|(effect, covers)| wanted.is_none_or(|it| it == effect) && covers == truth)
        };
        match () {
            () if any(Some(Effect::Deny), Truth::True) => Self::Denies,
            () if any(None, Truth::Unknown) => Self::Unknown,
            () if any(Some(Effect::Allow), Truth::True) => Self::Allows,
            () => Self::Nothing,
        }
    }
}

/// One policy in play and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVerdict {
    /// Its kind.
    pub layer: Layer,
    /// Its ARN, or else its name; the id of a grant.
    pub policy: String,
    /// What it says.
    pub says: Says,
}

/// What every policy in play says, access control lists and grants among them, without what kept each statement from
/// covering the request: as quick as the decision itself.
pub fn verdicts(request: &Request, policies: &Policies) -> Vec<PolicyVerdict> {
    let call = Call::new(request, policies.boundary.is_some());
    let beyond = call.beyond_policies().is_some();
    let mut all: Vec<PolicyVerdict> = in_play(&call, policies)
        .map(|one| PolicyVerdict {
            layer: one.layer,
            policy: one.policy.label().to_owned(),
            says: says(one, &call, policies),
        })
        .collect();
    let mut listed = |layer: Layer, policy: &str, named: NamedAs| {
        let says = Says::of(std::iter::once((Effect::Allow, named.any().truth)));
        let (policy, says) = (policy.to_owned(), if beyond { Says::Exempt } else { says });
        all.push(PolicyVerdict { layer, policy, says });
    };
    if let Some(acl) = &policies.acl {
        let covering = acl.covering(&request.principal, &call.lower_action, policies.ignore_public_acls);
        listed(Layer::AccessControlList, &acl.name, covering.fold(NamedAs::NOBODY, NamedAs::or));
    }
    for grant in &policies.grants {
        let named = grant.covers(&call.lower_action, &request.principal, &request.context);
        listed(Layer::Grant, &grant.grant_id, named);
    }
    all
}

fn says(InPlay { layer, policy, .. }: InPlay<'_>, call: &Call<'_>, policies: &Policies) -> Says {
    if exempt(layer, call).is_some() {
        return Says::Exempt;
    }
    let Ok(document) = policy.document() else { return Says::Unknown };
    let only_denies = only_denies(layer, call, policies);
    let effects: Vec<_> = document
        .statements()
        .iter()
        .filter(|statement| !only_denies || statement.effect() == Effect::Deny)
        .map(|statement| (statement.effect(), covers(statement, layer, call).any().truth))
        .collect();
    Says::of(effects.into_iter())
}

/// Whether a policy of that kind can only deny: a bucket's over an object of another account.
fn only_denies(layer: Layer, call: &Call<'_>, policies: &Policies) -> bool {
    layer == Layer::Resource && policies.resource_policy_only_denies(call.request)
}

/// What one policy had to say.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyTrace {
    /// Its kind.
    pub layer: Layer,
    /// For service and resource control policies, the level that it is attached at, from 0 at the organization's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<usize>,
    /// Its ARN, or else its name.
    pub policy: String,
    /// Why it has no say in this request, if it has none.
    pub exempt: Option<&'static str>,
    /// Why it cannot be read, if it cannot.
    pub unreadable: Option<String>,
    /// Its statements.
    pub statements: Vec<StatementTrace>,
}

impl PolicyTrace {
    /// What it says in one word.
    pub fn says(&self) -> Says {
        let effect = |it: &StatementTrace| if it.effect == "Deny" { Effect::Deny } else { Effect::Allow };
        match () {
            () if self.exempt.is_some() => Says::Exempt,
            () if self.unreadable.is_some() => Says::Unknown,
            () => Says::of(self.statements.iter().map(|it| (effect(it), it.covers))),
        }
    }
}

/// What one statement had to say.
#[derive(Clone, Debug, Serialize)]
pub struct StatementTrace {
    /// Its position in the document, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// Whether it covers the request.
    pub covers: Truth,
    /// What keeps it from covering the request, or from being evaluated.
    pub because: Vec<String>,
    /// The elements that do not cover the request.
    #[serde(skip)]
    pub(super) lacks: Vec<Element>,
}

/// What one grant had to say.
#[derive(Clone, Debug, Serialize)]
pub struct GrantTrace {
    /// Its id.
    pub grant: String,
    /// Whether it covers the request.
    pub covers: Truth,
}

pub(super) fn trace(
    InPlay { layer, level, policy }: InPlay<'_>,
    call: &Call<'_>,
    policies: &Policies,
    warnings: &mut Vec<String>,
) -> PolicyTrace {
    let only_denies = only_denies(layer, call, policies);
    let (statements, unreadable) = match policy.document() {
        Ok(document) => (document.statements(), None),
        Err(why) => (&[][..], Some(why.to_owned())),
    };
    let statements = statements
        .iter()
        .enumerate()
        .map(|(index, statement)| {
            if let Some(warning) = warning(statement, call) {
                warnings.push(format!("statement {index} of {layer} `{}`: {warning}", policy.label()));
            }
            let mut trace = statement_trace(index, statement, layer, call);
            if only_denies && statement.effect() == Effect::Allow {
                trace.covers = Truth::False;
                trace.because.push("the policy can only deny what another account owns".to_owned());
            }
            trace
        })
        .collect();
    let policy = policy.label().to_owned();
    PolicyTrace { layer, level, policy, exempt: exempt(layer, call), unreadable, statements }
}

/// The grants of a list, each as a statement that allows.
pub(super) fn grants_trace(acl: &Acl, call: &Call<'_>, ignore_public: bool) -> PolicyTrace {
    let covering = acl.covering(&call.request.principal, &call.lower_action, ignore_public);
    let statements = acl.grants.iter().zip(covering).enumerate().map(|(index, (grant, named))| {
        let mut because = Vec::new();
        if ignore_public && grant.is_public() {
            because.push("IgnorePublicAcls ignores it".to_owned());
        }
        if !grant.permission.covers(acl.of, &call.lower_action) {
            because.push(format!("`{}` does not stand for `{}`", grant.permission, call.request.action));
        }
        let grantee = grant.grantee.names(&call.request.principal).any();
        if !grantee.is_true() {
            let verb = if grantee.is_unknown() { "may or may not be" } else { "is not" };
            because.push(format!("`{}` {verb} {}", call.request.principal.arn(), grant.grantee));
        }
        StatementTrace {
            index,
            sid: Some(grant.to_string()),
            effect: "Allow",
            covers: named.any().truth,
            because,
            lacks: Vec::new(),
        }
    });
    let (layer, exempt) = (Layer::AccessControlList, exempt(Layer::AccessControlList, call));
    let statements = statements.collect();
    PolicyTrace { layer, level: None, policy: acl.name.clone(), exempt, unreadable: None, statements }
}

fn statement_trace(index: usize, statement: &Statement, layer: Layer, call: &Call<'_>) -> StatementTrace {
    let findings = elements(statement, layer, call);
    let mut covers = Finding::all(findings.iter().map(|(_, finding)| *finding));
    let lacks = findings.iter().filter(|(_, finding)| !finding.is_true()).map(|(element, _)| *element);
    let lacks = lacks.collect();
    let mut because: Vec<String> = findings
        .iter()
        .filter(|(_, finding)| !finding.is_true())
        .flat_map(|(element, finding)| describe(*element, *finding, statement, call))
        .collect();
    if let Some(fault) = fault(statement, layer, call) {
        covers = covers.and(Finding::UNKNOWN);
        because.push(fault.to_owned());
    }
    StatementTrace {
        index,
        sid: statement.sid().map(str::to_owned),
        effect: match statement.effect() {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        },
        covers: covers.truth,
        because,
        lacks,
    }
}
