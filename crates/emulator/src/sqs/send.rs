//! Sending.

use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Output};

use super::message::{Content, Message};
use super::queue::Queue;
use super::{Sqs, digest, error, url};
use crate::Call;
use crate::batch::Entries;
use crate::input::Input;
use crate::kms::Kms;
use crate::random;
use crate::structure::Structure;

/// The most that one call sends.
const MOST: usize = 1_048_576;

/// What is sent, and when and in which order it shall be received.
struct Sending {
    content: Content,
    delay: Option<i64>,
    group: Option<String>,
    deduplication: Option<String>,
}

/// Whether a text is an id of a group or for deduplication.
fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic())
}

impl Sending {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let content = Content::read(input)?;
        let delay = input.integer("DelaySeconds")?;
        if let Some(delay) = delay.filter(|delay| !(0..=900).contains(delay)) {
            let reason = "DelaySeconds must be >= 0 and <= 900.";
            return Err(error::parameter(&delay.to_string(), "DelaySeconds", reason));
        }
        let group = input.string("MessageGroupId")?;
        let deduplication = input.string("MessageDeduplicationId")?;
        for (id, name) in [(&group, "MessageGroupId"), (&deduplication, "MessageDeduplicationId")] {
            if let Some(id) = id.as_ref().filter(|id| !is_id(id)) {
                let reason = format!(
                    "{name} can only include alphanumeric and punctuation characters. 1 to 128 in length."
                );
                return Err(error::parameter(id, name, &reason));
            }
        }
        input.finish()?;
        Ok(Self { content, delay, group, deduplication })
    }

    /// Puts the message in its queue, unless it was taken before. The answer tells of it alike.
    fn put(self, queue: &mut Queue, call: &Call) -> Result<Structure, ApiError> {
        let most = usize::try_from(queue.number("MaximumMessageSize")).unwrap_or(MOST);
        if self.content.size() > most {
            return Err(error::invalid(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {most} bytes."
            )));
        }
        let now = call.now.as_millisecond();
        let wait = self.delay.unwrap_or_else(|| queue.number("DelaySeconds")) * 1000;
        let answer = Structure::new()
            .with("MD5OfMessageBody", digest::text(&self.content.body))
            .with_some("MD5OfMessageAttributes", digest::attributes(&self.content.attributes))
            .with_some("MD5OfMessageSystemAttributes", digest::attributes(&self.content.system));
        let mut message = Message {
            id: random::uuid()?,
            trace: self.content.trace(),
            body: Arc::from(self.content.body.as_str()),
            attributes: Arc::new(self.content.attributes),
            sender: call.caller.user_id.clone(),
            sent: now,
            visible: now + wait,
            first_received: None,
            receives: 0,
            receipt: None,
            group: self.group,
            deduplication: self.deduplication,
            sequence: None,
            given_up_by: None,
        };
        let scoped = queue.attributes.get("DeduplicationScope").is_some_and(|scope| scope == "messageGroup");
        let by_content = queue.attributes.get("ContentBasedDeduplication").is_some_and(|by| by == "true");
        if let Some(fifo) = &mut queue.fifo {
            if let Some(delay) = self.delay.filter(|delay| *delay > 0) {
                return Err(error::other_type(&delay.to_string(), "DelaySeconds"));
            }
            let group = message.group.clone().ok_or_else(|| error::missing("messageGroupId"))?;
            let of_content = by_content.then(|| hex::encode(Sha256::digest(message.body.as_bytes())));
            let id = message.deduplication.take().or(of_content).ok_or_else(|| {
                error::invalid("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
            })?;
            let scope = scoped.then_some(group);
            if let Some(earlier) = fifo.earlier(scope.clone(), &id) {
                return Ok(answer
                    .with("MessageId", earlier.id.as_str())
                    .with("SequenceNumber", earlier.sequence.as_str()));
            }
            message.sequence = Some(fifo.take(scope, &id, &message.id, now));
            message.deduplication = Some(id);
        } else if let Some(id) = &message.deduplication {
            return Err(error::other_type(id, "MessageDeduplicationId"));
        }
        let answer = answer
            .with("MessageId", message.id.as_str())
            .with_some("SequenceNumber", message.sequence.as_deref());
        queue.messages.push(message);
        Ok(answer)
    }
}

/// Sees that the key of a queue can be used now.
pub(crate) fn check_key(kms: &mut Kms, queue: &Queue, call: &Call) -> Result<(), ApiError> {
    match queue.attributes.get("KmsMasterKeyId") {
        None => Ok(()),
        Some(key) => kms.check_usable("sqs", &queue.place, key, call.now).map_err(error::of_key),
    }
}

pub(crate) fn one(sqs: &mut Sqs, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let queue = sqs.queue_mut(&place, &name)?;
    let sending = Sending::read(&mut call.input)?;
    check_key(kms, queue, &call)?;
    queue.settle(call.now.as_millisecond());
    Ok(sending.put(queue, &call)?.output())
}

/// Sends each of a batch; those that fail are told of beside the others.
pub(crate) fn many(sqs: &mut Sqs, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let queue = sqs.queue_mut(&place, &name)?;
    let entries = Entries::read(&mut call.input, "Entries", |misuse| {
        error::batch("SendMessageBatchRequestEntry", misuse)
    })?;
    call.input.finish()?;
    let size: usize = entries.iter().map(size).sum();
    if size > MOST {
        return Err(error::batch_too_long(MOST, size));
    }
    check_key(kms, queue, &call)?;
    queue.settle(call.now.as_millisecond());
    entries.answer(|input| Sending::read(input)?.put(queue, &call))
}

fn size(entry: &Input) -> usize {
    let attributes = entry.given().get("MessageAttributes").and_then(Value::as_object);
    let body = entry.peek("MessageBody").unwrap_or_default().to_owned();
    let content = Content {
        body,
        attributes: attributes.cloned().unwrap_or_default(),
        system: stackproof_aws::Members::new(),
    };
    content.size()
}
