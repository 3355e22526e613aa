//! How a workgroup's queries are to run.
//!
//! <https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::{PAGES, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

const AUTO: &str = "AUTO";

/// The engines that can be selected, and what each is in effect.
const ENGINES: [(&str, &str); 4] = [
    (AUTO, "Athena engine version 3"),
    ("Athena engine version 3", "Athena engine version 3"),
    ("PySpark engine version 3", "PySpark engine version 3"),
    ("Apache Spark version 3.5", "Apache Spark version 3.5"),
];

fn engine(selected: &str) -> Result<Value, ApiError> {
    let known = ENGINES.iter().find(|(name, _)| *name == selected);
    let (_, effective) =
        known.ok_or_else(|| error::invalid(format!("Invalid engine version: {selected}")))?;
    Ok(json!({ "SelectedEngineVersion": selected, "EffectiveEngineVersion": effective }))
}

/// What AWS fills in.
pub(crate) fn defaults() -> Structure {
    Structure::new()
        .with("EnforceWorkGroupConfiguration", true)
        .with("PublishCloudWatchMetricsEnabled", false)
        .with("RequesterPaysEnabled", false)
        .with("EnableMinimumEncryptionConfiguration", false)
        .with_some("EngineVersion", engine(AUTO).ok())
}

fn check(configuration: &Members) -> Result<(), ApiError> {
    let results = configuration.get("ResultConfiguration");
    let location = results.and_then(|results| results.get("OutputLocation")).and_then(Value::as_str);
    if location.is_some_and(|location| !location.starts_with("s3://")) {
        return Err(error::invalid("outputLocation is not a valid S3 path."));
    }
    let encryption = results.and_then(|results| results.get("EncryptionConfiguration"));
    let option = encryption.and_then(|encryption| encryption.get("EncryptionOption")).and_then(Value::as_str);
    let key = encryption.and_then(|encryption| encryption.get("KmsKey"));
    match (option, key) {
        (Some("SSE_KMS" | "CSE_KMS"), None) => {
            Err(error::invalid("KmsKey is required for the encryption options SSE_KMS and CSE_KMS."))
        }
        (Some("SSE_S3"), Some(_)) => {
            Err(error::invalid("KmsKey must not be set for the encryption option SSE_S3."))
        }
        _ => Ok(()),
    }
}

/// Sees which engine is selected; the one in effect follows from it, whatever a client says.
fn read_engine(given: &mut Input) -> Result<Option<Value>, ApiError> {
    let Some(mut version) = given.structure("EngineVersion")? else { return Ok(None) };
    let selected = version.string("SelectedEngineVersion")?;
    version.keep(&["EffectiveEngineVersion"]);
    version.finish()?;
    selected.map(|selected| engine(&selected)).transpose()
}

/// Takes the configuration of a new workgroup.
pub(crate) fn read(input: &mut Input) -> Result<Members, ApiError> {
    let Some(mut given) = input.structure("Configuration")? else { return Ok(defaults().members()) };
    let engine = read_engine(&mut given)?;
    // A workgroup of Identity Center makes an application there.
    let kept = given.keep_as("WorkGroupConfiguration");
    given.finish()?;
    let configuration = defaults().with_all(kept).with_some("EngineVersion", engine).members();
    check(&configuration)?;
    Ok(configuration)
}

/// Changes a part of the configuration by its updates: each member replaces the one of its name, or by `Remove…` takes it away.
fn change(part: &mut Members, mut updates: Input, shape: &str) -> Result<(), ApiError> {
    let removals: Vec<String> =
        updates.names().filter_map(|name| name.strip_prefix("Remove")).map(str::to_owned).collect();
    for name in removals {
        if updates.boolean(&format!("Remove{name}"))? == Some(true) {
            part.remove(&name);
        }
    }
    let kept = updates.keep_as(shape);
    updates.finish()?;
    part.extend(kept);
    Ok(())
}

fn change_within(configuration: &mut Members, name: &str, updates: Input) -> Result<(), ApiError> {
    let mut part = match configuration.remove(name) {
        Some(Value::Object(part)) => part,
        _ => Members::new(),
    };
    change(&mut part, updates, name)?;
    configuration.insert(name.to_owned(), part.into());
    Ok(())
}

/// Takes the updates of a workgroup's configuration and applies them.
pub(crate) fn update(input: &mut Input, configuration: &mut Members) -> Result<(), ApiError> {
    let Some(mut updates) = input.structure("ConfigurationUpdates")? else { return Ok(()) };
    for name in ["ResultConfiguration", "ManagedQueryResultsConfiguration"] {
        if let Some(updates) = updates.structure(&format!("{name}Updates"))? {
            change_within(configuration, name, updates)?;
        }
    }
    if let Some(engine) = read_engine(&mut updates)? {
        configuration.insert("EngineVersion".to_owned(), engine);
    }
    change(configuration, updates, "WorkGroupConfiguration")?;
    check(configuration)
}

/// The engine of a configuration, as lists show it.
pub(crate) fn engine_of(configuration: Option<&Value>) -> Option<Value> {
    configuration?.get("EngineVersion").cloned()
}

pub(crate) fn list_engines(mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let rows =
        ENGINES.iter().filter_map(|(selected, _)| Some(((*selected).to_owned(), engine(selected).ok()?)));
    Ok(page.answer("EngineVersions", rows).output())
}
