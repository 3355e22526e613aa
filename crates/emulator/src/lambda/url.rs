//! Addresses of functions. They are kept and shown; nothing listens there.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::reference::{LATEST, Reference};
use super::{Lambda, PAGING, error};
use crate::Call;
use crate::random;
use crate::structure::Structure;

const KEPT: &[&str] = &["AuthType", "Cors", "InvokeMode"];

/// The letters of an address's host.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Refuses a version: only the function itself and its aliases have addresses.
fn check_qualifier(named: &Reference) -> Result<(), ApiError> {
    match named.qualifier.as_deref() {
        Some(text) if text == LATEST || text.chars().all(|c| c.is_ascii_digit()) => {
            let pattern = "Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)";
            Err(error::constraint(text, "Qualifier", pattern))
        }
        _ => Ok(()),
    }
}

fn created(members: &Members) -> Output {
    Structure::new().with_all(members.clone()).without("LastModifiedTime").output()
}

pub(crate) fn create(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    check_qualifier(&named)?;
    let given = call.input.keep(KEPT);
    call.input.finish()?;
    let function = lambda.function_mut(&named)?;
    function.version(&named)?;
    let key = named.qualifier_or_latest().to_owned();
    if function.urls.contains_key(&key) {
        return Err(error::conflict(format!(
            "Failed to create function url config for [functionArn = {}]. Error message:  FunctionUrlConfig exists for this Lambda function",
            named.arn()
        )));
    }
    let host = random::letters(LETTERS, 32)?;
    let now = call.now.strftime("%Y-%m-%dT%H:%M:%S%.9fZ").to_string();
    let members = Structure::new()
        .with("FunctionUrl", format!("https://{host}.lambda-url.{}.on.aws/", named.place.region))
        .with("FunctionArn", named.arn())
        .with("InvokeMode", "BUFFERED")
        .with("CreationTime", now.as_str())
        .with("LastModifiedTime", now.as_str())
        .with_all(given)
        .members();
    let answer = created(&members);
    function.urls.insert(key, members);
    Ok(answer)
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let url = lambda.function(&named)?.urls.get(named.qualifier_or_latest());
    Ok(Output::new(url.ok_or_else(error::nothing)?.clone()))
}

pub(crate) fn update(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let given = call.input.keep(KEPT);
    call.input.finish()?;
    let now = call.now.strftime("%Y-%m-%dT%H:%M:%S%.9fZ").to_string();
    let function = lambda.function_mut(&named)?;
    let url = function.urls.get_mut(named.qualifier_or_latest()).ok_or_else(error::nothing)?;
    url.extend(given);
    url.insert("LastModifiedTime".to_owned(), now.into());
    Ok(Output::new(url.clone()))
}

pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    lambda.function_mut(&named)?.urls.remove(named.qualifier_or_latest()).ok_or_else(error::nothing)?;
    Ok(Output::default())
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let urls = lambda.function(&named)?.urls.iter();
    let rows = urls.map(|(qualifier, url)| (qualifier.clone(), Value::Object(url.clone())));
    Ok(page.answer("FunctionUrlConfigs", rows).output())
}
