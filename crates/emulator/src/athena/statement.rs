//! Prepared statements.
//!
//! <https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::{Athena, PAGES, error};
use crate::Call;
use crate::place::Place;
use crate::structure::{Structure, moment};

/// Takes the workgroup and the name.
fn take(athena: &Athena, call: &mut Call) -> Result<(String, String), ApiError> {
    let workgroup = call.input.required("WorkGroup")?;
    let name = call.input.required("StatementName")?;
    athena.store(&Place::of(call)).workgroup(&workgroup)?;
    Ok((workgroup, name))
}

fn find(athena: &Athena, place: &Place, key: &(String, String)) -> Result<Members, ApiError> {
    let held = athena.store(place).statements.get(key).cloned();
    held.ok_or_else(|| error::no_statement(&key.1, &key.0))
}

pub(crate) fn create(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = take(athena, &mut call)?;
    let given = call.input.keep_as("PreparedStatement");
    call.input.finish()?;
    let store = athena.store_mut(&place);
    if store.statements.contains_key(&key) {
        let message = format!("PreparedStatement {} already exists in WorkGroup {}", key.1, key.0);
        return Err(error::invalid(message));
    }
    let members = Structure::new()
        .with_all(given)
        .with("StatementName", key.1.as_str())
        .with("WorkGroupName", key.0.as_str())
        .with_moment("LastModifiedTime", call.now);
    store.statements.insert(key, members.members());
    Ok(Output::default())
}

pub(crate) fn get(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let key = take(athena, &mut call)?;
    call.input.finish()?;
    let members = find(athena, &Place::of(&call), &key)?;
    Ok(Structure::new().with("PreparedStatement", members).output())
}

pub(crate) fn batch_get(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let workgroup = call.input.required("WorkGroup")?;
    let names = call.input.strings("PreparedStatementNames")?;
    call.input.finish()?;
    let place = Place::of(&call);
    athena.store(&place).workgroup(&workgroup)?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        match find(athena, &place, &(workgroup.clone(), name.clone())) {
            Ok(members) => found.push(Value::Object(members)),
            Err(error) => missing.push(json!({
                "StatementName": name, "ErrorCode": "STATEMENT_NOT_FOUND", "ErrorMessage": error.message,
            })),
        }
    }
    let answer =
        Structure::new().with("PreparedStatements", found).with("UnprocessedPreparedStatementNames", missing);
    Ok(answer.output())
}

pub(crate) fn list(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let workgroup = call.input.required("WorkGroup")?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let store = athena.store(&Place::of(&call));
    store.workgroup(&workgroup)?;
    let statements = store.statements.iter().filter(|((of, _), _)| *of == workgroup);
    let rows = statements.map(|((_, name), members)| {
        let summary = Structure::new()
            .with("StatementName", name.as_str())
            .with_some("LastModifiedTime", members.get("LastModifiedTime").cloned());
        (name.clone(), summary.value())
    });
    Ok(page.answer("PreparedStatements", rows).output())
}

pub(crate) fn update(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = take(athena, &mut call)?;
    let given = call.input.keep_as("PreparedStatement");
    call.input.finish()?;
    let mut members = find(athena, &place, &key)?;
    members.extend(given);
    members.insert("LastModifiedTime".to_owned(), moment(call.now).into());
    athena.store_mut(&place).statements.insert(key, members);
    Ok(Output::default())
}

pub(crate) fn delete(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = take(athena, &mut call)?;
    call.input.finish()?;
    find(athena, &place, &key)?;
    athena.store_mut(&place).statements.remove(&key);
    Ok(Output::default())
}
