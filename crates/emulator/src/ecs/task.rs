//! Tasks and container instances: there are none. What would start one is refused by name; the rest answers as AWS does where
//! there are none.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{Ecs, PAGING, cluster, error};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

/// Refuses a cluster that is not there.
fn check_cluster(ecs: &Ecs, call: &mut Call) -> Result<(), ApiError> {
    let name = cluster::read_name(&mut call.input)?;
    let store = ecs.store(&Place::of(call)).ok_or_else(error::no_cluster)?;
    store.cluster(&name).map(drop)
}

/// A list that is empty, whatever it is filtered by.
pub(crate) fn list(
    ecs: &mut Ecs,
    mut call: Call,
    answer: &str,
    filters: &[&str],
) -> Result<Output, ApiError> {
    check_cluster(ecs, &mut call)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.keep(filters);
    call.input.finish()?;
    Ok(page.answer(answer, []).output())
}

/// Tells of each that it is missing.
pub(crate) fn describe(ecs: &mut Ecs, mut call: Call, kind: &str, member: &str) -> Result<Output, ApiError> {
    check_cluster(ecs, &mut call)?;
    let place = Place::of(&call);
    let named = call.input.strings(member)?;
    call.input.strings("include")?;
    call.input.finish()?;
    let arn = |named: &str| match named.starts_with("arn:") {
        true => named.to_owned(),
        false => place.arn("ecs", &format!("{kind}/{named}")),
    };
    let failures: Vec<Value> =
        named.iter().map(|named| json!({ "arn": arn(named), "reason": "MISSING" })).collect();
    Ok(Structure::new().with(member, json!([])).with("failures", failures).output())
}

pub(crate) fn stop(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    check_cluster(ecs, &mut call)?;
    call.input.keep(&["reason", "task"]);
    call.input.finish()?;
    Err(error::invalid("The referenced task was not found."))
}
