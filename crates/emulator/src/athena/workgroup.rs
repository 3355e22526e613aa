//! Workgroups.
//!
//! <https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroup.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::{Athena, PAGES, Store, configuration, error, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// The workgroup of calls that name none.
pub(crate) const PRIMARY: &str = "primary";

/// The workgroup that every account has.
pub(crate) fn primary() -> Record {
    let configuration = configuration::defaults().with("EnforceWorkGroupConfiguration", false);
    let members = Structure::new()
        .with("Name", PRIMARY)
        .with("State", "ENABLED")
        .with("Configuration", configuration.value());
    Record { members: members.members(), tags: Tags::default() }
}

impl Store {
    pub fn workgroup(&self, name: &str) -> Result<&Record, ApiError> {
        self.workgroups.get(name).ok_or_else(error::no_workgroup)
    }

    pub fn workgroup_mut(&mut self, name: &str) -> Result<&mut Record, ApiError> {
        self.workgroups.get_mut(name).ok_or_else(error::no_workgroup)
    }
}

/// Takes the name of a workgroup; by default it is `primary`.
pub(crate) fn read_name(input: &mut Input) -> Result<String, ApiError> {
    Ok(input.string("WorkGroup")?.unwrap_or_else(|| PRIMARY.to_owned()))
}

pub(crate) fn create(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("Name")?;
    let given = configuration::read(&mut call.input)?;
    let description = call.input.string("Description")?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let named = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) && name.len() <= 128;
    if !named {
        let pattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9._-]{1,128}";
        return Err(call.input.breaks(&name, "Name", pattern));
    }
    let store = athena.store_mut(&Place::of(&call));
    if store.workgroups.contains_key(&name) {
        return Err(error::invalid("WorkGroup is already created"));
    }
    let members = Structure::new()
        .with("Name", name.as_str())
        .with("State", "ENABLED")
        .with("Configuration", given)
        .with_some("Description", description)
        .with_moment("CreationTime", call.now)
        .members();
    store.workgroups.insert(name, Record { members, tags });
    Ok(Output::default())
}

pub(crate) fn get(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("WorkGroup")?;
    call.input.finish()?;
    let store = athena.store(&Place::of(&call));
    let members = store.workgroup(&name)?.members.clone();
    Ok(Structure::new().with("WorkGroup", members).output())
}

pub(crate) fn list(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let store = athena.store(&Place::of(&call));
    let rows = store.workgroups.iter().map(|(name, workgroup)| {
        let mut members = workgroup.members.clone();
        let configuration = members.remove("Configuration");
        let summary = Structure::new()
            .with_all(members)
            .with_some("EngineVersion", configuration::engine_of(configuration.as_ref()));
        (name.clone(), summary.value())
    });
    Ok(page.answer("WorkGroups", rows).output())
}

pub(crate) fn update(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("WorkGroup")?;
    let given = call.input.keep(&["Description", "State"]);
    let store = athena.store_mut(&Place::of(&call));
    let workgroup = store.workgroup_mut(&name)?;
    let mut configuration = match workgroup.members.get("Configuration") {
        Some(Value::Object(configuration)) => configuration.clone(),
        _ => Members::new(),
    };
    configuration::update(&mut call.input, &mut configuration)?;
    call.input.finish()?;
    workgroup.members.extend(given);
    workgroup.set("Configuration", configuration);
    Ok(Output::default())
}

pub(crate) fn delete(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("WorkGroup")?;
    let recursive = call.input.boolean("RecursiveDeleteOption")?.unwrap_or(false);
    call.input.finish()?;
    if name == PRIMARY {
        return Err(error::invalid("The primary workgroup cannot be deleted"));
    }
    let store = athena.store_mut(&Place::of(&call));
    store.workgroup(&name)?;
    let queries = store.queries.values().any(|query| query.workgroup() == name);
    if !recursive && (queries || store.statements.keys().any(|(workgroup, _)| *workgroup == name)) {
        return Err(error::invalid(format!("WorkGroup {name} is not empty")));
    }
    store.workgroups.remove(&name);
    store.queries.retain(|_, query| query.workgroup() != name);
    store.statements.retain(|(workgroup, _), _| *workgroup != name);
    Ok(Output::default())
}
