//! Applies a root module through AWS API calls, each made as the account's operator through the gateway.

mod attributes;
mod failure;
mod kept;
mod operator;
mod operators;
mod regions;
mod resources;
mod sources;
mod unproved;

use std::collections::BTreeMap;

use stackproof_gateway::{Place, SourceMap};
use stackproof_policy::statement_hash;
use stackproof_terraform::{
    BlockType, Configuration, Diagnostic, Diagnostics, Instance, Run, Schema, Step, Value, plan,
    policy_statements,
};

use self::attributes::Attributes;
use self::failure::{failed, unsupported};
pub use self::kept::is_kept;
pub(crate) use self::operator::{Answer, Operator, ResourceError};
pub(crate) use self::operators::Operators;
use self::resources::Resource;
pub(crate) use self::resources::s3::versions;
use self::unproved::{Unmade, unproved};
use super::provisioned::Provisioned;
use super::request::Request;
use crate::target::Environment;

/// The longest text that may be what something is called.
const MAX_NAME: usize = 128;

/// A resource that was made.
pub struct Made {
    pub(super) instance: Instance,
    pub(super) attributes: Attributes,
    kind: &'static dyn Resource,
    operator: Operator,
}

impl Made {
    /// Its address.
    pub(super) fn address(&self) -> String {
        self.instance.address.to_string()
    }

    /// The account that it is in.
    pub(super) fn account(&self) -> &str {
        &self.operator.account
    }
}

/// Applies the root module that is asked for.
///
/// # Errors
/// As [`super::apply`].
pub(super) async fn apply(environment: &Environment, request: &Request) -> Result<Provisioned, Diagnostics> {
    let configuration = Configuration::load(&request.directory, &request.of_module())?;
    let operators = Operators::of(environment)?.in_directory(&request.directory);
    let mut provisioned =
        Provisioned::new(request, operators.main.account.clone(), environment.region.clone());
    match run(&configuration, environment, &operators, &mut provisioned).await {
        Ok(()) => Ok(provisioned),
        Err(mut wrong) => {
            wrong.extend(provisioned.destroy().await.err().into_iter().flatten());
            Err(wrong)
        }
    }
}

async fn run(
    configuration: &Configuration,
    environment: &Environment,
    operators: &Operators,
    provisioned: &mut Provisioned,
) -> Result<(), Diagnostics> {
    let schema = Schema::aws().map_err(Diagnostic::nowhere)?;
    let progress = &environment.progress;
    // What cannot be counted beforehand is told where it is come to.
    let total = match progress.is_drawn() {
        true => plan(configuration).map_or(0, |plan| plan.creates.len()),
        false => 0,
    };
    let bar = progress.bar(total, "provisioning");
    let mut run = Run::new(configuration).at(environment.clock.now());
    let (mut unmade, mut guards) = (Vec::new(), Vec::new());
    while let Some(step) = run.next_step()? {
        let (Step::Create(instance) | Step::Read(instance)) = &step;
        let block = instance.schema(schema).ok_or_else(|| unsupported(instance))?;
        if let Some(cause) = unknown_cause(instance) {
            run.leave_out(instance);
            if let Step::Create(instance) = step {
                unmade.push(Unmade::new(configuration, instance, cause));
            }
            continue;
        }
        let arguments = Attributes::from(instance.arguments.to_json());
        let operator = operators.of_instance(instance).await?.in_region(arguments.text("/region"));
        let attributes = match step {
            Step::Read(_) => {
                let found = read(&operator, instance, arguments).await?;
                provisioned.data.insert(instance.address.to_string(), found.as_json().clone());
                found
            }
            Step::Create(_) => {
                register(&environment.sources, &instance.arguments, block);
                let created = create(operator, instance, arguments, &mut provisioned.made).await?;
                bar.step();
                if kept::is_kept(&instance.type_name) && kept::guards(instance) {
                    guards.push(Unmade::kept(configuration, instance.clone()));
                }
                created
            }
        };
        run.record(instance, Value::from_json(attributes.as_json()))?;
    }
    let given = run.given().map(|(address, value)| (address.to_string(), value.to_json()));
    provisioned.read = given.collect();
    provisioned.notes = configuration.notes().iter().chain(run.notes()).cloned().collect();
    unmade.extend(run.unexpanded().iter().map(Unmade::unexpanded));
    provisioned.notes.extend(unmade.iter().map(Unmade::note));
    provisioned.outputs = run.outputs();
    provisioned.kept = kept::notes(&provisioned.made);
    unmade.extend(guards);
    provisioned.unproved = unproved(run.left_out(), &provisioned.made, &unmade, &provisioned.outputs);
    if let Some(region) = run.region() {
        region.clone_into(&mut provisioned.region);
    }
    // Terraform keeps no output without a value.
    provisioned.outputs.retain(|_, output| !output.value.is_null());
    Ok(())
}

