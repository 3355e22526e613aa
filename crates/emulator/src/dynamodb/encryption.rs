//! The key that a table is encrypted with.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html>

use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::error;
use super::settings::Settings;
use crate::input::{Input, not_implemented};
use crate::kms::{Kms, Place};
use crate::structure::Structure;

/// The alias of the key that AWS manages for DynamoDB.
const MANAGED: &str = "alias/aws/dynamodb";

/// Takes the member `SSESpecification`: none where it is absent, none inside for the key that DynamoDB owns, else the
/// ARN of the account's key.
pub(super) fn read(
    kms: &mut Kms,
    place: &Place,
    input: &mut Input,
    now: Timestamp,
) -> Result<Option<Option<String>>, ApiError> {
    let Some(mut given) = input.structure("SSESpecification")? else { return Ok(None) };
    let enabled = given.boolean("Enabled")?.unwrap_or_default();
    let kind = given.string("SSEType")?;
    let key = given.string("KMSMasterKeyId")?;
    given.finish()?;
    match kind.as_deref() {
        None if key.is_some() => {
            return Err(error::invalid("SSEType KMS is required if KMSMasterKeyId is specified"));
        }
        None | Some("KMS") => {}
        Some(_) => return Err(error::invalid("The only valid SSEType is KMS")),
    }
    if !enabled {
        return match key {
            None => Ok(Some(None)),
            Some(_) => Err(error::invalid("KMSMasterKeyId cannot be specified when SSE is not enabled")),
        };
    }
    let named = key.as_deref().unwrap_or(MANAGED);
    kms.ready(place, named, now).map(|arn| Some(Some(arn))).map_err(|fault| error::of_key(&fault))
}

/// `SSEDescription`
pub(super) fn description(key: &str) -> Structure {
    Structure::new().with("Status", "ENABLED").with("SSEType", "KMS").with("KMSMasterKeyArn", key)
}

/// A table's items can be read and written.
///
/// # Errors
/// `NotImplemented` where its key cannot be used: when DynamoDB notices that, and with which error, is not known.
pub(super) fn check(kms: &mut Kms, place: &Place, table: &Settings, now: Timestamp) -> Result<(), ApiError> {
    let Some(key) = &table.key else { return Ok(()) };
    kms.ready(place, key, now).map(|_| ()).map_err(|fault| {
        not_implemented(&format!("items of a table whose key {key} cannot be used: {}", fault.code))
    })
}
