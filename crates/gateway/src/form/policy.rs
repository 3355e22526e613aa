//! The policy of a form: what its signer admits.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::ApiError;
use stackproof_aws::codec;

use crate::identify::s3::{MAX_PUT, rejected};
use crate::refusal::Refusal;

/// Fields that no condition has to cover.
const EXEMPT: [&str; 4] = ["awsaccesskeyid", "policy", "signature", "x-amz-signature"];
const IGNORED: &str = "x-ignore-";

/// Compares a form's fields with its policy, which is base64, and gives the lengths that its file may have.
///
/// # Errors
/// `InvalidPolicyDocument` for what is no policy, `AccessDenied` for what it does not admit.
pub(super) fn check(
    policy: &str,
    bucket: &str,
    fields: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<RangeInclusive<u64>, Refusal> {
    let text = STANDARD.decode(policy).map_err(|_| invalid("Invalid Base64 encoding."))?;
    let Ok(Value::Object(mut document)) = codec::parse_json(&text) else {
        return Err(invalid("Invalid JSON."));
    };
    let expiration = document.remove("expiration").ok_or_else(|| invalid("Policy missing expiration."))?;
    let conditions = document.remove("conditions").ok_or_else(|| invalid("Policy missing conditions."))?;
    if let Some(name) = document.keys().next() {
        return Err(invalid(&format!("Unexpected: '{name}'.")));
    }
    let expires = expiration.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let expires = expires.ok_or_else(|| invalid(&format!("Invalid 'expiration' value: {expiration}")))?;
    let Value::Array(conditions) = conditions else { return Err(invalid("Invalid 'conditions' value.")) };
    if expires <= now {
        return Err(not_admitted("Policy expired."));
    }
    let mut covered = BTreeSet::new();
    let mut lengths = 0..=MAX_PUT;
    for condition in &conditions {
        match Condition::read(condition)? {
            Condition::Length(given) => {
                lengths = *given.start().max(lengths.start())..=*given.end().min(lengths.end());
            }
            Condition::Field { name, test } => {
                let value =
                    if name == "bucket" { Some(bucket) } else { fields.get(&name).map(String::as_str) };
                if !value.is_some_and(|value| test.holds(&name, value)) {
                    return Err(not_admitted(&format!("Policy Condition failed: {condition}")));
                }
                covered.insert(name);
            }
        }
    }
    let extra: Vec<_> = fields
        .keys()
        .map(String::as_str)
        .filter(|name| !EXEMPT.contains(name) && !name.starts_with(IGNORED) && !covered.contains(*name))
        .collect();
    if extra.is_empty() {
        Ok(lengths)
    } else {
        Err(not_admitted(&format!("Extra input fields: {}", extra.join(", "))))
    }
}

enum Condition {
    Field { name: String, test: Test },
    Length(RangeInclusive<u64>),
}

enum Test {
    Equals(String),
    StartsWith(String),
}

impl Test {
    fn holds(&self, name: &str, value: &str) -> bool {
        match self {
            Self::Equals(expected) => value == expected,
            // Content types with commas are lists.
            Self::StartsWith(prefix) if name == "content-type" => {
                value.split(',').all(|one| one.trim().starts_with(prefix))
            }
            Self::StartsWith(prefix) => value.starts_with(prefix),
        }
    }
}

impl Condition {
    /// `{"acl": "private"}`, `["eq", "$acl", "private"]`, `["starts-with", "$key", "a/"]` or
    /// `["content-length-range", 1, 9]`.
    fn read(condition: &Value) -> Result<Self, Refusal> {
        match condition {
            Value::Object(simple) => {
                let mut members = simple.iter();
                let (Some((name, Value::String(value))), None) = (members.next(), members.next()) else {
                    return Err(invalid(
                        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
                    ));
                };
                Ok(Self::Field { name: name.to_ascii_lowercase(), test: Test::Equals(value.clone()) })
            }
            Value::Array(parts) => {
                let [Value::String(operator), first, second] = parts.as_slice() else {
                    return Err(invalid(&format!(
                        "Invalid Condition: wrong number of arguments: {condition}"
                    )));
                };
                let test = match operator.to_ascii_lowercase().as_str() {
                    "content-length-range" => return length(first, second),
                    "eq" => Test::Equals,
                    "starts-with" => Test::StartsWith,
                    _ => return Err(invalid(&format!("Invalid Condition: unknown operation '{operator}'."))),
                };
                match (first.as_str().and_then(|name| name.strip_prefix('$')), second) {
                    (Some(name), Value::String(value)) => {
                        Ok(Self::Field { name: name.to_ascii_lowercase(), test: test(value.clone()) })
                    }
                    _ => Err(invalid(&format!("Invalid Condition: {condition}"))),
                }
            }
            _ => Err(invalid("Invalid Condition: it is neither an object nor an array.")),
        }
    }
}

fn length(from: &Value, to: &Value) -> Result<Condition, Refusal> {
    let number = |value: &Value| match value {
        Value::String(text) => text.parse::<u64>().ok(),
        _ => value.as_u64(),
    };
    match (number(from), number(to)) {
        (Some(from), Some(to)) => Ok(Condition::Length(from..=to)),
        _ => Err(invalid("Invalid content-length-range: its bounds are no numbers.")),
    }
}

fn invalid(what: &str) -> Refusal {
    rejected("InvalidPolicyDocument", &format!("Invalid Policy: {what}"))
}

fn not_admitted(what: &str) -> Refusal {
    let error = ApiError::new(403, "AccessDenied", format!("Invalid according to Policy: {what}"));
    Refusal::unauthenticated(error, Some("the form is not as its policy has it".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(document: &str, fields: &[(&str, &str)]) -> Result<RangeInclusive<u64>, (u16, String)> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let now = "2026-01-15T10:00:00Z".parse().unwrap();
        check(&STANDARD.encode(document), "calls", &fields, now)
            .map_err(|refusal| (refusal.error.status, refusal.error.message.clone()))
    }

    fn with(conditions: &str) -> String {
        format!(r#"{{"expiration":"2026-01-15T10:00:01.000Z","conditions":[{conditions}]}}"#)
    }

    #[test]
    fn conditions_admit_what_they_say() {
        let fields =
            [("key", "a/b"), ("content-type", "audio/wav, audio/ogg"), ("x-ignore-me", "x"), ("policy", "p")];
        for conditions in [
            r#"{"bucket":"calls"},["starts-with","$key","a/"],["starts-with","$Content-Type","audio/"]"#,
            r#"["EQ","$KEY","a/b"],["starts-with","$content-type",""],["content-length-range","1",9]"#,
        ] {
            assert!(checked(&with(conditions), &fields).is_ok(), "{conditions}");
        }
        assert_eq!(
            checked(&with(r#"["content-length-range",1,9],["content-length-range",3,12]"#), &[]).unwrap(),
            3..=9
        );
    }

    #[test]
    fn what_they_do_not_say_is_denied() {
        let fields = [("key", "a/b"), ("content-type", "audio/wav, text/html")];
        for (conditions, message) in [
            (r#"["starts-with","$key","a/"]"#, "Extra input fields: content-type"),
            ("", "Extra input fields: content-type, key"),
            (r#"["eq","$key","a/B"]"#, r#"Policy Condition failed: ["eq","$key","a/B"]"#),
            (r#"{"bucket":"other"}"#, r#"Policy Condition failed: {"bucket":"other"}"#),
            (
                r#"["starts-with","$content-type","audio/"]"#,
                r#"Policy Condition failed: ["starts-with","$content-type","audio/"]"#,
            ),
            (r#"["starts-with","$acl",""]"#, r#"Policy Condition failed: ["starts-with","$acl",""]"#),
        ] {
            let expected = (403, format!("Invalid according to Policy: {message}"));
            assert_eq!(checked(&with(conditions), &fields).unwrap_err(), expected);
        }
        let expired = with("").replace(":01.000Z", ":00.000Z");
        assert_eq!(
            checked(&expired, &[]).unwrap_err(),
            (403, "Invalid according to Policy: Policy expired.".to_owned())
        );
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for document in [
            "",
            "[]",
            "{",
            r#"{"conditions":[]}"#,
            r#"{"expiration":"2026-01-15T10:00:01Z"}"#,
            r#"{"Expiration":"2026-01-15T10:00:01Z","conditions":[]}"#,
            r#"{"expiration":"soon","conditions":[]}"#,
            r#"{"expiration":1,"conditions":[]}"#,
            r#"{"expiration":"2026-01-15T10:00:01Z","conditions":{}}"#,
            r#"{"expiration":"2026-01-15T10:00:01Z","conditions":[],"conditions":[]}"#,
        ] {
            assert_eq!(checked(document, &[]).unwrap_err().0, 400, "{document}");
        }
        for condition in [
            "{}",
            r#"{"a":"b","c":"d"}"#,
            r#"{"a":1}"#,
            "[]",
            r#"["eq","$key"]"#,
            r#"["eq","key","k"]"#,
            r#"["ends-with","$key","k"]"#,
            r#"["content-length-range",-1,9]"#,
            r#"["content-length-range",1]"#,
            "1",
        ] {
            assert_eq!(checked(&with(condition), &[("key", "k")]).unwrap_err().0, 400, "{condition}");
        }
    }
}
