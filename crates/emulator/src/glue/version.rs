//! Versions of tables. Each update archives the version before it, unless it says that it shall not.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::table::{Named, Table, read, touched};
use super::{CATALOG_PAGES, Glue, catalog, drop_audit, error, read_name};
use crate::Call;
use crate::structure::Structure;

/// What an update leaves as it was.
const LASTING: [&str; 5] =
    ["CreateTime", "CreatedBy", "CatalogId", "DatabaseName", "IsRegisteredWithLakeFormation"];

pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let database = read_name(&mut call.input, "DatabaseName")?;
    let (name, kept) = read(&mut call.input)?;
    let skip_archive = call.input.boolean("SkipArchive")?.unwrap_or(false);
    let version = call.input.string("VersionId")?;
    call.input.only("Force", false)?;
    call.input.finish()?;
    let named = Named { place, database, name };
    let table = glue.table_mut(&named)?;
    let held = table.now();
    let last = table.versions.keys().next_back().copied().unwrap_or_default();
    if version.is_some_and(|version| version != last.to_string()) {
        return Err(error::changed_meanwhile("Update table failed due to concurrent modifications."));
    }
    let next = last + 1;
    let mut members = Structure::new().with("Retention", 0).with_all(kept).with("Name", named.name).members();
    members.extend(held.into_iter().filter(|(name, _)| LASTING.contains(&name.as_str())));
    members.insert("VersionId".to_owned(), next.to_string().into());
    touched(&mut members, &call);
    if skip_archive {
        table.versions.remove(&last);
    }
    table.versions.insert(next, members);
    Ok(Output::default())
}

fn shown(members: &Members) -> Value {
    let id = members.get("VersionId").cloned().unwrap_or_default();
    json!({ "Table": members, "VersionId": id })
}

fn find(table: &Table, id: &str) -> Result<u64, ApiError> {
    let number = id.parse().ok().filter(|number| table.versions.contains_key(number));
    number.ok_or_else(error::no_version)
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let id = call.input.string("VersionId")?;
    drop_audit(&mut call.input);
    call.input.finish()?;
    let table = glue.table(&named)?;
    let members = match id {
        None => table.now(),
        Some(id) => table.versions.get(&find(table, &id)?).cloned().ok_or_else(error::no_version)?,
    };
    Ok(Structure::new().with("TableVersion", shown(&members)).output())
}

/// The latest comes first.
pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let page = CATALOG_PAGES.read(&mut call.input)?;
    drop_audit(&mut call.input);
    call.input.finish()?;
    let versions = &glue.table(&named)?.versions;
    let rows =
        versions.iter().map(|(number, members)| (format!("{:020}", u64::MAX - number), shown(members)));
    Ok(page.answer("TableVersions", rows).output())
}

impl Table {
    fn remove_version(&mut self, id: &str) -> Result<(), ApiError> {
        let number = find(self, id)?;
        if self.versions.keys().next_back() == Some(&number) {
            return Err(error::invalid("Cannot delete the latest version of a table."));
        }
        self.versions.remove(&number);
        Ok(())
    }
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let id = call.input.required("VersionId")?;
    call.input.finish()?;
    glue.table_mut(&named)?.remove_version(&id)?;
    Ok(Output::default())
}

pub(crate) fn batch_delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let ids = call.input.strings("VersionIds")?;
    call.input.finish()?;
    let table = glue.table_mut(&named)?;
    let errors = ids.iter().filter_map(|id| {
        let error = table.remove_version(id).err()?;
        Some(json!({ "TableName": named.name, "VersionId": id, "ErrorDetail": error::detail(&error) }))
    });
    Ok(Structure::new().with("Errors", errors.collect::<Vec<_>>()).output())
}
