//! Tags of rules and buses.

use stackproof_aws::{ApiError, Output};

use super::{DEFAULT_BUS, Events, error};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::{MAX_TAGS, Misuse, Tags};

const ARN: Length = Length(1, 1600);
const KEYS: Length = Length(0, usize::MAX);
const KEY: Length = Length(1, 128);

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_list(input, "Tags", |misuse| {
        error::validation(match misuse {
            Misuse::Reserved => "Tag keys that begin with aws: are reserved.",
            Misuse::Duplicate => "Tag keys must be unique.",
        })
    })?
    .within_limit(too_many)
}

fn too_many() -> ApiError {
    error::validation(format!("A resource can't have more than {MAX_TAGS} tags."))
}

/// What has tags: a bus, or a rule on it.
struct Tagged {
    place: Place,
    bus: String,
    rule: Option<String>,
}

impl Tagged {
    fn read(call: &mut Call) -> Result<Self, ApiError> {
        let place = Place::of(call);
        let arn = constraint::required(&mut call.input, "ResourceARN", ARN)?;
        let invalid = || {
            error::validation(format!(
                "Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
            ))
        };
        let (there, resource) = Place::parse("events", &arn).ok_or_else(invalid)?;
        let (bus, rule) = match resource.split_once('/') {
            Some(("event-bus", bus)) => (bus, None),
            Some(("rule", named)) => match named.rsplit_once('/') {
                Some((bus, rule)) => (bus, Some(rule)),
                None => (DEFAULT_BUS, Some(named)),
            },
            _ => return Err(invalid()),
        };
        match there == place {
            true => Ok(Self { place, bus: bus.to_owned(), rule: rule.map(str::to_owned) }),
            false => Err(error::not_found(format!("Resource {arn} does not exist."))),
        }
    }

    fn tags<'a>(&self, events: &'a Events) -> Result<&'a Tags, ApiError> {
        match &self.rule {
            None => Ok(&events.bus(&self.place, &self.bus)?.tags),
            Some(rule) => Ok(&events.rule(&self.place, &self.bus, rule)?.tags),
        }
    }

    fn set(&self, events: &mut Events, tags: Tags) -> Result<Output, ApiError> {
        match &self.rule {
            None => events.bus_mut(&self.place, &self.bus)?.tags = tags,
            Some(rule) => events.rule_mut(&self.place, &self.bus, rule)?.tags = tags,
        }
        Ok(Output::default())
    }
}

pub(crate) fn add(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::read(&mut call)?;
    let more = read(&mut call.input)?;
    call.input.finish()?;
    let tags = tagged.tags(events)?.clone().with(more).within_limit(too_many)?;
    tagged.set(events, tags)
}

pub(crate) fn remove(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::read(&mut call)?;
    let keys = constraint::texts(&mut call.input, "TagKeys", KEYS, KEY)?;
    call.input.finish()?;
    let mut tags = tagged.tags(events)?.clone();
    tags.remove(&keys);
    tagged.set(events, tags)
}

pub(crate) fn list(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::read(&mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Tags", tagged.tags(events)?.list()).output())
}
