//! Security configurations of crawlers and jobs.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_SecurityConfiguration.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::named::Kind;
use super::{Glue, error};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, moment};
use crate::tags::Tags;

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let given = call.input.keep_as("SecurityConfiguration");
    call.input.finish()?;
    if let Some(Value::Object(parts)) = given.get("EncryptionConfiguration") {
        for part in parts.values() {
            check(part)?;
        }
    }
    if glue.one(&place, Kind::Security, &name).is_ok() {
        return Err(error::exists("Security Configuration"));
    }
    let members = Structure::new()
        .with_all(given)
        .with("Name", name.as_str())
        .with_moment("CreatedTimeStamp", call.now)
        .members();
    glue.store_mut(&place).add(Kind::Security, name.clone(), Record { members, tags: Tags::default() });
    Ok(Structure::new().with("Name", name).with("CreatedTimestamp", moment(call.now)).output())
}

/// The modes of KMS need a key.
fn check(part: &Value) -> Result<(), ApiError> {
    let parts = part.as_array().map_or(std::slice::from_ref(part), Vec::as_slice);
    for part in parts.iter().filter_map(Value::as_object) {
        let mode = part.iter().find(|(name, _)| name.ends_with("EncryptionMode"));
        let mode = mode.and_then(|(_, mode)| mode.as_str()).unwrap_or("DISABLED");
        let key = part.get("KmsKeyArn").and_then(Value::as_str).is_some_and(|key| !key.is_empty());
        if mode.ends_with("KMS") && !key {
            return Err(error::invalid(format!("KmsKeyArn is required for the encryption mode {mode}.")));
        }
    }
    Ok(())
}
