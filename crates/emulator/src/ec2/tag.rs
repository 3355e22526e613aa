//! Tags: with what is made, and of anything by its id.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::filter::Filters;
use super::kind::{Filter, Kind};
use super::network::Network;
use super::{PAGING, error};
use crate::Call;
use crate::input::Input;
use crate::tags::Tags;

const MAX_KEY: usize = 127;
const MAX_VALUE: usize = 255;

const FILTERS: &[Filter] =
    &[("key", "Key"), ("resource-id", "ResourceId"), ("resource-type", "ResourceType"), ("value", "Value")];

/// Takes a list of tags. Unlike those of other services, they may have any letters.
fn read(input: &mut Input) -> Result<Tags, ApiError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for mut tag in input.structures("Tags")? {
        let key = tag.string("Key")?.unwrap_or_default();
        let value = tag.string("Value")?.unwrap_or_default();
        tag.finish()?;
        if key.is_empty() {
            return Err(error::invalid("Tag key cannot be null or empty."));
        }
        if key.starts_with("aws:") {
            return Err(error::invalid("Tag keys starting with 'aws:' are reserved for internal use"));
        }
        if key.chars().count() > MAX_KEY {
            return Err(error::invalid(format!(
                "Tag key exceeds the maximum length of {MAX_KEY} characters"
            )));
        }
        if value.chars().count() > MAX_VALUE {
            return Err(error::invalid(format!(
                "Tag value exceeds the maximum length of {MAX_VALUE} characters"
            )));
        }
        if pairs.iter().any(|(earlier, _)| *earlier == key) {
            return Err(error::invalid(format!("Duplicate tag key '{key}' specified.")));
        }
        pairs.push((key, value));
    }
    Ok(pairs.into_iter().collect())
}

fn too_many() -> ApiError {
    error::refuse("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
}

/// Takes the tags that something of that kind is made with.
pub(crate) fn take(input: &mut Input, kind: Kind) -> Result<Tags, ApiError> {
    let mut tags = Tags::default();
    for mut specification in input.structures("TagSpecifications")? {
        let of = specification.string("ResourceType")?.unwrap_or_default();
        if of != kind.table().tagged {
            let message = format!("'{of}' is not a valid taggable resource type for this operation.");
            return Err(error::invalid(message));
        }
        tags = tags.with(read(&mut specification)?);
        specification.finish()?;
    }
    tags.within_limit(too_many)
}

/// Takes ids and finds what kind of resource each is.
fn read_resources(network: &Network, input: &mut Input) -> Result<Vec<(Kind, String)>, ApiError> {
    let mut resources = Vec::new();
    for id in input.strings("Resources")? {
        let invalid = || error::refuse("InvalidID", format!("The ID '{id}' is not valid"));
        let kind = Kind::of_id(&id).ok_or_else(invalid)?;
        network.get(kind, &id)?;
        resources.push((kind, id));
    }
    Ok(resources)
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let resources = read_resources(network, &mut call.input)?;
    let more = read(&mut call.input)?;
    call.input.finish()?;
    // All are changed, or none is.
    for (kind, id) in &resources {
        network.get(*kind, id)?.tags.clone().with(more.clone()).within_limit(too_many)?;
    }
    for (kind, id) in &resources {
        let tags = &mut network.get_mut(*kind, id)?.tags;
        *tags = tags.clone().with(more.clone());
    }
    Ok(Output::default())
}

/// Deletes tags: by key, or with the value only where it is that; without any, all.
pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let resources = read_resources(network, &mut call.input)?;
    let mut gone = Vec::new();
    for mut tag in call.input.structures("Tags")? {
        gone.push((tag.string("Key")?.unwrap_or_default(), tag.string("Value")?));
        tag.finish()?;
    }
    call.input.finish()?;
    for (kind, id) in resources {
        let record = network.get_mut(kind, &id)?;
        if gone.is_empty() {
            record.tags = Tags::default();
        }
        let stays = |key: &str, value: &str| {
            gone.iter().all(|(of, with)| of != key || with.as_ref().is_some_and(|with| with != value))
        };
        let kept = record.tags.iter().filter(|(key, value)| stays(key, value));
        record.tags = kept.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    }
    Ok(Output::default())
}

pub(crate) fn describe(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let filters = Filters::take(&mut call.input, "Filters", FILTERS)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let mut rows = Vec::new();
    for kind in Kind::ALL {
        for (id, record) in network.all(kind) {
            for (key, value) in record.tags.iter() {
                let row = json!({
                    "ResourceId": id, "ResourceType": kind.table().tagged, "Key": key, "Value": value,
                });
                // A filter for a tag looks at this tag alone.
                let own: Tags = [(key.to_owned(), value.to_owned())].into_iter().collect();
                if let Value::Object(members) = &row
                    && filters.match_with(members, &own)
                {
                    rows.push((format!("{id} {key}"), row));
                }
            }
        }
    }
    Ok(page.answer("Tags", rows).output())
}
