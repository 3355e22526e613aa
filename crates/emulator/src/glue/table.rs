//! Tables.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::database::read_wanted;
use super::expression::Pattern;
use super::{CATALOG_PAGES, Glue, Store, catalog, drop_audit, error, index, read_name};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::structure::{Structure, moment};

/// A table with its versions, its partitions and the indexes on them.
#[derive(Clone)]
pub(crate) struct Table {
    /// Each as it is shown, by its number; the last is the table as it is now.
    pub versions: BTreeMap<u64, Members>,
    /// By their values.
    pub partitions: BTreeMap<Vec<String>, Members>,
    pub indexes: Vec<Value>,
}

impl Table {
    /// The table as it is now.
    pub fn now(&self) -> Members {
        self.versions.values().next_back().cloned().unwrap_or_default()
    }

    /// The columns that partition the table.
    pub fn keys(&self) -> Vec<Value> {
        let now = self.versions.values().next_back();
        let keys = now.and_then(|members| members.get("PartitionKeys")).and_then(Value::as_array);
        keys.cloned().unwrap_or_default()
    }
}

/// Which table is meant.
pub(crate) struct Named {
    pub place: Place,
    pub database: String,
    pub name: String,
}

impl Named {
    /// Takes the members that name a table; its own name is under that one.
    pub fn take(call: &mut Call, member: &str) -> Result<Self, ApiError> {
        let place = catalog(call)?;
        let database = read_name(&mut call.input, "DatabaseName")?;
        let name = read_name(&mut call.input, member)?;
        Ok(Self { place, database, name })
    }

    fn key(&self) -> (String, String) {
        (self.database.clone(), self.name.clone())
    }
}

impl Glue {
    pub fn table(&self, named: &Named) -> Result<&Table, ApiError> {
        let store = self.with_database(&named.place, &named.database)?;
        store.tables.get(&named.key()).map(Arc::as_ref).ok_or_else(|| error::no_table(&named.name))
    }

    /// A table that is to be written to.
    pub fn table_mut(&mut self, named: &Named) -> Result<&mut Table, ApiError> {
        self.table(named)?;
        let table = self.store_mut(&named.place).tables.get_mut(&named.key());
        table.map(Arc::make_mut).ok_or_else(|| error::no_table(&named.name))
    }
}

/// Takes what a table is made and changed with: its name and the members that are kept.
pub(crate) fn read(input: &mut Input) -> Result<(String, Members), ApiError> {
    let name = input.string("Name")?;
    let mut given = input.required_structure("TableInput")?;
    let inner = read_name(&mut given, "Name")?;
    if name.is_some_and(|name| name.to_lowercase() != inner) {
        return Err(error::invalid("Name and TableInput.Name do not name the same table."));
    }
    let kept = given.keep_as("Table");
    given.finish()?;
    let columns = kept.get("StorageDescriptor").and_then(|storage| storage.get("Columns"));
    let columns = columns.into_iter().chain(kept.get("PartitionKeys"));
    let mut seen = Vec::new();
    for column in columns.filter_map(Value::as_array).flatten() {
        let name = column.get("Name").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        if seen.contains(&name) {
            return Err(error::invalid(format!("Duplicate column name: {name}")));
        }
        seen.push(name);
    }
    Ok((inner, kept))
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let database = read_name(&mut call.input, "DatabaseName")?;
    let (name, kept) = read(&mut call.input)?;
    let indexes = call.input.structures("PartitionIndexes")?;
    call.input.finish()?;
    glue.with_database(&place, &database)?;
    let members = Structure::new()
        .with("Retention", 0)
        .with_all(kept)
        .with("Name", name.as_str())
        .with("DatabaseName", database.as_str())
        .with("CatalogId", place.account.as_str())
        .with_moment("CreateTime", call.now)
        .with_moment("UpdateTime", call.now)
        .with_some("CreatedBy", call.caller.arn.as_deref())
        .with("IsRegisteredWithLakeFormation", false)
        .with("VersionId", "0")
        .members();
    let mut table =
        Table { versions: BTreeMap::from([(0, members)]), partitions: BTreeMap::new(), indexes: Vec::new() };
    for given in indexes {
        index::add(&mut table, given)?;
    }
    let store = glue.store_mut(&place);
    if store.tables.contains_key(&(database.clone(), name.clone())) {
        return Err(error::exists("Table"));
    }
    store.tables.insert((database, name), Arc::new(table));
    Ok(Output::default())
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "Name")?;
    drop_audit(&mut call.input);
    call.input.only("IncludeStatusDetails", false)?;
    let shown = read_wanted(&mut call.input, &[("TABLE_TYPE", "TableType")])?;
    call.input.finish()?;
    let table = glue.table(&named)?;
    Ok(Structure::new().with("Table", shown(&table.now())).output())
}

pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let database = read_name(&mut call.input, "DatabaseName")?;
    let page = CATALOG_PAGES.read(&mut call.input)?;
    let expression = call.input.string("Expression")?.filter(|text| !text.is_empty());
    let pattern = expression.map(|text| Pattern::read(&text)).transpose()?;
    drop_audit(&mut call.input);
    call.input.only("ResourceShareType", "ALL")?;
    call.input.only("IncludeStatusDetails", false)?;
    let shown = read_wanted(&mut call.input, &[("TABLE_TYPE", "TableType")])?;
    call.input.finish()?;
    let store = glue.with_database(&place, &database)?;
    let of_database = store.tables.iter().filter(|((of, _), _)| *of == database);
    let wanted = of_database.filter(|((_, name), _)| pattern.as_ref().is_none_or(|p| p.matches(name)));
    let rows = wanted.map(|((_, name), table)| (name.clone(), shown(&table.now())));
    Ok(page.answer("TableList", rows).output())
}

impl Store {
    fn remove_table(&mut self, database: &str, name: &str) -> Result<(), ApiError> {
        let removed = self.tables.remove(&(database.to_owned(), name.to_owned()));
        removed.map(drop).ok_or_else(|| error::no_table(name))
    }
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "Name")?;
    call.input.finish()?;
    glue.table(&named)?;
    glue.store_mut(&named.place).remove_table(&named.database, &named.name)?;
    Ok(Output::default())
}

pub(crate) fn batch_delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let database = read_name(&mut call.input, "DatabaseName")?;
    let names = call.input.strings("TablesToDelete")?;
    call.input.finish()?;
    glue.with_database(&place, &database)?;
    let store = glue.store_mut(&place);
    let errors = names.iter().filter_map(|name| {
        let error = store.remove_table(&database, &name.to_lowercase()).err()?;
        Some(json!({ "TableName": name, "ErrorDetail": error::detail(&error) }))
    });
    Ok(Structure::new().with("Errors", errors.collect::<Vec<_>>()).output())
}

/// The moment of a change, as tables show it.
pub(crate) fn touched(members: &mut Members, call: &Call) {
    members.insert("UpdateTime".to_owned(), moment(call.now).into());
}
