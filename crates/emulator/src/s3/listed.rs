//! Configurations of a bucket of which it has many, by their ids: analytics, intelligent tiering, inventory, metrics. They
//! are kept and given back; nothing is done by them.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::bucket::bucket_name;
use super::setting::bucket_of;
use super::{S3, error};
use crate::Call;
use crate::page::cut;
use crate::structure::Structure;
use crate::text::decode_token;

const MAX_CONFIGURATIONS: usize = 1000;
const PAGE: usize = 100;
const MAX_ID: usize = 64;

/// A kind of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Analytics,
    IntelligentTiering,
    Inventory,
    Metrics,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Analytics, Self::IntelligentTiering, Self::Inventory, Self::Metrics];

    /// As operations and members are called after it.
    fn title(self) -> &'static str {
        match self {
            Self::Analytics => "Analytics",
            Self::IntelligentTiering => "IntelligentTiering",
            Self::Inventory => "Inventory",
            Self::Metrics => "Metrics",
        }
    }

    fn member(self) -> String {
        format!("{}Configuration", self.title())
    }

    /// The kind that an operation is about, and what it does to it.
    pub fn of(operation: &str) -> Option<(&'static str, Self)> {
        let (verb, subject) = ["Get", "List", "Put", "Delete"]
            .iter()
            .find_map(|verb| Some((*verb, operation.strip_prefix(verb)?.strip_prefix("Bucket")?)))?;
        let subject = subject.trim_end_matches('s');
        Self::ALL.into_iter().find(|kind| kind.member() == subject).map(|kind| (verb, kind))
    }

    /// Refuses what S3 refuses of a configuration that has all that its shape requires.
    fn check(self, configuration: &Value) -> Result<(), ApiError> {
        check_filter(configuration.get("Filter"))?;
        let at = |pointer: &str| configuration.pointer(pointer).and_then(Value::as_str);
        let one_of = |pointer: &str, known: &[&str]| match at(pointer) {
            Some(text) if known.contains(&text) => Ok(()),
            _ => Err(error::malformed_xml()),
        };
        let is_bucket = |pointer: &str| match at(pointer).and_then(bucket_of) {
            Some(_) => Ok(()),
            None => Err(ApiError::new(400, "InvalidS3DestinationBucket", "Invalid bucket ARN.")),
        };
        match self {
            Self::Analytics => {
                if configuration.pointer("/StorageClassAnalysis/DataExport").is_none() {
                    return Ok(());
                }
                let export_at = |name| format!("/StorageClassAnalysis/DataExport/{name}");
                one_of(&export_at("OutputSchemaVersion"), &["V_1"])?;
                one_of(&export_at("Destination/S3BucketDestination/Format"), &["CSV"])?;
                is_bucket(&export_at("Destination/S3BucketDestination/Bucket"))
            }
            Self::IntelligentTiering => {
                one_of("/Status", &["Enabled", "Disabled"])?;
                check_tierings(configuration.get("Tierings"))
            }
            Self::Inventory => {
                one_of("/IncludedObjectVersions", &["All", "Current"])?;
                one_of("/Schedule/Frequency", &["Daily", "Weekly"])?;
                one_of("/Destination/S3BucketDestination/Format", &["CSV", "ORC", "Parquet"])?;
                is_bucket("/Destination/S3BucketDestination/Bucket")
            }
            Self::Metrics => Ok(()),
        }
    }
}

fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "InvalidArgument", message)
}

/// A filter is one thing; several are in its `And`.
fn check_filter(filter: Option<&Value>) -> Result<(), ApiError> {
    let Some(Value::Object(filter)) = filter else { return Ok(()) };
    let within = filter.get("And").is_none_or(|and| and.as_object().is_some_and(|and| !and.is_empty()));
    if filter.len() == 1 && within { Ok(()) } else { Err(error::malformed_xml()) }
}

