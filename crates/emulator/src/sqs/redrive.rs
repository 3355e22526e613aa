//! Dead-letter queues: where messages go that are received too often.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::attribute::Attributes;
use super::queue::{Queue, urls};
use super::{Sqs, error, url};
use crate::Call;
use crate::place::Place;

fn wrong(policy: &str, reason: &str) -> ApiError {
    error::parameter(policy, "RedrivePolicy", reason)
}

/// Where to, and after how many receives.
pub(crate) struct Redrive {
    /// The name of a queue beside this one.
    pub target: String,
    pub most: i64,
}

impl Redrive {
    /// What a queue is set to.
    pub fn of(queue: &Queue) -> Option<Self> {
        let policy: Value = serde_json::from_str(queue.attributes.get("RedrivePolicy")?).ok()?;
        let (_, target) = policy.get("deadLetterTargetArn")?.as_str()?.rsplit_once(':')?;
        Some(Self { target: target.to_owned(), most: count(&policy)? })
    }
}

/// `maxReceiveCount`, which clients send as a number or as its text.
fn count(policy: &Value) -> Option<i64> {
    let count = policy.get("maxReceiveCount")?;
    count.as_i64().or_else(|| count.as_str()?.parse().ok())
}

/// Checks a policy, in which the count becomes a number.
pub(crate) fn check(policy: &str, place: &Place) -> Result<String, ApiError> {
    let mut document: Value = serde_json::from_str(policy).unwrap_or_default();
    let target = document.get("deadLetterTargetArn").and_then(Value::as_str);
    let target = target.ok_or_else(|| {
        wrong(policy, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
    })?;
    match Place::parse("sqs", target) {
        Some((there, _)) if there == *place => {}
        _ => return Err(wrong(policy, "Dead-letter target owner should be same as the source.")),
    }
    let given = document.get("maxReceiveCount");
    if given.is_none() {
        return Err(wrong(policy, "Redrive policy does not contain mandatory attribute: maxReceiveCount."));
    }
    let most = count(&document).filter(|most| (1..=1000).contains(most));
    let most =
        most.ok_or_else(|| wrong(policy, "Invalid value for maxReceiveCount: must be between 1 and 1000."))?;
    if given.and_then(Value::as_i64).is_some() {
        return Ok(policy.to_owned());
    }
    if let Some(document) = document.as_object_mut() {
        document.insert("maxReceiveCount".to_owned(), most.into());
    }
    Ok(document.to_string())
}

/// Checks who may have a queue for its dead letters.
pub(crate) fn check_allow(policy: &str) -> Result<(), ApiError> {
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    let sources = document.get("sourceQueueArns").map(|sources| sources.as_array().map_or(0, Vec::len));
    match (document.get("redrivePermission").and_then(Value::as_str), sources) {
        (Some("allowAll" | "denyAll"), None) | (Some("byQueue"), Some(1..=10)) => Ok(()),
        _ => Err(error::parameter(policy, "RedriveAllowPolicy", "Invalid redrive allow policy.")),
    }
}

/// Refuses a target that is not there, of the other type, or not open to the queue.
pub(crate) fn check_target(sqs: &Sqs, given: &Attributes, place: &Place, name: &str) -> Result<(), ApiError> {
    let Some(policy) = given.get("RedrivePolicy").filter(|policy| !policy.is_empty()) else { return Ok(()) };
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    let target = document.get("deadLetterTargetArn").and_then(Value::as_str).unwrap_or_default();
    let target = target.rsplit(':').next().unwrap_or_default();
    let queue = sqs.queue(place, target).map_err(|_| wrong(policy, "Dead letter target does not exist."))?;
    if queue.fifo.is_some() != name.ends_with(url::FIFO) {
        return Err(wrong(policy, "Dead-letter queue must be same type of queue as the source."));
    }
    match open_to(queue, &url::arn(place, name)) {
        true => Ok(()),
        false => Err(wrong(policy, "The dead-letter queue does not allow this source queue.")),
    }
}

fn open_to(queue: &Queue, source: &str) -> bool {
    let Some(policy) = queue.attributes.get("RedriveAllowPolicy") else { return true };
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    match document.get("redrivePermission").and_then(Value::as_str) {
        Some("denyAll") => false,
        Some("byQueue") => {
            let sources = document.get("sourceQueueArns").and_then(Value::as_array);
            sources.into_iter().flatten().any(|arn| arn.as_str() == Some(source))
        }
        _ => true,
    }
}

/// The queues whose dead letters come to a queue.
pub(crate) fn sources(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    sqs.queue(&place, &name)?;
    let sources =
        sqs.queues(&place).filter(|queue| Redrive::of(queue).is_some_and(|redrive| redrive.target == name));
    Ok(urls(&mut call, "queueUrls", sources)?.output())
}
