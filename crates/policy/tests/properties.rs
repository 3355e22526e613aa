//! Properties that hold of all input.
#![expect(clippy::indexing_slicing, reason = "a failure should stop the test")]

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use stackproof_policy::pattern::{ResourcePattern, glob};
use stackproof_policy::validate::{PolicyKind, validate_bucket_policy, validate_policy};
use stackproof_policy::{Context, Document, statement_hash};

/// The definition of a glob, as short as it can be said.
fn naive(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|taken| naive(rest, &text[taken..])),
        Some(('?', rest)) => !text.is_empty() && naive(rest, &text[1..]),
        Some((literal, rest)) => text.first() == Some(literal) && naive(rest, &text[1..]),
    }
}

/// JSON that looks like a policy, with faults.
fn policy_like() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!("*")),
        Just(json!("Allow")),
        Just(json!("s3:GetObject")),
        Just(json!("arn:aws:s3:::b/${aws:username}")),
        Just(json!("2012-10-17")),
        "[a-z*?:${}'/, -]{0,12}".prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let names = prop::sample::select(vec![
        "Version",
        "Statement",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "Principal",
        "NotPrincipal",
        "Condition",
        "AWS",
        "Service",
        "StringEquals",
        "ForAllValues:DateLessThan",
        "NumericEquals",
        "IpAddress",
        "aws:SourceIp",
        "x",
    ]);
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((names.clone(), inner), 0..6).prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn globs_match_as_defined(pattern in "[ab*?é]{0,8}", text in "[abé]{0,10}") {
        let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        prop_assert_eq!(glob(&pattern, &text), naive(&p, &t));
    }

    #[test]
    fn the_last_segment_of_a_resource_is_a_glob(pattern in "[ab*?:/]{0,8}", text in "[ab:/]{0,10}") {
        let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        let finding = ResourcePattern::new(&format!("arn:aws:s3:::{pattern}"), true)
            .finding(&format!("arn:aws:s3:::{text}"), &Context::new());
        prop_assert_eq!(finding.is_true(), naive(&p, &t));
    }

    #[test]
    fn no_resource_pattern_covers_more_than_its_glob(pattern in "[ab*?:]{0,8}", text in "[ab:]{0,10}") {
        let (pattern, text) = (format!("arn:aws:s3{pattern}"), format!("arn:aws:s3{text}"));
        let finding = ResourcePattern::new(&pattern, true).finding(&text, &Context::new());
        prop_assert!(!finding.is_true() || glob(&pattern, &text));
    }

    #[test]
    fn order_does_not_change_a_statement_hash(
        actions in vec("s3:[A-Z][a-z]{2}", 1..5),
        values in vec("[a-z]{1,3}", 1..4),
        turn in 0usize..5,
    ) {
        let statement = |actions: &[String], values: &[String]| json!({
            "Effect": "Allow", "Action": actions, "Resource": "*", "Condition": {"StringEquals": {"aws:TagKeys": values}},
        });
        let (mut turned, mut reversed) = (actions.clone(), values.clone());
        turned.rotate_left(turn % actions.len());
        reversed.reverse();
        prop_assert_eq!(
            statement_hash(&statement(&actions, &values)),
            statement_hash(&statement(&turned, &reversed))
        );
        turned.push("s3:Other".to_owned());
        prop_assert_ne!(statement_hash(&statement(&actions, &values)), statement_hash(&statement(&turned, &values)));
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = Document::parse(&text);
        let _ = validate_policy(PolicyKind::Trust, &text);
        let _ = validate_bucket_policy("b", &text);
    }

    #[test]
    fn no_document_panics(document in policy_like()) {
        let wrapped = json!({"Version": "2012-10-17", "Statement": document});
        for value in [document.clone(), wrapped] {
            let text = value.to_string();
            let _ = Document::parse(&text);
            let _ = statement_hash(&value);
            let _ = validate_bucket_policy("b", &text);
            for kind in [PolicyKind::Managed, PolicyKind::Inline, PolicyKind::Trust] {
                let _ = validate_policy(kind, &text);
            }
        }
    }
}

#[test]
fn hostile_patterns_stay_cheap() {
    let pattern = "*a".repeat(5_000);
    let text = "a".repeat(1_000) + "b";
    assert!(!glob(&pattern, &text));
    let crossing = ResourcePattern::new(&format!("arn:aws:s3:*:{}", "a*".repeat(500) + "c"), true);
    assert!(crossing.finding(&format!("arn:aws:s3:::{text}"), &Context::new()).is_false());
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "[".repeat(50_000);
    assert!(Document::parse(&deep).is_err());
    let condition = format!("{{\"Statement\":{}", "{\"Condition\":".repeat(50_000));
    assert!(Document::parse(&condition).is_err());
    assert_eq!(statement_hash(&Value::Null).len(), 64);
    let list: Vec<String> = Vec::new();
    assert_ne!(statement_hash(&json!(list)), statement_hash(&json!({})));
    let text = serde_json::from_str::<Value>("{}").unwrap();
    assert!(Document::from_value(&text).is_err());
}
