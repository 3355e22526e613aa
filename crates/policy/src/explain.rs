//! A decision in full: every layer, every statement, and what kept it from covering the request.

use crate::acl::Acl;
use crate::condition::Test;
use crate::document::{Clause, Effect, Statement};
use crate::evaluate::{Call, Element, Evaluation, elements, evaluate, fault};
use crate::grant::KeyGrant;
use crate::policies::{Layer, Policies, Policy, Request};
use crate::truth::{Finding, Truth};
use serde::Serialize;
use std::fmt;

/// A decision with the trace that leads to it. Displayed, it is a text of several lines.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision.
    pub evaluation: Evaluation,
    /// Every policy in play, in the order in which AWS's messages name their kinds.
    pub policies: Vec<PolicyTrace>,
    /// The grants of a key, and whether each covers the request.
    pub grants: Vec<GrantTrace>,
    /// What is likely to be a mistake in a policy, such as a Deny that a missing value switches off.
    pub warnings: Vec<String>,
    subject: String,
}

/// What one policy had to say.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyTrace {
    /// Its kind.
    pub layer: Layer,
    /// Its ARN, or else its name.
    pub policy: String,
    /// Why it has no say in this request, if it has none.
    pub exempt: Option<&'static str>,
    /// Why it cannot be read, if it cannot.
    pub unreadable: Option<String>,
    /// Its statements.
    pub statements: Vec<StatementTrace>,
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
    lacks: Vec<Element>,
}

impl Explanation {
    /// Of the statements that would allow the request if they covered it, in policies of that kind, the one that lacks
    /// least. One that covers neither the action nor the resource has nothing to do with the request.
    pub fn nearest(&self, layer: Layer) -> Option<(&PolicyTrace, &StatementTrace)> {
        let of_layer = self.policies.iter().filter(|policy| policy.layer == layer && policy.exempt.is_none());
        let statements = of_layer.flat_map(|policy| policy.statements.iter().map(move |it| (policy, it)));
        let unrelated = [Element::Action, Element::Resource];
        statements
            .filter(|(_, it)| it.effect == "Allow" && it.covers == Truth::False)
            .filter(|(_, it)| !unrelated.iter().all(|element| it.lacks.contains(element)))
            .min_by_key(|(_, it)| (it.lacks.len(), it.lacks.contains(&Element::Action), it.because.len()))
    }
}

/// What one grant had to say.
#[derive(Clone, Debug, Serialize)]
pub struct GrantTrace {
    /// Its id.
    pub grant: String,
    /// Whether it covers the request.
    pub covers: Truth,
}

/// Explains the decision on a request.
pub fn explain(request: &Request, policies: &Policies) -> Explanation {
    let call = Call::new(request, policies.boundary.is_some());
    let mut traces = Vec::new();
    let mut warnings = Vec::new();
    for (layer, policy) in in_play(&call, policies) {
        traces.push(trace(layer, policy, &call, policies, &mut warnings));
    }
    traces.extend(policies.acl.as_ref().map(|acl| grants_trace(acl, &call, policies.ignore_public_acls)));
    let covers = |grant: &KeyGrant| {
        let named = grant.covers(&call.lower_action, &request.principal, &request.context);
        GrantTrace { grant: grant.grant_id.clone(), covers: named.any().truth }
    };
    let grants = policies.grants.iter().map(covers).collect();
    let subject = format!("{} {} on {}", request.principal.arn(), request.action, request.resource);
    Explanation { evaluation: evaluate(request, policies), policies: traces, grants, warnings, subject }
}

fn in_play<'a>(call: &Call<'_>, policies: &'a Policies) -> impl Iterator<Item = (Layer, &'a Policy)> {
    let of = |layer: Layer| move |policy: &'a Policy| (layer, policy);
    let service_control = policies.service_control.iter().flatten().flatten().map(of(Layer::ServiceControl));
    let resource_control =
        policies.resource_control.iter().flatten().flatten().map(of(Layer::ResourceControl));
    service_control
        .chain(resource_control)
        .chain(policies.vpc_endpoint.iter().map(of(Layer::VpcEndpoint)))
        .chain(policies.resource.iter().map(of(call.resource_layer())))
        .chain(policies.boundary.iter().map(of(Layer::Boundary)))
        .chain(policies.session.iter().flatten().map(of(Layer::Session)))
        .chain(policies.identity.iter().map(of(Layer::Identity)))
}

fn trace(
    layer: Layer,
    policy: &Policy,
    call: &Call<'_>,
    policies: &Policies,
    warnings: &mut Vec<String>,
) -> PolicyTrace {
    let exempt = match layer {
        Layer::ServiceControl if !call.service_control_applies() => {
            Some("service control policies do not bind this caller")
        }
        Layer::ResourceControl if !call.resource_control_applies() => {
            Some("resource control policies do not bind this call")
        }
        Layer::Resource if call.recovers_bucket_policy() => {
            Some("its denials do not bind the root user of the bucket's owner in this call")
        }
        _ if call.beyond_policies().is_some() => Some("no policy is asked for this call"),
        _ => None,
    };
    let only_denies = layer == Layer::Resource && policies.resource_policy_only_denies(call.request);
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
    PolicyTrace { layer, policy: policy.label().to_owned(), exempt, unreadable, statements }
}

/// The grants of a list, each as a statement that allows.
fn grants_trace(acl: &Acl, call: &Call<'_>, ignore_public: bool) -> PolicyTrace {
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
        let covers = named.any().truth;
        StatementTrace {
            index,
            sid: Some(grant.to_string()),
            effect: "Allow",
            covers,
            because,
            lacks: Vec::new(),
        }
    });
    PolicyTrace {
        layer: Layer::AccessControlList,
        policy: acl.name.clone(),
        exempt: None,
        unreadable: None,
        statements: statements.collect(),
    }
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

