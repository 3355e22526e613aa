//! Messages, and what one may consist of.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::error;
use crate::attribute;
use crate::input::Input;

/// A message in a queue. Times are milliseconds.
#[derive(Clone)]
pub(crate) struct Message {
    pub id: String,
    pub body: Arc<str>,
    /// As they were sent.
    pub attributes: Arc<Members>,
    /// `AWSTraceHeader`, where it was sent.
    pub trace: Option<String>,
    /// The unique id of who sent it.
    pub sender: String,
    pub sent: i64,
    /// From when on it can be received.
    pub visible: i64,
    pub first_received: Option<i64>,
    pub receives: i64,
    /// What the latest receipt handle ends with.
    pub receipt: Option<String>,
    pub group: Option<String>,
    pub deduplication: Option<String>,
    pub sequence: Option<String>,
    /// The ARN of the queue that gave it up.
    pub given_up_by: Option<String>,
}

impl Message {
    /// Whether someone has received it and may still delete it.
    pub fn in_flight(&self, now: i64) -> bool {
        self.receipt.is_some() && self.visible > now
    }
}

/// What is sent.
pub(crate) struct Content {
    pub body: String,
    pub attributes: Members,
    pub system: Members,
}

impl Content {
    /// Takes body and attributes.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let body = input.required("MessageBody")?;
        if body.is_empty() {
            return Err(error::missing("messageBody"));
        }
        let allowed = |c: char| c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || "\t\n\r".contains(c);
        if !body.chars().all(allowed) {
            return Err(error::contents());
        }
        let attributes = input.map("MessageAttributes")?;
        let system = input.map("MessageSystemAttributes")?;
        if attributes.len() > 10 {
            let count = attributes.len();
            return Err(error::invalid(format!(
                "Number of message attributes [{count}] exceeds the allowed maximum [10]."
            )));
        }
        for (name, value) in &attributes {
            check_name(name)?;
            check_value(name, value)?;
        }
        for (name, value) in &system {
            check_value(name, value)?;
            let text = value.get("DataType").and_then(Value::as_str) == Some("String");
            if name != "AWSTraceHeader" || !text {
                return Err(error::invalid(format!("Message system attribute name '{name}' is invalid.")));
            }
        }
        Ok(Self { body, attributes, system })
    }

    /// How large it is: the body, and the attributes' names, types and values.
    pub fn size(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, value)| {
            let text = |member: &str| value.get(member).and_then(Value::as_str).unwrap_or_default();
            let bytes = STANDARD.decode(text("BinaryValue")).map_or(0, |bytes| bytes.len());
            name.len() + text("DataType").len() + text("StringValue").len() + bytes
        });
        self.body.len() + attributes.sum::<usize>()
    }

    /// The header that traces the message through other services.
    pub fn trace(&self) -> Option<String> {
        Some(self.system.get("AWSTraceHeader")?.get("StringValue")?.as_str()?.to_owned())
    }
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    let lower = name.to_ascii_lowercase();
    if name.is_empty() || !plain {
        return Err(error::invalid(format!(
            "The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
        )));
    }
    let edges = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if edges || name.len() > 256 || lower.starts_with("aws.") || lower.starts_with("amazon.") {
        return Err(error::invalid(format!("The message attribute name '{name}' is invalid.")));
    }
    Ok(())
}

/// A value has a type and just what belongs to it.
fn check_value(name: &str, value: &Value) -> Result<(), ApiError> {
    if value.get("StringListValues").is_some() || value.get("BinaryListValues").is_some() {
        let message = "Message attribute list values in SendMessage operation are not supported.";
        return Err(error::unsupported(message));
    }
    attribute::check(name, value).map(drop).map_err(|misuse| match misuse {
        attribute::Misuse::Told(message) => error::invalid(message),
        attribute::Misuse::Number => {
            error::invalid(format!("Can't cast the value of message (user) attribute '{name}' to a number."))
        }
    })
}
