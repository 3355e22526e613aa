//! Resource policies of streams and consumers. They are kept as they are sent; what they mean is the gateway's to know.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::consumer::{Consumer, consumer_of};
use super::{ARN, Kinesis, error, stream_of};
use crate::Call;
use crate::constraint::{self, Length};
use crate::place::Place;
use crate::structure::Structure;

const LENGTH: Length = Length(1, 20_480);

/// The policy of the stream or consumer of an ARN.
fn held(kinesis: &Kinesis, place: &Place, arn: &str) -> Result<Option<String>, ApiError> {
    let stream = kinesis.find(place, &stream_of(place, arn)?)?;
    match arn == stream.arn {
        true => Ok(stream.policy.clone()),
        false => Ok(consumer_of(stream, arn)?.policy.clone()),
    }
}

fn set(kinesis: &mut Kinesis, place: &Place, arn: &str, policy: Option<String>) -> Result<Output, ApiError> {
    let stream = kinesis.change(place, &stream_of(place, arn)?)?;
    if arn == stream.arn {
        stream.policy = policy;
    } else if let Some(consumer) =
        stream.consumers.values_mut().find(|consumer: &&mut Consumer| consumer.arn == arn)
    {
        consumer.policy = policy;
    }
    Ok(Output::default())
}

fn none(arn: &str) -> ApiError {
    error::not_found(format!("Resource policy for {arn} not found."))
}

pub(crate) fn get(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let arn = constraint::required(&mut call.input, "ResourceARN", ARN)?;
    call.input.finish()?;
    let policy = held(kinesis, &Place::of(&call), &arn)?.ok_or_else(|| none(&arn))?;
    Ok(Structure::new().with("Policy", policy).output())
}

pub(crate) fn put(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let arn = constraint::required(&mut call.input, "ResourceARN", ARN)?;
    let policy = constraint::required(&mut call.input, "Policy", LENGTH)?;
    call.input.finish()?;
    match serde_json::from_str(&policy) {
        Ok(Value::Object(document)) if document.contains_key("Statement") => {}
        _ => return Err(error::invalid_argument("The policy is not a valid JSON policy document.")),
    }
    held(kinesis, &place, &arn)?;
    set(kinesis, &place, &arn, Some(policy))
}

pub(crate) fn delete(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let arn = constraint::required(&mut call.input, "ResourceARN", ARN)?;
    call.input.finish()?;
    held(kinesis, &place, &arn)?.ok_or_else(|| none(&arn))?;
    set(kinesis, &place, &arn, None)
}
