//! Values of several secrets at once.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html>

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::filter::Filters;
use super::list::{page, read_token};
use super::secret::Secret;
use super::{SECRET_ID, SecretsManager, error};
use crate::Call;
use crate::constraint::{self, Length};
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;

const IDS: Length = Length(1, 20);

/// Secrets are named or filtered. What one cannot give is told beside what the others give.
pub(crate) fn get(secrets: &mut SecretsManager, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    if input.has("SecretIdList") == input.has("Filters") {
        return Err(error::invalid_parameter(
            "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
        ));
    }
    let ids = constraint::texts(input, "SecretIdList", IDS, SECRET_ID)?;
    if !ids.is_empty() && (input.has("MaxResults") || input.has("NextToken")) {
        return Err(error::invalid_parameter(
            "'Filters' must be provided to use 'MaxResults' or 'NextToken'.",
        ));
    }
    let filters = Filters::read(input)?;
    let max = constraint::count(input, "MaxResults", 20)?.unwrap_or(20);
    let after = read_token(input)?;
    input.finish()?;
    let (ids, token) = match ids.is_empty() {
        false => (ids, None),
        true => {
            let held = secrets.stores.get(&place).into_iter().flat_map(|store| store.secrets.values());
            let rows: Vec<&Secret> =
                held.filter(|secret| secret.deletion.is_none() && filters.meets(secret)).collect();
            let (rows, token) = page(&rows, after.as_deref(), max)?;
            (rows.into_iter().map(|secret| secret.arn.clone()).collect(), token)
        }
    };
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for id in ids {
        match secrets.read(kms, &place, &id, (None, None), call.now) {
            Ok(value) => values.push(value.value()),
            Err(error) if error.status >= 500 => return Err(error),
            Err(error) => errors.push(json!({
                "SecretId": id, "ErrorCode": error.code, "Message": error.message,
            })),
        }
    }
    Ok(Structure::new()
        .with("SecretValues", values)
        .with("Errors", errors)
        .with_some("NextToken", token)
        .output())
}
