//! Items that expire.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::{DynamoDb, Region, engine, error, table};
use crate::Call;
use crate::structure::Structure;

/// How often items that have expired are removed. Until then they are found, as they are on AWS.
const SWEEP: SignedDuration = SignedDuration::from_hours(1);

/// How long a change takes, during which there is no other.
const CHANGE: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn update(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let now = call.now;
    let (place, name) = call.table()?;
    let specification = call.input.value("TimeToLiveSpecification");
    call.input.finish()?;
    let region = dynamodb.region(&place, now)?;
    let enabled = specification.as_ref().and_then(|specification| specification.get("Enabled"));
    let enabled = enabled.and_then(Value::as_bool).unwrap_or_default();
    if let Some(settings) = region.tables.get(&name) {
        if settings.expiry_changed.is_some_and(|at| now.duration_since(at) < CHANGE) {
            let again = "Time to live has been modified multiple times within a fixed interval";
            return Err(error::validation(again));
        }
        if settings.expires == enabled {
            let state = if enabled { "enabled" } else { "disabled" };
            return Err(error::validation(format!("TimeToLive is already {state}")));
        }
    }
    let members = Structure::new()
        .with("TableName", name.as_str())
        .with_some("TimeToLiveSpecification", specification)
        .members();
    let answer = region.engine.call(now, "UpdateTimeToLive", members)?;
    let settings = region.settings_mut(&name)?;
    settings.expires = enabled;
    settings.expiry_changed = Some(now);
    region.swept = now;
    Ok(Output::new(answer))
}

pub(super) fn describe(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = call.table()?;
    call.input.finish()?;
    let region = dynamodb.region(&place, call.now)?;
    region.engine.call(call.now, "DescribeTimeToLive", table::naming(&name)).map(Output::new)
}

impl Region {
    /// Removes the items that have expired, where it is time to look for them.
    pub fn sweep(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let due = now.duration_since(self.swept) >= SWEEP;
        if due && self.tables.values().any(|table| table.expires) {
            let swept = self
                .engine
                .write(now, |storage| engine::settle(dynoxide::ttl::sweep_expired_items(storage)))?;
            swept.map_err(|refusal| error::of("", refusal))?;
        }
        if due || now < self.swept {
            self.swept = now;
        }
        Ok(())
    }
}
