//! Any operation of any service of the tables.

use serde_json::{Value, json};
use stackproof_aws::{Members, Operation};

use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::options::{OptionError, bad};
use crate::acceptance::sentence::{Attachment, Keyword, Sample, Sentence};
use crate::acceptance::world::{Request, World, operation};

pub(super) const SENTENCES: &[Sentence] = &[Sentence {
    keyword: Keyword::When,
    pattern: "{who} calls {operation:text}[ with]",
    example: r#""validation" calls "kinesis:PutRecord" with"#,
    docs: "Calls any operation of any service of the tables, with members named as in AWS's API reference: a JSON \
           object, or a table of members that are texts, numbers, `true` or `false`.",
    attachment: Attachment::Either(Sample::new(
        "the members of the request",
        r#"{ "StreamName": "{stream}", "Data": "aGVsbG8=", "PartitionKey": "1" }"#,
    )),
    handler: |world, given| Box::pin(call(world, given)),
}];

async fn call(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let named = given.get("operation");
    let (service, name) = named.split_once(':').ok_or_else(|| {
        StepError::usage(format!("`{named}` is no operation")).hint("write it as `s3:GetObject`")
    })?;
    let operation = operation(service, name)?;
    let members = match &given.text {
        Some(text) => from_json(world, text)?,
        None => from_table(operation, given)?,
    };
    world.act(&given.who("who"), Request::new(operation, members)).await
}

fn from_json(world: &World, text: &str) -> Result<Members, StepError> {
    let value: Value = serde_json::from_str(text).map_err(|error| OptionError::Json(error.to_string()))?;
    match world.names.fill_json(&value)? {
        Value::Object(members) => Ok(members),
        _ => Err(OptionError::Json("an object of members was expected".to_owned()).into()),
    }
}

fn from_table(operation: &Operation, given: &Arguments) -> Result<Members, StepError> {
    let mut members = Members::new();
    for (name, value) in given.options()?.0 {
        let kind =
            operation.input().iter().find(|member| member.name == name).map(|member| member.kind.as_str());
        let typed = match kind {
            Some("integer" | "number") => {
                json!(value.parse::<i64>().map_err(|_| bad(&name, "a number", &value))?)
            }
            Some("boolean") => {
                json!(value.parse::<bool>().map_err(|_| bad(&name, "`true` or `false`", &value))?)
            }
            _ => Value::String(value),
        };
        members.insert(name, typed);
    }
    Ok(members)
}

/// The name on AWS of the bucket in the slot of that label. A text with `{…}` in it is the name itself.
///
/// # Errors
/// Nothing has that name, or it is no bucket.
pub(crate) fn bucket_of(world: &World, given: &Arguments, label: &str) -> Result<String, StepError> {
    if given.is_value(label) {
        return Ok(given.get(label).to_owned());
    }
    Ok(world.names.bucket(given.get(label))?)
}
