//! Aliases of functions.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::function::Function;
use super::reference::{LATEST, Reference};
use super::{Lambda, PAGING, error};
use crate::Call;
use crate::input::Input;
use crate::random;
use crate::structure::Structure;

/// A name for a version, or for two with weights.
#[derive(Clone)]
pub(crate) struct Alias {
    pub version: String,
    description: String,
    routing: Option<Members>,
    revision: String,
}

impl Alias {
    /// Whether calls may reach that version through the alias.
    pub fn uses(&self, version: &str) -> bool {
        self.version == version
            || weights(self.routing.as_ref()).is_some_and(|weights| weights.contains_key(version))
    }

    fn shown(&self, arn: String, name: &str) -> Structure {
        Structure::new()
            .with("AliasArn", arn)
            .with("Name", name)
            .with("FunctionVersion", self.version.as_str())
            .with("Description", self.description.as_str())
            .with("RevisionId", self.revision.as_str())
            .with_some("RoutingConfig", self.routing.clone())
    }

    /// Takes what is given and changes the alias.
    fn apply(&mut self, function: &Function, named: &Reference, input: &mut Input) -> Result<(), ApiError> {
        if let Some(version) = input.string("FunctionVersion")? {
            self.version = version;
        }
        if let Some(description) = input.string("Description")? {
            self.description = description;
        }
        if input.has("RoutingConfig") {
            self.routing = Some(input.map("RoutingConfig")?)
                .filter(|routing| weights(Some(routing)).is_some_and(|weights| !weights.is_empty()));
        }
        self.revision = random::uuid()?;
        self.check(function, named)
    }

    /// Refuses versions that are not there, and weights that are none.
    fn check(&self, function: &Function, named: &Reference) -> Result<(), ApiError> {
        let exists = |number: &str| {
            let known = number == LATEST
                || number.parse().is_ok_and(|number| function.versions.contains_key(&number));
            if known { Ok(()) } else { Err(error::no_function(&named.arn_of(number))) }
        };
        exists(&self.version)?;
        let Some(weights) = weights(self.routing.as_ref()) else { return Ok(()) };
        if weights.len() > 1 {
            return Err(error::invalid(
                "Number of items in AdditionalVersionWeights cannot be greater than 1",
            ));
        }
        for (number, weight) in weights {
            exists(number)?;
            if number == LATEST || self.version == LATEST {
                let message = "$LATEST is not supported for an alias pointing to more than 1 version";
                return Err(error::invalid(message));
            }
            if *number == self.version {
                let message = format!(
                    "Invalid function version {number}. Function version {number} is already included in routing configuration."
                );
                return Err(error::invalid(message));
            }
            if !weight.as_f64().is_some_and(|weight| (0.0..=1.0).contains(&weight)) {
                let message = "Member must have value between 0.0 and 1.0";
                return Err(error::constraint(
                    &weight.to_string(),
                    "routingConfig.additionalVersionWeights",
                    message,
                ));
            }
        }
        Ok(())
    }
}

fn weights(routing: Option<&Members>) -> Option<&Members> {
    routing?.get("AdditionalVersionWeights").and_then(Value::as_object)
}

fn missing(named: &Reference, name: &str) -> ApiError {
    error::not_found(format!("Cannot find alias arn: {}", named.arn_of(name)))
}

pub(crate) fn create(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let name = call.input.required("Name")?;
    let function = lambda.function_mut(&named)?;
    if function.aliases.contains_key(&name) {
        return Err(error::conflict(format!("Alias already exists: {}", named.arn_of(&name))));
    }
    let mut alias =
        Alias { version: String::new(), description: String::new(), routing: None, revision: String::new() };
    alias.apply(function, &named, &mut call.input)?;
    call.input.finish()?;
    let answer = alias.shown(named.arn_of(&name), &name);
    function.aliases.insert(name, alias);
    Ok(answer.output())
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let name = call.input.required("Name")?;
    call.input.finish()?;
    let alias = lambda.function(&named)?.aliases.get(&name).ok_or_else(|| missing(&named, &name))?;
    Ok(alias.shown(named.arn_of(&name), &name).output())
}

pub(crate) fn update(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let name = call.input.required("Name")?;
    let function = lambda.function_mut(&named)?;
    let mut alias = function.aliases.get(&name).ok_or_else(|| missing(&named, &name))?.clone();
    if call.input.string("RevisionId")?.is_some_and(|given| given != alias.revision) {
        return Err(error::wrong_revision("GetFunction/GetAlias"));
    }
    alias.apply(function, &named, &mut call.input)?;
    call.input.finish()?;
    let answer = alias.shown(named.arn_of(&name), &name);
    function.aliases.insert(name, alias);
    Ok(answer.output())
}

/// Deletes an alias, with the policy and the rest that hangs on it. One that is not there is no error.
pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let name = call.input.required("Name")?;
    call.input.finish()?;
    let function = lambda.function_mut(&named)?;
    if function.aliases.remove(&name).is_some() {
        function.policies.remove(&name);
        function.urls.remove(&name);
        function.invoke_configs.remove(&name);
        function.provisioned.remove(&name);
    }
    Ok(Output::default())
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let page = PAGING.read(&mut call.input)?;
    let version = call.input.string("FunctionVersion")?;
    call.input.finish()?;
    let aliases = lambda.function(&named)?.aliases.iter();
    let aliases = aliases.filter(|(_, alias)| version.as_ref().is_none_or(|version| alias.uses(version)));
    let rows = aliases.map(|(name, alias)| (name.clone(), alias.shown(named.arn_of(name), name).value()));
    Ok(page.answer("Aliases", rows).output())
}
