//! One name for a statement however it is written, so that it is found where it was written.
//!
//! AWS and emulators give policies back re-serialized: members reordered, lists of one made scalars, account ids made
//! root ARNs. The hash is taken over a form that all of these share.

use crate::arn::is_account_id;
use crate::condition::scalar;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The SHA-256, in lower-case hexadecimal, of a statement's canonical form.
///
/// Equal for statements that differ only in the order of members and list items, in scalars against lists of one,
/// repeated list items, the case of actions, numbers and booleans against their text, an account id against its root
/// ARN, and empty `Sid` or `Condition` against none. `{"AWS": "*"}` and `"*"` are kept apart: trust policies take only
/// the first. A value that is no statement has a hash, too.
pub fn statement_hash(statement: &Value) -> String {
    let mut canonical = String::new();
    write(&canonical_statement(statement), &mut canonical);
    hex::encode(Sha256::digest(canonical.as_bytes()))
}

fn canonical_statement(statement: &Value) -> Value {
    let Some(members) = statement.as_object() else { return statement.clone() };
    let mut canonical = Map::new();
    for (name, value) in members {
        let value = match name.as_str() {
            "Action" | "NotAction" => set(value, |item| item.to_ascii_lowercase()),
            "Principal" | "NotPrincipal" => each_member(value, |kind, names| match kind {
                "AWS" => set(names, root_arn),
                _ => set(names, str::to_owned),
            }),
            "Condition" => {
                each_member(value, |_, body| each_member(body, |_, values| set(values, str::to_owned)))
            }
            "Resource" | "NotResource" => set(value, str::to_owned),
            _ => value.clone(),
        };
        let says_nothing = match name.as_str() {
            "Sid" => value.as_str() == Some(""),
            "Condition" => value.as_object().is_some_and(Map::is_empty),
            _ => false,
        };
        if !says_nothing {
            canonical.insert(name.clone(), value);
        }
    }
    Value::Object(canonical)
}

/// A scalar or a list of them as a sorted list without repetitions; anything else as it is.
fn set(value: &Value, normal: impl Fn(&str) -> String) -> Value {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let Some(mut texts) =
        items.iter().map(|item| scalar(item).map(|text| normal(&text))).collect::<Option<Vec<_>>>()
    else {
        return value.clone();
    };
    texts.sort_unstable();
    texts.dedup();
    texts.into()
}

fn each_member(value: &Value, normal: impl Fn(&str, &Value) -> Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), normal(name, value))).collect())
        }
        other => other.clone(),
    }
}

fn root_arn(name: &str) -> String {
    if is_account_id(name) { format!("arn:aws:iam::{name}:root") } else { name.to_owned() }
}

/// Writes JSON with members in order; how `serde_json` keeps them depends on its features.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in members {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(item, out);
                out.push(',');
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spelling_does_not_change_the_hash() {
        let one = json!({
            "Sid": "", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/*",
            "Principal": {"AWS": ["111122223333", "arn:aws:iam::444455556666:root"]},
            "Condition": {"Bool": {"aws:SecureTransport": true}},
        });
        let other = json!({
            "Condition": {"Bool": {"aws:SecureTransport": ["true"]}},
            "Principal": {"AWS": ["444455556666", "arn:aws:iam::111122223333:root"]},
            "Resource": ["arn:aws:s3:::b/*"], "Action": ["S3:putobject", "s3:GetObject"], "Effect": "Allow",
        });
        assert_eq!(statement_hash(&one), statement_hash(&other));
        assert_eq!(statement_hash(&one).len(), 64);
    }

    #[test]
    fn meaning_does() {
        let base = json!({"Effect": "Allow", "Action": "*", "Principal": "*", "Resource": "a"});
        for (member, value) in [
            ("Effect", json!("Deny")),
            ("Action", json!(["*", "s3:*"])),
            ("Principal", json!({"AWS": "*"})),
            ("Resource", json!("A")),
            ("Sid", json!("One")),
            ("NotAction", json!("*")),
            ("Condition", json!({"Null": {"a:b": "true"}})),
        ] {
            let mut changed = base.clone();
            changed[member] = value;
            assert_ne!(statement_hash(&base), statement_hash(&changed), "{member}");
        }
    }
}