fn check_tierings(tierings: Option<&Value>) -> Result<(), ApiError> {
    let tierings = tierings.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut seen = Vec::new();
    for tiering in tierings {
        let tier = tiering.get("AccessTier").and_then(Value::as_str).unwrap_or_default();
        let least = match tier {
            "ARCHIVE_ACCESS" => 90,
            "DEEP_ARCHIVE_ACCESS" => 180,
            _ => return Err(error::malformed_xml()),
        };
        let days = tiering.get("Days").and_then(Value::as_i64).unwrap_or_default();
        if !(least..=730).contains(&days) {
            return Err(invalid(&format!("'Days' for {tier} must be between {least} and 730")));
        }
        if seen.contains(&tier) {
            return Err(invalid("Found duplicate access tier"));
        }
        seen.push(tier);
    }
    if seen.is_empty() { Err(error::malformed_xml()) } else { Ok(()) }
}

/// Does to one of these what the verb says.
pub(crate) fn call(s3: &mut S3, verb: &str, kind: Kind, call: Call) -> Result<Output, ApiError> {
    match verb {
        "Get" => get(s3, kind, call),
        "List" => list(s3, kind, call),
        "Put" => put(s3, kind, call),
        _ => delete(s3, kind, call),
    }
}

/// Takes the bucket's name and the configuration's id.
fn read_names(call: &mut Call) -> Result<(String, String), ApiError> {
    Ok((bucket_name(&mut call.input)?, call.input.required("Id")?))
}

fn no_such_configuration() -> ApiError {
    ApiError::new(404, "NoSuchConfiguration", "The specified configuration does not exist.")
}

fn get(s3: &S3, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let (name, id) = read_names(&mut call)?;
    call.input.finish()?;
    let held = s3.bucket(&name)?.listed.get(&(kind, id)).ok_or_else(no_such_configuration)?;
    Ok(Structure::new().with(&kind.member(), held.clone()).output())
}

fn list(s3: &S3, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    let token = call.input.string("ContinuationToken")?;
    call.input.finish()?;
    let unknown = || invalid("The continuation token provided is incorrect");
    let after = token.as_deref().map(|token| decode_token(token).ok_or_else(unknown)).transpose()?;
    let held = s3.bucket(&name)?.listed.iter().filter(|((of, _), _)| *of == kind);
    let rows = held.map(|((_, id), configuration)| (id.clone(), configuration.clone()));
    let (page, next) = cut(rows, after.as_deref(), PAGE);
    Ok(Structure::new()
        .with("IsTruncated", next.is_some())
        .with_some("ContinuationToken", token)
        .with_some("NextContinuationToken", next)
        .with_some(&format!("{}List", kind.member()), Some(page).filter(|page| !page.is_empty()))
        .output())
}

fn put(s3: &mut S3, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    call.input.check_required()?;
    let (name, id) = read_names(&mut call)?;
    let configuration = call.input.value(&kind.member()).ok_or_else(error::malformed_xml)?;
    call.input.finish()?;
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if id.is_empty() || id.chars().count() > MAX_ID || !id.chars().all(is_letter) {
        return Err(error::invalid_argument("The configuration id is not valid", "id", id));
    }
    if configuration.get("Id").and_then(Value::as_str) != Some(id.as_str()) {
        let message = "The id of the request and the one of the configuration must be the same";
        return Err(error::invalid_argument(message, "id", id));
    }
    kind.check(&configuration)?;
    let listed = &mut s3.bucket_mut(&name)?.listed;
    let key = (kind, id);
    if !listed.contains_key(&key) && listed.keys().filter(|(of, _)| *of == kind).count() >= MAX_CONFIGURATIONS
    {
        let message = "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.";
        return Err(ApiError::new(400, "TooManyConfigurations", message));
    }
    listed.insert(key, configuration);
    Ok(Output::default())
}

fn delete(s3: &mut S3, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let (name, id) = read_names(&mut call)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.listed.remove(&(kind, id)).ok_or_else(no_such_configuration)?;
    Ok(Output::default())
}
