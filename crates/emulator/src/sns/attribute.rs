//! Attributes of topics.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::error;
use crate::permission::Document;

/// What is set, by name.
pub(crate) type Attributes = BTreeMap<String, String>;

/// What an attribute's value may be.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// A text of so many letters at most.
    Short(usize),
    Number(u64, u64),
    OneOf(&'static [&'static str]),
    Json,
    Policy,
}

const TRUTH: &[&str] = &["true", "false"];

/// Attributes that every topic has.
const PLAIN: [(&str, Kind); 7] = [
    ("DeliveryPolicy", Kind::Json),
    ("DisplayName", Kind::Short(100)),
    ("KmsMasterKeyId", Kind::Text),
    ("MaximumMessageSize", Kind::Number(1024, 1_048_576)),
    ("Policy", Kind::Policy),
    ("SignatureVersion", Kind::OneOf(&["1", "2"])),
    ("TracingConfig", Kind::OneOf(&["PassThrough", "Active"])),
];

/// Attributes of FIFO topics alone.
const FIFO: [(&str, Kind); 3] = [
    ("ArchivePolicy", Kind::Json),
    ("ContentBasedDeduplication", Kind::OneOf(TRUTH)),
    ("FifoThroughputScope", Kind::OneOf(&["Topic", "MessageGroup"])),
];

/// What deliveries are reported of.
const REPORTED: [&str; 5] = ["HTTP", "Firehose", "Lambda", "Application", "SQS"];

fn kind(name: &str, fifo: bool) -> Option<Kind> {
    let fifo_only = FIFO.iter().filter(|_| fifo);
    if let Some((_, kind)) = PLAIN.iter().chain(fifo_only).find(|(known, _)| *known == name) {
        return Some(*kind);
    }
    match REPORTED.iter().find_map(|protocol| name.strip_prefix(protocol))? {
        "SuccessFeedbackRoleArn" | "FailureFeedbackRoleArn" => Some(Kind::Text),
        "SuccessFeedbackSampleRate" => Some(Kind::Number(0, 100)),
        _ => None,
    }
}

impl Kind {
    fn check(self, name: &str, text: &str) -> Result<(), ApiError> {
        let fits = match self {
            Self::Text => true,
            Self::Short(most) => text.chars().count() <= most,
            Self::Number(min, max) => text.parse::<u64>().is_ok_and(|number| (min..=max).contains(&number)),
            Self::OneOf(values) => values.contains(&text),
            Self::Json => serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object()),
            Self::Policy => match Document::parse(text) {
                Some(_) => true,
                None => return Err(error::invalid("Policy Error: null")),
            },
        };
        if fits { Ok(()) } else { Err(error::invalid(name)) }
    }
}

/// Sets an attribute. An empty text takes it away, but for the policy, without which no topic is.
pub(crate) fn set(held: &mut Attributes, name: &str, text: String, fifo: bool) -> Result<(), ApiError> {
    let kind = kind(name, fifo).ok_or_else(|| error::invalid("AttributeName"))?;
    if text.is_empty() && !matches!(kind, Kind::Policy) {
        held.remove(name);
        return Ok(());
    }
    kind.check(name, &text)?;
    held.insert(name.to_owned(), text);
    Ok(())
}

/// The policy that a topic begins with: whoever its owner's account lets in.
pub(crate) fn default_policy(arn: &str, owner: &str) -> String {
    let actions = [
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    ];
    let actions: Vec<String> = actions.iter().map(|action| format!("SNS:{action}")).collect();
    let mut document = Document::new("__default_policy_ID");
    let sid = "__default_statement_ID";
    let statement = json!({
        "Sid": sid, "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": actions, "Resource": arn,
        "Condition": { "StringEquals": { "AWS:SourceOwner": owner } },
    });
    document.add(sid, statement);
    document.text()
}

/// How deliveries over HTTP are tried again: AWS's defaults, and what is set in their place.
pub(crate) fn effective_delivery(set: Option<&String>) -> String {
    let mut all = json!({ "http": {
        "defaultHealthyRetryPolicy": {
            "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0,
            "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
        },
        "disableSubscriptionOverrides": false,
        "defaultRequestPolicy": { "headerContentType": "text/plain; charset=UTF-8" },
    } });
    let set = set.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let set = set.as_ref().and_then(|set| set.get("http")).and_then(Value::as_object);
    if let (Some(set), Some(http)) = (set, all.get_mut("http").and_then(Value::as_object_mut)) {
        http.extend(set.clone());
    }
    all.to_string()
}
