//! A bucket's lifecycle configuration: kept, given back, announced, and carried out as the clock passes.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html>

pub(crate) mod announce;
mod check;
mod days;
mod due;
mod filter;
mod rule;
pub(crate) mod run;

use std::collections::BTreeSet;

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::bucket::bucket_name;
use super::config::settle_digests;
use super::{S3, error};
use crate::Call;
use crate::input::Input;
use crate::random;
use crate::structure::Structure;
use rule::Rule;

const MAX_RULES: usize = 1000;
/// How long the ids are that S3 makes for rules without one.
const MADE_ID_LETTERS: usize = 48;

/// The rules of a bucket; never none.
#[derive(Clone)]
pub(crate) struct Lifecycle {
    rules: Vec<Rule>,
    /// The rules as they were given, each with its id.
    given: Vec<Value>,
    smallest: Smallest,
}

/// The least size of objects that move where the rule's filter says nothing of sizes
/// (`x-amz-transition-default-minimum-object-size`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Smallest {
    /// 128 KiB for every class: the default since September 2024.
    AllClasses,
    /// 128 KiB, but nothing for `GLACIER` and `DEEP_ARCHIVE`.
    ByClass,
}

impl Smallest {
    fn parse(name: Option<&str>) -> Result<Self, ApiError> {
        match name {
            None => Ok(Self::AllClasses),
            Some(name) => [Self::AllClasses, Self::ByClass]
                .into_iter()
                .find(|known| known.name() == name)
                .ok_or_else(|| {
                    error::invalid_request(format!(
                        "Invalid TransitionDefaultMinimumObjectSize found: {name}"
                    ))
                }),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::AllClasses => "all_storage_classes_128K",
            Self::ByClass => "varies_by_storage_class",
        }
    }
}

impl Lifecycle {
    fn read(configuration: &mut Input, smallest: Smallest) -> Result<Self, ApiError> {
        let mut given = match configuration.value("Rules") {
            Some(Value::Array(rules)) if (1..=MAX_RULES).contains(&rules.len()) => rules,
            _ => return Err(error::malformed_xml()),
        };
        for rule in &mut given {
            name(rule)?;
        }
        configuration.put("Rules", Value::Array(given.clone()));
        let rules = configuration.structures("Rules")?;
        configuration.finish()?;
        let rules = rules.into_iter().map(Rule::read).collect::<Result<Vec<_>, _>>()?;
        let distinct: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        if distinct.len() < rules.len() {
            return Err(ApiError::new(
                400,
                "InvalidArgument",
                "Rule ID must be unique. Found same ID for more than one rule",
            ));
        }
        rules.iter().try_for_each(check::check)?;
        Ok(Self { rules, given, smallest })
    }

    fn enabled(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.enabled)
    }
}

/// Gives a rule without an id one that it keeps.
fn name(rule: &mut Value) -> Result<(), ApiError> {
    let Some(rule) = rule.as_object_mut() else { return Ok(()) };
    if rule.get("ID").and_then(Value::as_str).is_none_or(str::is_empty) {
        let id = random::letters(random::BASE64, MADE_ID_LETTERS)?;
        rule.insert("ID".to_owned(), Value::String(id));
    }
    Ok(())
}

pub(crate) fn get(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let lifecycle = s3.bucket(&name)?.lifecycle.as_ref().ok_or_else(|| {
        let message = "The lifecycle configuration does not exist";
        ApiError::new(404, "NoSuchLifecycleConfiguration", message).detail("BucketName", &name)
    })?;
    Ok(Structure::new()
        .with("Rules", lifecycle.given.clone())
        .with("TransitionDefaultMinimumObjectSize", lifecycle.smallest.name())
        .output())
}

pub(crate) fn put(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let smallest = Smallest::parse(call.input.string("TransitionDefaultMinimumObjectSize")?.as_deref())?;
    let mut configuration = call.input.required_structure("LifecycleConfiguration")?;
    let lifecycle = Lifecycle::read(&mut configuration, smallest)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.lifecycle = Some(lifecycle);
    Ok(Structure::new().with("TransitionDefaultMinimumObjectSize", smallest.name()).output())
}

pub(crate) fn delete(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.lifecycle = None;
    Ok(Output::default())
}
