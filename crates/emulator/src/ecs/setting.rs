//! Account settings, of principals and as the account's defaults.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::{Ecs, PAGING, error};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

const SWITCH: &[&str] = &["enabled", "disabled"];

/// Each setting, what it is where nobody set it, and what it may be; numbers of days have no list.
const SETTINGS: &[(&str, &str, &[&str])] = &[
    ("awsvpcTrunking", "disabled", SWITCH),
    ("containerInsights", "disabled", &["enabled", "disabled", "enhanced"]),
    ("containerInstanceLongArnFormat", "enabled", SWITCH),
    ("defaultLogDriverMode", "non-blocking", &["blocking", "non-blocking"]),
    ("dualStackIPv6", "enabled", SWITCH),
    ("fargateFIPSMode", "disabled", SWITCH),
    ("fargateTaskRetirementWaitPeriod", "7", &["0", "7", "14"]),
    ("guardDutyActivate", "off", &["on", "off"]),
    ("serviceLongArnFormat", "enabled", SWITCH),
    ("tagResourceAuthorization", "on", &["on", "off"]),
    ("taskLongArnFormat", "enabled", SWITCH),
];

/// Whose settings are the account's defaults.
fn root(place: &Place) -> String {
    format!("arn:aws:iam::{}:root", place.account)
}

fn known(name: &str) -> Result<&'static (&'static str, &'static str, &'static [&'static str]), ApiError> {
    let setting = SETTINGS.iter().find(|(known, ..)| *known == name);
    setting.ok_or_else(|| error::invalid(format!("The setting {name} is not known.")))
}

fn shown(name: &str, value: &str, principal: &str) -> Value {
    let own = name == "guardDutyActivate";
    Structure::new()
        .with("name", name)
        .with("value", value)
        .with("principalArn", principal)
        .with("type", if own { "aws_managed" } else { "user" })
        .value()
}

impl Ecs {
    /// A setting's value where nobody set one of their own.
    pub fn setting(&self, place: &Place, name: &str) -> String {
        let set = self.store(place).and_then(|store| store.settings.get(&(root(place), name.to_owned())));
        let default = SETTINGS.iter().find(|(known, ..)| *known == name).map(|(_, default, _)| *default);
        set.map(String::as_str).or(default).unwrap_or_default().to_owned()
    }
}

/// Whose setting is meant: a principal that is named, or the caller.
fn principal(call: &mut Call) -> Result<String, ApiError> {
    let named = call.input.string("principalArn")?;
    Ok(named.or_else(|| call.caller.arn.clone()).unwrap_or_default())
}

pub(crate) fn put(ecs: &mut Ecs, mut call: Call, for_all: bool) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (name, value) = (call.input.required("name")?, call.input.required("value")?);
    let principal = if for_all { root(&place) } else { principal(&mut call)? };
    call.input.finish()?;
    let (_, _, values) = known(&name)?;
    if !values.contains(&value.as_str()) {
        return Err(error::invalid(format!("The value {value} is not valid for the setting {name}.")));
    }
    let answer = shown(&name, &value, &principal);
    ecs.store_mut(&place).settings.insert((principal, name), value);
    Ok(Structure::new().with("setting", answer).output())
}

pub(crate) fn delete(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("name")?;
    let principal = principal(&mut call)?;
    call.input.finish()?;
    let (_, default, _) = known(&name)?;
    ecs.store_mut(&place).settings.remove(&(principal.clone(), name.clone()));
    Ok(Structure::new().with("setting", shown(&name, default, &principal)).output())
}

pub(crate) fn list(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.string("name")?;
    let value = call.input.string("value")?;
    let effective = call.input.boolean("effectiveSettings")?.unwrap_or(false);
    let principal = principal(&mut call)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let names = SETTINGS
        .iter()
        .map(|(known, ..)| *known)
        .filter(|known| name.as_ref().is_none_or(|name| name == known));
    let store = ecs.store(&place);
    let rows = names.filter_map(|known| {
        let own = store.and_then(|store| store.settings.get(&(principal.clone(), known.to_owned())));
        let set = own.cloned().or_else(|| effective.then(|| ecs.setting(&place, known)))?;
        let wanted = value.as_ref().is_none_or(|value| *value == set);
        wanted.then(|| (known.to_owned(), shown(known, &set, &principal)))
    });
    Ok(page.answer("settings", rows).output())
}
