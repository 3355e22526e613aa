//! Items: single, in batches, in transactions, by statements.

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::naming::Naming;
use super::{DynamoDb, encryption, targets};
use crate::Call;
use crate::input::not_implemented;
use crate::kms::{Kms, Place};

pub(super) fn call(dynamodb: &mut DynamoDb, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let operation = call.input.operation().to_owned();
    let mut members = call.input.take_all();
    let mut naming = Naming::new(Place::of(&call));
    naming.shorten(&operation, &mut members)?;
    let place = naming.place();
    let region = dynamodb.region(&place, call.now)?;
    for table in naming.tables().filter_map(|name| region.tables.get(name)) {
        encryption::check(kms, &place, table, call.now)?;
    }
    if operation == "TransactWriteItems" {
        targets::check(region, call.now, &members)?;
    }
    let mut answer = match members.get("ClientRequestToken").and_then(Value::as_str).map(str::to_owned) {
        None => region.engine.call(call.now, &operation, members)?,
        Some(token) => {
            let request = Request { operation, token, members };
            return request.once(region, call.now, &naming).map(Output::new);
        }
    };
    naming.restore(&operation, &mut answer);
    Ok(Output::new(answer))
}

/// A transaction with a token: repeated within ten minutes it is not executed again.
struct Request {
    operation: String,
    token: String,
    members: Members,
}

impl Request {
    fn once(
        self,
        region: &mut super::Region,
        now: jiff::Timestamp,
        naming: &Naming,
    ) -> Result<Members, ApiError> {
        let Self { operation, token, members } = self;
        let capacity = members.contains_key("ReturnConsumedCapacity");
        if let Some(before) = region.tokens.find(&operation, &token, now) {
            return match before.same(&members)? {
                // What it costs to read the items is not kept.
                _ if capacity => {
                    Err(not_implemented("ReturnConsumedCapacity of a repeated ClientRequestToken"))
                }
                answer => Ok(answer.clone()),
            };
        }
        let mut answer = region.engine.call(now, &operation, members.clone())?;
        naming.restore(&operation, &mut answer);
        region.tokens.keep(operation, token, now, members, answer.clone());
        Ok(answer)
    }
}
