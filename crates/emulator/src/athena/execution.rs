//! Executions of queries: there are none.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{Athena, PAGES, error, workgroup};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

/// A call that is about one execution.
pub(crate) fn of_one(mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("QueryExecutionId")?;
    call.input.keep(&["NextToken", "MaxResults", "QueryResultType"]);
    call.input.finish()?;
    Err(error::no_execution(&id))
}

/// Tells of each that it is missing.
pub(crate) fn of_many(mut call: Call) -> Result<Output, ApiError> {
    let ids = call.input.strings("QueryExecutionIds")?;
    call.input.finish()?;
    let missing = ids.iter().map(|id| {
        let message = error::no_execution(id).message;
        json!({ "QueryExecutionId": id, "ErrorCode": "INVALID_INPUT", "ErrorMessage": message })
    });
    let missing: Vec<Value> = missing.collect();
    let answer = Structure::new().with("QueryExecutions", json!([]));
    Ok(answer.with("UnprocessedQueryExecutionIds", missing).output())
}

pub(crate) fn list(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    let workgroup = workgroup::read_name(&mut call.input)?;
    call.input.finish()?;
    athena.store(&Place::of(&call)).workgroup(&workgroup)?;
    Ok(page.answer("QueryExecutionIds", []).output())
}
