//! Workflows: the names that triggers are grouped by.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Workflow.html>

use stackproof_aws::{ApiError, Output};

use super::named::{Kind, batch as named_batch, get as named_get};
use super::{Glue, error, tag};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, moment};

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let tags = tag::read(&mut call.input)?;
    let given = call.input.keep_as("Workflow");
    call.input.finish()?;
    if glue.one(&place, Kind::Workflow, &name).is_ok() {
        return Err(error::exists("Workflow"));
    }
    let members = Structure::new()
        .with_all(given)
        .with("Name", name.as_str())
        .with_moment("CreatedOn", call.now)
        .with_moment("LastModifiedOn", call.now)
        .members();
    glue.store_mut(&place).add(Kind::Workflow, name.clone(), Record { members, tags });
    Ok(Structure::new().with("Name", name).output())
}

/// The graph of a workflow is not drawn.
pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    call.input.only("IncludeGraph", false)?;
    named_get(glue, call, Kind::Workflow, "Name", "Workflow")
}

pub(crate) fn batch(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    call.input.only("IncludeGraph", false)?;
    named_batch(glue, call, Kind::Workflow, ["Names", "Workflows", "MissingWorkflows"])
}

pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let given = call.input.keep_as("Workflow");
    call.input.finish()?;
    glue.one(&place, Kind::Workflow, &name)?;
    let workflow = glue.store_mut(&place).one_mut(Kind::Workflow, &name)?;
    workflow.members.extend(given);
    workflow.set("LastModifiedOn", moment(call.now));
    Ok(Structure::new().with("Name", name).output())
}
