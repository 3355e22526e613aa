//! Queues.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::attribute::{self, Attributes};
use super::fifo::Fifo;
use super::message::Message;
use super::{Sqs, error, redrive, tag, url};
use crate::Call;
use crate::page::cut;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;
use crate::text::decode_token;

/// A queue, with its messages in the order that they were sent in.
#[derive(Clone)]
pub(crate) struct Queue {
    pub place: Place,
    pub name: String,
    /// What it is set to, without defaults.
    pub attributes: Attributes,
    pub tags: Tags,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub messages: Vec<Message>,
    /// Of a FIFO queue.
    pub fifo: Option<Fifo>,
    /// When it was last emptied.
    purged: Option<Timestamp>,
}

impl Queue {
    pub fn arn(&self) -> String {
        url::arn(&self.place, &self.name)
    }

    /// What an attribute that has a default says.
    pub fn number(&self, name: &str) -> i64 {
        let all = attribute::effective(&self.attributes, self.fifo.is_some());
        all.get(name).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// Drops what has lain here for too long.
    pub fn settle(&mut self, now: i64) {
        let oldest = now - self.number("MessageRetentionPeriod") * 1000;
        self.messages.retain(|message| message.sent > oldest);
        if let Some(fifo) = &mut self.fifo {
            fifo.settle(now);
        }
    }

    /// Every attribute.
    fn shown(&self, now: i64) -> Attributes {
        let mut all = attribute::effective(&self.attributes, self.fifo.is_some());
        let oldest = now - self.number("MessageRetentionPeriod") * 1000;
        let count = |wanted: &dyn Fn(&Message) -> bool| {
            self.messages
                .iter()
                .filter(|message| message.sent > oldest && wanted(message))
                .count()
                .to_string()
        };
        let told = [
            ("QueueArn", self.arn()),
            ("CreatedTimestamp", self.created.as_second().to_string()),
            ("LastModifiedTimestamp", self.modified.as_second().to_string()),
            ("ApproximateNumberOfMessages", count(&|message| message.visible <= now)),
            ("ApproximateNumberOfMessagesNotVisible", count(&|message| message.in_flight(now))),
            (
                "ApproximateNumberOfMessagesDelayed",
                count(&|message| message.visible > now && !message.in_flight(now)),
            ),
        ];
        all.extend(told.map(|(name, value)| (name.to_owned(), value)));
        all
    }
}

/// Makes a queue. The same call once more is answered as before.
pub(crate) fn create(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let mut given = call.input.map("Attributes")?;
    let fifo = attribute::take_fifo(&mut given)?;
    let name = url::read_name(&mut call.input, fifo)?;
    let tags = tag::read(&mut call.input, "tags")?;
    call.input.finish()?;
    let given = attribute::read(given, &place, fifo)?;
    let done = Structure::new().with("QueueUrl", url::of(&place, &name)).output();
    if let Ok(held) = sqs.queue(&place, &name) {
        let all = attribute::effective(&held.attributes, held.fifo.is_some());
        let other = given.iter().find(|(name, value)| all.get(*name) != Some(value));
        return match other {
            Some((attribute, _)) => Err(error::exists(attribute)),
            None => Ok(done),
        };
    }
    redrive::check_target(sqs, &given, &place, &name)?;
    let mut attributes = Attributes::new();
    attribute::set(&mut attributes, given)?;
    let queue = Queue {
        place: place.clone(),
        name: name.clone(),
        attributes,
        tags,
        created: call.now,
        modified: call.now,
        messages: Vec::new(),
        fifo: fifo.then(Fifo::default),
        purged: None,
    };
    sqs.stores.get_mut(&place).queues.insert(name, Arc::new(queue));
    Ok(done)
}

pub(crate) fn delete(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    call.input.finish()?;
    sqs.queue(&place, &name)?;
    sqs.stores.get_mut(&place).queues.remove(&name);
    Ok(Output::default())
}

pub(crate) fn get_url(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let mut place = Place::of(&call);
    let name = call.input.required("QueueName")?;
    if let Some(owner) = call.input.string("QueueOwnerAWSAccountId")? {
        place.account = owner;
    }
    call.input.finish()?;
    sqs.queue(&place, &name)?;
    Ok(Structure::new().with("QueueUrl", url::of(&place, &name)).output())
}

/// The most URLs of a list.
const MOST: i64 = 1000;

/// URLs, in pages where a size of them is asked for, else as many as there may be.
pub(crate) fn urls<'a>(
    call: &mut Call,
    answer: &str,
    queues: impl Iterator<Item = &'a Queue>,
) -> Result<Structure, ApiError> {
    let max = call.input.integer("MaxResults")?;
    let token = call.input.string("NextToken")?;
    call.input.finish()?;
    if max.is_some_and(|max| !(1..=MOST).contains(&max)) {
        let given = max.unwrap_or_default().to_string();
        return Err(error::parameter(&given, "MaxResults", "Must be between 1 and 1000, if provided."));
    }
    let unknown = || error::invalid("Invalid or expired next token.");
    let after = token.map(|token| decode_token(&token).ok_or_else(unknown)).transpose()?;
    let rows = queues.map(|queue| (queue.name.clone(), Value::from(url::of(&queue.place, &queue.name))));
    let size = usize::try_from(max.unwrap_or(MOST)).unwrap_or_default();
    let (page, next) = cut(rows, after.as_deref(), size);
    Ok(Structure::new().with(answer, page).with_some("NextToken", next.filter(|_| max.is_some())))
}

pub(crate) fn list(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let prefix = call.input.string("QueueNamePrefix")?.unwrap_or_default();
    let place = Place::of(&call);
    let queues = sqs.queues(&place).filter(|queue| queue.name.starts_with(&prefix));
    let list = urls(&mut call, "QueueUrls", queues)?.members();
    let none = list.get("QueueUrls").and_then(Value::as_array).is_some_and(Vec::is_empty);
    Ok(if none { Output::default() } else { Output::new(list) })
}

pub(crate) fn get_attributes(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let wanted = call.input.strings("AttributeNames")?;
    call.input.finish()?;
    if let Some(unknown) = wanted.iter().find(|name| !attribute::is_known(name)) {
        return Err(error::unknown_attribute(unknown));
    }
    let queue = sqs.queue(&place, &name)?;
    let all = wanted.iter().any(|name| name == "All");
    let shown = queue.shown(call.now.as_millisecond());
    let shown = shown.into_iter().filter(|(name, _)| all || wanted.contains(name));
    let shown: BTreeMap<String, String> = shown.collect();
    let answer = (!shown.is_empty()).then(|| shown.into_iter().collect::<Value>());
    Ok(Structure::new().with_some("Attributes", answer).output())
}

pub(crate) fn set_attributes(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let given = call.input.map("Attributes")?;
    call.input.finish()?;
    let fifo = sqs.queue(&place, &name)?.fifo.is_some();
    let given = attribute::read(given, &place, fifo)?;
    redrive::check_target(sqs, &given, &place, &name)?;
    let queue = sqs.queue_mut(&place, &name)?;
    let mut attributes = queue.attributes.clone();
    attribute::set(&mut attributes, given)?;
    queue.attributes = attributes;
    queue.modified = call.now;
    Ok(Output::default())
}

/// Empties a queue, once a minute.
pub(crate) fn purge(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    call.input.finish()?;
    let queue = sqs.queue_mut(&place, &name)?;
    if queue.purged.is_some_and(|at| call.now.as_second() - at.as_second() < 60) {
        return Err(error::purge_in_progress(&name));
    }
    queue.messages.clear();
    queue.purged = Some(call.now);
    Ok(Output::default())
}
