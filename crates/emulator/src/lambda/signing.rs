//! Code signing configurations. They are kept; whether an archive is signed is not looked at, so that one that must be is
//! refused.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::function::modified;
use super::reference::Reference;
use super::{Lambda, PAGING, error, tag};
use crate::Call;
use crate::input::not_implemented;
use crate::place::Place;
use crate::random;
use crate::record::Record;
use crate::structure::Structure;

const KEPT: &[&str] = &["AllowedPublishers", "CodeSigningPolicies", "Description"];

fn answer(members: &Members) -> Output {
    Structure::new().with("CodeSigningConfig", members.clone()).output()
}

fn missing(arn: &str) -> ApiError {
    let message = format!("The code signing configuration cannot be found: {arn}");
    ApiError::new(404, "CodeSigningConfigNotFoundException", message)
}

impl Lambda {
    fn signing(&self, place: &Place, arn: &str) -> Result<&Record, ApiError> {
        self.store(place).and_then(|store| store.signing.get(arn)).ok_or_else(|| missing(arn))
    }

    /// Refuses a configuration that is not there, and one that lets nothing in that is not signed.
    pub fn check_signing(&self, place: &Place, arn: &str) -> Result<(), ApiError> {
        let signing = self.signing(place, arn)?;
        let policy = signing.members.get("CodeSigningPolicies");
        match policy.and_then(|policy| policy.get("UntrustedArtifactOnDeployment")).and_then(Value::as_str) {
            Some("Enforce") => Err(not_implemented("lambda functions with enforced code signing")),
            _ => Ok(()),
        }
    }

    fn signed<'a>(&'a self, call: &'a Call, arn: &'a str) -> impl Iterator<Item = String> + 'a {
        self.functions(call)
            .filter(move |(_, function)| function.signing.as_deref() == Some(arn))
            .map(|(reference, _)| reference.function_arn())
    }
}

pub(crate) fn create(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let given = call.input.keep(KEPT);
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let id = format!("csc-{}", random::letters(b"0123456789abcdef", 17)?);
    let arn = place.arn("lambda", &format!("code-signing-config:{id}"));
    let members = Structure::new()
        .with("CodeSigningConfigId", id)
        .with("CodeSigningConfigArn", arn.as_str())
        .with("CodeSigningPolicies", json!({ "UntrustedArtifactOnDeployment": "Warn" }))
        .with("LastModified", modified(call.now))
        .with_all(given)
        .members();
    let output = answer(&members);
    lambda.store_mut(&place).signing.insert(arn, Record { members, tags });
    Ok(output)
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("CodeSigningConfigArn")?;
    call.input.finish()?;
    Ok(answer(&lambda.signing(&Place::of(&call), &arn)?.members))
}

pub(crate) fn update(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let arn = call.input.required("CodeSigningConfigArn")?;
    let given = call.input.keep(KEPT);
    call.input.finish()?;
    lambda.signing(&place, &arn)?;
    let signing = lambda.store_mut(&place).signing.get_mut(&arn).ok_or_else(|| missing(&arn))?;
    signing.members.extend(given);
    signing.members.insert("LastModified".to_owned(), modified(call.now).into());
    Ok(answer(&signing.members))
}

pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let arn = call.input.required("CodeSigningConfigArn")?;
    call.input.finish()?;
    lambda.signing(&place, &arn)?;
    if lambda.signed(&call, &arn).next().is_some() {
        return Err(error::conflict("The code signing configuration is in use by functions."));
    }
    lambda.store_mut(&place).signing.remove(&arn);
    Ok(Output::default())
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let all = lambda.store(&Place::of(&call)).into_iter().flat_map(|store| store.signing.iter());
    let rows = all.map(|(arn, signing)| (arn.clone(), Value::Object(signing.members.clone())));
    Ok(page.answer("CodeSigningConfigs", rows).output())
}

pub(crate) fn functions(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("CodeSigningConfigArn")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    lambda.signing(&Place::of(&call), &arn)?;
    let rows = lambda.signed(&call, &arn).map(|arn| (arn.clone(), Value::from(arn)));
    Ok(page.answer("FunctionArns", rows).output())
}

pub(crate) fn put_of_function(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let arn = call.input.required("CodeSigningConfigArn")?;
    call.input.finish()?;
    lambda.check_signing(&named.place, &arn)?;
    lambda.function_mut(&named)?.signing = Some(arn.clone());
    Ok(Structure::new().with("CodeSigningConfigArn", arn).with("FunctionName", named.name).output())
}

pub(crate) fn get_of_function(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let signing = lambda.function(&named)?.signing.clone();
    Ok(Structure::new().with_some("CodeSigningConfigArn", signing).with("FunctionName", named.name).output())
}

pub(crate) fn delete_of_function(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    lambda.function_mut(&named)?.signing = None;
    Ok(Output::default())
}
