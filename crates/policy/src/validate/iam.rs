//! IAM's and STS's answers: `MalformedPolicyDocument`, in the order in which the checks are made.

use super::{Rejection, condition_values, items, policy_size, string_items};
use crate::condition::{Comparison, Operator, parse_instant, scalar};
use crate::document::{STATEMENT_ELEMENTS, parse_json};
use crate::pattern::action::{ActionFault, fault};
use crate::principal::{PrincipalElement, PrincipalEntry};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What a document is handed to IAM or STS as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// A managed policy.
    Managed,
    /// An inline policy of a user, group or role.
    Inline,
    /// A managed policy that serves as a permissions boundary.
    Boundary,
    /// A policy passed when a session is made.
    Session,
    /// A role's trust policy.
    Trust,
}

const SYNTAX: &str = "Syntax errors in policy.";

const MANAGED_POLICY_SIZE: usize = 6144;

const TRUST_POLICY_SIZE: usize = 2048;

const PARTITIONS: [&str; 7] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"];

const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// S3 resources that live in a Region and so carry one in their ARN.
const REGIONAL_S3: [&str; 6] =
    ["accesspoint", "job", "storage-lens", "storage-lens-group", "async-request", "access-grants"];

type Statement = Map<String, Value>;

/// Checks a document as IAM and STS do. Whether the principals of a trust policy exist is for the caller to find out.
///
/// # Errors
/// AWS's answer to the first fault.
pub fn validate_policy(kind: PolicyKind, text: &str) -> Result<(), Rejection> {
    if !text.chars().all(|character| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}')) {
        let message = "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.";
        return Err(Rejection::new("ValidationError", message));
    }
    let (document, statements) = syntax(text).ok_or_else(|| malformed(SYNTAX))?;
    let old = document.get("Version").and_then(Value::as_str) != Some("2012-10-17");
    if old && matches!(kind, PolicyKind::Managed | PolicyKind::Boundary) {
        return Err(malformed("Policy document must be version 2012-10-17 or greater."));
    }
    if !statements.iter().all(parses_as_of_old) {
        return Err(malformed("The policy failed legacy parsing"));
    }
    statement_ids(&statements)?;
    if statements.iter().any(|statement| items(statement, "Action", "NotAction").is_empty()) {
        return Err(malformed("Policy statement must contain actions."));
    }
    first_fault(&statements, |statement| {
        items(statement, "Resource", "NotResource").into_iter().find_map(resource_fault)
    })?;
    first_fault(&statements, |statement| {
        items(statement, "Action", "NotAction").into_iter().find_map(action_fault)
    })?;
    match kind {
        PolicyKind::Trust => first_fault(&statements, trust_fault)?,
        _ => first_fault(&statements, identity_fault)?,
    }
    size_limit(kind, text)
}

fn size_limit(kind: PolicyKind, text: &str) -> Result<(), Rejection> {
    let (quota, limit) = match kind {
        PolicyKind::Managed | PolicyKind::Boundary => ("PolicySize", MANAGED_POLICY_SIZE),
        PolicyKind::Trust => ("ACLSizePerRole", TRUST_POLICY_SIZE),
        // Inline policies are limited together, session policies after packing.
        PolicyKind::Inline | PolicyKind::Session => return Ok(()),
    };
    if policy_size(text) <= limit {
        return Ok(());
    }
    let message = format!("Cannot exceed quota for {quota}: {limit}");
    Err(Rejection { status: 409, ..Rejection::new("LimitExceeded", message) })
}

fn malformed(message: impl Into<String>) -> Rejection {
    Rejection::new("MalformedPolicyDocument", message)
}

fn first_fault(
    statements: &[Statement],
    fault: impl Fn(&Statement) -> Option<String>,
) -> Result<(), Rejection> {
    statements.iter().find_map(fault).map_or(Ok(()), |message| Err(malformed(message)))
}

/// The document and its statements, if every element has its form.
fn syntax(text: &str) -> Option<(Statement, Vec<Statement>)> {
    let document = parse_json(text).ok()?;
    let members = document.as_object()?;
    let version_known = match members.get("Version") {
        None => true,
        Some(version) => matches!(version.as_str(), Some("2012-10-17" | "2008-10-17")),
    };
    let known = members.keys().all(|name| ["Version", "Id", "Statement"].contains(&name.as_str()));
    let id_is_text = members.get("Id").is_none_or(Value::is_string);
    let listed = match members.get("Statement")? {
        Value::Array(listed) => listed.clone(),
        one => vec![one.clone()],
    };
    let statements: Vec<Statement> =
        listed.iter().map(|statement| statement.as_object().cloned()).collect::<Option<_>>()?;
    let sound = version_known && known && id_is_text && !statements.is_empty();
    (sound && statements.iter().all(statement_syntax)).then(|| (members.clone(), statements))
}

