//! A bucket's notification configuration: kept and given back. Nothing is delivered by it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::bucket::bucket_name;
use super::config::settle_digests;
use super::{S3, error};
use crate::input::Input;
use crate::structure::Structure;
use crate::{Call, random};

/// The kinds of configurations, and what each names as its destination.
const KINDS: [(&str, &str); 3] = [
    ("TopicConfigurations", "TopicArn"),
    ("QueueConfigurations", "QueueArn"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
];
const EVENTS: [&str; 11] = [
    "s3:IntelligentTiering",
    "s3:LifecycleExpiration:",
    "s3:LifecycleTransition",
    "s3:ObjectAcl:",
    "s3:ObjectCreated:",
    "s3:ObjectRemoved:",
    "s3:ObjectRestore:",
    "s3:ObjectTagging:",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:",
    "s3:TestEvent",
];
const ID: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH: usize = 48;

/// A configuration as it was given, with an id for each part that had none.
#[derive(Clone, Default)]
pub(crate) struct Notification(Members);

/// What one part of it is about.
struct Filtered {
    events: Vec<String>,
    prefix: String,
    suffix: String,
}

impl Filtered {
    /// Whether one object's event could be told to both.
    fn overlaps(&self, other: &Self) -> bool {
        let stem = |event: &str| event.trim_end_matches('*').to_owned();
        let meets = |one: &str, two: &str| one.starts_with(two) || two.starts_with(one);
        let shares = |one: &String| other.events.iter().any(|two| meets(&stem(one), &stem(two)));
        self.events.iter().any(shares)
            && meets(&self.prefix, &other.prefix)
            && (self.suffix.ends_with(&other.suffix) || other.suffix.ends_with(&self.suffix))
    }
}

impl Notification {
    fn read(configuration: &mut Input) -> Result<Self, ApiError> {
        let mut kept = Structure::new();
        let (mut ids, mut all) = (BTreeSet::new(), Vec::<Filtered>::new());
        for (kind, destination) in KINDS {
            let mut parts = Vec::new();
            for mut part in configuration.structures(kind)? {
                let id = match part.string("Id")? {
                    Some(id) => id,
                    None => random::letters(ID, ID_LENGTH)?,
                };
                if !ids.insert(id.clone()) {
                    let message = "Same ID used for multiple configurations. IDs must be unique";
                    return Err(error::invalid_argument(message, "Id", id));
                }
                let arn = part.required(destination)?;
                let filter = part.value("Filter");
                let filtered = filtered(part.strings("Events")?, filter.as_ref())?;
                part.finish()?;
                if all.iter().any(|other| other.overlaps(&filtered)) {
                    let message = "Configurations overlap. Configurations on the same bucket cannot share a common \
                                   event type.";
                    return Err(ApiError::new(400, "InvalidArgument", message));
                }
                parts.push(
                    Structure::new()
                        .with("Id", id)
                        .with(destination, arn)
                        .with("Events", filtered.events.clone())
                        .with_some("Filter", filter)
                        .value(),
                );
                all.push(filtered);
            }
            if !parts.is_empty() {
                kept = kept.with(kind, parts);
            }
        }
        if let Some(bridge) = configuration.structure("EventBridgeConfiguration")? {
            bridge.finish()?;
            kept = kept.with("EventBridgeConfiguration", json!({}));
        }
        configuration.finish()?;
        Ok(Self(kept.members()))
    }
}

fn filtered(events: Vec<String>, filter: Option<&Value>) -> Result<Filtered, ApiError> {
    let known = |event: &String| EVENTS.iter().any(|known| event.starts_with(known));
    if events.is_empty() || !events.iter().all(known) {
        return Err(ApiError::new(400, "InvalidArgument", "The event is not supported for notifications"));
    }
    let mut filtered = Filtered { events, prefix: String::new(), suffix: String::new() };
    let rules = filter.and_then(|filter| filter.pointer("/Key/FilterRules")).and_then(Value::as_array);
    for rule in rules.into_iter().flatten() {
        let text = |name: &str| rule.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        match text("Name").to_ascii_lowercase().as_str() {
            "prefix" => filtered.prefix = text("Value"),
            "suffix" => filtered.suffix = text("Value"),
            _ => {
                let message = "filter rule name must be either prefix or suffix";
                return Err(error::invalid_argument(message, "FilterRule.Name", text("Name")));
            }
        }
    }
    Ok(filtered)
}

pub(crate) fn get(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    Ok(Structure::new().with_all(s3.bucket(&name)?.notification.0.clone()).output())
}

pub(crate) fn put(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    call.input.boolean("SkipDestinationValidation")?;
    let mut configuration = call.input.required_structure("NotificationConfiguration")?;
    let notification = Notification::read(&mut configuration)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.notification = notification;
    Ok(Output::default())
}
