//! A bucket's CORS configuration: kept and given back. Who answers preflights reads it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>

use std::collections::BTreeSet;

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::bucket::bucket_name;
use super::config::settle_digests;
use super::{S3, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

const MAX_RULES: usize = 100;
const MAX_ID: usize = 255;
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// The rules as they were given; never none.
#[derive(Clone)]
pub(crate) struct Cors(Vec<Value>);

impl Cors {
    fn read(configuration: &mut Input) -> Result<Self, ApiError> {
        let given = match configuration.value("CORSRules") {
            Some(Value::Array(rules)) if (1..=MAX_RULES).contains(&rules.len()) => rules,
            _ => return Err(error::malformed_xml()),
        };
        configuration.put("CORSRules", Value::Array(given.clone()));
        let mut ids = BTreeSet::new();
        for rule in configuration.structures("CORSRules")? {
            if let Some(id) = check(rule)?
                && !ids.insert(id)
            {
                return Err(error::invalid_request("CORS rule IDs must be unique."));
            }
        }
        configuration.finish()?;
        Ok(Self(given))
    }
}

/// Refuses a rule that S3 refuses, and gives its id.
fn check(mut rule: Input) -> Result<Option<String>, ApiError> {
    let id = rule.string("ID")?;
    let methods = rule.strings("AllowedMethods")?;
    let origins = rule.strings("AllowedOrigins")?;
    let headers = rule.strings("AllowedHeaders")?;
    let exposed = rule.strings("ExposeHeaders")?;
    let age = rule.integer("MaxAgeSeconds")?;
    rule.finish()?;
    let long = id.as_ref().is_some_and(|id| id.chars().count() > MAX_ID);
    if long || methods.is_empty() || origins.is_empty() || age.is_some_and(i64::is_negative) {
        return Err(error::malformed_xml());
    }
    if let Some(method) = methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
        return Err(error::invalid_request(format!(
            "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
        )));
    }
    for (element, values) in [("AllowedOrigin", origins), ("AllowedHeader", headers)] {
        if let Some(value) = values.iter().find(|value| value.matches('*').count() > 1) {
            return Err(error::invalid_request(format!(
                "{element} \"{value}\" can not have more than one wildcard."
            )));
        }
    }
    match exposed.iter().find(|value| value.contains('*')) {
        Some(value) => Err(error::invalid_request(format!(
            "ExposeHeader \"{value}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
        ))),
        None => Ok(id),
    }
}

pub(crate) fn get(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let cors = s3.bucket(&name)?.cors.as_ref().ok_or_else(|| {
        let message = "The CORS configuration does not exist";
        ApiError::new(404, "NoSuchCORSConfiguration", message).detail("BucketName", &name)
    })?;
    Ok(Structure::new().with("CORSRules", cors.0.clone()).output())
}

pub(crate) fn put(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let mut configuration = call.input.required_structure("CORSConfiguration")?;
    let cors = Cors::read(&mut configuration)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.cors = Some(cors);
    Ok(Output::default())
}

pub(crate) fn delete(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.cors = None;
    Ok(Output::default())
}
