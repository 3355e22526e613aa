//! `stackproof plan`.

use std::io::Write;

use stackproof_terraform::{Attribute, BlockType, Instance, Schema, Value, policy_statements};

use super::{Failure, outputs};
use crate::exit::Exit;

/// What the command takes.
pub(crate) type Arguments = outputs::Arguments;

/// Prints what would be made. The root module is applied to a fresh embedded target for it, so that what resources
/// take from each other, policies above all, is known; what AWS would decide is not shown.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let provisioned = arguments.apply().await?;
    let schema = Schema::aws().map_err(|error| Failure::usage(miette::miette!("{error}")))?;
    // A reader that has seen enough is no error.
    drop(std::io::stdout().write_all(text(provisioned.instances(), schema).as_bytes()));
    Ok(Exit::Passed)
}

fn text<'a>(instances: impl Iterator<Item = &'a Instance>, schema: &Schema) -> String {
    let mut text = String::new();
    let mut count = 0;
    for instance in instances {
        let place = format!("{}:{}", instance.origin.file().display(), instance.origin.line);
        text.push_str(&format!("+ {}  {place}\n", instance.address));
        if let Some(block) = instance.schema(schema) {
            write_block(&instance.arguments, block, 1, &mut text);
        }
        text.push('\n');
        count += 1;
    }
    text + &format!("Plan: {count} to add, 0 to change, 0 to destroy.\n")
}

fn write_block(values: &Value, block: &BlockType, level: usize, text: &mut String) {
    let indent = "    ".repeat(level);
    let shown = |(name, attribute): (&String, &Attribute)| {
        let value = values.get(name).filter(|value| !value.is_null())?;
        Some((name, attribute, value))
    };
    let attributes: Vec<_> = block.attributes.iter().filter_map(shown).collect();
    let width = attributes.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, attribute, value) in attributes {
        match attribute.policy && !value.is_unknown() {
            true => write_policy(name, value, &indent, text),
            false => text.push_str(&format!("{indent}{name:width$} = {}\n", shown_value(value))),
        }
    }
    for (name, nested) in &block.blocks {
        for values in values.get(name).and_then(Value::as_sequence).into_iter().flatten() {
            text.push_str(&format!("{indent}{name} {{\n"));
            write_block(values, &nested.block, level + 1, text);
            text.push_str(&format!("{indent}}}\n"));
        }
    }
}

/// A policy's statements, each with its place.
fn write_policy(name: &str, value: &Value, indent: &str, text: &mut String) {
    text.push_str(&format!("{indent}{name}\n"));
    for statement in policy_statements(value) {
        let member =
            |name: &str| statement.json.get(name).and_then(|value| value.as_str()).unwrap_or("-").to_owned();
        let place = statement.origin.map_or_else(
            || "origin unknown".to_owned(),
            |origin| format!("{}:{}", origin.file().display(), origin.line),
        );
        text.push_str(&format!("{indent}    {} {}  {place}\n", member("Effect"), member("Sid")));
    }
}

fn shown_value(value: &Value) -> String {
    if value.is_sensitive_within() {
        "(sensitive value)".to_owned()
    } else if value.is_wholly_known() {
        value.to_json().to_string()
    } else {
        "(known after apply)".to_owned()
    }
}