fn statement_syntax(statement: &Statement) -> bool {
    let effect = statement.get("Effect").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let listed = ["Action", "NotAction", "Resource", "NotResource"]
        .iter()
        .all(|name| statement.get(*name).is_none_or(|value| string_items(value).is_some()));
    let exclusive = [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")]
        .iter()
        .all(|(is, not)| !(statement.contains_key(*is) && statement.contains_key(*not)));
    statement.keys().all(|name| STATEMENT_ELEMENTS.contains(&name.as_str()))
        && ["allow", "deny"].contains(&effect.as_str())
        && statement.get("Sid").is_none_or(Value::is_string)
        && listed
        && exclusive
        && statement.get("Condition").is_none_or(condition_syntax)
}

fn condition_syntax(condition: &Value) -> bool {
    let Some(operators) = condition.as_object() else { return false };
    let bodies = operators.iter().all(|(operator, body)| {
        body.as_object().is_some_and(|keys| keys.is_empty() || Operator::parse(operator).is_some())
    });
    bodies && condition_values(condition).all(|(_, _, value)| scalar(value).is_some())
}

/// What an older parser of IAM's, which sees the document second, refuses without saying why.
fn parses_as_of_old(statement: &Statement) -> bool {
    let effect = matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny"));
    let resources = items(statement, "Resource", "NotResource").iter().all(|resource| {
        let empty_vendor = resource.split(':').nth(2) == Some("");
        let cut_short = resource.contains("::") && resource.matches(':').count() < 5;
        !empty_vendor && !cut_short
    });
    let dates =
        statement.get("Condition").into_iter().flat_map(condition_values).all(|(operator, _, value)| {
            let date = Operator::parse(operator)
                .is_some_and(|found| matches!(found.comparison, Comparison::Date(_)));
            !date
                || scalar(value).is_some_and(|text| !text.starts_with('-') && parse_instant(&text).is_some())
        });
    effect && resources && dates
}

fn statement_ids(statements: &[Statement]) -> Result<(), Rejection> {
    let mut seen = BTreeSet::new();
    for sid in
        statements.iter().filter_map(|statement| statement.get("Sid")?.as_str()).filter(|sid| !sid.is_empty())
    {
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
            ));
        }
        if !seen.insert(sid) {
            return Err(malformed("Statement IDs (SID) in a single policy must be unique."));
        }
    }
    Ok(())
}

fn resource_fault(resource: &str) -> Option<String> {
    if resource == "*" {
        return None;
    }
    let mut segments = resource.splitn(6, ':');
    let (_, Some(partition)) = (segments.next(), segments.next()) else {
        return Some(format!("Resource {resource} must be in ARN format or \"*\"."));
    };
    let (vendor, region, account, path) =
        (segments.next(), segments.next(), segments.next(), segments.next());
    if partition != "*" && !PARTITIONS.contains(&partition) {
        let part = |segment: Option<&str>| segment.filter(|text| !text.is_empty()).unwrap_or("*").to_owned();
        let (vendor, region, account, path) =
            (part(vendor), region.unwrap_or("*"), account.unwrap_or("*"), path.unwrap_or("*"));
        let whole = format!("arn:{partition}:{vendor}:{region}:{account}:{path}");
        return Some(format!("Partition \"{partition}\" is not valid for resource \"{whole}\"."));
    }
    let vendor = match vendor {
        Some(vendor) if !vendor.contains(['*', '?']) => vendor,
        _ => return Some("Resource vendor must be fully qualified and cannot contain regexes.".to_owned()),
    };
    let regional = region.is_some_and(|region| !region.is_empty());
    let path = path.unwrap_or_default();
    match vendor {
        "iam" if regional => Some(format!("IAM resource {resource} cannot contain region information.")),
        "s3" if regional && !REGIONAL_S3.iter().any(|kind| path.starts_with(kind)) => {
            Some(format!("Resource {resource} can not contain region information."))
        }
        "iam" if path != "*" && !IAM_PATHS.iter().any(|start| path.starts_with(start)) => {
            Some(format!("IAM resource path must either be \"*\" or start with {}.", IAM_PATHS.join(", ")))
        }
        _ => None,
    }
}

fn action_fault(action: &str) -> Option<String> {
    if action == "*" {
        return None;
    }
    fault(action).map(|fault| match fault {
        ActionFault::NoVendor => {
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned()
        }
        ActionFault::SecondColon => "Actions/Condition can contain only one colon.".to_owned(),
        ActionFault::Vendor(vendor) => format!("Vendor {vendor} is not valid"),
    })
}

fn identity_fault(statement: &Statement) -> Option<String> {
    if items(statement, "Resource", "NotResource").is_empty() {
        return Some("Policy statement must contain resources.".to_owned());
    }
    let principal = statement.contains_key("Principal") || statement.contains_key("NotPrincipal");
    principal.then(|| "Policy document should not specify a principal.".to_owned())
}

fn trust_fault(statement: &Statement) -> Option<String> {
    let actions = items(statement, "Action", "NotAction");
    if !actions.iter().all(|action| action.to_ascii_lowercase().starts_with("sts:")) {
        return Some(
            "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity"
                .to_owned(),
        );
    }
    if let Some(name) =
        ["Resource", "NotResource", "NotPrincipal"].iter().find(|name| statement.contains_key(**name))
    {
        return Some(format!("Has prohibited field {name}."));
    }
    let Some(principal) = statement.get("Principal") else {
        return Some("Missing required field Principal".to_owned());
    };
    if principal.as_str() == Some("*") {
        return Some("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".".to_owned());
    }
    let Some(element) = PrincipalElement::from_value(principal) else { return Some(SYNTAX.to_owned()) };
    element.entries().iter().find_map(|entry| {
        let (kind, name) = match entry {
            PrincipalEntry::Invalid(name, "Service") => ("SERVICE", name),
            PrincipalEntry::Invalid(name, "Federated") => ("FEDERATED", name),
            PrincipalEntry::Invalid(name, kind) => (*kind, name),
            PrincipalEntry::CanonicalUser(id) => ("CANONICAL", id),
            PrincipalEntry::Service(name) if !is_service(name) => ("SERVICE", name),
            _ => return None,
        };
        Some(format!("Invalid principal in policy: \"{kind}\":\"{name}\""))
    })
}

/// Whether a name has the form of a service principal; which services exist is not looked up.
fn is_service(name: &str) -> bool {
    [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal", ".aws.com"]
        .iter()
        .any(|suffix| name.strip_suffix(suffix).is_some_and(|service| !service.is_empty()))
}

#[cfg(test)]
mod tests;
