//! Databases.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::{CATALOG_PAGES, Glue, Store, catalog, error, read_name, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, moment};

impl Store {
    pub fn database(&self, name: &str) -> Result<&Record, ApiError> {
        self.databases.get(name).ok_or_else(|| error::no_database(name))
    }

    pub fn database_mut(&mut self, name: &str) -> Result<&mut Record, ApiError> {
        self.databases.get_mut(name).ok_or_else(|| error::no_database(name))
    }
}

impl Glue {
    /// The store that has a database.
    pub(super) fn with_database(&self, place: &Place, name: &str) -> Result<&Store, ApiError> {
        let store = self.store(place).ok_or_else(|| error::no_database(name))?;
        store.database(name)?;
        Ok(store)
    }
}

/// Takes the members of a database.
fn read(input: &mut Input, place: &Place) -> Result<(String, Members), ApiError> {
    let mut given = input.required_structure("DatabaseInput")?;
    let name = read_name(&mut given, "Name")?;
    let kept = given.keep_as("Database");
    given.finish()?;
    // Without a word about them, tables are open to whom IAM lets in.
    let open = json!([{
        "Principal": { "DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS" }, "Permissions": ["ALL"],
    }]);
    let members = Structure::new()
        .with("CreateTableDefaultPermissions", open)
        .with_all(kept)
        .with("Name", name.as_str())
        .with("CatalogId", place.account.as_str());
    Ok((name, members.members()))
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let (name, mut members) = read(&mut call.input, &place)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    members.insert("CreateTime".to_owned(), moment(call.now).into());
    let store = glue.store_mut(&place);
    if store.databases.contains_key(&name) {
        return Err(error::exists("Database"));
    }
    store.databases.insert(name, Record { members, tags });
    Ok(Output::default())
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let name = read_name(&mut call.input, "Name")?;
    call.input.finish()?;
    let database = glue.with_database(&place, &name)?.database(&name)?;
    Ok(Structure::new().with("Database", Value::Object(database.members.clone())).output())
}

/// Takes which members of each are wanted, by the names that lists have for them.
pub(crate) fn read_wanted(
    input: &mut Input,
    names: &'static [(&str, &str)],
) -> Result<impl Fn(&Members) -> Value + use<>, ApiError> {
    let wanted = input.strings("AttributesToGet")?;
    Ok(move |members: &Members| {
        let mut shown = members.clone();
        if !wanted.is_empty() {
            let asked = |(word, _): &&(&str, &str)| wanted.iter().any(|wanted| wanted == word);
            let kept: Vec<&str> = names.iter().filter(asked).map(|(_, member)| *member).collect();
            shown.retain(|name, _| kept.contains(&name.as_str()) || name == "Name");
        }
        Value::Object(shown)
    })
}

pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let page = CATALOG_PAGES.read(&mut call.input)?;
    // No account shares anything here, so that all there are are one's own.
    call.input.only("ResourceShareType", "ALL")?;
    let shown = read_wanted(&mut call.input, &[("TARGET_DATABASE", "TargetDatabase")])?;
    call.input.finish()?;
    let databases = glue.store(&place).into_iter().flat_map(|store| store.databases.iter());
    let rows = databases.map(|(name, database)| (name.clone(), shown(&database.members)));
    Ok(page.answer("DatabaseList", rows).output())
}

/// Replaces what is said of a database.
pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let name = read_name(&mut call.input, "Name")?;
    let (new_name, mut members) = read(&mut call.input, &place)?;
    call.input.finish()?;
    let held = glue.with_database(&place, &name)?.database(&name)?;
    if new_name != name {
        return Err(crate::input::not_implemented("glue UpdateDatabase.DatabaseInput.Name, another one"));
    }
    if let Some(created) = held.members.get("CreateTime") {
        members.insert("CreateTime".to_owned(), created.clone());
    }
    glue.store_mut(&place).database_mut(&name)?.members = members;
    Ok(Output::default())
}

/// Deletes a database with its tables and functions.
pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let name = read_name(&mut call.input, "Name")?;
    call.input.finish()?;
    glue.with_database(&place, &name)?;
    let store = glue.store_mut(&place);
    store.databases.remove(&name);
    store.tables.retain(|(database, _), _| *database != name);
    store.functions.retain(|(database, _), _| *database != name);
    Ok(Output::default())
}
