//! Settings of functions that are a value or two, and those of the account.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::reference::Reference;
use super::{Lambda, concurrency};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

/// "Lambda quotas": all functions and layers, and what one unpacks to or is sent as.
const TOTAL_CODE: u64 = 80_530_636_800;
const UNZIPPED_CODE: u64 = 262_144_000;
const ZIPPED_CODE: u64 = 52_428_800;

pub(crate) fn account(lambda: &mut Lambda, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let place = Place::of(&call);
    let limit = Structure::new()
        .with("TotalCodeSize", TOTAL_CODE)
        .with("CodeSizeUnzipped", UNZIPPED_CODE)
        .with("CodeSizeZipped", ZIPPED_CODE)
        .with("ConcurrentExecutions", concurrency::ACCOUNT)
        .with("UnreservedConcurrentExecutions", concurrency::ACCOUNT - lambda.reserved(&place));
    let sizes = lambda.functions(&call).map(|(_, function)| {
        let versions = function.versions.values().chain([&function.latest]);
        versions.map(|version| version.package.size()).sum::<usize>()
    });
    let usage = Structure::new()
        .with("TotalCodeSize", sizes.sum::<usize>())
        .with("FunctionCount", lambda.functions(&call).count());
    Ok(Structure::new().with("AccountLimit", limit.value()).with("AccountUsage", usage.value()).output())
}

pub(crate) fn put_recursion(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let recursion = call.input.required("RecursiveLoop")?;
    call.input.finish()?;
    lambda.function_mut(&named)?.recursion.clone_from(&recursion);
    Ok(Structure::new().with("RecursiveLoop", recursion).output())
}

pub(crate) fn get_recursion(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let recursion = lambda.function(&named)?.recursion.as_str();
    Ok(Structure::new().with("RecursiveLoop", recursion).output())
}

pub(crate) fn put_runtime_management(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let given = call.input.keep(&["RuntimeVersionArn", "UpdateRuntimeOn"]);
    call.input.finish()?;
    let manual = given.get("UpdateRuntimeOn").and_then(Value::as_str) == Some("Manual");
    if manual != given.contains_key("RuntimeVersionArn") {
        let message = "You must specify RuntimeVersionArn when UpdateRuntimeOn is Manual, and only then.";
        return Err(super::error::invalid(message));
    }
    let function = lambda.function_mut(&named)?;
    function.version(&named)?;
    let qualifier = named.qualifier_or_latest().to_owned();
    let config = Structure::new().with_all(given).with("FunctionArn", named.arn_of(&qualifier)).members();
    function.runtime_management.insert(qualifier, config.clone());
    Ok(Output::new(config))
}

pub(crate) fn get_runtime_management(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let function = lambda.function(&named)?;
    function.version(&named)?;
    let qualifier = named.qualifier_or_latest();
    let set = function.runtime_management.get(qualifier).cloned().unwrap_or_default();
    let arn = named.arn_of(qualifier);
    Ok(Structure::new().with("UpdateRuntimeOn", "Auto").with("FunctionArn", arn).with_all(set).output())
}
