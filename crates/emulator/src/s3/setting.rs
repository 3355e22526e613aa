//! Settings of a bucket of which it has one each: acceleration, logging, replication, who pays, website. They are kept and
//! given back; of what they are for, only [`check_payer`] is carried out.

mod logging;
mod replication;
mod website;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::bucket::{Bucket, bucket_name};
use super::config::settle_digests;
use super::{S3, error};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::structure::Structure;

/// One of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    Accelerate,
    Logging,
    Replication,
    Payer,
    Website,
}

impl Setting {
    /// The setting that an operation is about, and what it does to it.
    fn of(operation: &str) -> Option<(&'static str, Self)> {
        let (verb, subject) = ["Get", "Put", "Delete"]
            .iter()
            .find_map(|verb| Some((*verb, operation.strip_prefix(verb)?.strip_prefix("Bucket")?)))?;
        let setting = match subject {
            "AccelerateConfiguration" => Self::Accelerate,
            "Logging" => Self::Logging,
            "Replication" => Self::Replication,
            "RequestPayment" => Self::Payer,
            "Website" => Self::Website,
            _ => return None,
        };
        Some((verb, setting))
    }

    /// The member that holds it in a request.
    fn member(self) -> &'static str {
        match self {
            Self::Accelerate => "AccelerateConfiguration",
            Self::Logging => "BucketLoggingStatus",
            Self::Replication => "ReplicationConfiguration",
            Self::Payer => "RequestPaymentConfiguration",
            Self::Website => "WebsiteConfiguration",
        }
    }

    /// What a bucket has that was never given any, or its error.
    fn absent(self) -> Result<Members, ApiError> {
        let missing = |code, message| Err(ApiError::new(404, code, message));
        match self {
            Self::Accelerate | Self::Logging => Ok(Members::new()),
            Self::Payer => Ok(Structure::new().with("Payer", "BucketOwner").members()),
            Self::Replication => missing(
                "ReplicationConfigurationNotFoundError",
                "The replication configuration was not found",
            ),
            Self::Website => missing(
                "NoSuchWebsiteConfiguration",
                "The specified bucket does not have a website configuration",
            ),
        }
    }

    /// Checks what is to be set, and gives it as it is answered.
    fn read(self, s3: &S3, bucket: &Bucket, mut given: Input) -> Result<Members, ApiError> {
        let read = match self {
            Self::Accelerate => {
                let status = one_of(&mut given, "Status", &["Enabled", "Suspended"])?;
                if bucket.name.contains('.') {
                    return Err(error::invalid_request(
                        "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
                    ));
                }
                Structure::new().with("Status", status).members()
            }
            Self::Payer => {
                let payer = one_of(&mut given, "Payer", &["Requester", "BucketOwner"])?;
                Structure::new().with("Payer", payer).members()
            }
            Self::Logging => logging::read(s3, bucket, &mut given)?,
            Self::Replication => replication::read(s3, bucket, &mut given)?,
            Self::Website => website::read(&mut given)?,
        };
        given.finish()?;
        Ok(read)
    }
}

/// Takes a text that must be given and be one of these.
fn one_of(input: &mut Input, member: &str, known: &[&str]) -> Result<String, ApiError> {
    let text = input.string(member)?.filter(|text| known.contains(&text.as_str()));
    text.ok_or_else(error::malformed_xml)
}

/// The text at a pointer.
fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// The name of the bucket that an ARN is of.
pub(crate) fn bucket_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:aws:s3:::").filter(|name| !name.is_empty() && !name.contains('/'))
}

/// Executes the operation on a setting.
///
/// # Errors
/// `NotImplemented` for any other operation; what is wrong with the call.
pub(crate) fn call(s3: &mut S3, operation: &str, mut call: Call) -> Result<Output, ApiError> {
    let (verb, setting) = Setting::of(operation).ok_or_else(|| not_implemented(operation))?;
    call.input.check_required()?;
    let name = bucket_name(&mut call.input)?;
    match verb {
        "Get" => {
            call.input.finish()?;
            let bucket = s3.bucket(&name)?;
            let held = bucket.settings.get(&setting).cloned().map_or_else(|| setting.absent(), Ok);
            let held = held.map_err(|error| error.detail("BucketName", name))?;
            Ok(match setting {
                Setting::Replication => Structure::new().with(setting.member(), held).output(),
                _ => Structure::new().with_all(held).output(),
            })
        }
        "Put" => {
            settle_digests(&mut call)?;
            let given = call.input.required_structure(setting.member())?;
            if setting == Setting::Replication {
                // It lets a bucket with Object Lock be replicated.
                call.input.string("Token")?;
            }
            call.input.finish()?;
            let read = setting.read(s3, s3.bucket(&name)?, given)?;
            let settings = &mut s3.bucket_mut(&name)?.settings;
            match read.is_empty() {
                true => settings.remove(&setting),
                false => settings.insert(setting, read),
            };
            Ok(Output::default())
        }
        _ => {
            call.input.finish()?;
            s3.bucket_mut(&name)?.settings.remove(&setting);
            Ok(Output::default())
        }
    }
}

/// Refuses those who do not say that they pay, of a bucket whose requesters do: everyone but its owner, and nobody
/// unnamed whatever they say.
pub(crate) fn check_payer(s3: &S3, call: &Call) -> Result<(), ApiError> {
    let bucket = call.input.peek("Bucket").and_then(|name| s3.bucket(name).ok());
    let Some(bucket) = bucket.filter(|_| call.input.may_pay()) else { return Ok(()) };
    let payer = bucket.settings.get(&Setting::Payer).and_then(|setting| setting.get("Payer"));
    let owner = call.caller.account.as_ref() == Some(&bucket.owner);
    let pays = call.input.pays() && call.caller.account.is_some();
    match payer == Some(&json!("Requester")) && !owner && !pays {
        true => Err(ApiError::new(403, "AccessDenied", "Access Denied")),
        false => Ok(()),
    }
}
