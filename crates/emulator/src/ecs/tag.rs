//! Tags of clusters, services, tasks, task definitions and capacity providers.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::{Ecs, error};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

const NAMES: [&str; 2] = ["key", "value"];

/// Takes the member `tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_pairs(input, "tags", NAMES, error::tags)?.within_limit(error::too_many_tags)
}

/// Tags as answers hold them.
pub(crate) fn list(tags: &Tags) -> Value {
    tags.pairs(NAMES)
}

/// Takes the ARN of what is tagged and finds its tags.
fn find<'a>(ecs: &'a mut Ecs, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
    let arn = call.input.required("resourceArn")?;
    let invalid = || error::invalid(format!("Invalid resource ARN: {arn}"));
    let (place, resource) = Place::parse("ecs", &arn).ok_or_else(invalid)?;
    let (kind, name) = resource.split_once('/').ok_or_else(invalid)?;
    let store = ecs.store_mut(&place);
    let missing = || error::no_resource(&arn);
    let record = match kind {
        "cluster" => store.cluster_mut(name)?,
        "service" => {
            let (cluster, name) = name.split_once('/').ok_or_else(invalid)?;
            let service = store.services.get_mut(&(cluster.to_owned(), name.to_owned()));
            service.filter(|service| service.text("status") == "ACTIVE").ok_or_else(missing)?
        }
        "task" => {
            let (cluster, id) = name.split_once('/').ok_or_else(invalid)?;
            store.task_mut(cluster, id).ok_or_else(missing)?
        }
        "task-definition" => store.definition_mut(&arn).ok_or_else(missing)?,
        "capacity-provider" => store.providers.get_mut(name).ok_or_else(missing)?,
        _ => return Err(invalid()),
    };
    Ok(&mut record.tags)
}

pub(crate) fn add(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let more = read(&mut call.input)?;
    let tags = find(ecs, &mut call)?;
    call.input.finish()?;
    *tags = tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("tagKeys")?;
    let tags = find(ecs, &mut call)?;
    call.input.finish()?;
    tags.remove(&keys);
    Ok(Output::default())
}

pub(crate) fn of_resource(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let tags = find(ecs, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("tags", list(tags)).output())
}
