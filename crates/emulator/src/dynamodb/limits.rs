//! What an account may have, and where it is called.

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::structure::Structure;

/// The quotas that every account begins with.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>
pub(super) fn limits(call: &Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let limits = Structure::new()
        .with("AccountMaxReadCapacityUnits", 80_000)
        .with("AccountMaxWriteCapacityUnits", 80_000)
        .with("TableMaxReadCapacityUnits", 40_000)
        .with("TableMaxWriteCapacityUnits", 40_000);
    Ok(limits.output())
}

/// The regional endpoint.
pub(super) fn endpoints(call: &Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let endpoint = json!({
        "Address": format!("dynamodb.{}.amazonaws.com", call.region),
        "CachePeriodInMinutes": 1440,
    });
    Ok(Structure::new().with("Endpoints", vec![endpoint]).output())
}
