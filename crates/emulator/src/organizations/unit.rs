//! Organizational units.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::organization::{ALPHABET, Organization};
use super::page::PAGING;
use super::{error, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::random;
use crate::structure::Structure;
use crate::tags::Tags;

const NAME: Length = Length(1, 128);
/// Units nest no deeper ("Quotas for AWS Organizations").
const MOST_LEVELS: usize = 5;

/// An organizational unit.
#[derive(Clone)]
pub(crate) struct Unit {
    pub name: String,
    /// The root or the unit that it is in.
    pub parent: String,
    pub tags: Tags,
}

impl Organization {
    fn unit(&self, id: &str) -> Result<&Unit, ApiError> {
        self.units.get(id).ok_or_else(error::no_such_unit)
    }

    /// Refuses a name that another unit of the parent has.
    fn check_unit_name(&self, parent: &str, name: &str, own: Option<&str>) -> Result<(), ApiError> {
        let is_taken = |(id, unit): (&String, &Unit)| {
            Some(id.as_str()) != own && unit.parent == parent && unit.name == name
        };
        if self.units.iter().any(is_taken) { Err(error::duplicate_unit()) } else { Ok(()) }
    }

    fn shown_unit(&self, id: &str, unit: &Unit) -> Value {
        Structure::new()
            .with("Id", id)
            .with("Arn", self.arn("ou", &format!("/{id}")))
            .with("Name", unit.name.as_str())
            .with("Path", self.path(id))
            .value()
    }
}

fn answer(organization: &Organization, id: &str) -> Result<Output, ApiError> {
    let shown = organization.shown_unit(id, organization.unit(id)?);
    Ok(Structure::new().with("OrganizationalUnit", shown).output())
}

pub(crate) fn create(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let parent = call.input.required("ParentId")?;
    let name = constraint::required(&mut call.input, "Name", NAME)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    if !organization.is_parent(&parent) {
        return Err(error::no_such_parent());
    }
    if organization.depth(&parent) >= MOST_LEVELS {
        return Err(error::constraint(
            "OU_DEPTH_LIMIT_EXCEEDED",
            "You have exceeded the allowed depth of the organizational unit tree.",
        ));
    }
    organization.check_unit_name(&parent, &name, None)?;
    let of_root = organization.root.trim_start_matches("r-");
    let id = format!("ou-{of_root}-{}", random::picks(ALPHABET, 8)?);
    organization.units.insert(id.clone(), Unit { name, parent, tags });
    organization.attach_full_access(&id);
    answer(organization, &id)
}

pub(crate) fn describe(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("OrganizationalUnitId")?;
    call.input.finish()?;
    answer(organization, &id)
}

pub(crate) fn update(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("OrganizationalUnitId")?;
    let name = constraint::text(&mut call.input, "Name", NAME)?;
    call.input.finish()?;
    let parent = organization.unit(&id)?.parent.clone();
    if let Some(name) = name {
        organization.check_unit_name(&parent, &name, Some(&id))?;
        organization.units.get_mut(&id).ok_or_else(error::no_such_unit)?.name = name;
    }
    answer(organization, &id)
}

pub(crate) fn delete(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("OrganizationalUnitId")?;
    call.input.finish()?;
    organization.unit(&id)?;
    if organization.nodes().any(|child| organization.parent(child) == Some(&id)) {
        return Err(error::unit_not_empty());
    }
    organization.units.remove(&id);
    organization.detach_all(&id);
    Ok(Output::default())
}

pub(crate) fn of_parent(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let parent = call.input.required("ParentId")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    if !organization.is_parent(&parent) {
        return Err(error::no_such_parent());
    }
    let units = organization.units.iter().filter(|(_, unit)| unit.parent == parent);
    let rows = units.map(|(id, unit)| (id.clone(), organization.shown_unit(id, unit)));
    Ok(page.answer("OrganizationalUnits", rows).output())
}