/// The sentences on an element that does not hold, or that cannot be evaluated.
fn describe(element: Element, finding: Finding, statement: &Statement, call: &Call<'_>) -> Vec<String> {
    let verb = if finding.is_unknown() { "cannot be compared with" } else { "does not cover" };
    match element {
        Element::Principal => {
            let name = if matches!(statement.principal(), Some(Clause::Not(_))) {
                "NotPrincipal"
            } else {
                "Principal"
            };
            vec![format!("`{name}` {verb} `{}`", call.request.principal.arn())]
        }
        Element::Action => {
            let name = if matches!(statement.action(), Clause::Not(_)) { "NotAction" } else { "Action" };
            vec![format!("`{name}` {verb} `{}`", call.request.action)]
        }
        Element::Resource => {
            let name =
                if matches!(statement.resource(), Some(Clause::Not(_))) { "NotResource" } else { "Resource" };
            let mut sentence = format!("`{name}` {verb} `{}`", call.request.resource);
            for key in keys_without_value(statement, call) {
                sentence.push_str(&format!("; `${{{key}}}` has no value in this request"));
            }
            vec![sentence]
        }
        Element::Condition => {
            statement.condition().tests().iter().filter_map(|test| describe_test(test, call)).collect()
        }
    }
}

fn describe_test(test: &Test, call: &Call<'_>) -> Option<String> {
    let context = &call.request.context;
    let finding = test.finding(context);
    let fails = match finding.truth {
        Truth::True => return None,
        Truth::False => "does not hold",
        Truth::Unknown if test.operator().is_none() => "is an operator without a rule",
        Truth::Unknown => "cannot be evaluated",
    };
    let held = match context.get(test.key()) {
        Some(values) => format!("the request has {}", quoted(values)),
        None if finding.is_unknown() => "the request's value is not known".to_owned(),
        None => "the request does not have the key".to_owned(),
    };
    let wanted = quoted(test.values());
    Some(format!(
        "condition `{}` of `{}` {fails}: the policy wants {wanted}, {held}",
        test.operator_text(),
        test.key()
    ))
}

fn quoted(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    if quoted.is_empty() { "nothing".to_owned() } else { quoted.join(", ") }
}

fn keys_without_value<'a>(statement: &'a Statement, call: &'a Call<'_>) -> impl Iterator<Item = &'a str> {
    let patterns = match statement.resource() {
        Some(Clause::Is(patterns) | Clause::Not(patterns)) => patterns.as_slice(),
        None => &[],
    };
    patterns
        .iter()
        .filter(|pattern| pattern.lacks_value(&call.request.context))
        .flat_map(|pattern| pattern.variable_keys())
        .filter(|key| call.request.context.get(key).is_none_or(|values| values.iter().all(String::is_empty)))
}

/// A Deny whose Resource turns on a variable without a value denies nothing, and `NotPrincipal` denies more than it
/// seems to.
fn warning(statement: &Statement, call: &Call<'_>) -> Option<String> {
    if matches!(statement.principal(), Some(Clause::Not(_))) {
        let advice = "`NotPrincipal` also denies every caller with a permissions boundary, and sessions whose role and account are not listed with them; `Principal` `*` with a condition on `aws:PrincipalArn` says what it means";
        return Some(advice.to_owned());
    }
    let guards = statement.effect() == Effect::Deny && matches!(statement.resource(), Some(Clause::Is(_)));
    let key = keys_without_value(statement, call).next().filter(|_| guards)?;
    Some(format!(
        "its Deny does not bite, because `${{{key}}}` in its `Resource` has no value in this request"
    ))
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evaluation = &self.evaluation;
        let decision = match evaluation.decision {
            crate::Decision::Allowed => "allowed",
            crate::Decision::ExplicitDeny => "explicitly denied",
            crate::Decision::ImplicitDeny => "implicitly denied",
            crate::Decision::Undetermined => "undetermined",
        };
        write!(formatter, "{}: {decision}", self.subject)?;
        if !evaluation.reason.is_empty() {
            write!(formatter, ", {}", evaluation.reason)?;
        }
        for statement in &evaluation.statements {
            let sid = statement.sid.as_ref().map(|sid| format!(" `{sid}`")).unwrap_or_default();
            write!(
                formatter,
                "\n  decided by statement {}{sid} of {} `{}`",
                statement.index, statement.layer, statement.policy
            )?;
        }
        for policy in &self.policies {
            write!(formatter, "\n{policy}")?;
        }
        for grant in &self.grants {
            write!(formatter, "\ngrant `{}` {}", grant.grant, covers(grant.covers))?;
        }
        for warning in &self.warnings {
            write!(formatter, "\nwarning: {warning}")?;
        }
        Ok(())
    }
}

fn covers(covers: Truth) -> &'static str {
    match covers {
        Truth::True => "covers the request",
        Truth::False => "does not cover the request",
        Truth::Unknown => "cannot be evaluated",
    }
}

impl fmt::Display for PolicyTrace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} `{}`", self.layer, self.policy)?;
        if let Some(exempt) = self.exempt {
            write!(formatter, ": {exempt}")?;
        }
        if let Some(why) = &self.unreadable {
            write!(formatter, ": cannot be read: {why}")?;
        }
        for statement in &self.statements {
            write!(formatter, "\n  {statement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for StatementTrace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sid = self.sid.as_ref().map(|sid| format!(" `{sid}`")).unwrap_or_default();
        write!(formatter, "statement {}{sid} ({}) {}", self.index, self.effect, covers(self.covers))?;
        for reason in &self.because {
            write!(formatter, "\n    {reason}")?;
        }
        Ok(())
    }
}
