//! Functions: what is made, changed, shown and deleted of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::alias::Alias;
use super::configuration::{apply, defaults};
use super::package::Package;
use super::permission::Policy;
use super::reference::{LATEST, Reference};
use super::version::{self, Version};
use super::{Around, Lambda, PAGING, error, tag};
use crate::Call;
use crate::random;
use crate::structure::Structure;
use crate::tags::Tags;

const MAX_NAME: usize = 64;

/// A function with all that hangs on it. Maps are by qualifier.
#[derive(Clone)]
pub(crate) struct Function {
    pub latest: Version,
    pub versions: BTreeMap<u64, Version>,
    pub next_version: u64,
    /// Whether there is anything that the newest published version does not have.
    pub changed: bool,
    pub aliases: BTreeMap<String, Alias>,
    pub policies: BTreeMap<String, Policy>,
    pub urls: BTreeMap<String, Members>,
    pub invoke_configs: BTreeMap<String, Members>,
    pub provisioned: BTreeMap<String, Members>,
    pub runtime_management: BTreeMap<String, Members>,
    pub reserved: Option<i64>,
    pub recursion: String,
    pub signing: Option<String>,
    pub tags: Tags,
}

/// A time as configurations show it.
pub(crate) fn modified(at: Timestamp) -> String {
    format!("{}+0000", at.strftime("%Y-%m-%dT%H:%M:%S%.3f"))
}

/// What a configuration shows beyond what was given.
pub(crate) fn touch(configuration: &mut Members, package: &Package, now: Timestamp) -> Result<(), ApiError> {
    for (name, value) in [
        ("CodeSha256", Value::from(package.sha256())),
        ("CodeSize", package.size().into()),
        ("LastModified", modified(now).into()),
        ("RevisionId", random::uuid()?.into()),
    ] {
        configuration.insert(name.to_owned(), value);
    }
    Ok(())
}

/// The state of what is made or changed, as the answer to the call has it: later answers show that it is done.
fn under_way(answer: Structure, created: bool) -> Structure {
    let reason = "The function is being created.";
    match created {
        true => answer
            .with("State", "Pending")
            .with("StateReason", reason)
            .with("StateReasonCode", "Creating")
            .without("LastUpdateStatus"),
        false => answer
            .with("LastUpdateStatus", "InProgress")
            .with("LastUpdateStatusReason", reason)
            .with("LastUpdateStatusReasonCode", "Creating"),
    }
}

impl Function {
    /// The version that a qualifier means: a number, an alias, or none.
    pub fn version(&self, function: &Reference) -> Result<&Version, ApiError> {
        let qualifier = function.qualifier_or_latest();
        let number = |text: &str| match text {
            LATEST => Some(&self.latest),
            number => self.versions.get(&number.parse().ok()?),
        };
        let aliased = || number(&self.aliases.get(qualifier)?.version);
        number(qualifier).or_else(aliased).ok_or_else(|| error::no_function(&function.arn()))
    }

    /// Refuses a qualifier that means nothing, and where only aliases and published versions do, the latest.
    pub fn check_published(&self, function: &Reference) -> Result<(), ApiError> {
        match function.qualifier_or_latest() {
            LATEST => {
                Err(error::invalid("This operation does not support $LATEST or an unqualified function."))
            }
            _ => self.version(function).map(drop),
        }
    }

    /// Refuses a revision that is not the latest.
    pub fn check_revision(&self, given: Option<&str>) -> Result<(), ApiError> {
        let latest = self.latest.configuration.get("RevisionId").and_then(Value::as_str);
        match given {
            Some(given) if latest != Some(given) => Err(error::wrong_revision("GetFunction/GetAlias")),
            _ => Ok(()),
        }
    }
}

