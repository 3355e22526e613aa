//! `stackproof plan`.

mod difference;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use stackproof_terraform::{
    Attribute, BlockType, Instance, PlacedStatement, Schema, Value, policy_statements,
};

use super::{Failure, Shared, outputs};
use crate::config::Config;
use crate::exit::Exit;
use crate::provision;

/// What the command takes.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Arguments {
    #[command(flatten)]
    module: outputs::Arguments,
    /// What is there already: a state file, or what `terraform show -json` printed; default: nothing
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

/// Prints what would be made, changed and destroyed. Without a state the root module is applied to a fresh embedded
/// target for it, so that what resources take from each other, policies above all, is known; what AWS would decide is
/// not shown. With a state nothing is applied.
pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Exit, Failure> {
    let schema = Schema::aws().map_err(|error| Failure::usage(miette::miette!("{error}")))?;
    let text = match &arguments.state {
        Some(state) => {
            let config = Config::load(shared.config.as_deref())?;
            let (_, target) = config.target(Some(shared.target.as_deref().unwrap_or("embedded")))?;
            let request = arguments.module.request(&config, &target)?;
            let changes = provision::changes(&request, state).map_err(Failure::provisioning)?;
            changes.notes.iter().for_each(|note| eprintln!("note: {note}"));
            difference::text(&changes, schema)
        }
        None => text(arguments.module.apply(shared).await?.instances(), schema),
    };
    // A reader that has seen enough is no error.
    drop(std::io::stdout().write_all(text.as_bytes()));
    Ok(Exit::Passed)
}

fn text<'a>(instances: impl Iterator<Item = &'a Instance>, schema: &Schema) -> String {
    let mut text = String::new();
    let mut count = 0;
    for instance in instances {
        write_made(instance, schema, &mut text);
        count += 1;
    }
    text + &format!("Plan: {count} to add, 0 to change, 0 to destroy.\n")
}

/// A resource that would be made, with its arguments.
fn write_made(instance: &Instance, schema: &Schema, text: &mut String) {
    text.push_str(&format!("+ {}\n", header(instance)));
    if let Some(block) = instance.schema(schema) {
        write_block(&instance.arguments, block, 1, text);
    }
    text.push('\n');
}

/// Its address and the place of its block.
fn header(instance: &Instance) -> String {
    format!("{}  {}:{}", instance.address, instance.origin.file().display(), instance.origin.line)
}

fn write_block(values: &Value, block: &BlockType, level: usize, text: &mut String) {
    let indent = "    ".repeat(level);
    let values_of = block.attributes.iter().map(|(name, attribute)| (name, attribute, values.get(name)));
    let given = |(name, attribute, value): (_, _, Option<_>)| Some((name, attribute, value?));
    let attributes: Vec<(&String, &Attribute, &Value)> =
        values_of.filter_map(given).filter(|(.., value): &(_, _, &Value)| !value.is_null()).collect();
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
        text.push_str(&format!("{indent}    {}\n", shown_statement(&statement)));
    }
}

/// A statement's effect, its Sid and its place.
fn shown_statement(statement: &PlacedStatement) -> String {
    let place = statement.origin.as_ref().map_or_else(
        || "origin unknown".to_owned(),
        |origin| format!("{}:{}", origin.file().display(), origin.line),
    );
    format!("{}  {place}", named(&statement.json))
}

/// A statement's effect and its Sid.
fn named(statement: &serde_json::Value) -> String {
    let member = |name: &str| statement.get(name).and_then(|value| value.as_str()).unwrap_or("-").to_owned();
    format!("{} {}", member("Effect"), member("Sid"))
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

#[cfg(test)]
mod tests {
    use stackproof_terraform::{Configuration, Inputs, plan};

    use super::*;

    #[test]
    fn a_plan_shows_what_is_known_and_where_statements_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let module = r#"
resource "aws_iam_policy" "read" {
  name = "read"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "List", Effect = "Allow", Action = "s3:ListBucket", Resource = "*" },
      { Effect = "Deny", Action = "s3:*", Resource = "*" },
    ]
  })
}

resource "aws_s3_bucket_ownership_controls" "data" {
  bucket = "calls"
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
"#;
        std::fs::write(folder.path().join("main.tf"), module).unwrap();
        let configuration = Configuration::load(folder.path(), &Inputs::default()).unwrap();
        let creates = plan(&configuration).unwrap().creates;
        let shown = text(creates.iter(), Schema::aws().unwrap());
        let shown = shown.replace(&format!("{}/", folder.path().display()), "");
        insta::assert_snapshot!(shown, @r#"
        + aws_iam_policy.read  main.tf:2
            arn              = (known after apply)
            attachment_count = (known after apply)
            id               = (known after apply)
            name             = "read"
            name_prefix      = (known after apply)
            path             = "/"
            policy
                Allow List  main.tf:7
                Deny -  main.tf:8
            policy_id        = (known after apply)
            tags_all         = {}

        + aws_s3_bucket_ownership_controls.data  main.tf:13
            bucket = "calls"
            id     = (known after apply)
            region = (known after apply)
            rule {
                object_ownership = "BucketOwnerEnforced"
            }

        Plan: 2 to add, 0 to change, 0 to destroy.
        "#);
    }
}
