//! What a published message may consist of.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::error;
use super::topic::Topic;
use crate::attribute;
use crate::input::Input;
use crate::structure::Structure;

/// A message as it is published.
pub(crate) struct Message {
    text: String,
    group: Option<String>,
    deduplication: Option<String>,
}

/// The most that a topic takes where nothing else is set.
const MOST: usize = 262_144;

impl Message {
    /// Takes a message and sees that it is one.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let text = input.required("Message")?;
        if text.is_empty() {
            return Err(error::invalid("Empty message"));
        }
        let subject = input.string("Subject")?;
        // "Subjects must be UTF-8 text with no line breaks or control characters, and less than 100 characters long."
        let shown = |subject: &str| !subject.is_empty() && !subject.chars().any(char::is_control);
        if subject.is_some_and(|subject| !shown(&subject) || subject.chars().count() > 100) {
            return Err(error::invalid("Subject"));
        }
        match input.string("MessageStructure")?.as_deref() {
            None => {}
            Some("json") => check_structure(&text)?,
            Some(other) => {
                return Err(error::invalid(format_args!("Invalid Message Structure parameter: {other}")));
            }
        }
        for (name, value) in input.map("MessageAttributes")? {
            check_attribute(&name, &value)?;
        }
        let (group, deduplication) =
            (input.string("MessageGroupId")?, input.string("MessageDeduplicationId")?);
        input.finish()?;
        Ok(Self { text, group, deduplication })
    }

    /// How large it is.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// Gives the message to its topic; a FIFO topic numbers it.
    pub fn publish(self, topic: &mut Topic, id: String) -> Result<Structure, ApiError> {
        let most =
            topic.attributes.get("MaximumMessageSize").and_then(|most| most.parse().ok()).unwrap_or(MOST);
        if self.size() > most {
            return Err(error::invalid("Message too long"));
        }
        let answer = Structure::new().with("MessageId", id);
        if !topic.fifo {
            return match self.deduplication {
                None => Ok(answer),
                Some(_) => Err(error::parameter(
                    "MessageDeduplicationId",
                    "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
                )),
            };
        }
        if self.group.is_none() {
            return Err(error::invalid("The MessageGroupId parameter is required for FIFO topics"));
        }
        let by_content = topic.attributes.get("ContentBasedDeduplication").is_some_and(|by| by == "true");
        if self.deduplication.is_none() && !by_content {
            return Err(error::invalid(
                "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
            ));
        }
        topic.taken += 1;
        Ok(answer.with("SequenceNumber", format!("1{:019}", topic.taken * 1000)))
    }
}

/// A message that says another thing to each protocol says something to all others.
fn check_structure(text: &str) -> Result<(), ApiError> {
    let Ok(message) = serde_json::from_str::<Members>(text) else {
        return Err(error::invalid("Message Structure - JSON message body failed to parse"));
    };
    match message.get("default").is_some_and(Value::is_string) {
        true => Ok(()),
        false => Err(error::invalid("Message Structure - No default entry in JSON message body")),
    }
}

fn check_attribute(name: &str, attribute: &Value) -> Result<(), ApiError> {
    let held = attribute::check(name, attribute).map_err(|misuse| match misuse {
        attribute::Misuse::Told(message) => error::value(message),
        attribute::Misuse::Number => {
            error::value(format!("Could not cast message attribute '{name}' value to number."))
        }
    })?;
    let list = attribute.get("DataType").and_then(Value::as_str) == Some("String.Array");
    match list && !serde_json::from_str::<Value>(held).is_ok_and(|value| value.is_array()) {
        true => Err(error::value(format!("The message attribute '{name}' must be a JSON array."))),
        false => Ok(()),
    }
}