/// How many resources the root module would make.
///
/// # Errors
/// All that is wrong with the configuration as far as that shows before anything is made, types that are not
/// provisioned natively among it.
pub fn check(request: &Request) -> Result<usize, Diagnostics> {
    let configuration = Configuration::load(&request.directory, &request.of_module())?;
    let creates = plan(&configuration)?.creates;
    let mut wrong = Diagnostics::new();
    for instance in creates.iter().filter(|instance| !provisions(&instance.type_name)) {
        wrong.push(unsupported(instance));
    }
    wrong.into_result(creates.len())
}

/// Whether resources of that type are provisioned natively or kept, data sources of it read; those are written `data.TYPE`.
pub fn provisions(kind: &str) -> bool {
    match kind.strip_prefix("data.") {
        Some(kind) => Schema::aws().is_ok_and(|schema| schema.data(kind).is_some()),
        None => resources::named(kind).is_some() || is_kept(kind),
    }
}

async fn read(
    operator: &Operator,
    instance: &Instance,
    arguments: Attributes,
) -> Result<Attributes, Diagnostic> {
    let read = sources::read(operator, &instance.type_name, arguments).await;
    read.map_err(|error| failed(instance, "read", &error))?.ok_or_else(|| unsupported(instance))
}

/// Makes a resource; it is among `made` as soon as there is something to unmake.
async fn create(
    operator: Operator,
    instance: &Instance,
    arguments: Attributes,
    made: &mut Vec<Made>,
) -> Result<Attributes, Diagnostic> {
    let Some(kind) = resources::named(&instance.type_name) else {
        return match is_kept(&instance.type_name) {
            true => Ok(kept::store(operator, instance, &arguments, made)),
            false => Err(unsupported(instance)),
        };
    };
    let created =
        kind.create(&operator, arguments).await.map_err(|error| failed(instance, "created", &error))?;
    made.push(Made {
        instance: instance.clone(),
        attributes: created.clone(),
        kind,
        operator: operator.clone(),
    });
    let complete =
        kind.complete(&operator, created).await.map_err(|error| failed(instance, "configured", &error))?;
    if let Some(made) = made.last_mut() {
        made.attributes = complete.clone();
    }
    Ok(complete)
}

/// Unmakes resources, the last made first.
///
/// # Errors
/// What could not be unmade; the rest is gone.
pub async fn destroy(made: Vec<Made>) -> Result<(), Diagnostics> {
    let mut wrong = Diagnostics::new();
    for made in made.iter().rev() {
        if let Err(error) = made.kind.destroy(&made.operator, &made.attributes).await {
            wrong.push(failed(&made.instance, "destroyed", &error));
        }
    }
    wrong.into_result(())
}

/// Why an instance is not made: its provider or one of its arguments rests on what is not provisioned.
fn unknown_cause(instance: &Instance) -> Option<String> {
    let of_provider = instance.provider.unknown.as_ref().map(|name| format!("the `{name}` of its provider"));
    of_provider.or_else(|| instance.unknown.first().map(|name| format!("its `{name}`")))
}

/// Notes where the statements of every policy among the arguments are written, before anything is decided by them.
pub(super) fn register(sources: &SourceMap, values: &Value, block: &BlockType) {
    register_within(sources, values, block, &[]);
}

/// The same of a block in what has those names.
fn register_within(sources: &SourceMap, values: &Value, block: &BlockType, names: &[String]) {
    let texts = values.as_entries().into_iter().flat_map(BTreeMap::values).filter_map(Value::as_str);
    let own = texts.filter(|text| text.len() <= MAX_NAME).map(str::to_owned);
    let names: Vec<String> = names.iter().cloned().chain(own).collect();
    let policies = block.attributes.iter().filter(|(_, attribute)| attribute.policy);
    for statement in policies.filter_map(|(name, _)| values.get(name)).flat_map(policy_statements) {
        if let Some(origin) = statement.origin {
            let place = Place { file: origin.file().display().to_string(), line: origin.line };
            sources.register(statement_hash(&statement.json), place, names.clone());
        }
    }
    for (name, nested) in &block.blocks {
        for values in values.get(name).and_then(Value::as_sequence).into_iter().flatten() {
            register_within(sources, values, &nested.block, &names);
        }
    }
}

#[cfg(test)]
mod tests;
