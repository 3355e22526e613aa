//! EventBridge: the event buses of each account and region, with their rules and targets.
//!
//! Events are checked and taken; nothing is delivered.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html>

mod bus;
pub(crate) mod cron;
mod error;
mod page;
mod pattern;
mod permission;
mod put;
mod rule;
mod tag;
mod target;

use std::collections::BTreeMap;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::place::{Place, Stores};
use bus::Bus;
use rule::Rule;

const DEFAULT_BUS: &str = "default";
const BUS_NAME: Length = Length(1, 1600);
const BUS_PATTERN: &str =
    r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+";

/// Every account's buses in every region.
#[derive(Clone, Default)]
pub(crate) struct Events {
    stores: Stores<Store>,
}

/// What one account has in one region, by name.
#[derive(Clone)]
struct Store {
    buses: BTreeMap<String, Bus>,
}

impl Default for Store {
    /// The default bus is always there.
    fn default() -> Self {
        Self { buses: BTreeMap::from([(DEFAULT_BUS.to_owned(), Bus::new(DEFAULT_BUS, None))]) }
    }
}

/// Takes what names a bus, a name or an ARN; the default one where it is absent.
fn read_bus(input: &mut Input, member: &str, place: &Place) -> Result<String, ApiError> {
    let Some(named) = constraint::text(input, member, BUS_NAME)? else { return Ok(DEFAULT_BUS.to_owned()) };
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/.-_:".contains(c);
    constraint::matches(input, &named, member, BUS_PATTERN, allowed)?;
    match bus_of(place, &named) {
        Some((there, name)) if there == *place => Ok(name),
        _ => Err(error::no_such_bus(&named)),
    }
}

/// Where a bus is, and its name, as a name or an ARN names it.
fn bus_of(here: &Place, named: &str) -> Option<(Place, String)> {
    if !named.starts_with("arn:") {
        return Some((here.clone(), named.to_owned()));
    }
    let (place, resource) = Place::parse("events", named)?;
    Some((place, resource.strip_prefix("event-bus/")?.to_owned()))
}

impl Events {
    fn bus(&self, place: &Place, name: &str) -> Result<&Bus, ApiError> {
        let bus = self.stores.get(place).and_then(|store| store.buses.get(name));
        bus.ok_or_else(|| error::no_such_bus(name))
    }

    fn bus_mut(&mut self, place: &Place, name: &str) -> Result<&mut Bus, ApiError> {
        self.stores.get_mut(place).buses.get_mut(name).ok_or_else(|| error::no_such_bus(name))
    }

    fn rule(&self, place: &Place, bus: &str, name: &str) -> Result<&Rule, ApiError> {
        self.bus(place, bus)?.rules.get(name).ok_or_else(|| error::no_such_rule(name, bus))
    }

    fn rule_mut(&mut self, place: &Place, bus: &str, name: &str) -> Result<&mut Rule, ApiError> {
        self.bus_mut(place, bus)?.rules.get_mut(name).ok_or_else(|| error::no_such_rule(name, bus))
    }

    /// Executes an operation.
    pub fn call(&mut self, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        let place = Place::of(&call);
        if self.stores.get(&place).is_none() {
            self.stores.get_mut(&place);
        }
        match operation {
            "CreateEventBus" => bus::create(self, call),
            "DescribeEventBus" => bus::describe(self, call),
            "UpdateEventBus" => bus::update(self, call),
            "DeleteEventBus" => bus::delete(self, call),
            "ListEventBuses" => bus::list(self, call),
            "PutPermission" => permission::put(self, call),
            "RemovePermission" => permission::remove(self, call),
            "PutRule" => rule::put(self, call),
            "DescribeRule" => rule::describe(self, call),
            "DeleteRule" => rule::delete(self, call),
            "EnableRule" => rule::set_state(self, call, rule::ENABLED),
            "DisableRule" => rule::set_state(self, call, rule::DISABLED),
            "ListRules" => rule::list(self, call),
            "ListRuleNamesByTarget" => rule::list_by_target(self, call),
            "PutTargets" => target::put(self, call),
            "RemoveTargets" => target::remove(self, call),
            "ListTargetsByRule" => target::list(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            "PutEvents" => put::events(self, call),
            "TestEventPattern" => put::test_pattern(call),
            _ => Err(not_implemented(&format!("events {operation}"))),
        }
    }
}
