//! Resource policies of tables and streams, kept verbatim.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html>

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::{DynamoDb, arn, error};
use crate::Call;
use crate::input::Input;
use crate::kms::Place;
use crate::structure::Structure;

/// In bytes, blanks included.
const MAX_LENGTH: usize = 20 * 1024;

/// The revision that is expected of a resource without a policy.
const NO_POLICY: &str = "NO_POLICY";

/// A resource's policy.
#[derive(Clone)]
pub(super) struct Policy {
    text: String,
    revision: i64,
}

impl Policy {
    /// A resource's first policy.
    pub fn new(text: String, now: Timestamp) -> Self {
        Self { text, revision: now.as_millisecond() }
    }

    fn revision(&self) -> String {
        self.revision.to_string()
    }
}

/// Takes a policy's text. Its meaning is the gateway's.
///
/// # Errors
/// `ValidationException` for what is no object in JSON, or too long.
pub(super) fn read(input: &mut Input, member: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = input.string(member)? else { return Ok(None) };
    if text.len() > MAX_LENGTH {
        return Err(error::validation(format!("Policy size exceeds the limit of {MAX_LENGTH} bytes")));
    }
    match serde_json::from_str(&text) {
        Ok(Value::Object(_)) => Ok(Some(text)),
        _ => Err(error::validation("Invalid policy document provided")),
    }
}

/// Finds the policy of a table or stream.
fn find<'a>(
    dynamodb: &'a mut DynamoDb,
    call: &Call,
    resource: &str,
) -> Result<&'a mut Option<Policy>, ApiError> {
    let named = arn::parse(&Place::of(call), resource)?;
    let region = dynamodb.region(&named.place, call.now)?;
    if named.stream.is_some() {
        return region.stream_mut(&named, resource, call.now).map(|stream| &mut stream.policy);
    }
    let table = region.tables.get_mut(&named.table);
    table.map(|table| &mut table.policy).ok_or_else(|| error::no_such_resource(resource))
}

/// The policy is of the revision that is expected.
fn expect(found: Option<&Policy>, expected: Option<&str>, resource: &str) -> Result<(), ApiError> {
    match (expected, found) {
        (None, _) | (Some(NO_POLICY), None) => Ok(()),
        (Some(expected), Some(policy)) if policy.revision() == expected => Ok(()),
        _ => Err(error::other_revision(resource)),
    }
}

pub(super) fn get(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let resource = call.input.required("ResourceArn")?;
    call.input.finish()?;
    match find(dynamodb, &call, &resource)? {
        None => Err(error::no_policy(&resource)),
        Some(policy) => Ok(Structure::new()
            .with("Policy", policy.text.as_str())
            .with("RevisionId", policy.revision())
            .output()),
    }
}

pub(super) fn put(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let resource = call.input.required("ResourceArn")?;
    let text = read(&mut call.input, "Policy")?.ok_or_else(|| error::null_member("Policy"))?;
    let expected = call.input.string("ExpectedRevisionId")?;
    // Whether the caller locks itself out is for the gateway to say.
    call.input.boolean("ConfirmRemoveSelfResourceAccess")?;
    call.input.finish()?;
    let policy = find(dynamodb, &call, &resource)?;
    expect(policy.as_ref(), expected.as_deref(), &resource)?;
    let now = call.now.as_millisecond();
    let policy = match policy {
        Some(same) if same.text == text => same,
        Some(old) => {
            *old = Policy { text, revision: now.max(old.revision + 1) };
            old
        }
        None => policy.insert(Policy::new(text, call.now)),
    };
    Ok(Structure::new().with("RevisionId", policy.revision()).output())
}

pub(super) fn delete(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let resource = call.input.required("ResourceArn")?;
    let expected = call.input.string("ExpectedRevisionId")?;
    call.input.finish()?;
    let policy = find(dynamodb, &call, &resource)?;
    expect(policy.as_ref(), expected.as_deref(), &resource)?;
    let revision = policy.take().map(|policy| policy.revision());
    Ok(Structure::new().with_some("RevisionId", revision).output())
}
