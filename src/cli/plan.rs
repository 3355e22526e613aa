//! `stackproof plan`.

use std::io::Write;

use stackproof_terraform::{Attribute, BlockType, Instance, Schema, Value, policy_statements};

use super::{Failure, Shared, outputs};
use crate::exit::Exit;

/// What the command takes.
pub(crate) type Arguments = outputs::Arguments;

/// Prints what would be made. The root module is applied to a fresh embedded target for it, so that what resources
/// take from each other, policies above all, is known; what AWS would decide is not shown.
pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Exit, Failure> {
    let provisioned = arguments.apply(shared).await?;
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
