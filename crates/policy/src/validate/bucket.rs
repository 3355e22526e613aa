//! S3's answers to PutBucketPolicy: `MalformedPolicy`.

use super::global_keys::is_global;
use super::s3_actions::{S3Action, all, covered_by};
use super::{Rejection, condition_values, items, string_items};
use crate::arn::Arn;
use crate::condition::{Operator, scalar};
use crate::document::{STATEMENT_ELEMENTS, parse_json};
use crate::principal::{PrincipalElement, PrincipalEntry};
use serde_json::{Map, Value};

const MAXIMUM_SIZE: usize = 20_480;

const SYNTAX: &str = "Invalid policy syntax.";

/// Checks the policy of a bucket as S3 does. Whether its principals exist is for the caller to find out.
///
/// # Errors
/// S3's answer to the first fault. The order of its checks is not documented.
pub fn validate_bucket_policy(bucket: &str, text: &str) -> Result<(), Rejection> {
    if !text.starts_with('{') {
        return Err(malformed("Policies must be valid JSON and the first byte must be '{'"));
    }
    let document = parse_json(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let members = document.as_object().ok_or_else(|| malformed(SYNTAX))?;
    if document.to_string().len() > MAXIMUM_SIZE {
        return Err(malformed(format!(
            "Normalized policy document exceeds the maximum allowed size of {MAXIMUM_SIZE} bytes"
        )));
    }
    let known = members.keys().all(|name| ["Version", "Id", "Statement"].contains(&name.as_str()));
    if !known || !members.get("Id").is_none_or(Value::is_string) {
        return Err(malformed(SYNTAX));
    }
    let version = members.get("Version").map(|version| version.as_str());
    if !matches!(version, None | Some(Some("2012-10-17" | "2008-10-17"))) {
        return Err(malformed("The policy must contain a valid version string"));
    }
    let statements = match members.get("Statement") {
        None => return Err(malformed("Missing required field Statement")),
        Some(Value::Array(listed)) if listed.is_empty() => {
            return Err(malformed("Could not parse the policy: Statement is empty!"));
        }
        Some(Value::Array(listed)) => listed.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    for statement in statements {
        let statement = statement.as_object().ok_or_else(|| malformed(SYNTAX))?;
        form(statement)?;
        principals(statement)?;
        let actions = actions(statement)?;
        let places = places(bucket, statement)?;
        let applies =
            |action: &S3Action| action.on_bucket && places.bucket || action.on_object && places.objects;
        if !actions.iter().all(|covered| covered.iter().any(applies)) {
            return Err(malformed("Action does not apply to any resource(s) in statement"));
        }
        conditions(statement, &actions)?;
    }
    Ok(())
}

fn malformed(message: impl Into<String>) -> Rejection {
    Rejection::new("MalformedPolicy", message)
}

/// Every element that is needed, each in its form and without its negation.
fn form(statement: &Map<String, Value>) -> Result<(), Rejection> {
    if !statement.keys().all(|name| STATEMENT_ELEMENTS.contains(&name.as_str()))
        || !statement.get("Sid").is_none_or(Value::is_string)
    {
        return Err(malformed(SYNTAX));
    }
    match statement.get("Effect") {
        None => return Err(malformed("Missing required field Effect")),
        Some(Value::String(effect)) if effect == "Allow" || effect == "Deny" => {}
        Some(Value::String(effect)) => return Err(malformed(format!("Invalid effect: {effect}"))),
        Some(_) => return Err(malformed(SYNTAX)),
    }
    for (is, not) in [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")] {
        match (statement.get(is), statement.get(not)) {
            (None, None) => return Err(malformed(format!("Missing required field {is}"))),
            (Some(_), Some(_)) => return Err(malformed(SYNTAX)),
            _ => {}
        }
    }
    Ok(())
}

fn principals(statement: &Map<String, Value>) -> Result<(), Rejection> {
    if statement.contains_key("NotPrincipal")
        && statement.get("Effect").and_then(Value::as_str) == Some("Allow")
    {
        return Err(malformed("Allow with NotPrincipal is not allowed."));
    }
    let Some(value) = statement.get("Principal").or_else(|| statement.get("NotPrincipal")) else {
        return Ok(());
    };
    let element = PrincipalElement::from_value(value).ok_or_else(|| malformed(SYNTAX))?;
    let invalid = element.entries().iter().find_map(|entry| match entry {
        PrincipalEntry::Invalid(name, kind) => Some((*kind, name)),
        PrincipalEntry::Federated(name) => Some(("Federated", name)),
        _ => None,
    });
    match invalid {
        Some((kind, name)) => Err(Rejection {
            detail: Some(format!("\"{kind}\" : \"{name}\"")),
            ..malformed("Invalid principal in policy")
        }),
        None => Ok(()),
    }
}

/// The actions that each item of the statement covers; an item that covers none is no action of a bucket policy.
fn actions(statement: &Map<String, Value>) -> Result<Vec<Vec<S3Action>>, Rejection> {
    let listed = items(statement, "Action", "NotAction");
    let covered: Vec<Vec<S3Action>> = listed
        .into_iter()
        .map(|item| covered_by(item).filter(|action| action.on_bucket || action.on_object).collect())
        .collect();
    if covered.is_empty() || covered.iter().any(Vec::is_empty) {
        return Err(malformed("Policy has invalid action"));
    }
    if statement.contains_key("NotAction") {
        return Ok(vec![all().collect()]);
    }
    Ok(covered)
}

/// What the statement's resources reach.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    bucket: bool,
    objects: bool,
}

fn places(bucket: &str, statement: &Map<String, Value>) -> Result<Places, Rejection> {
    let invalid = || malformed("Policy has invalid resource");
    let value = statement.get("Resource").or_else(|| statement.get("NotResource"));
    let listed = value.and_then(string_items).filter(|listed| !listed.is_empty()).ok_or_else(invalid)?;
    let mut places = Places::default();
    for item in listed {
        let arn = Arn::parse(item)
            .filter(|arn| arn.service == "s3" && arn.region.is_empty() && arn.account.is_empty())
            .filter(|arn| ["aws", "aws-cn", "aws-us-gov"].contains(&arn.partition));
        let rest = arn.and_then(|arn| arn.resource.strip_prefix(bucket)).ok_or_else(invalid)?;
        match rest.chars().next() {
            None => places.bucket = true,
            Some('/') => places.objects = true,
            Some('*' | '?') => places = Places { bucket: true, objects: true },
            Some(_) => return Err(invalid()),
        }
    }
    if statement.contains_key("NotResource") {
        places = Places { bucket: true, objects: true };
    }
    Ok(places)
}

fn conditions(statement: &Map<String, Value>, actions: &[Vec<S3Action>]) -> Result<(), Rejection> {
    let Some(condition) = statement.get("Condition") else { return Ok(()) };
    for (operator, body) in condition.as_object().ok_or_else(|| malformed(SYNTAX))? {
        if Operator::parse(operator).is_none() {
            return Err(malformed(format!("Invalid Condition type : {operator}")));
        }
        if !body.is_object() {
            return Err(malformed(SYNTAX));
        }
    }
    for (_, key, value) in condition_values(condition) {
        if scalar(value).is_none() {
            return Err(malformed(SYNTAX));
        }
        let lower = key.to_lowercase();
        let Some(own) = lower.strip_prefix("s3:") else {
            let known = match lower.strip_prefix("aws:") {
                Some(global) => is_global(global),
                // Keys that credentials bring along (`saml:aud`, `ec2:RoleDelivery`) are those of other services.
                None => lower.contains(':'),
            };
            if known {
                continue;
            }
            return Err(malformed("Policy has an invalid condition key"));
        };
        if !all().any(|action| action.has_key(own)) {
            return Err(malformed("Policy has an invalid condition key"));
        }
        if !actions.iter().flatten().any(|action| action.has_key(own)) {
            return Err(malformed(
                "Conditions do not apply to combination of actions and resources in statement",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        validate_bucket_policy("b", text).map_or_else(|rejection| rejection.message, |()| String::new())
    }

    #[test]
    fn documents() {
        for (text, expected) in [
            ("", "Policies must be valid JSON and the first byte must be '{'"),
            (" {}", "Policies must be valid JSON and the first byte must be '{'"),
            ("{", "This policy contains invalid Json"),
            (r#"{"Version":"2012-10-17","Version":"2012-10-17"}"#, "This policy contains invalid Json"),
            ("{}", "Missing required field Statement"),
            (r#"{"Statement":[]}"#, "Could not parse the policy: Statement is empty!"),
            (r#"{"Version":"2020-01-01"}"#, "The policy must contain a valid version string"),
            (r#"{"Statments":[]}"#, SYNTAX),
            (r#"{"Statement":["x"]}"#, SYNTAX),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
        let long = format!(r#"{{"Id":"{}"}}"#, "x".repeat(MAXIMUM_SIZE));
        assert_eq!(
            message(&long),
            "Normalized policy document exceeds the maximum allowed size of 20480 bytes"
        );
    }

    #[test]
    fn statements() {
        let objects = r#""Resource":"arn:aws:s3:::b/*""#;
        let get = r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject""#;
        let no_apply = "Action does not apply to any resource(s) in statement";
        let no_condition = "Conditions do not apply to combination of actions and resources in statement";
        for (members, expected) in [
            (format!("{get},{objects}"), ""),
            (format!(r#"{get},{objects},"Sid":"with spaces""#), ""),
            (format!(r#"{get},{objects},"Codition":{{}}"#), SYNTAX),
            (
                format!(r#""Principal":"*","Action":"s3:GetObject",{objects}"#),
                "Missing required field Effect",
            ),
            (
                format!(r#""Effect":"Allow","Action":"s3:GetObject",{objects}"#),
                "Missing required field Principal",
            ),
            (format!(r#""Effect":"Allow","Principal":"*",{objects}"#), "Missing required field Action"),
            (get.to_owned(), "Missing required field Resource"),
            (
                format!(r#""Effect":"allow","Principal":"*","Action":"s3:GetObject",{objects}"#),
                "Invalid effect: allow",
            ),
            (
                format!(r#""Effect":"Allow","Principal":"*","Action":"s3:GetObjekt",{objects}"#),
                "Policy has invalid action",
            ),
            (
                format!(r#""Effect":"Allow","Principal":"*","Action":"ec2:*",{objects}"#),
                "Policy has invalid action",
            ),
            (
                format!(r#""Effect":"Allow","Principal":"*","Action":"s3:ListAllMyBuckets",{objects}"#),
                "Policy has invalid action",
            ),
            (format!(r#""Effect":"Allow","Principal":"*","Action":"s3:ListBucket",{objects}"#), no_apply),
            (
                format!(
                    r#""Effect":"Allow","Principal":"*","Action":["s3:ListBucket","s3:GetObject"],{objects}"#
                ),
                no_apply,
            ),
            (format!(r#"{get},"Resource":"arn:aws:s3:::b""#), no_apply),
            (format!(r#"{get},"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#), ""),
            (
                r#""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b""#.to_owned(),
                "",
            ),
            (format!(r#"{get},"Resource":"arn:aws:s3:::b*""#), ""),
            (format!(r#"{get},"Resource":"arn:aws:s3:::bb/*""#), "Policy has invalid resource"),
            (format!(r#"{get},"Resource":"*""#), "Policy has invalid resource"),
            (format!(r#"{get},"Resource":[]"#), "Policy has invalid resource"),
            (
                format!(r#"{get},{objects},"Condition":{{"Arnlike":{{"aws:PrincipalArn":"x"}}}}"#),
                "Invalid Condition type : Arnlike",
            ),
            (
                format!(r#"{get},{objects},"Condition":{{"StringEquals":{{"s3:nonsense":"x"}}}}"#),
                "Policy has an invalid condition key",
            ),
            (format!(r#"{get},{objects},"Condition":{{"StringEquals":{{"s3:prefix":"x"}}}}"#), no_condition),
            (
                format!(r#"{get},{objects},"Condition":{{"StringEquals":{{"s3:ExistingObjectTag/a":"x"}}}}"#),
                "",
            ),
            (format!(r#"{get},{objects},"Condition":{{"Bool":{{"aws:SecureTransport":false}}}}"#), ""),
            (format!(r#"{get},{objects},"Condition":{{"StringLike":{{"aws:PrincipalTag/team":"x"}}}}"#), ""),
            (
                format!(r#"{get},{objects},"Condition":{{"Bool":{{"aws:SecureTransprt":false}}}}"#),
                "Policy has an invalid condition key",
            ),
            (
                format!(
                    r#""Effect":"Allow","NotPrincipal":{{"AWS":"111122223333"}},"Action":"s3:GetObject",{objects}"#
                ),
                "Allow with NotPrincipal is not allowed.",
            ),
        ] {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":{{{members}}}}}"#);
            assert_eq!(message(&text), expected, "{members}");
        }
    }

    #[test]
    fn an_invalid_principal_is_named() {
        for (principal, expected) in [
            (
                r#"{"AWS":"arn:aws:iam::111122223333:user/*"}"#,
                r#""AWS" : "arn:aws:iam::111122223333:user/*""#,
            ),
            (r#"{"AWS":["*","nobody"]}"#, r#""AWS" : "nobody""#),
            (r#"{"Federated":"accounts.google.com"}"#, r#""Federated" : "accounts.google.com""#),
        ] {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}}}"#
            );
            let rejection = validate_bucket_policy("b", &text).unwrap_err();
            assert_eq!(
                (rejection.code, rejection.message.as_str()),
                ("MalformedPolicy", "Invalid principal in policy")
            );
            assert_eq!(rejection.detail.as_deref(), Some(expected));
        }
    }
}
