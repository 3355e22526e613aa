//! What keeps a statement from covering a request, in one sentence an element: what the request has there, and what the
//! statement wants.

use crate::condition::Test;
use crate::document::{Clause, Effect, Statement};
use crate::evaluate::{Call, Element};
use crate::pattern::ResourcePattern;
use crate::principal::PrincipalEntry;
use crate::truth::{Finding, Truth};

/// So many of the values that a statement names are told, those nearest to the request's first.
const MOST_VALUES: usize = 3;

/// The sentences on an element that does not hold, or that cannot be evaluated.
pub(super) fn describe(
    element: Element,
    finding: Finding,
    statement: &Statement,
    call: &Call<'_>,
) -> Vec<String> {
    let request = call.request;
    let sentence = |name: &str, except: bool, has: &str, wanted: Vec<String>| {
        let wants = if except { "leaves out" } else { "wants" };
        let unknown = if finding.is_unknown() { ", which cannot be compared" } else { "" };
        let wanted = told(&wanted, has);
        format!("{name}: request has {}, statement {wants} {wanted}{unknown}", quoted(has))
    };
    match element {
        Element::Principal => {
            let not = matches!(statement.principal(), Some(Clause::Not(_)));
            let entries = statement.principal_element().map(|element| element.entries()).unwrap_or_default();
            let name = if not { "NotPrincipal" } else { "Principal" };
            vec![sentence(name, not, request.principal.arn(), entries.iter().map(principal).collect())]
        }
        Element::Action => {
            let (name, not, patterns) = match statement.action() {
                Clause::Is(patterns) => ("Action", false, patterns),
                Clause::Not(patterns) => ("NotAction", true, patterns),
            };
            let wanted = patterns.iter().map(|pattern| pattern.as_str().to_owned()).collect();
            vec![sentence(name, not, &request.action, wanted)]
        }
        Element::Resource => {
            let not = matches!(statement.resource(), Some(Clause::Not(_)));
            let name = if not { "NotResource" } else { "Resource" };
            let wanted = resources(statement).iter().map(|pattern| pattern.as_str().to_owned()).collect();
            let mut told = sentence(name, not, &request.resource, wanted);
            for key in keys_without_value(statement, call) {
                told.push_str(&format!("; `${{{key}}}` has no value in this request"));
            }
            for (key, value) in values_of_variables(statement, call) {
                told.push_str(&format!("; `${{{key}}}` is {}", quoted(value)));
            }
            vec![told]
        }
        Element::Condition => {
            statement.condition().tests().iter().filter_map(|test| describe_test(test, call)).collect()
        }
    }
}

/// `condition StringEquals s3:prefix: request has "globex/", statement wants "acme/*"`.
fn describe_test(test: &Test, call: &Call<'_>) -> Option<String> {
    let context = &call.request.context;
    let finding = test.finding(context);
    let unknown = match finding.truth {
        Truth::True => return None,
        Truth::False => "",
        Truth::Unknown if test.operator().is_none() => ", by an operator without a rule",
        Truth::Unknown => ", which cannot be compared",
    };
    let (operator, key) = (test.operator_text(), test.key());
    let held = context.get(key);
    let has = match held {
        Some(values) => format!("has {}", list(values)),
        None if finding.is_unknown() && test.operator().is_some() => "may have any value".to_owned(),
        None => "does not have the key".to_owned(),
    };
    let nearest_to = held.and_then(<[String]>::first).map_or("", String::as_str);
    let wanted = told(test.values(), nearest_to);
    Some(format!("condition {operator} {key}: request {has}, statement wants {wanted}{unknown}"))
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// All of the values.
fn list(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    if quoted.is_empty() { "nothing".to_owned() } else { quoted.join(", ") }
}

/// The values that have most of the beginning of the request's in common, and how many more there are.
fn told(values: &[String], request: &str) -> String {
    if values.len() <= MOST_VALUES {
        return list(values);
    }
    let common = |value: &String| value.bytes().zip(request.bytes()).take_while(|(a, b)| a == b).count();
    let mut nearest: Vec<String> = values.to_vec();
    nearest.sort_by_key(|value| std::cmp::Reverse(common(value)));
    nearest.truncate(MOST_VALUES);
    format!("{} or {} more", list(&nearest), values.len() - MOST_VALUES)
}

fn principal(entry: &PrincipalEntry) -> String {
    match entry {
        PrincipalEntry::Everyone | PrincipalEntry::AnyAws => "*",
        PrincipalEntry::Account(name)
        | PrincipalEntry::Arn(name)
        | PrincipalEntry::UniqueId(name)
        | PrincipalEntry::Service(name)
        | PrincipalEntry::Federated(name)
        | PrincipalEntry::CanonicalUser(name)
        | PrincipalEntry::Invalid(name, _) => name,
    }
    .to_owned()
}

/// The variables of the statement's resources that have a value in this request, each once.
fn values_of_variables<'a>(
    statement: &'a Statement,
    call: &'a Call<'_>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let mut keys: Vec<&str> = resources(statement).iter().flat_map(ResourcePattern::variable_keys).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().filter_map(|key| {
        let value = call.request.context.get(key)?.first()?;
        (!value.is_empty()).then_some((key, value.as_str()))
    })
}

fn keys_without_value<'a>(statement: &'a Statement, call: &'a Call<'_>) -> impl Iterator<Item = &'a str> {
    resources(statement)
        .iter()
        .filter(|pattern| pattern.lacks_value(&call.request.context))
        .flat_map(ResourcePattern::variable_keys)
        .filter(|key| call.request.context.get(key).is_none_or(|values| values.iter().all(String::is_empty)))
}

fn resources(statement: &Statement) -> &[ResourcePattern] {
    match statement.resource() {
        Some(Clause::Is(patterns) | Clause::Not(patterns)) => patterns,
        None => &[],
    }
}

/// A Deny whose Resource turns on a variable without a value denies nothing, and `NotPrincipal` denies more than it
/// seems to.
pub(super) fn warning(statement: &Statement, call: &Call<'_>) -> Option<String> {
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