pub(crate) fn create(lambda: &mut Lambda, around: &Around<'_>, mut call: Call) -> Result<Output, ApiError> {
    let function = Reference::take(&mut call)?;
    if function.name.len() > MAX_NAME
        || function.qualifier.is_some()
        || function.place.account != call.account
    {
        let pattern = "Member must be the name of a function, of at most 64 characters";
        return Err(error::constraint(&function.name, "FunctionName", pattern));
    }
    if lambda.function(&function).is_ok() {
        return Err(error::conflict(format!("Function already exist: {}", function.name)));
    }
    let input = &mut call.input;
    let mut code = input.required_structure("Code")?;
    let source_key = code.string("SourceKMSKeyArn")?;
    let package = Package::take(&mut code, around)?
        .ok_or_else(|| error::invalid("Please provide a source for function code."))?;
    code.finish()?;
    let is_image = input.string("PackageType")?.as_deref() == Some("Image");
    if is_image != package.is_image() {
        return Err(error::invalid("PackageType and the source of the function's code do not fit together."));
    }
    if is_image && ["Handler", "Runtime", "Layers"].iter().any(|name| input.has(name)) {
        return Err(error::invalid(
            "Please don't provide Handler or Runtime or Layer when the intent is to create function with container image.",
        ));
    }
    if !is_image && (!input.has("Handler") || !input.has("Runtime")) {
        return Err(error::invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ));
    }
    let mut configuration = defaults(&function.name);
    if is_image {
        configuration.insert("PackageType".to_owned(), "Image".into());
    }
    apply(lambda, around, &function, input, &mut configuration)?;
    configuration.extend(input.keep(&["Architectures"]));
    let tags = tag::read(input)?;
    let publish = input.boolean("Publish")?.unwrap_or(false);
    let signing = input.string("CodeSigningConfigArn")?;
    if let Some(signing) = &signing {
        lambda.check_signing(&function.place, signing)?;
    }
    input.finish()?;

    touch(&mut configuration, &package, call.now)?;
    for (name, value) in [("Version", LATEST), ("State", "Active"), ("LastUpdateStatus", "Successful")] {
        configuration.insert(name.to_owned(), value.into());
    }
    let latest = Version { configuration, package, source_key };
    let mut made = Function {
        latest,
        versions: BTreeMap::new(),
        next_version: 1,
        changed: true,
        aliases: BTreeMap::new(),
        policies: BTreeMap::new(),
        urls: BTreeMap::new(),
        invoke_configs: BTreeMap::new(),
        provisioned: BTreeMap::new(),
        runtime_management: BTreeMap::new(),
        reserved: None,
        recursion: "Terminate".to_owned(),
        signing,
        tags,
    };
    let answer = match publish {
        true => {
            let number = made.publish(None)?.to_string();
            let arn = function.arn_of(&number);
            made.version(&Reference { qualifier: Some(number), ..function.clone() })?.shown(&arn)
        }
        false => made.latest.shown(&function.function_arn()),
    };
    lambda.add(&function, made);
    Ok(under_way(answer, true).output())
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let function = lambda.function(&named)?;
    let version = function.version(&named)?;
    let tags = Some(&function.tags).filter(|tags| !tags.is_empty()).map(Tags::map);
    let concurrency = function
        .reserved
        .map(|reserved| Structure::new().with("ReservedConcurrentExecutions", reserved).value());
    let code = version.package.location().with_some("SourceKMSKeyArn", version.source_key.as_deref());
    Ok(Structure::new()
        .with("Configuration", version.shown(&named.arn()).value())
        .with("Code", code.value())
        .with_some("Tags", tags)
        .with_some("Concurrency", concurrency)
        .output())
}

pub(crate) fn configuration(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    Ok(lambda.function(&named)?.version(&named)?.shown(&named.arn()).output())
}

