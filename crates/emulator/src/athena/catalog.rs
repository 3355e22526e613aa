//! Data catalogs: AWS's own, which is Glue's, and those that are registered beside it.
//!
//! <https://docs.aws.amazon.com/athena/latest/APIReference/API_DataCatalog.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::{Athena, PAGES, error, tag, workgroup};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;

/// The catalog that every account has.
const OWN: &str = "AwsDataCatalog";

fn own(place: &Place) -> Members {
    Structure::new()
        .with("Name", OWN)
        .with("Type", "GLUE")
        .with("Parameters", json!({ "catalog-id": place.account }))
        .members()
}

/// Takes what catalogs are made and changed with: their type says which parameters they need.
fn read(input: &mut Input, name: &str) -> Result<Members, ApiError> {
    let given = input.keep(&["Type", "Description", "Parameters"]);
    let kind = given.get("Type").and_then(Value::as_str).unwrap_or_default();
    let has = |key: &str| given.get("Parameters").is_some_and(|parameters| parameters.get(key).is_some());
    let enough = match kind {
        "GLUE" => has("catalog-id"),
        "HIVE" => has("metadata-function"),
        "LAMBDA" => has("function") || (has("metadata-function") && has("record-function")),
        // It would make a connection of Glue's and a function.
        _ => return Err(not_implemented(&format!("athena data catalog of type {kind}"))),
    };
    if !enough {
        return Err(error::invalid(format!("Parameters are not valid for a data catalog of type {kind}.")));
    }
    Ok(Structure::new().with_all(given).with("Name", name).with("Status", "CREATE_COMPLETE").members())
}

fn find(athena: &Athena, place: &Place, name: &str) -> Result<Members, ApiError> {
    if name == OWN {
        return Ok(own(place));
    }
    let store = athena.store(place);
    store.catalogs.get(name).map(|catalog| catalog.members.clone()).ok_or_else(|| error::no_catalog(name))
}

fn answer(members: Members) -> Output {
    Structure::new().with("DataCatalog", members).output()
}

pub(crate) fn create(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let members = read(&mut call.input, &name)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    if find(athena, &place, &name).is_ok() {
        return Err(error::invalid(format!("DataCatalog {name} already exists")));
    }
    athena.store_mut(&place).catalogs.insert(name, Record { members: members.clone(), tags });
    Ok(answer(members))
}

/// Takes a workgroup that matters only to catalogs of Identity Center.
fn drop_workgroup(athena: &Athena, call: &mut Call) -> Result<(), ApiError> {
    let name = workgroup::read_name(&mut call.input)?;
    athena.store(&Place::of(call)).workgroup(&name).map(drop)
}

pub(crate) fn get(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("Name")?;
    drop_workgroup(athena, &mut call)?;
    call.input.finish()?;
    Ok(answer(find(athena, &Place::of(&call), &name)?))
}

pub(crate) fn list(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    drop_workgroup(athena, &mut call)?;
    call.input.finish()?;
    let place = Place::of(&call);
    let store = athena.store(&place);
    let own = (OWN.to_owned(), own(&place));
    let held = store.catalogs.iter().map(|(name, catalog)| (name.clone(), catalog.members.clone()));
    let rows = held.chain([own]).map(|(name, mut members)| {
        let summary = Structure::new()
            .with("CatalogName", name.as_str())
            .with_some("Type", members.remove("Type"))
            .with_some("Status", members.remove("Status"));
        (name, summary.value())
    });
    Ok(page.answer("DataCatalogsSummary", rows).output())
}

pub(crate) fn update(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let members = read(&mut call.input, &name)?;
    call.input.finish()?;
    let catalog = athena.store_mut(&place).catalogs.get_mut(&name).ok_or_else(|| error::no_catalog(&name))?;
    catalog.members = members;
    Ok(Output::default())
}

pub(crate) fn delete(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("Name")?;
    call.input.only("DeleteCatalogOnly", false)?;
    call.input.finish()?;
    let removed = athena.store_mut(&Place::of(&call)).catalogs.remove(&name);
    let mut catalog = removed.ok_or_else(|| error::no_catalog(&name))?;
    catalog.set("Status", "DELETE_COMPLETE");
    Ok(answer(catalog.members))
}
