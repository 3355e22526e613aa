//! Tags of log groups.

use stackproof_aws::{ApiError, Output};

use super::{Logs, error, group_of, read_group};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::{MAX_TAGS, Tags};

const ARN: Length = Length(1, 1011);
const KEYS: Length = Length(0, MAX_TAGS);
const KEY: Length = Length(1, 128);

/// Takes the member `tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_map(input, "tags", |_| {
        error::invalid_parameter("Tag keys that begin with aws: are reserved.")
    })?
    .within_limit(error::too_many_tags)
}

/// Takes the ARN of a log group. Destinations, which may have tags too, are not here.
fn read_resource(call: &mut Call) -> Result<String, ApiError> {
    let arn = constraint::required(&mut call.input, "resourceArn", ARN)?;
    match arn.starts_with("arn:") {
        true => group_of(&Place::of(call), &arn),
        false => Err(error::invalid_arn(&arn)),
    }
}

pub(crate) fn add(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let group = read_resource(&mut call)?;
    put(logs, &group, call)
}

pub(crate) fn add_to_group(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let group = read_group(&mut call.input)?;
    put(logs, &group, call)
}

fn put(logs: &mut Logs, group: &str, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let more = read(&mut call.input)?;
    call.input.finish()?;
    let tags = logs.group(&place, group)?.tags.clone().with(more).within_limit(error::too_many_tags)?;
    logs.group_mut(&place, group)?.tags = tags;
    Ok(Output::default())
}

pub(crate) fn remove(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let group = read_resource(&mut call)?;
    take(logs, &group, "tagKeys", call)
}

pub(crate) fn remove_from_group(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let group = read_group(&mut call.input)?;
    take(logs, &group, "tags", call)
}

fn take(logs: &mut Logs, group: &str, member: &str, mut call: Call) -> Result<Output, ApiError> {
    let keys = constraint::texts(&mut call.input, member, KEYS, KEY)?;
    call.input.finish()?;
    logs.group_mut(&Place::of(&call), group)?.tags.remove(&keys);
    Ok(Output::default())
}

pub(crate) fn list(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let group = read_resource(&mut call)?;
    show(logs, &group, &call)
}

pub(crate) fn list_of_group(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let group = read_group(&mut call.input)?;
    show(logs, &group, &call)
}

fn show(logs: &Logs, group: &str, call: &Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let tags = &logs.group(&Place::of(call), group)?.tags;
    Ok(Structure::new().with("tags", tags.map()).output())
}
