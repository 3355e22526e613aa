//! Object keys and prefixes that a stack's policies speak of, so that what is allowed under one of them is found.

use serde_json::Value;

use crate::acceptance::Stack;

/// The key that stands for any.
pub(super) const ANY: &str = "first.txt";

/// So many of each are tried beside [`ANY`].
const MOST: usize = 3;

/// The keys of objects in that bucket, and the prefixes of lists, that policies name for the user or role of that name.
pub(super) fn named(stack: &Stack, bucket: &str, principal: &str) -> (Vec<String>, Vec<String>) {
    let (mut keys, mut prefixes) = (Vec::new(), Vec::new());
    let inside = format!("arn:aws:s3:::{bucket}/");
    for policy in stack.resources.values().filter_map(Value::as_object).flat_map(|it| it.values()) {
        let Some(document) = policy.as_str().filter(|text| text.trim_start().starts_with('{')) else {
            continue;
        };
        let document: Value = serde_json::from_str(document).unwrap_or_default();
        for statement in document.get("Statement").into_iter().flat_map(items) {
            let resources = statement.get("Resource").map(strings).unwrap_or_default();
            let of_bucket = resources.iter().filter_map(|resource| resource.strip_prefix(&inside));
            keys.extend(of_bucket.filter_map(|pattern| key(pattern, principal)));
            let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
            let wanted = operators.filter_map(|(_, keys)| keys.get("s3:prefix"));
            prefixes.extend(wanted.flat_map(strings).filter_map(|pattern| prefix(&pattern, principal)));
        }
    }
    for found in [&mut keys, &mut prefixes] {
        found.sort();
        found.dedup();
        found.retain(|it| it != ANY);
        found.truncate(MOST);
    }
    (keys, prefixes)
}

/// A key that a pattern covers; none where it turns on what is not known here.
fn key(pattern: &str, principal: &str) -> Option<String> {
    let filled = pattern.replace("${aws:username}", principal);
    let key = match filled.strip_suffix('*') {
        Some(start) => format!("{}{ANY}", start.trim_end_matches('*')),
        None => filled,
    };
    let key = key.replace(['*', '?'], "x");
    (!key.contains(['{', '}', '$', '"', '\\', '|'])).then_some(key)
}

fn prefix(pattern: &str, principal: &str) -> Option<String> {
    let filled = pattern.replace("${aws:username}", principal).replace('*', "");
    (!filled.is_empty() && !filled.contains(['{', '}', '$', '"', '\\', '|'])).then_some(filled)
}

/// A value, or each of a list.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// A text, or each of a list of texts.
pub(super) fn strings(value: &Value) -> Vec<String> {
    items(value).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_gives_a_key_that_it_covers() {
        let cases = [
            ("*", Some("first.txt")),
            ("home/${aws:username}/*", Some("home/alice/first.txt")),
            ("a/*/b?.wav", Some("a/x/bx.wav")),
            ("teams/${aws:PrincipalTag/team}/*", None),
        ];
        for (pattern, expected) in cases {
            assert_eq!(key(pattern, "alice").as_deref(), expected, "{pattern}");
        }
        assert_eq!(prefix("home/${aws:username}/*", "alice").as_deref(), Some("home/alice/"));
    }
}
