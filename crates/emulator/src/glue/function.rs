//! User-defined functions.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_UserDefinedFunction.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::expression::Pattern;
use super::{CATALOG_PAGES, Glue, catalog, error, read_name};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::structure::{Structure, moment};

/// Takes what a function is made of; gives its name as well.
fn read(input: &mut Input, place: &Place, database: &str) -> Result<(String, Members), ApiError> {
    let mut given = input.required_structure("FunctionInput")?;
    let name = read_name(&mut given, "FunctionName")?;
    let kept = given.keep_as("UserDefinedFunction");
    given.finish()?;
    let members = Structure::new()
        .with("FunctionType", "REGULAR_FUNCTION")
        .with_all(kept)
        .with("FunctionName", name.as_str())
        .with("DatabaseName", database)
        .with("CatalogId", place.account.as_str());
    Ok((name, members.members()))
}

/// Takes the members that name a function.
fn take(call: &mut Call) -> Result<(Place, (String, String)), ApiError> {
    let place = catalog(call)?;
    let database = read_name(&mut call.input, "DatabaseName")?;
    let name = read_name(&mut call.input, "FunctionName")?;
    Ok((place, (database, name)))
}

fn find<'a>(glue: &'a Glue, place: &Place, key: &(String, String)) -> Result<&'a Members, ApiError> {
    let store = glue.with_database(place, &key.0)?;
    store.functions.get(key).ok_or_else(|| error::no_function(&key.1))
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let database = read_name(&mut call.input, "DatabaseName")?;
    let (name, mut members) = read(&mut call.input, &place, &database)?;
    call.input.finish()?;
    glue.with_database(&place, &database)?;
    members.insert("CreateTime".to_owned(), moment(call.now).into());
    let store = glue.store_mut(&place);
    if store.functions.contains_key(&(database.clone(), name.clone())) {
        return Err(error::exists("Function"));
    }
    store.functions.insert((database, name), members);
    Ok(Output::default())
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let (place, key) = take(&mut call)?;
    call.input.finish()?;
    let function = find(glue, &place, &key)?;
    Ok(Structure::new().with("UserDefinedFunction", Value::Object(function.clone())).output())
}

/// Lists functions of one database, or of all.
pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let database = call.input.string("DatabaseName")?.map(|name| name.to_lowercase());
    let pattern = Pattern::read(&call.input.required("Pattern")?)?;
    let kind = call.input.string("FunctionType")?;
    let page = CATALOG_PAGES.read(&mut call.input)?;
    call.input.finish()?;
    if let Some(database) = &database {
        glue.with_database(&place, database)?;
    }
    let functions = glue.store(&place).into_iter().flat_map(|store| store.functions.iter());
    let wanted = functions.filter(|((of, name), members)| {
        let type_of = members.get("FunctionType").and_then(Value::as_str);
        database.as_ref().is_none_or(|database| database == of)
            && pattern.matches(name)
            && kind.as_deref().is_none_or(|kind| Some(kind) == type_of)
    });
    let rows =
        wanted.map(|((of, name), members)| (format!("{of}\u{0}{name}"), Value::Object(members.clone())));
    Ok(page.answer("UserDefinedFunctions", rows).output())
}

/// Replaces what is said of a function, which may get another name.
pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let (place, key) = take(&mut call)?;
    let (name, mut members) = read(&mut call.input, &place, &key.0)?;
    call.input.finish()?;
    let held = find(glue, &place, &key)?;
    members.extend(held.get("CreateTime").map(|created| ("CreateTime".to_owned(), created.clone())));
    let store = glue.store_mut(&place);
    let new_key = (key.0.clone(), name);
    if new_key != key && store.functions.contains_key(&new_key) {
        return Err(error::exists("Function"));
    }
    store.functions.remove(&key);
    store.functions.insert(new_key, members);
    Ok(Output::default())
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let (place, key) = take(&mut call)?;
    call.input.finish()?;
    find(glue, &place, &key)?;
    glue.store_mut(&place).functions.remove(&key);
    Ok(Output::default())
}
