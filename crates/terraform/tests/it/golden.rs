//! Compares with what the real Terraform 1.11 gave; its answers are recorded in `tests/data`.

use std::fmt::Write;
use std::path::Path;

use crate::support::module;
use stackproof_terraform::{Configuration, Diagnostics, Inputs, Run, outputs_json};

/// The outputs of a module without resources, in compact JSON.
fn outputs(directory: &Path) -> Result<indexmap::IndexMap<String, String>, Diagnostics> {
    let configuration = Configuration::load(directory, &Inputs::default())?;
    let mut run = Run::new(&configuration).at(jiff::Timestamp::UNIX_EPOCH);
    assert!(run.next_step()?.is_none(), "there is nothing to create");
    let outputs = run.outputs();
    Ok(outputs
        .into_iter()
        .map(|(name, output)| {
            let single = indexmap::IndexMap::from([("x".to_owned(), output)]);
            (name, compact(&outputs_json(&single)))
        })
        .collect())
}

/// JSON without the space between its parts.
fn compact(json: &str) -> String {
    let mut in_text = false;
    let mut escaped = false;
    json.chars()
        .filter(|character| {
            if in_text {
                in_text = escaped || *character != '"';
                escaped = *character == '\\' && !escaped;
                return true;
            }
            in_text = *character == '"';
            !character.is_whitespace()
        })
        .collect()
}

/// What Terraform says of an expression.
enum Answer<'a> {
    /// The output in compact JSON.
    Value(String),
    /// An output without a value is not kept.
    Null,
    /// The message; ours has other words.
    Error(&'a str),
}

#[test]
fn expressions_have_the_values_that_terraform_gives() {
    compare(include_str!("../data/expressions.txt"));
}

#[test]
fn corners_of_the_language_are_those_of_terraform() {
    compare(include_str!("../data/corners.txt"));
}

#[test]
fn numbers_and_keys_are_those_of_terraform() {
    compare(include_str!("../data/numbers.txt"));
}

/// Evaluates recorded expressions, each followed by a line with its answer.
fn compare(recorded: &str) {
    let mut lines = recorded.lines();
    let mut cases = Vec::new();
    while let (Some(expression), Some(answer)) = (lines.next(), lines.next()) {
        cases.push((expression, answer_of(answer.trim())));
    }
    assert!(cases.len() >= 100);
    let mut failures = String::new();
    for (expression, expected) in cases {
        let directory = module(&[("main.tf", &format!("output \"x\" {{ value = {expression} }}\n"))]);
        let ours = outputs(directory.path());
        let same = match (&ours, &expected) {
            (Ok(outputs), Answer::Value(expected)) => outputs.get("x") == Some(expected),
            (Ok(outputs), Answer::Null) => outputs.get("x").is_some_and(|it| it.ends_with(":null}}")),
            (Err(_), Answer::Error(_)) => true,
            _ => false,
        };
        if same {
            continue;
        }
        let terraform = match &expected {
            Answer::Value(expected) => expected.as_str(),
            Answer::Null => "null",
            Answer::Error(message) => message,
        };
        let ours = match &ours {
            Ok(outputs) => outputs["x"].clone(),
            Err(diagnostics) => diagnostics.to_string(),
        };
        writeln!(failures, "{expression}\n  terraform: {terraform}\n  ours:      {ours}").unwrap();
    }
    assert!(failures.is_empty(), "{failures}");
}

/// A recorded answer is the type and the value, both in JSON, or `null`, or an error.
fn answer_of(answer: &str) -> Answer<'_> {
    if answer == "null" {
        return Answer::Null;
    }
    if let Some(message) = answer.strip_prefix("error: ") {
        return Answer::Error(message);
    }
    let mut types = serde_json::Deserializer::from_str(answer).into_iter::<serde_json::Value>();
    match types.next() {
        Some(Ok(_)) => {
            let (ty, value) = answer.split_at(types.byte_offset());
            let value = value.trim();
            Answer::Value(format!("{{\"x\":{{\"sensitive\":false,\"type\":{ty},\"value\":{value}}}}}"))
        }
        other => panic!("{answer}: {other:?}"),
    }
}
