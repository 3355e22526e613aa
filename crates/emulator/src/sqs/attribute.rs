//! Attributes of queues.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>

use std::collections::BTreeMap;

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::{error, redrive};
use crate::place::Place;

/// What an attribute's value may be.
enum Kind {
    /// A number between two, both included.
    Number(u64, u64),
    OneOf(&'static [&'static str]),
    /// A JSON document that is checked elsewhere, or nothing.
    Document,
    Text,
}

/// An attribute that can be set.
struct Attribute {
    name: &'static str,
    kind: Kind,
    /// Where it is not set.
    default: Option<&'static str>,
    /// Whether only FIFO queues have it.
    fifo: bool,
}

const fn plain(name: &'static str, kind: Kind, default: Option<&'static str>) -> Attribute {
    Attribute { name, kind, default, fifo: false }
}

const fn fifo(name: &'static str, values: &'static [&'static str], default: &'static str) -> Attribute {
    Attribute { name, kind: Kind::OneOf(values), default: Some(default), fifo: true }
}

const TRUTH: &[&str] = &["true", "false"];

static ATTRIBUTES: [Attribute; 14] = [
    plain("DelaySeconds", Kind::Number(0, 900), Some("0")),
    plain("MaximumMessageSize", Kind::Number(1024, 1_048_576), Some("1048576")),
    plain("MessageRetentionPeriod", Kind::Number(60, 1_209_600), Some("345600")),
    plain("ReceiveMessageWaitTimeSeconds", Kind::Number(0, 20), Some("0")),
    plain("VisibilityTimeout", Kind::Number(0, 43_200), Some("30")),
    plain("Policy", Kind::Document, None),
    plain("RedrivePolicy", Kind::Document, None),
    plain("RedriveAllowPolicy", Kind::Document, None),
    plain("KmsMasterKeyId", Kind::Text, None),
    plain("KmsDataKeyReusePeriodSeconds", Kind::Number(60, 86_400), None),
    plain("SqsManagedSseEnabled", Kind::OneOf(TRUTH), None),
    fifo("ContentBasedDeduplication", TRUTH, "false"),
    fifo("DeduplicationScope", &["queue", "messageGroup"], "queue"),
    fifo("FifoThroughputLimit", &["perQueue", "perMessageGroupId"], "perQueue"),
];

/// What a queue is set to.
pub(crate) type Attributes = BTreeMap<String, String>;

/// Whether a new queue shall be a FIFO queue, which is said by an attribute that cannot be changed.
pub(crate) fn take_fifo(given: &mut Members) -> Result<bool, ApiError> {
    match given.remove("FifoQueue") {
        None => Ok(false),
        Some(Value::String(text)) if text == "true" => Ok(true),
        // A queue is not made a standard queue by saying so.
        Some(Value::String(text)) if text == "false" => Err(error::unknown_attribute("FifoQueue")),
        Some(_) => Err(error::attribute_value("FifoQueue")),
    }
}

/// Checks the attributes that are given; numbers become what they count.
pub(crate) fn read(given: Members, place: &Place, fifo: bool) -> Result<Attributes, ApiError> {
    let mut read = Attributes::new();
    for (name, value) in given {
        let attribute = ATTRIBUTES.iter().find(|attribute| attribute.name == name);
        let attribute = attribute.filter(|attribute| fifo || !attribute.fifo);
        let attribute = attribute.ok_or_else(|| error::unknown_attribute(&name))?;
        let text = value.as_str().unwrap_or_default();
        read.insert(name, attribute.kind.check(attribute.name, text)?);
    }
    if let Some(policy) = read.get("RedrivePolicy").filter(|policy| !policy.is_empty()) {
        let policy = redrive::check(policy, place)?;
        read.insert("RedrivePolicy".to_owned(), policy);
    }
    if let Some(policy) = read.get("RedriveAllowPolicy").filter(|policy| !policy.is_empty()) {
        redrive::check_allow(policy)?;
    }
    Ok(read)
}

impl Kind {
    fn check(&self, name: &str, text: &str) -> Result<String, ApiError> {
        let wrong = || error::attribute_value(name);
        match self {
            Self::Number(min, max) => {
                let number = text.parse::<u64>().ok().filter(|number| (*min..=*max).contains(number));
                number.map(|number| number.to_string()).ok_or_else(wrong)
            }
            Self::OneOf(values) if !values.contains(&text) => Err(wrong()),
            Self::Document if !text.is_empty() => match serde_json::from_str(text) {
                Ok(Value::Object(_)) => Ok(text.to_owned()),
                _ => Err(wrong()),
            },
            _ => Ok(text.to_owned()),
        }
    }
}

/// Sets attributes. An empty text takes one away; of the two ways to encrypt, the one that is set last holds.
pub(crate) fn set(held: &mut Attributes, given: Attributes) -> Result<(), ApiError> {
    let key = given.get("KmsMasterKeyId").is_some_and(|key| !key.is_empty());
    let own = given.get("SqsManagedSseEnabled").is_some_and(|own| own == "true");
    if key && own {
        return Err(error::invalid(
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
        ));
    }
    if own {
        held.remove("KmsMasterKeyId");
        held.remove("KmsDataKeyReusePeriodSeconds");
    }
    if key {
        held.remove("SqsManagedSseEnabled");
    }
    held.extend(given);
    held.retain(|_, value| !value.is_empty());
    let of = |name: &str| held.get(name).map(String::as_str);
    if of("FifoThroughputLimit") == Some("perMessageGroupId")
        && of("DeduplicationScope") != Some("messageGroup")
    {
        return Err(error::attribute_value("FifoThroughputLimit"));
    }
    Ok(())
}

/// What holds for a queue: what is set, and AWS's defaults.
pub(crate) fn effective(held: &Attributes, fifo: bool) -> Attributes {
    let known = ATTRIBUTES.iter().filter(|attribute| fifo || !attribute.fifo);
    let defaults =
        known.filter_map(|attribute| Some((attribute.name.to_owned(), attribute.default?.to_owned())));
    let mut all: Attributes = defaults.chain(held.clone()).collect();
    let keyed = all.contains_key("KmsMasterKeyId");
    if keyed {
        all.entry("KmsDataKeyReusePeriodSeconds".to_owned()).or_insert_with(|| "300".to_owned());
    }
    all.entry("SqsManagedSseEnabled".to_owned()).or_insert_with(|| (!keyed).to_string());
    if fifo {
        all.insert("FifoQueue".to_owned(), "true".to_owned());
    }
    all
}

/// Whether there is an attribute of that name, be it one that only tells.
pub(crate) fn is_known(name: &str) -> bool {
    const TOLD: [&str; 8] = [
        "All",
        "FifoQueue",
        "QueueArn",
        "CreatedTimestamp",
        "LastModifiedTimestamp",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ];
    TOLD.contains(&name) || ATTRIBUTES.iter().any(|attribute| attribute.name == name)
}
