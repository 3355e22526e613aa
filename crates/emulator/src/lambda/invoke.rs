//! Invocations, and how those that fail are treated.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::reference::Reference;
use super::{Lambda, PAGING, error};
use crate::Call;
use crate::input::not_implemented;
use crate::structure::{Structure, time};

const KEPT: &[&str] = &["DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"];
const MAX_RETRIES: i64 = 2;

/// Nothing runs here: a dry run says that the function is there, and a run is refused by name.
pub(crate) fn invoke(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let function = lambda.function(&named)?;
    let version = function.version(&named)?.configuration.get("Version").cloned();
    match call.input.string("InvocationType")?.as_deref() {
        Some("DryRun") => {}
        other => {
            let kind = other.unwrap_or("RequestResponse");
            return Err(not_implemented(&format!("lambda Invoke with InvocationType {kind}")));
        }
    }
    for member in ["Payload", "LogType", "ClientContext"] {
        call.input.value(member);
    }
    call.input.finish()?;
    Ok(Structure::new().with("StatusCode", 204).with_some("ExecutedVersion", version).output())
}

fn missing(named: &Reference) -> ApiError {
    let arn = named.arn_of(named.qualifier_or_latest());
    error::not_found(format!("The function {arn} doesn't have an EventInvokeConfig"))
}

fn check(given: &Members) -> Result<(), ApiError> {
    let Some(retries) = given.get("MaximumRetryAttempts").and_then(Value::as_i64) else { return Ok(()) };
    crate::validation::range(retries, 0, MAX_RETRIES)
        .map_err(|broken| error::constraint(&retries.to_string(), "MaximumRetryAttempts", &broken))
}

/// Keeps a configuration; `merged` with the one before, or in its place.
pub(crate) fn put(lambda: &mut Lambda, mut call: Call, merged: bool) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let given = call.input.keep(KEPT);
    call.input.finish()?;
    check(&given)?;
    if given.is_empty() {
        return Err(error::invalid(
            "You must specify at least one of error handling or destination setting.",
        ));
    }
    let function = lambda.function_mut(&named)?;
    function.version(&named)?;
    let qualifier = named.qualifier_or_latest().to_owned();
    let before = match (merged, function.invoke_configs.get(&qualifier)) {
        (true, None) => return Err(missing(&named)),
        (true, Some(before)) => before.clone(),
        (false, _) => Members::new(),
    };
    let config = Structure::new()
        .with("DestinationConfig", json!({ "OnSuccess": {}, "OnFailure": {} }))
        .with_all(before)
        .with_all(given)
        .with("FunctionArn", named.arn_of(&qualifier))
        .with("LastModified", time(call.now))
        .members();
    function.invoke_configs.insert(qualifier, config.clone());
    Ok(Output::new(config))
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let held = lambda.function(&named)?.invoke_configs.get(named.qualifier_or_latest());
    Ok(Output::new(held.ok_or_else(|| missing(&named))?.clone()))
}

pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let configs = &mut lambda.function_mut(&named)?.invoke_configs;
    configs.remove(named.qualifier_or_latest()).ok_or_else(|| missing(&named))?;
    Ok(Output::default())
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let configs = lambda.function(&named)?.invoke_configs.iter();
    let rows = configs.map(|(qualifier, config)| (qualifier.clone(), Value::Object(config.clone())));
    Ok(page.answer("FunctionEventInvokeConfigs", rows).output())
}
