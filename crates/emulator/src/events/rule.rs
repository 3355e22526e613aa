//! Rules.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>

use std::collections::BTreeMap;

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::page::Page;
use super::pattern::Pattern;
use super::{DEFAULT_BUS, Events, cron, error, read_bus, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

pub(crate) const ENABLED: &str = "ENABLED";
pub(crate) const DISABLED: &str = "DISABLED";
const STATES: [&str; 3] = [DISABLED, ENABLED, "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];
const NAME: Length = Length(1, 64);
const NAME_PATTERN: &str = r"[\.\-_A-Za-z0-9]+";
const PATTERN: Length = Length(0, 4096);
const SCHEDULE: Length = Length(0, 256);
const DESCRIPTION: Length = Length(0, 512);
const ARN: Length = Length(1, 1600);
/// "EventBridge quotas": on one bus.
const MAX_RULES: usize = 300;

/// A rule.
#[derive(Clone)]
pub(crate) struct Rule {
    pub name: String,
    /// As it was sent.
    pattern: Option<String>,
    schedule: Option<String>,
    state: String,
    description: Option<String>,
    role: Option<String>,
    pub tags: Tags,
    created_by: String,
    /// By id, with all their members.
    pub targets: BTreeMap<String, Value>,
}

impl Rule {
    /// The rule's ARN: the default bus is not in it.
    pub fn arn(&self, place: &Place, bus: &str) -> String {
        match bus {
            DEFAULT_BUS => place.arn("events", &format!("rule/{}", self.name)),
            bus => place.arn("events", &format!("rule/{bus}/{}", self.name)),
        }
    }

    fn entry(&self, place: &Place, bus: &str) -> Structure {
        Structure::new()
            .with("Name", self.name.as_str())
            .with("Arn", self.arn(place, bus))
            .with_some("EventPattern", self.pattern.as_deref())
            .with_some("ScheduleExpression", self.schedule.as_deref())
            .with("State", self.state.as_str())
            .with_some("Description", self.description.as_deref())
            .with_some("RoleArn", self.role.as_deref())
            .with("EventBusName", bus)
    }
}

/// Takes a rule's name.
pub(crate) fn read_name(input: &mut Input, member: &str) -> Result<String, ApiError> {
    let name = constraint::required(input, member, NAME)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    constraint::matches(input, &name, member, NAME_PATTERN, allowed)?;
    Ok(name)
}

fn read_prefix(input: &mut Input) -> Result<String, ApiError> {
    Ok(constraint::text(input, "NamePrefix", NAME)?.unwrap_or_default())
}

/// A rule that is there is replaced: what is not given is gone, but for its tags and targets.
pub(crate) fn put(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let name = read_name(input, "Name")?;
    let bus = read_bus(input, "EventBusName", &place)?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let pattern = given(constraint::text(input, "EventPattern", PATTERN)?);
    let schedule = given(constraint::text(input, "ScheduleExpression", SCHEDULE)?);
    let state = constraint::one_of(input, "State", &STATES)?.unwrap_or_else(|| ENABLED.to_owned());
    let description = given(constraint::text(input, "Description", DESCRIPTION)?);
    let role = constraint::text(input, "RoleArn", ARN)?;
    let tags = tag::read(input)?;
    input.finish()?;
    if pattern.is_none() && schedule.is_none() {
        return Err(error::validation("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    if let Some(pattern) = &pattern {
        Pattern::parse(pattern).map_err(|reason| error::invalid_pattern(&reason))?;
    }
    if let Some(schedule) = &schedule {
        if bus != DEFAULT_BUS {
            return Err(error::validation("ScheduleExpression is supported only on the default event bus."));
        }
        if !cron::is_schedule(schedule) {
            return Err(error::validation("Parameter ScheduleExpression is not valid."));
        }
    }
    let rules = &events.bus(&place, &bus)?.rules;
    let held = rules.get(&name);
    if held.is_none() && rules.len() >= MAX_RULES {
        return Err(error::limit_exceeded());
    }
    let (tags, targets) = match held {
        Some(held) => (held.tags.clone(), held.targets.clone()),
        None => (tags, BTreeMap::new()),
    };
    let created_by = held.map_or_else(|| call.account.clone(), |held| held.created_by.clone());
    let rule =
        Rule { name: name.clone(), pattern, schedule, state, description, role, tags, created_by, targets };
    let answer = Structure::new().with("RuleArn", rule.arn(&place, &bus));
    events.bus_mut(&place, &bus)?.rules.insert(name, rule);
    Ok(answer.output())
}

pub(crate) fn describe(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_name(&mut call.input, "Name")?;
    let bus = read_bus(&mut call.input, "EventBusName", &place)?;
    call.input.finish()?;
    let rule = events.rule(&place, &bus, &name)?;
    Ok(rule.entry(&place, &bus).with("CreatedBy", rule.created_by.as_str()).output())
}

/// A rule that is not there is deleted as well as one that is. No rule here is a service's own, so that none needs force.
pub(crate) fn delete(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_name(&mut call.input, "Name")?;
    let bus = read_bus(&mut call.input, "EventBusName", &place)?;
    call.input.boolean("Force")?;
    call.input.finish()?;
    let held = &events.bus(&place, &bus)?.rules;
    if held.get(&name).is_some_and(|rule| !rule.targets.is_empty()) {
        return Err(error::validation("Rule can't be deleted since it has targets."));
    }
    events.bus_mut(&place, &bus)?.rules.remove(&name);
    Ok(Output::default())
}

pub(crate) fn set_state(events: &mut Events, mut call: Call, state: &str) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_name(&mut call.input, "Name")?;
    let bus = read_bus(&mut call.input, "EventBusName", &place)?;
    call.input.finish()?;
    events.rule(&place, &bus, &name)?;
    state.clone_into(&mut events.rule_mut(&place, &bus, &name)?.state);
    Ok(Output::default())
}

pub(crate) fn list(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let prefix = read_prefix(&mut call.input)?;
    let bus = read_bus(&mut call.input, "EventBusName", &place)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let rules = events.bus(&place, &bus)?.rules.iter().filter(|(name, _)| name.starts_with(&prefix));
    let rows = rules.map(|(name, rule)| (name.clone(), rule.entry(&place, &bus).value()));
    Ok(page.answer("Rules", rows).output())
}

pub(crate) fn list_by_target(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let arn = constraint::required(&mut call.input, "TargetArn", ARN)?;
    let bus = read_bus(&mut call.input, "EventBusName", &place)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let has = |target: &Value| target.get("Arn").and_then(Value::as_str) == Some(arn.as_str());
    let rules = events.bus(&place, &bus)?.rules.values().filter(|rule| rule.targets.values().any(has));
    let rows = rules.map(|rule| (rule.name.clone(), Value::from(rule.name.as_str())));
    Ok(page.answer("RuleNames", rows).output())
}
