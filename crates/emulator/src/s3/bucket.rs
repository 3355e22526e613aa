//! Buckets themselves: made, found, listed, removed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::acl::{Acl, AclRequest};
use super::config::{Ownership, PublicAccessBlock, Versioning};
use super::cors::Cors;
use super::encryption::default::DefaultEncryption;
use super::lifecycle::Lifecycle;
use super::listed::Kind;
use super::lock::bucket::ObjectLock;
use super::multipart::{Completed, Upload};
use super::notification::Notification;
use super::setting::Setting;
use super::tags::{BUCKET_TAGS, Tags};
use super::version::Versions;
use super::{S3, error, name};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::text::{decode_token, encode_token};

/// The region whose buckets have no location constraint.
const FIRST_REGION: &str = "us-east-1";

/// A bucket with its configuration and its objects.
#[derive(Clone)]
pub(crate) struct Bucket {
    pub name: String,
    /// The owner's account.
    pub owner: String,
    pub region: String,
    /// Its region as the bucket was made with it, `EU` being one of their names; the first region has none.
    pub location: Option<String>,
    pub created: Timestamp,
    pub versioning: Versioning,
    pub policy: Option<String>,
    pub public_access_block: Option<PublicAccessBlock>,
    pub ownership: Option<Ownership>,
    pub encryption: DefaultEncryption,
    pub lifecycle: Option<Lifecycle>,
    pub cors: Option<Cors>,
    pub notification: Notification,
    pub settings: BTreeMap<Setting, Members>,
    /// By their ids.
    pub listed: BTreeMap<(Kind, String), Value>,
    /// Its objects can be locked; it keeps versions for good then.
    pub object_lock: Option<ObjectLock>,
    pub acl: Acl,
    pub tags: Tags,
    /// In the order of the keys' UTF-8 bytes, as lists give them.
    pub keys: BTreeMap<String, Arc<Versions>>,
    pub uploads: BTreeMap<String, Arc<Upload>>,
    /// Uploads that became objects: completing one again answers the same.
    pub completed: BTreeMap<String, Arc<Completed>>,
    /// Rises with every version and upload; the order in which they came.
    pub sequence: u64,
}

/// Takes the name of the bucket that a call is about.
pub(crate) fn bucket_name(input: &mut Input) -> Result<String, ApiError> {
    input.required("Bucket")
}

pub(crate) fn create(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let name = bucket_name(input)?;
    name::check_bucket(&name)?;
    let acl = AclRequest::read(input)?;
    let ownership = input.string("ObjectOwnership")?;
    let ownership = ownership.as_deref().map_or(Ok(Ownership::Enforced), Ownership::parse)?;
    let lock = input.boolean("ObjectLockEnabledForBucket")?.unwrap_or_default();
    input.only("BucketNamespace", "global")?;
    let (constraint, tags) = match input.structure("CreateBucketConfiguration")? {
        None => (None, Tags::default()),
        Some(mut configuration) => {
            let constraint = configuration.string("LocationConstraint")?;
            let tags = Tags::read(&mut configuration, "Tags", BUCKET_TAGS)?;
            configuration.finish()?;
            (constraint, tags)
        }
    };
    input.finish()?;
    let region = location_for(&call.region, constraint.as_deref())?;
    if ownership == Ownership::Enforced && !acl.is_private() {
        return Err(error::acl_with_enforced_ownership());
    }
    if let Some(taken) = s3.buckets.get(&name) {
        return again(taken, &call, !tags.is_empty());
    }
    let bucket = Bucket {
        owner: call.account.clone(),
        region: region.clone(),
        location: constraint,
        created: call.now,
        versioning: if lock { Versioning::Enabled } else { Versioning::Off },
        policy: None,
        public_access_block: Some(PublicAccessBlock::ALL),
        ownership: Some(ownership),
        encryption: DefaultEncryption::of_new_bucket(),
        lifecycle: None,
        cors: None,
        notification: Notification::default(),
        settings: BTreeMap::new(),
        listed: BTreeMap::new(),
        object_lock: lock.then(ObjectLock::default),
        acl: acl.resolve(&call.account, &call.account)?,
        tags,
        keys: BTreeMap::new(),
        uploads: BTreeMap::new(),
        completed: BTreeMap::new(),
        sequence: 0,
        name: name.clone(),
    };
    s3.buckets.insert(name.clone(), Arc::new(bucket));
    Ok(created(&name, &region))
}

fn arn(name: &str) -> String {
    format!("arn:aws:s3:::{name}")
}

fn created(name: &str, region: &str) -> Output {
    let location = match region {
        FIRST_REGION => format!("/{name}"),
        _ => format!("http://{name}.s3.amazonaws.com/"),
    };
    Structure::new().with("Location", location).with("BucketArn", arn(name)).output()
}

