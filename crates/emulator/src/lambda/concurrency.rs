//! Reserved and provisioned concurrency.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::function::modified;
use super::reference::Reference;
use super::{Lambda, PAGING, error};
use crate::Call;
use crate::structure::Structure;

/// How many executions an account may have at once, and how many of them cannot be reserved ("Lambda quotas").
pub(crate) const ACCOUNT: i64 = 1000;
const UNRESERVED: i64 = 100;

pub(crate) fn put(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let wanted = call.input.integer("ReservedConcurrentExecutions")?.unwrap_or_default();
    call.input.finish()?;
    let reserved = lambda.function(&named)?.reserved.unwrap_or_default();
    if lambda.reserved(&named.place) - reserved + wanted > ACCOUNT - UNRESERVED {
        return Err(error::invalid(format!(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{UNRESERVED}]."
        )));
    }
    lambda.function_mut(&named)?.reserved = Some(wanted);
    Ok(Structure::new().with("ReservedConcurrentExecutions", wanted).output())
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let reserved = lambda.function(&named)?.reserved;
    Ok(Structure::new().with_some("ReservedConcurrentExecutions", reserved).output())
}

pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    lambda.function_mut(&named)?.reserved = None;
    Ok(Output::default())
}

fn no_config() -> ApiError {
    let message = "No Provisioned Concurrency Config found for this function";
    ApiError::new(404, "ProvisionedConcurrencyConfigNotFoundException", message)
}

/// Keeps what is asked for. As with functions, the answer says that it is under way, and later ones that it is done.
pub(crate) fn put_provisioned(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let wanted = call.input.integer("ProvisionedConcurrentExecutions")?.unwrap_or_default();
    call.input.finish()?;
    let function = lambda.function_mut(&named)?;
    function.check_published(&named)?;
    let with = |allocated: i64, status: &str| {
        Structure::new()
            .with("RequestedProvisionedConcurrentExecutions", wanted)
            .with("AllocatedProvisionedConcurrentExecutions", allocated)
            .with("AvailableProvisionedConcurrentExecutions", allocated)
            .with("Status", status)
            .with("LastModified", modified(call.now))
    };
    let qualifier = named.qualifier_or_latest().to_owned();
    function.provisioned.insert(qualifier, with(wanted, "READY").members());
    Ok(with(0, "IN_PROGRESS").output())
}

pub(crate) fn get_provisioned(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let held = lambda.function(&named)?.provisioned.get(named.qualifier_or_latest());
    Ok(Output::new(held.ok_or_else(no_config)?.clone()))
}

pub(crate) fn delete_provisioned(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    lambda.function_mut(&named)?.provisioned.remove(named.qualifier_or_latest());
    Ok(Output::default())
}

pub(crate) fn list_provisioned(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let configs = lambda.function(&named)?.provisioned.iter();
    let rows = configs.map(|(qualifier, config)| {
        let row: Value =
            Structure::new().with_all(config.clone()).with("FunctionArn", named.arn_of(qualifier)).value();
        (qualifier.clone(), row)
    });
    Ok(page.answer("ProvisionedConcurrencyConfigs", rows).output())
}
