//! Consumers with throughput of their own.
//!
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html>

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::stream::Stream;
use super::{ARN, Kinesis, error, read_name, stream_of, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::page::cut;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;
use crate::text::decode_token;

const TOKEN: Length = Length(1, 1_048_576);
/// "Quotas and limits": of one stream.
const MAX_CONSUMERS: usize = 20;

/// A consumer. It is ready as soon as it is registered.
#[derive(Clone)]
pub(crate) struct Consumer {
    pub name: String,
    pub arn: String,
    created: Timestamp,
    pub tags: Tags,
    /// The resource policy, as it was sent.
    pub policy: Option<String>,
}

impl Consumer {
    fn entry(&self) -> Structure {
        Structure::new()
            .with("ConsumerName", self.name.as_str())
            .with("ConsumerARN", self.arn.as_str())
            .with("ConsumerStatus", "ACTIVE")
            .with_moment("ConsumerCreationTimestamp", self.created)
    }
}

/// The consumer of that ARN.
pub(crate) fn consumer_of<'a>(stream: &'a Stream, arn: &str) -> Result<&'a Consumer, ApiError> {
    let consumer = stream.consumers.values().find(|consumer| consumer.arn == arn);
    consumer.ok_or_else(|| error::no_such_resource(arn))
}

fn read_arn(input: &mut Input, place: &Place) -> Result<String, ApiError> {
    let arn = constraint::required(input, "StreamARN", ARN)?;
    stream_of(place, &arn)
}

/// Finds a consumer by its ARN, or by its stream's and its name.
fn find<'a>(
    kinesis: &'a Kinesis,
    call: &mut Call,
    place: &Place,
) -> Result<(&'a Stream, &'a Consumer), ApiError> {
    let arn = constraint::text(&mut call.input, "ConsumerARN", ARN)?;
    let stream = constraint::text(&mut call.input, "StreamARN", ARN)?;
    let name = read_name(&mut call.input, "ConsumerName")?;
    call.input.finish()?;
    match (arn, stream, name) {
        (Some(arn), stream, name) => {
            let held = kinesis.find(place, &stream_of(place, &arn)?)?;
            let consumer = consumer_of(held, &arn)?;
            let agrees = stream.is_none_or(|stream| stream == held.arn)
                && name.is_none_or(|name| name == consumer.name);
            match agrees {
                true => Ok((held, consumer)),
                false => Err(error::invalid_argument(
                    "ConsumerARN, StreamARN and ConsumerName name different consumers.",
                )),
            }
        }
        (None, Some(arn), Some(name)) => {
            let stream = kinesis.find(place, &stream_of(place, &arn)?)?;
            let missing =
                || error::not_found(format!("Consumer {name}, account {} not found.", place.account));
            Ok((stream, stream.consumers.get(&name).ok_or_else(missing)?))
        }
        _ => Err(error::invalid_argument(
            "Either ConsumerARN, or StreamARN and ConsumerName, must be provided.",
        )),
    }
}

pub(crate) fn register(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let stream = read_arn(&mut call.input, &place)?;
    let name =
        read_name(&mut call.input, "ConsumerName")?.ok_or_else(|| call.input.missing("ConsumerName"))?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let held = kinesis.find(&place, &stream)?;
    if held.consumers.contains_key(&name) {
        return Err(error::in_use(format!(
            "Consumer {name} under stream {stream} already exists for account {}.",
            place.account
        )));
    }
    if held.consumers.len() >= MAX_CONSUMERS {
        return Err(error::limit_exceeded(format!(
            "Stream {stream} under account {} already has {MAX_CONSUMERS} consumers.",
            place.account
        )));
    }
    let arn = format!("{}/consumer/{name}:{}", held.arn, call.now.as_second());
    let consumer = Consumer { name: name.clone(), arn, created: call.now, tags, policy: None };
    let answer = Structure::new().with("Consumer", consumer.entry().value());
    kinesis.change(&place, &stream)?.consumers.insert(name, consumer);
    Ok(answer.output())
}

pub(crate) fn deregister(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (stream, consumer) = find(kinesis, &mut call, &place)?;
    let (stream, name) = (stream.name.clone(), consumer.name.clone());
    kinesis.change(&place, &stream)?.consumers.remove(&name);
    Ok(Output::default())
}

pub(crate) fn describe(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (stream, consumer) = find(kinesis, &mut call, &place)?;
    let description = consumer.entry().with("StreamARN", stream.arn.as_str());
    Ok(Structure::new().with("ConsumerDescription", description.value()).output())
}

pub(crate) fn list(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_arn(&mut call.input, &place)?;
    let max = constraint::count(&mut call.input, "MaxResults", 10_000)?.unwrap_or(100);
    let token = constraint::text(&mut call.input, "NextToken", TOKEN)?;
    let created = call.input.time("StreamCreationTimestamp")?;
    call.input.finish()?;
    let invalid = || error::invalid_argument("Invalid NextToken.");
    let after = token.map(|token| decode_token(&token).ok_or_else(invalid)).transpose()?;
    let stream = kinesis.find(&place, &name)?;
    // A stream that was deleted and made again is another one.
    if created.is_some_and(|at| at.as_second() != stream.created.as_second()) {
        return Err(error::no_such_stream(&name, &place.account));
    }
    let rows = stream.consumers.iter().map(|(name, consumer)| (name.clone(), consumer.entry().value()));
    let (page, token) = cut(rows, after.as_deref(), max);
    Ok(Structure::new().with("Consumers", page).with_some("NextToken", token).output())
}
