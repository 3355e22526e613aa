//! Publishing: messages are checked and taken.

use stackproof_aws::{ApiError, Output};

use super::message::Message;
use super::topic::Topic;
use super::{Sns, error};
use crate::Call;
use crate::arn::Arn;
use crate::batch::Entries;
use crate::input::not_implemented;
use crate::kms::Kms;
use crate::random;

/// The most that the messages of one call are together.
const MOST: usize = 262_144;

/// Takes the ARN of the topic, by either of its names. Devices and telephones are refused by name.
fn read_topic(call: &mut Call) -> Result<String, ApiError> {
    if call.input.has("PhoneNumber") {
        return Err(not_implemented("sns Publish.PhoneNumber"));
    }
    let (topic, target) = (call.input.string("TopicArn")?, call.input.string("TargetArn")?);
    match (topic, target) {
        (Some(topic), None) => Ok(topic),
        (None, Some(target)) if Arn::parse(&target).is_some_and(|arn| arn.resource.contains('/')) => {
            Err(not_implemented("sns Publish.TargetArn of an endpoint"))
        }
        (None, Some(target)) => Ok(target),
        (Some(_), Some(_)) => Err(error::invalid("TopicArn or TargetArn, but not both")),
        (None, None) => Err(error::invalid("TopicArn or TargetArn Reason: no value for required parameter")),
    }
}

/// Sees that the key of a topic can be used now.
fn check_key(kms: &mut Kms, topic: &Topic, call: &Call) -> Result<(), ApiError> {
    match topic.attributes.get("KmsMasterKeyId") {
        None => Ok(()),
        Some(key) => kms.check_usable("sns", &topic.place, key, call.now).map_err(error::of_key),
    }
}

pub(crate) fn one(sns: &mut Sns, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let arn = read_topic(&mut call)?;
    let message = Message::read(&mut call.input)?;
    let topic = sns.topic_mut(&arn)?;
    check_key(kms, topic, &call)?;
    Ok(message.publish(topic, random::uuid()?)?.output())
}

pub(crate) fn many(sns: &mut Sns, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("TopicArn")?;
    let entries = Entries::read(&mut call.input, "PublishBatchRequestEntries", error::batch)?;
    call.input.finish()?;
    let size: usize = entries.iter().map(|entry| entry.peek("Message").map_or(0, str::len)).sum();
    if size > MOST {
        return Err(error::batch_too_long());
    }
    let topic = sns.topic_mut(&arn)?;
    check_key(kms, topic, &call)?;
    entries.answer(|input| Message::read(input)?.publish(topic, random::uuid()?))
}
