//! Which of the rules that a decision rests on AWS does not document.

use super::{InPlay, exempt, in_play};
use crate::condition::Test;
use crate::context::{Context, Lookup};
use crate::document::{Clause, Statement};
use crate::evaluate::{Call, Element, Layers, covers, elements};
use crate::grant::KeyGrant;
use crate::policies::{Layer, Policies, Request};
use crate::truth::{Certainty, Finding};

/// The rules that AWS does not document and by which a policy in play was found to cover the request or not, as far as
/// they can be told; a clause each. That the decision turns on each of them is not said.
pub fn uncertain(request: &Request, policies: &Policies) -> Vec<String> {
    let call = Call::new(request, policies.boundary.is_some());
    if call.beyond_policies().is_some() {
        return Vec::new();
    }
    let mut rules: Vec<String> = in_play(&call, policies).flat_map(|one| of_policy(one, &call)).collect();
    if let Some(acl) = &policies.acl {
        let mut covering = acl.covering(&request.principal, &call.lower_action, policies.ignore_public_acls);
        if covering.any(|named| is_uncertain(named.any())) {
            rules.push(format!(
                "that IgnorePublicAcls leaves the grants of `{}` that are not public as they are",
                acl.name
            ));
        }
    }
    let doubtful = |grant: &&KeyGrant| {
        let named = grant.covers(&call.lower_action, &request.principal, &request.context);
        is_uncertain(named.any())
    };
    rules.extend(policies.grants.iter().filter(doubtful).map(|grant| {
        format!("what the constraints of the grant `{}` make of a context that is not there", grant.grant_id)
    }));
    if is_uncertain(Layers::new(&call, policies).public_access_blocked) {
        rules.push("whether the bucket policy is public".to_owned());
    }
    rules.dedup();
    rules
}

fn is_uncertain(finding: Finding) -> bool {
    finding.certainty < Certainty::Documented && !finding.is_unknown()
}

fn of_policy<'a>(
    InPlay { layer, policy, .. }: InPlay<'a>,
    call: &'a Call<'_>,
) -> impl Iterator<Item = String> + 'a {
    let statements = policy.document().map(|document| document.statements()).unwrap_or_default();
    let has_say = exempt(layer, call).is_none();
    statements.iter().enumerate().filter(move |_| has_say).flat_map(move |(index, statement)| {
        let name = statement.sid().map_or_else(|| format!("#{index}"), |sid| format!("`{sid}`"));
        let place = format!("{name} of {}", policy.label());
        of_statement(statement, layer, call).into_iter().map(move |rule| format!("{rule} ({place})"))
    })
}

fn of_statement(statement: &Statement, layer: Layer, call: &Call<'_>) -> Vec<String> {
    if !is_uncertain(covers(statement, layer, call).any()) {
        return Vec::new();
    }
    let context = &call.request.context;
    let uncertain = elements(statement, layer, call).into_iter().filter(|(_, it)| is_uncertain(*it));
    uncertain
        .flat_map(|(element, _)| match element {
            Element::Principal => vec!["whom its Principal names".to_owned()],
            // An action is covered or not; there is nothing to read into it.
            Element::Action => Vec::new(),
            Element::Resource => of_resources(statement, call),
            Element::Condition => {
                let tests = statement.condition().tests().iter();
                let tests = tests.filter(|test| is_uncertain(test.finding(context)));
                tests.map(|test| of_test(test, context)).collect()
            }
        })
        .collect()
}

fn of_resources(statement: &Statement, call: &Call<'_>) -> Vec<String> {
    let (context, resource) = (&call.request.context, &call.request.resource);
    match statement.resource() {
        Some(Clause::Is(patterns)) => {
            let uncertain = patterns.iter().filter(|it| is_uncertain(it.finding(resource, context)));
            uncertain
                .map(|pattern| {
                    let verb = if pattern.finding(resource, context).is_true() {
                        "covers"
                    } else {
                        "does not cover"
                    };
                    format!("that the Resource \"{}\" {verb} \"{resource}\"", pattern.as_str())
                })
                .collect()
        }
        Some(Clause::Not(_)) => {
            vec!["that a NotResource whose variable has no value leaves nothing out".to_owned()]
        }
        None => Vec::new(),
    }
}

fn of_test(test: &Test, context: &Context) -> String {
    let (operator, key) = (test.operator_text(), test.key());
    match context.lookup(&key.to_lowercase()) {
        Lookup::Absent(_) => format!("that the request does not have the key {key}"),
        Lookup::Present(value) => {
            let held: Vec<String> = value.as_slice().iter().map(|value| format!("\"{value}\"")).collect();
            let held = if held.is_empty() { "an empty set".to_owned() } else { held.join(", ") };
            let holds = if test.finding(context).is_true() { "holds" } else { "does not hold" };
            format!("that condition {operator} {key} {holds} for {held}")
        }
        // An unknown key leaves the test unknown, and so no rule of ours is applied.
        Lookup::Unknown => format!("what condition {operator} {key} makes of a value that is not known"),
    }
}