pub(crate) fn update_configuration(
    lambda: &mut Lambda,
    around: &Around<'_>,
    mut call: Call,
) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let function = lambda.function(&named)?;
    function.check_revision(call.input.string("RevisionId")?.as_deref())?;
    let mut latest = function.latest.clone();
    apply(lambda, around, &named, &mut call.input, &mut latest.configuration)?;
    call.input.finish()?;
    replace(lambda, &named, latest, call.now)
}

pub(crate) fn update_code(
    lambda: &mut Lambda,
    around: &Around<'_>,
    mut call: Call,
) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let function = lambda.function(&named)?;
    let input = &mut call.input;
    function.check_revision(input.string("RevisionId")?.as_deref())?;
    let mut latest = function.latest.clone();
    latest.source_key = input.string("SourceKMSKeyArn")?;
    let package = Package::take(input, around)?;
    latest.package = package.ok_or_else(|| error::invalid("Please provide a source for function code."))?;
    if latest.package.is_image() != function.latest.package.is_image() {
        return Err(error::invalid("The package type of a function cannot be changed after it is created."));
    }
    latest.configuration.extend(input.keep(&["Architectures"]));
    let publish = input.boolean("Publish")?.unwrap_or(false);
    let dry_run = input.boolean("DryRun")?.unwrap_or(false);
    input.finish()?;
    if dry_run {
        touch(&mut latest.configuration, &latest.package, call.now)?;
        return Ok(latest.shown(&named.function_arn()).output());
    }
    let answer = replace(lambda, &named, latest, call.now)?;
    if !publish {
        return Ok(answer);
    }
    let function = lambda.function_mut(&named)?;
    let number = function.publish(None)?.to_string();
    let published = Reference { qualifier: Some(number), ..named };
    Ok(under_way(function.version(&published)?.shown(&published.arn()), false).output())
}

/// Puts another latest version in place, and says that it is being done.
fn replace(
    lambda: &mut Lambda,
    named: &Reference,
    mut latest: Version,
    now: Timestamp,
) -> Result<Output, ApiError> {
    if named.qualifier_or_latest() != LATEST {
        return Err(error::invalid("Only the latest version of a function can be changed."));
    }
    let function = lambda.function_mut(named)?;
    let same = |a: &Version, b: &Version| {
        a.package == b.package && a.source_key == b.source_key && a.configuration == b.configuration
    };
    function.changed |= !same(&latest, &function.latest);
    touch(&mut latest.configuration, &latest.package, now)?;
    let answer = under_way(latest.shown(&named.function_arn()), false);
    function.latest = latest;
    Ok(answer.output())
}

pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let function = lambda.function(&named)?;
    let done = Structure::new().with("StatusCode", 204).output();
    match named.qualifier.as_deref() {
        None => lambda.remove(&named),
        Some(LATEST) => {
            let message = "$LATEST version cannot be deleted without deleting the function.";
            return Err(error::invalid(message));
        }
        Some(qualifier) => {
            let number = qualifier.parse().map_err(|_| error::no_function(&named.arn()))?;
            let users = function.aliases.iter().filter(|(_, alias)| alias.uses(qualifier));
            let users: Vec<&str> = users.map(|(name, _)| name.as_str()).collect();
            if !users.is_empty() {
                let message =
                    format!("Version {qualifier} is referenced by these aliases: {}.", users.join(", "));
                return Err(error::conflict(message));
            }
            if lambda.function_mut(&named)?.versions.remove(&number).is_none() {
                return Err(error::no_function(&named.arn()));
            }
        }
    }
    Ok(done)
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    let all = call.input.string("FunctionVersion")?.as_deref() == Some("ALL");
    call.input.only("MasterRegion", "ALL")?;
    call.input.finish()?;
    let mut rows = Vec::new();
    for (reference, function) in lambda.functions(&call) {
        let arn = reference.function_arn();
        if !all {
            rows.push((reference.name.clone(), function.latest.shown(&arn).value()));
            continue;
        }
        rows.extend(version::rows(&reference, function));
    }
    Ok(page.answer("Functions", rows).output())
}
