//! Tags of streams and consumers.

use stackproof_aws::{ApiError, Output};

use super::consumer::consumer_of;
use super::{ARN, Kinesis, error, read_stream, stream_of};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::{MAX_TAGS, Tags};

const KEYS: Length = Length(1, MAX_TAGS);
const KEY: Length = Length(1, 128);

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_map(input, "Tags", |_| error::invalid_argument("Tag keys that begin with aws: are reserved."))?
        .within_limit(too_many)
}

fn too_many() -> ApiError {
    error::invalid_argument(format!(
        "Failed to add tags because a given resource cannot have more than {MAX_TAGS} tags associated with it."
    ))
}

fn read_keys(input: &mut Input) -> Result<Vec<String>, ApiError> {
    constraint::texts(input, "TagKeys", KEYS, KEY)
}

/// What has tags.
struct Tagged {
    place: Place,
    stream: String,
    consumer: Option<String>,
}

impl Tagged {
    /// The stream that the members name.
    fn stream(call: &mut Call) -> Result<Self, ApiError> {
        let place = Place::of(call);
        let stream = read_stream(&mut call.input, &place)?;
        Ok(Self { place, stream, consumer: None })
    }

    /// The stream or consumer of the ARN.
    fn resource(call: &mut Call) -> Result<Self, ApiError> {
        let place = Place::of(call);
        let arn = constraint::required(&mut call.input, "ResourceARN", ARN)?;
        let stream = stream_of(&place, &arn)?;
        Ok(Self { place, stream, consumer: arn.contains("/consumer/").then_some(arn) })
    }

    fn tags<'a>(&self, kinesis: &'a Kinesis) -> Result<&'a Tags, ApiError> {
        let stream = kinesis.find(&self.place, &self.stream)?;
        match &self.consumer {
            None => Ok(&stream.tags),
            Some(arn) => Ok(&consumer_of(stream, arn)?.tags),
        }
    }

    fn set(&self, kinesis: &mut Kinesis, tags: Tags) -> Result<Output, ApiError> {
        let stream = kinesis.change(&self.place, &self.stream)?;
        match &self.consumer {
            None => stream.tags = tags,
            Some(arn) => {
                let named = |consumer: &&mut super::consumer::Consumer| consumer.arn == *arn;
                if let Some(consumer) = stream.consumers.values_mut().find(named) {
                    consumer.tags = tags;
                }
            }
        }
        Ok(Output::default())
    }
}

pub(crate) fn add_to_stream(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::stream(&mut call)?;
    put(kinesis, &tagged, call)
}

pub(crate) fn add(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::resource(&mut call)?;
    put(kinesis, &tagged, call)
}

fn put(kinesis: &mut Kinesis, tagged: &Tagged, mut call: Call) -> Result<Output, ApiError> {
    let more = read(&mut call.input)?;
    call.input.finish()?;
    let tags = tagged.tags(kinesis)?.clone().with(more).within_limit(too_many)?;
    tagged.set(kinesis, tags)
}

pub(crate) fn remove_from_stream(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::stream(&mut call)?;
    take(kinesis, &tagged, call)
}

pub(crate) fn remove(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::resource(&mut call)?;
    take(kinesis, &tagged, call)
}

fn take(kinesis: &mut Kinesis, tagged: &Tagged, mut call: Call) -> Result<Output, ApiError> {
    let keys = read_keys(&mut call.input)?;
    call.input.finish()?;
    let mut tags = tagged.tags(kinesis)?.clone();
    tags.remove(&keys);
    tagged.set(kinesis, tags)
}

pub(crate) fn list_of_stream(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::stream(&mut call)?;
    let after = constraint::text(&mut call.input, "ExclusiveStartTagKey", KEY)?;
    let limit = constraint::count(&mut call.input, "Limit", 50)?.unwrap_or(MAX_TAGS);
    call.input.finish()?;
    let tags = tagged.tags(kinesis)?;
    let mut rest = tags.iter().filter(|(key, _)| after.as_deref().is_none_or(|after| *key > after));
    let entry = |(key, value): (&str, &str)| Structure::new().with("Key", key).with("Value", value).value();
    let page: Vec<_> = rest.by_ref().take(limit).map(entry).collect();
    Ok(Structure::new().with("Tags", page).with("HasMoreTags", rest.next().is_some()).output())
}

pub(crate) fn list(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let tagged = Tagged::resource(&mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Tags", tagged.tags(kinesis)?.list()).output())
}
