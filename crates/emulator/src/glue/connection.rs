//! Connections: kept, and never opened.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Connection.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::named::Kind;
use super::{Glue, PAGES, catalog, error, tag};
use crate::Call;
use crate::input::Input;
use crate::record::Record;
use crate::structure::{Structure, moment};

/// What `HidePassword` hides.
const SECRETS: [&str; 2] = ["PASSWORD", "ENCRYPTED_PASSWORD"];

/// The properties that came with the second version of the API's schema.
const BY_ENVIRONMENT: [&str; 3] = ["SparkProperties", "AthenaProperties", "PythonProperties"];

/// Takes what connections are made and changed with.
fn read(input: &mut Input) -> Result<(String, Members), ApiError> {
    let mut given = input.required_structure("ConnectionInput")?;
    let name = given.required("Name")?;
    // To validate credentials would be to open the connection.
    given.only("ValidateCredentials", false)?;
    let kept = given.keep_as("Connection");
    given.finish()?;
    Ok((name, kept))
}

fn shown(connection: &Record, hide: bool) -> Value {
    let mut members = connection.members.clone();
    if hide && let Some(Value::Object(properties)) = members.get_mut("ConnectionProperties") {
        properties.retain(|name, _| !SECRETS.contains(&name.as_str()));
    }
    Value::Object(members)
}

fn version(members: &Members) -> i64 {
    if BY_ENVIRONMENT.iter().any(|name| members.contains_key(*name)) { 2 } else { 1 }
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let (name, given) = read(&mut call.input)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    if glue.one(&place, Kind::Connection, &name).is_ok() {
        return Err(error::exists("Connection"));
    }
    let members = Structure::new()
        .with("ConnectionSchemaVersion", version(&given))
        .with_all(given)
        .with("Name", name.as_str())
        .with("Status", "READY")
        .with_moment("CreationTime", call.now)
        .with_moment("LastUpdatedTime", call.now)
        .with_some("LastUpdatedBy", call.caller.arn.as_deref())
        .members();
    glue.store_mut(&place).add(Kind::Connection, name, Record { members, tags });
    Ok(Structure::new().with("CreateConnectionStatus", "READY").output())
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let name = call.input.required("Name")?;
    let hide = call.input.boolean("HidePassword")?.unwrap_or(false);
    call.input.finish()?;
    let connection = glue.one(&place, Kind::Connection, &name)?;
    Ok(Structure::new().with("Connection", shown(connection, hide)).output())
}

pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let hide = call.input.boolean("HidePassword")?.unwrap_or(false);
    let page = PAGES.read(&mut call.input)?;
    let filter = call.input.structure("Filter")?;
    call.input.finish()?;
    let filter = match filter {
        Some(mut filter) => filter.take_all(),
        None => Members::new(),
    };
    let fits = |connection: &Record| {
        filter.iter().all(|(name, wanted)| match (connection.members.get(name), wanted) {
            (Some(Value::Array(held)), Value::Array(wanted)) => wanted.iter().all(|item| held.contains(item)),
            (held, wanted) => held == Some(wanted),
        })
    };
    let connections = glue.all(&place, Kind::Connection).filter(|(_, connection)| fits(connection));
    let rows = connections.map(|(name, connection)| (name.to_owned(), shown(connection, hide)));
    Ok(page.answer("ConnectionList", rows).output())
}

/// Replaces a connection's definition.
pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let name = call.input.required("Name")?;
    let (inner, given) = read(&mut call.input)?;
    call.input.finish()?;
    if inner != name {
        return Err(error::invalid("The name of a connection cannot be changed."));
    }
    let created = glue.one(&place, Kind::Connection, &name)?.members.get("CreationTime").cloned();
    let members = Structure::new()
        .with("ConnectionSchemaVersion", version(&given))
        .with_all(given)
        .with("Name", name.as_str())
        .with("Status", "READY")
        .with_some("CreationTime", created)
        .with("LastUpdatedTime", moment(call.now))
        .with_some("LastUpdatedBy", call.caller.arn.as_deref())
        .members();
    glue.store_mut(&place).one_mut(Kind::Connection, &name)?.members = members;
    Ok(Output::default())
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let name = call.input.required("ConnectionName")?;
    call.input.finish()?;
    glue.one(&place, Kind::Connection, &name)?;
    glue.store_mut(&place).named.remove(&(Kind::Connection, name));
    Ok(Output::default())
}

pub(crate) fn batch_delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let names = call.input.strings("ConnectionNameList")?;
    call.input.finish()?;
    let (mut done, mut errors) = (Vec::new(), Members::new());
    let store = glue.store_mut(&place);
    for name in names {
        match store.named.remove(&(Kind::Connection, name.clone())) {
            Some(_) => done.push(name),
            None => {
                let detail = error::detail(&Kind::Connection.missing(&name));
                errors.insert(name, detail);
            }
        }
    }
    Ok(Structure::new().with("Succeeded", done).with("Errors", json!(errors)).output())
}
