//! Triggers. They are turned on and off, and none ever fires.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Trigger.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::named::{Kind, has_tags, shown};
use super::{Glue, PAGES, crawler, error, tag};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;

/// Refuses a definition that its type cannot have, or that names a job or crawler that is not there.
fn check(glue: &Glue, place: &Place, members: &Members) -> Result<(), ApiError> {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("Type") {
        "SCHEDULED" if text("Schedule").is_empty() => {
            return Err(error::invalid("Schedule is required for a trigger of type SCHEDULED."));
        }
        "CONDITIONAL" if !members.contains_key("Predicate") => {
            return Err(error::invalid("Predicate is required for a trigger of type CONDITIONAL."));
        }
        _ => {}
    }
    crawler::schedule(text("Schedule"))?;
    let actions = members.get("Actions").and_then(Value::as_array);
    for action in actions.into_iter().flatten() {
        for (member, kind) in [("JobName", Kind::Job), ("CrawlerName", Kind::Crawler)] {
            if let Some(name) = action.get(member).and_then(Value::as_str) {
                glue.one(place, kind, name)?;
            }
        }
    }
    if let Some(name) = members.get("WorkflowName").and_then(Value::as_str) {
        glue.one(place, Kind::Workflow, name)?;
    }
    Ok(())
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let tags = tag::read(&mut call.input)?;
    let start = call.input.boolean("StartOnCreation")?.unwrap_or(false);
    let given = call.input.keep_as("Trigger");
    call.input.finish()?;
    check(glue, &place, &given)?;
    if glue.one(&place, Kind::Trigger, &name).is_ok() {
        return Err(error::mismatch("Trigger", &name));
    }
    let kind = given.get("Type").and_then(Value::as_str).unwrap_or_default();
    if start && kind == "ON_DEMAND" {
        return Err(error::invalid("StartOnCreation is not supported for a trigger of type ON_DEMAND."));
    }
    // Triggers of events wait for them from the first.
    let state = if start || kind == "EVENT" { "ACTIVATED" } else { "CREATED" };
    let members = Structure::new().with_all(given).with("Name", name.as_str()).with("State", state).members();
    glue.store_mut(&place).add(Kind::Trigger, name.clone(), Record { members, tags });
    Ok(Structure::new().with("Name", name).output())
}

/// Takes the job whose triggers are asked for.
fn read_dependent(input: &mut Input) -> Result<impl Fn(&Record) -> bool + use<>, ApiError> {
    let job = input.string("DependentJobName")?;
    Ok(move |trigger: &Record| {
        let actions = trigger.members.get("Actions").and_then(Value::as_array);
        let mut names = actions.into_iter().flatten().filter_map(|action| action.get("JobName"));
        job.as_deref().is_none_or(|job| names.any(|name| name.as_str() == Some(job)))
    })
}

pub(crate) fn all(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    let wanted = read_dependent(&mut call.input)?;
    call.input.finish()?;
    let place = Place::of(&call);
    let triggers = glue.all(&place, Kind::Trigger).filter(|(_, trigger)| wanted(trigger));
    Ok(page.answer("Triggers", triggers.map(|(name, trigger)| (name.to_owned(), shown(trigger)))).output())
}

pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    let wanted = read_dependent(&mut call.input)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let place = Place::of(&call);
    let triggers = glue.all(&place, Kind::Trigger);
    let triggers = triggers.filter(|(_, trigger)| wanted(trigger) && has_tags(trigger, &tags));
    let rows = triggers.map(|(name, _)| (name.to_owned(), Value::from(name)));
    Ok(page.answer("TriggerNames", rows).output())
}

/// Replaces the members that are given.
pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let mut update = call.input.required_structure("TriggerUpdate")?;
    call.input.finish()?;
    update.only("Name", name.as_str())?;
    let given = update.keep_as("Trigger");
    update.finish()?;
    let mut members = glue.one(&place, Kind::Trigger, &name)?.members.clone();
    members.extend(given);
    check(glue, &place, &members)?;
    let trigger = glue.store_mut(&place).one_mut(Kind::Trigger, &name)?;
    trigger.members = members;
    Ok(Structure::new().with("Trigger", shown(trigger)).output())
}

/// Turns a trigger on or off. One on demand would fire at once.
pub(crate) fn switch(glue: &mut Glue, mut call: Call, on: bool) -> Result<Output, ApiError> {
    let name = call.input.required("Name")?;
    call.input.finish()?;
    let place = Place::of(&call);
    let trigger = glue.one(&place, Kind::Trigger, &name)?;
    match (trigger.text("Type"), on) {
        ("ON_DEMAND", true) => return Err(not_implemented("glue StartTrigger of a trigger on demand")),
        ("ON_DEMAND", false) => return Err(error::invalid("A trigger of type ON_DEMAND cannot be stopped.")),
        _ => {}
    }
    let state = if on { "ACTIVATED" } else { "DEACTIVATED" };
    glue.store_mut(&place).one_mut(Kind::Trigger, &name)?.set("State", state);
    Ok(Structure::new().with("Name", name).output())
}
