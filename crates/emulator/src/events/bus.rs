//! Event buses.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::page::Page;
use super::rule::Rule;
use super::{DEFAULT_BUS, Events, error, read_bus, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::{Structure, moment};
use crate::tags::Tags;

const NAME: Length = Length(1, 256);
const NAME_PATTERN: &str = r"[/\.\-_A-Za-z0-9]+";
const DESCRIPTION: Length = Length(0, 512);
const KEY: Length = Length(0, 2048);
const DEAD_LETTER_ARN: Length = Length(1, 1600);
const LOG_LEVELS: [&str; 4] = ["OFF", "ERROR", "INFO", "TRACE"];
const LOG_DETAILS: [&str; 2] = ["NONE", "FULL"];
/// "EventBridge quotas".
const MAX_BUSES: usize = 100;

/// A bus.
#[derive(Clone)]
pub(crate) struct Bus {
    pub name: String,
    pub settings: Settings,
    pub tags: Tags,
    /// The resource policy, as it is read.
    pub policy: Option<String>,
    /// By name.
    pub rules: BTreeMap<String, Rule>,
    /// None of the default bus, which nobody made.
    created: Option<Timestamp>,
    pub modified: Option<Timestamp>,
}

/// What can be set of a bus.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    description: Option<String>,
    kms_key: Option<String>,
    dead_letter: Option<Value>,
    log: Option<Value>,
}

impl Settings {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        Ok(Self {
            description: constraint::text(input, "Description", DESCRIPTION)?,
            kms_key: constraint::text(input, "KmsKeyIdentifier", KEY)?,
            dead_letter: read_dead_letter(input)?,
            log: input.structure("LogConfig")?.map(read_log).transpose()?,
        })
    }

    /// What is given takes the place of what was; an empty text takes it away.
    fn merge(&mut self, new: Self) {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        if let Some(description) = new.description {
            self.description = given(description);
        }
        if let Some(key) = new.kms_key {
            self.kms_key = given(key);
        }
        if let Some(dead_letter) = new.dead_letter {
            self.dead_letter = Some(dead_letter).filter(|value| value.get("Arn").is_some());
        }
        self.log = new.log.or(self.log.take());
    }

    fn add_to(&self, structure: Structure) -> Structure {
        structure
            .with_some("Description", self.description.as_deref())
            .with_some("KmsKeyIdentifier", self.kms_key.as_deref())
            .with_some("DeadLetterConfig", self.dead_letter.clone())
            .with_some("LogConfig", self.log.clone())
    }
}

/// Takes the member `DeadLetterConfig`.
fn read_dead_letter(input: &mut Input) -> Result<Option<Value>, ApiError> {
    let Some(mut given) = input.structure("DeadLetterConfig")? else { return Ok(None) };
    let arn = constraint::text(&mut given, "Arn", DEAD_LETTER_ARN)?;
    given.finish()?;
    Ok(Some(Structure::new().with_some("Arn", arn).value()))
}

fn read_log(mut given: Input) -> Result<Value, ApiError> {
    let detail = constraint::one_of(&mut given, "IncludeDetail", &LOG_DETAILS)?;
    let level = constraint::one_of(&mut given, "Level", &LOG_LEVELS)?;
    given.finish()?;
    Ok(Structure::new().with_some("IncludeDetail", detail).with_some("Level", level).value())
}

impl Bus {
    /// A bus without rules.
    pub fn new(name: &str, created: Option<Timestamp>) -> Self {
        Self {
            name: name.to_owned(),
            settings: Settings::default(),
            tags: Tags::default(),
            policy: None,
            rules: BTreeMap::new(),
            created,
            modified: created,
        }
    }

    /// The bus's ARN.
    pub fn arn(&self, place: &Place) -> String {
        place.arn("events", &format!("event-bus/{}", self.name))
    }

    fn entry(&self, place: &Place) -> Structure {
        Structure::new()
            .with("Name", self.name.as_str())
            .with("Arn", self.arn(place))
            .with_some("Policy", self.policy.as_deref())
            .with_some("CreationTime", self.created.map(moment))
            .with_some("LastModifiedTime", self.modified.map(moment))
    }
}

pub(crate) fn create(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let name = constraint::required(input, "Name", NAME)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/.-_".contains(c);
    constraint::matches(input, &name, "Name", NAME_PATTERN, allowed)?;
    let mut settings = Settings::default();
    settings.merge(Settings::read(input)?);
    let tags = tag::read(input)?;
    input.finish()?;
    if name.contains('/') {
        return Err(error::validation("Event bus name must not contain '/'."));
    }
    if events.bus(&place, &name).is_ok() {
        return Err(error::bus_exists(&name));
    }
    let buses = &mut events.stores.get_mut(&place).buses;
    if buses.len() >= MAX_BUSES {
        return Err(error::limit_exceeded());
    }
    let bus = Bus { settings, tags, ..Bus::new(&name, Some(call.now)) };
    let answer = bus.settings.add_to(Structure::new().with("EventBusArn", bus.arn(&place)));
    buses.insert(name, bus);
    Ok(answer.output())
}

pub(crate) fn describe(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_bus(&mut call.input, "Name", &place)?;
    call.input.finish()?;
    let bus = events.bus(&place, &name)?;
    Ok(bus.settings.add_to(bus.entry(&place)).output())
}

pub(crate) fn update(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_bus(&mut call.input, "Name", &place)?;
    let settings = Settings::read(&mut call.input)?;
    call.input.finish()?;
    let bus = events.bus_mut(&place, &name)?;
    bus.settings.merge(settings);
    bus.modified = Some(call.now);
    let answer = Structure::new().with("Name", name).with("Arn", bus.arn(&place));
    Ok(bus.settings.add_to(answer).output())
}

/// A bus that is not there is deleted as well as one that is.
pub(crate) fn delete(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_bus(&mut call.input, "Name", &place)?;
    call.input.finish()?;
    if name == DEFAULT_BUS {
        return Err(error::validation(format!("Cannot delete event bus {name}.")));
    }
    if events.bus(&place, &name).is_ok_and(|bus| !bus.rules.is_empty()) {
        return Err(error::validation(format!("Event bus {name} can't be deleted since it has rules.")));
    }
    events.stores.get_mut(&place).buses.remove(&name);
    Ok(Output::default())
}

pub(crate) fn list(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let prefix = constraint::text(&mut call.input, "NamePrefix", NAME)?.unwrap_or_default();
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let buses = events.stores.get(&place).into_iter().flat_map(|store| &store.buses);
    let rows = buses.filter(|(name, _)| name.starts_with(&prefix)).map(|(name, bus)| {
        let description = bus.settings.description.as_deref();
        (name.clone(), bus.entry(&place).with_some("Description", description).value())
    });
    Ok(page.answer("EventBuses", rows).output())
}
