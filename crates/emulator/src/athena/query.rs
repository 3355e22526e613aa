//! Named queries.
//!
//! <https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::{Athena, PAGES, error, workgroup};
use crate::Call;
use crate::place::Place;
use crate::random;
use crate::structure::Structure;

/// A query that is kept by an id.
#[derive(Clone)]
pub(crate) struct Query {
    members: Members,
    /// Of the call that made it, and what it was given.
    token: Option<String>,
    given: Members,
}

impl Query {
    /// The workgroup that it is of.
    pub fn workgroup(&self) -> &str {
        self.members.get("WorkGroup").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Keeps a query. The same call once more is answered as before.
pub(crate) fn create(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let token = call.input.string("ClientRequestToken")?;
    let workgroup = workgroup::read_name(&mut call.input)?;
    let given = call.input.keep_as("NamedQuery");
    call.input.finish()?;
    let store = athena.store_mut(&place);
    store.workgroup(&workgroup)?;
    let earlier = store.queries.iter().find(|(_, query)| token.is_some() && query.token == token);
    if let Some((id, query)) = earlier {
        return match query.given == given {
            true => Ok(Structure::new().with("NamedQueryId", id.as_str()).output()),
            false => Err(error::invalid("Idempotent parameters do not match")),
        };
    }
    let id = random::uuid()?;
    let members = Structure::new()
        .with_all(given.clone())
        .with("WorkGroup", workgroup)
        .with("NamedQueryId", id.as_str())
        .members();
    store.queries.insert(id.clone(), Query { members, token, given });
    Ok(Structure::new().with("NamedQueryId", id).output())
}

pub(crate) fn get(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("NamedQueryId")?;
    call.input.finish()?;
    let store = athena.store(&Place::of(&call));
    let query = store.queries.get(&id).ok_or_else(|| error::no_query(&id))?;
    Ok(Structure::new().with("NamedQuery", query.members.clone()).output())
}

pub(crate) fn batch_get(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let ids = call.input.strings("NamedQueryIds")?;
    call.input.finish()?;
    let store = athena.store(&Place::of(&call));
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for id in ids {
        match store.queries.get(&id) {
            Some(query) => found.push(Value::Object(query.members.clone())),
            None => missing.push(json!({
                "NamedQueryId": id, "ErrorCode": "INVALID_INPUT", "ErrorMessage": error::no_query(&id).message,
            })),
        }
    }
    Ok(Structure::new().with("NamedQueries", found).with("UnprocessedNamedQueryIds", missing).output())
}

pub(crate) fn list(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    let workgroup = workgroup::read_name(&mut call.input)?;
    call.input.finish()?;
    let store = athena.store(&Place::of(&call));
    store.workgroup(&workgroup)?;
    let queries = store.queries.iter().filter(|(_, query)| query.workgroup() == workgroup);
    let rows = queries.map(|(id, _)| (id.clone(), Value::from(id.as_str())));
    Ok(page.answer("NamedQueryIds", rows).output())
}

pub(crate) fn update(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("NamedQueryId")?;
    let given = call.input.keep_as("NamedQuery");
    call.input.finish()?;
    let store = athena.store_mut(&Place::of(&call));
    let query = store.queries.get_mut(&id).ok_or_else(|| error::no_query(&id))?;
    query.members.extend(given);
    Ok(Output::default())
}

pub(crate) fn delete(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("NamedQueryId")?;
    call.input.finish()?;
    let removed = athena.store_mut(&Place::of(&call)).queries.remove(&id);
    removed.map(|_| Output::default()).ok_or_else(|| error::no_query(&id))
}
