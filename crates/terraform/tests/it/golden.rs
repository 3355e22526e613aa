//! Compares with what the real Terraform 1.11 gave; its answers are recorded in `tests/data`.

use std::fmt::Write;
use std::path::Path;

use crate::support::module;
use stackproof_terraform::{Configuration, Diagnostics, Inputs, Run, outputs_json};

/// The outputs of a module without resources, in compact JSON.
fn outputs(directory: &Path) -> Result<indexmap::IndexMap<String, String>, Diagnostics> {
    let configuration = Configuration::load(directory, &Inputs::default())?;
    let mut run = Run::new(&configuration);
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

#[test]
fn expressions_have_the_values_that_terraform_gives() {
    let recorded = include_str!("../data/expressions.txt");
    let mut lines = recorded.lines();
    let mut cases = Vec::new();
    while let (Some(expression), Some(answer)) = (lines.next(), lines.next()) {
        let (ty, value) = split_answer(answer.trim());
        cases
            .push((expression, format!("{{\"x\":{{\"sensitive\":false,\"type\":{ty},\"value\":{value}}}}}")));
    }
    assert!(cases.len() >= 250);
    let mut failures = String::new();
    for (expression, expected) in cases {
        let directory = module(&[("main.tf", &format!("output \"x\" {{ value = {expression} }}\n"))]);
        match outputs(directory.path()) {
            Ok(outputs) if outputs.get("x") == Some(&expected) => {}
            Ok(outputs) => {
                writeln!(
                    failures,
                    "{expression}\n  terraform: {expected}\n  ours:      {}",
                    outputs.get("x").unwrap()
                )
                .unwrap();
            }
            Err(diagnostics) => writeln!(failures, "{expression}\n  {diagnostics}").unwrap(),
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// A recorded answer is the type and the value, both in JSON.
fn split_answer(answer: &str) -> (&str, &str) {
    let mut types = serde_json::Deserializer::from_str(answer).into_iter::<serde_json::Value>();
    match types.next() {
        Some(Ok(_)) => {
            let (ty, value) = answer.split_at(types.byte_offset());
            (ty, value.trim())
        }
        other => panic!("{answer}: {other:?}"),
    }
}
