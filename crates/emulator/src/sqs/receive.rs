//! Receiving.

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::message::Message;
use super::queue::Queue;
use super::redrive::Redrive;
use super::send::check_key;
use super::{Sqs, digest, error, receipt, url};
use crate::Call;
use crate::input::Input;
use crate::kms::Kms;
use crate::random;
use crate::structure::Structure;

/// What is asked for.
struct Asked {
    most: usize,
    /// How many milliseconds the messages are hidden for.
    hidden: Option<i64>,
    system: Vec<String>,
    attributes: Vec<String>,
}

/// Takes a number between two, both included.
fn number(input: &mut Input, name: &str, min: i64, max: i64, reason: &str) -> Result<Option<i64>, ApiError> {
    let number = input.integer(name)?;
    match number.filter(|number| !(min..=max).contains(number)) {
        Some(wrong) => Err(error::parameter(&wrong.to_string(), name, reason)),
        None => Ok(number),
    }
}

impl Asked {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let most = number(input, "MaxNumberOfMessages", 1, 10, "Must be between 1 and 10, if provided.")?
            .unwrap_or(1);
        let hidden =
            number(input, "VisibilityTimeout", 0, 43_200, "Must be between 0 and 43200, if provided.")?;
        // What comes later is never waited for.
        number(input, "WaitTimeSeconds", 0, 20, "Must be >= 0 and <= 20, if provided.")?;
        let mut system = input.strings("AttributeNames")?;
        system.extend(input.strings("MessageSystemAttributeNames")?);
        let attributes = input.strings("MessageAttributeNames")?;
        input.finish()?;
        let known = |name: &&String| name.as_str() == "All" || SYSTEM.contains(&name.as_str());
        if let Some(unknown) = system.iter().find(|name| !known(name)) {
            return Err(error::unknown_attribute(unknown));
        }
        let most = usize::try_from(most).unwrap_or(1);
        Ok(Self { most, hidden: hidden.map(|seconds| seconds * 1000), system, attributes })
    }

    fn wants_system(&self, name: &str) -> bool {
        self.system.iter().any(|wanted| wanted == "All" || wanted == name)
    }

    /// Whether a message attribute is asked for, by its name, by what it begins with, or with all.
    fn wants(&self, name: &str) -> bool {
        self.attributes.iter().any(|wanted| match wanted.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => wanted == "All" || wanted == name,
        })
    }
}

const SYSTEM: [&str; 9] = [
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
];

fn shown(message: &Message, asked: &Asked, handle: String) -> Value {
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let values = [
        Some(message.sender.clone()),
        number(Some(message.sent)),
        number(Some(message.receives)),
        number(message.first_received),
        message.sequence.clone(),
        message.deduplication.clone(),
        message.group.clone(),
        message.trace.clone(),
        message.given_up_by.clone(),
    ];
    let system = SYSTEM.iter().zip(values).filter(|(name, _)| asked.wants_system(name));
    let system: Members =
        system.filter_map(|(name, value)| Some(((*name).to_owned(), value?.into()))).collect();
    let attributes: Members = message
        .attributes
        .iter()
        .filter(|(name, _)| asked.wants(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Structure::new()
        .with("MessageId", message.id.as_str())
        .with("ReceiptHandle", handle)
        .with("MD5OfBody", digest::text(&message.body))
        .with("Body", message.body.as_ref())
        .with_some("Attributes", (!system.is_empty()).then_some(system))
        .with_some("MD5OfMessageAttributes", digest::attributes(&attributes))
        .with_some("MessageAttributes", (!attributes.is_empty()).then_some(attributes))
        .value()
}

/// Takes out the messages that have been received too often, as they would be received once more.
fn give_up(queue: &mut Queue, redrive: &Redrive, now: i64) -> Vec<Message> {
    let arn = queue.arn();
    let (gone, kept) = std::mem::take(&mut queue.messages)
        .into_iter()
        .partition(|message| message.visible <= now && message.receives >= redrive.most);
    queue.messages = kept;
    let mut gone: Vec<Message> = gone;
    for message in &mut gone {
        message.receipt = None;
        message.visible = now;
        message.given_up_by = Some(arn.clone());
        // How long it has been in a FIFO queue is counted from its arrival there.
        if message.sequence.is_some() {
            message.sent = now;
        }
    }
    gone
}

pub(crate) fn messages(sqs: &mut Sqs, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    sqs.queue(&place, &name)?;
    let asked = Asked::read(&mut call.input)?;
    let now = call.now.as_millisecond();
    let queue = sqs.queue_mut(&place, &name)?;
    check_key(kms, queue, &call)?;
    queue.settle(now);
    if let Some(redrive) = Redrive::of(queue)
        && sqs.queue(&place, &redrive.target).is_ok()
    {
        let gone = give_up(sqs.queue_mut(&place, &name)?, &redrive, now);
        sqs.queue_mut(&place, &redrive.target)?.messages.extend(gone);
    }
    let queue = sqs.queue_mut(&place, &name)?;
    let (arn, fifo) = (queue.arn(), queue.fifo.is_some());
    let hidden = asked.hidden.unwrap_or_else(|| queue.number("VisibilityTimeout") * 1000);
    let mut found = Vec::new();
    // A group waits for its first message that is not received yet, or not done.
    let mut waiting: Vec<String> = Vec::new();
    for message in &mut queue.messages {
        let group = message.group.clone().filter(|_| fifo);
        if group.as_ref().is_some_and(|group| waiting.contains(group)) {
            continue;
        }
        if message.visible > now {
            waiting.extend(group);
            continue;
        }
        if found.len() == asked.most {
            break;
        }
        let nonce = random::letters(random::BASE32, 16)?;
        message.receives += 1;
        message.first_received.get_or_insert(now);
        message.visible = now + hidden;
        let handle = receipt::handle(&arn, &message.id, &nonce);
        message.receipt = Some(nonce);
        found.push(shown(message, &asked, handle));
    }
    Ok(Structure::new().with_some("Messages", (!found.is_empty()).then_some(found)).output())
}
