//! Names of tables and their ARNs, which every operation takes in a name's stead.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-resources-for-iam-policies>

use stackproof_aws::ApiError;

use super::error;
use crate::kms::Place;

/// The ARN of a table.
pub(super) fn table(place: &Place, name: &str) -> String {
    format!("arn:aws:dynamodb:{}:{}:table/{name}", place.region, place.account)
}

/// The ARN of a table's index.
pub(super) fn index(place: &Place, name: &str, index: &str) -> String {
    format!("{}/index/{index}", table(place, name))
}

/// The ARN of a table's stream.
pub(super) fn stream(place: &Place, name: &str, label: &str) -> String {
    format!("{}/stream/{label}", table(place, name))
}

/// What an ARN names.
pub(super) struct Named {
    pub place: Place,
    pub table: String,
    /// The label of the table's stream, where that is meant.
    pub stream: Option<String>,
}

/// Reads the ARN of a table or of a stream.
///
/// # Errors
/// `ValidationException` for what is none, `ResourceNotFoundException` for one of another region.
pub(super) fn parse(here: &Place, arn: &str) -> Result<Named, ApiError> {
    let invalid = || error::invalid_arn(arn);
    let rest = arn.strip_prefix("arn:aws:dynamodb:").ok_or_else(invalid)?;
    let mut parts = rest.splitn(3, ':');
    let mut part = || parts.next().filter(|part| !part.is_empty()).ok_or_else(invalid);
    let (region, account, resource) = (part()?, part()?, part()?);
    let resource = resource.strip_prefix("table/").ok_or_else(invalid)?;
    let (table, stream) = match resource.split_once('/') {
        None => (resource, None),
        Some((table, rest)) => (table, Some(rest.strip_prefix("stream/").ok_or_else(invalid)?.to_owned())),
    };
    if table.is_empty() {
        return Err(invalid());
    }
    if region != here.region {
        return Err(error::no_such_resource(arn));
    }
    let place = Place { account: account.to_owned(), region: region.to_owned() };
    Ok(Named { place, table: table.to_owned(), stream })
}

/// Where a table is and its name there, as a member names it: by name or by ARN.
pub(super) fn resolve(here: &Place, named: &str) -> Result<(Place, String), ApiError> {
    if !named.starts_with("arn:") {
        return Ok((here.clone(), named.to_owned()));
    }
    let Named { place, table, stream } = parse(here, named)?;
    match stream {
        None => Ok((place, table)),
        Some(_) => Err(error::invalid_arn(named)),
    }
}