/// The name is taken. The first region answers its owner as if the bucket had just been made, unless tags are asked
/// for with it.
fn again(taken: &Bucket, call: &Call, tagged: bool) -> Result<Output, ApiError> {
    let (code, message) = match taken.owner == call.account {
        true if call.region == FIRST_REGION && taken.region == FIRST_REGION && !tagged => {
            return Ok(created(&taken.name, &taken.region));
        }
        true => (
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        ),
        false => (
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
        ),
    };
    Err(ApiError::new(409, code, message).detail("BucketName", &taken.name))
}

/// Where a bucket is made: the endpoint's region, which the constraint must name; the first region's endpoint makes
/// buckets anywhere.
fn location_for(endpoint: &str, constraint: Option<&str>) -> Result<String, ApiError> {
    let illegal = |what: &str| {
        let message = format!(
            "The {what} location constraint is incompatible for the region specific endpoint this request was sent to."
        );
        Err(ApiError::new(400, "IllegalLocationConstraintException", message))
    };
    let Some(given) = constraint else {
        return if endpoint == FIRST_REGION { Ok(FIRST_REGION.to_owned()) } else { illegal("unspecified") };
    };
    let region = if given == "EU" { "eu-west-1" } else { given };
    if endpoint == FIRST_REGION && (region == FIRST_REGION || !is_region(region)) {
        let message = "The specified location-constraint is not valid";
        return Err(
            ApiError::new(400, "InvalidLocationConstraint", message).detail("LocationConstraint", given)
        );
    }
    if endpoint == FIRST_REGION || endpoint == region { Ok(region.to_owned()) } else { illegal(given) }
}

/// `eu-west-2`, `us-gov-east-1`: words and a number.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let word = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
    match parts.as_slice() {
        [first, middle @ .., number] => {
            !middle.is_empty()
                && first.len() == 2
                && word(first)
                && middle.iter().all(word)
                && number.len() == 1
                && number.chars().all(|c| c.is_ascii_digit())
        }
        _ => false,
    }
}

pub(crate) fn delete(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    if !bucket.keys.is_empty() {
        let message = match bucket.versioning {
            Versioning::Off => "The bucket you tried to delete is not empty",
            _ => "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        };
        return Err(ApiError::new(409, "BucketNotEmpty", message).detail("BucketName", name));
    }
    s3.buckets.remove(&name);
    Ok(Output::default())
}

pub(crate) fn head(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    Ok(Structure::new()
        .with("BucketArn", arn(&name))
        .with("BucketRegion", bucket.region.as_str())
        .with("AccessPointAlias", false)
        .output())
}

pub(crate) fn location(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let location = s3.bucket(&name)?.location.as_deref();
    Ok(Structure::new().with_some("LocationConstraint", location).output())
}

pub(crate) fn list(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let prefix = input.string("Prefix")?;
    let region = input.string("BucketRegion")?;
    if let Some(region) = region.as_ref().filter(|region| !is_region(region)) {
        let message = format!("Argument value {region} is not a valid AWS Region");
        return Err(ApiError::new(400, "InvalidArgument", message).detail("ArgumentName", "bucket-region"));
    }
    let max = input.integer("MaxBuckets")?.unwrap_or(10_000);
    let max = usize::try_from(max).ok().filter(|max| (1..=10_000).contains(max)).ok_or_else(|| {
        error::invalid_argument(
            "Argument max-buckets must be an integer between 1 and 10000",
            "max-buckets",
            max.to_string(),
        )
    })?;
    let token = input.string("ContinuationToken")?;
    let after =
        token.as_deref().map(|token| decode_token(token).ok_or_else(|| wrong_token(token))).transpose()?;
    input.finish()?;

    let mut buckets: Vec<&Bucket> = s3
        .buckets
        .values()
        .map(Arc::as_ref)
        .filter(|bucket| bucket.owner == call.account)
        .filter(|bucket| prefix.as_ref().is_none_or(|prefix| bucket.name.starts_with(prefix)))
        .filter(|bucket| region.as_ref().is_none_or(|region| bucket.region == *region))
        .filter(|bucket| after.as_ref().is_none_or(|after| bucket.name > *after))
        .collect();
    let more = buckets.len() > max;
    buckets.truncate(max);
    let next = buckets.last().filter(|_| more).map(|bucket| encode_token(&bucket.name));
    let entries: Vec<_> = buckets
        .into_iter()
        .map(|bucket| {
            Structure::new()
                .with("Name", bucket.name.as_str())
                .with_time("CreationDate", bucket.created)
                .with("BucketRegion", bucket.region.as_str())
                .with("BucketArn", arn(&bucket.name))
                .value()
        })
        .collect();
    Ok(Structure::new()
        .with("Buckets", entries)
        .with("Owner", super::acl::owner(&call.account))
        .with_some("ContinuationToken", next)
        .with_some("Prefix", prefix)
        .output())
}

/// A continuation token that was not given out.
pub(crate) fn wrong_token(token: &str) -> ApiError {
    error::invalid_argument("The continuation token provided is incorrect", "continuation-token", token)
}
