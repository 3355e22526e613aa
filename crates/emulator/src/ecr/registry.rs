//! What is of a whole registry: tokens, scanning, replication and settings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::repository::Repo;
use super::{Ecr, error};
use crate::Call;
use crate::input::not_implemented;
use crate::place::Place;
use crate::random::{self, BASE64};
use crate::structure::{Structure, time};
use crate::wildcard;

/// How long a token holds.
const TOKEN: SignedDuration = SignedDuration::from_hours(12);
const TOKEN_LETTERS: usize = 128;

/// Settings of the account, what each is where nobody set it, and what it may be.
const SETTINGS: &[(&str, &str, &[&str])] = &[
    ("BASIC_SCAN_TYPE_VERSION", "AWS_NATIVE", &["AWS_NATIVE", "CLAIR"]),
    ("REGISTRY_POLICY_SCOPE", "V2", &["V1", "V2"]),
];

/// A password for each registry. No registry of images listens here that would ask for one.
pub(crate) fn token(mut call: Call) -> Result<Output, ApiError> {
    let here = Place::of(&call);
    let mut registries = call.input.strings("registryIds")?;
    call.input.finish()?;
    if registries.is_empty() {
        registries.push(here.account);
    }
    let expires = call.now.checked_add(TOKEN).unwrap_or(call.now);
    let mut data = Vec::new();
    for registry in registries {
        let password = random::letters(BASE64, TOKEN_LETTERS)?;
        data.push(json!({
            "authorizationToken": STANDARD.encode(format!("AWS:{password}")),
            "expiresAt": time(expires),
            "proxyEndpoint": format!("https://{registry}.dkr.ecr.{}.amazonaws.com", here.region),
        }));
    }
    Ok(Structure::new().with("authorizationData", data).output())
}

pub(crate) fn put_scanning(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let given = call.input.keep(&["rules", "scanType"]);
    call.input.finish()?;
    let configuration = &mut ecr.store_mut(&place).scanning;
    configuration.extend(given);
    let shown = scanning(ecr, &place);
    Ok(Structure::new().with("registryScanningConfiguration", shown).output())
}

fn scanning(ecr: &Ecr, place: &Place) -> Value {
    let set = ecr.store(place).map(|store| store.scanning.clone()).unwrap_or_default();
    Structure::new().with("scanType", "BASIC").with("rules", json!([])).with_all(set).value()
}

pub(crate) fn get_scanning(ecr: &mut Ecr, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let place = Place::of(&call);
    let shown = scanning(ecr, &place);
    Ok(Structure::new().with("registryId", place.account).with("scanningConfiguration", shown).output())
}

/// How each repository is scanned: by the registry's first rule that fits it, else as it says itself.
pub(crate) fn repositories_scanning(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let names = call.input.strings("repositoryNames")?;
    call.input.finish()?;
    let configuration = scanning(ecr, &place);
    let rules = configuration.get("rules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let repo = Repo { place: place.clone(), name };
        let Ok(repository) = ecr.repository(&repo) else {
            failures.push(json!({
                "repositoryName": repo.name, "failureCode": "REPOSITORY_NOT_FOUND",
                "failureReason": error::no_repository(&repo).message,
            }));
            continue;
        };
        let on_push = repository.record.members.get("imageScanningConfiguration");
        let on_push = on_push.and_then(|own| own.get("scanOnPush")).and_then(Value::as_bool).unwrap_or(false);
        let fits = |filter: &&Value| {
            let pattern = filter.get("filter").and_then(Value::as_str).unwrap_or_default();
            // Without a star a filter matches what has it anywhere.
            if pattern.contains('*') {
                wildcard::star(pattern, &repo.name)
            } else {
                repo.name.contains(pattern)
            }
        };
        let rule = rules.iter().find_map(|rule| {
            let filters = rule.get("repositoryFilters")?.as_array()?;
            let applied: Vec<Value> = filters.iter().filter(fits).cloned().collect();
            Some((rule.get("scanFrequency")?.as_str()?, applied)).filter(|(_, applied)| !applied.is_empty())
        });
        let own = if on_push { "SCAN_ON_PUSH" } else { "MANUAL" };
        let (frequency, applied) = rule.unwrap_or((own, Vec::new()));
        let row = Structure::new()
            .with("repositoryArn", repo.arn())
            .with("repositoryName", repo.name.as_str())
            .with("scanOnPush", frequency != "MANUAL")
            .with("scanFrequency", frequency)
            .with("appliedScanFilters", applied);
        found.push(row.value());
    }
    Ok(Structure::new().with("scanningConfigurations", found).with("failures", failures).output())
}

/// Nothing is replicated, so that only no rules can be kept.
pub(crate) fn put_replication(mut call: Call) -> Result<Output, ApiError> {
    let configuration = call.input.value("replicationConfiguration").unwrap_or_default();
    call.input.finish()?;
    match configuration.get("rules").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        true => Ok(Structure::new().with("replicationConfiguration", configuration).output()),
        false => Err(not_implemented("PutReplicationConfiguration.replicationConfiguration.rules")),
    }
}

pub(crate) fn describe(call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    Ok(Structure::new()
        .with("registryId", call.account)
        .with("replicationConfiguration", json!({ "rules": [] }))
        .output())
}

fn known(name: &str) -> Result<&'static (&'static str, &'static str, &'static [&'static str]), ApiError> {
    let setting = SETTINGS.iter().find(|(known, ..)| *known == name);
    setting.ok_or_else(|| error::invalid("name", "must be the name of an account setting"))
}

pub(crate) fn put_setting(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let (name, value) = (call.input.required("name")?, call.input.required("value")?);
    call.input.finish()?;
    let (_, _, values) = known(&name)?;
    if !values.contains(&value.as_str()) {
        return Err(error::invalid("value", format!("must be one of [{}]", values.join(", "))));
    }
    ecr.store_mut(&Place::of(&call)).settings.insert(name.clone(), value.clone());
    Ok(Structure::new().with("name", name).with("value", value).output())
}

pub(crate) fn get_setting(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("name")?;
    call.input.finish()?;
    let (_, default, _) = known(&name)?;
    let set = ecr.store(&Place::of(&call)).and_then(|store| store.settings.get(&name));
    let value = set.map_or(*default, String::as_str);
    Ok(Structure::new().with("name", name).with("value", value).output())
}
