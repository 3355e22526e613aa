//! What a table or an index can take: provisioned, on demand, warm.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html>

use jiff::Timestamp;
use jiff::tz::TimeZone;
use stackproof_aws::{ApiError, Members};

use super::error;
use crate::input::Input;
use crate::structure::Structure;

/// What a table on demand is warm for from the first.
const WARM_ON_DEMAND: Units = Units { read: 12_000, write: 4_000 };

/// Units a second, of reading and of writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Units {
    pub read: i64,
    pub write: i64,
}

/// What is provisioned; nothing on demand.
#[derive(Clone, Default)]
pub(super) struct Provisioned {
    pub units: Units,
    increased: Option<Timestamp>,
    decreased: Vec<Timestamp>,
}

impl Provisioned {
    /// So much from the first.
    pub fn new(units: Units) -> Self {
        Self { units, ..Self::default() }
    }

    /// Takes the member `ProvisionedThroughput`; the engine has the limits of its values.
    pub fn read(input: &mut Input) -> Result<Option<Units>, ApiError> {
        let Some(mut given) = input.structure("ProvisionedThroughput")? else { return Ok(None) };
        let mut units = |name| {
            given.integer(name)?.ok_or_else(|| error::null_member(&format!("provisionedThroughput.{name}")))
        };
        let units = Units { read: units("ReadCapacityUnits")?, write: units("WriteCapacityUnits")? };
        given.finish()?;
        Ok(Some(units))
    }

    /// Provisions so much from now on.
    pub fn change(&mut self, to: Units, now: Timestamp) {
        if to.read > self.units.read || to.write > self.units.write {
            self.increased = Some(now);
        }
        if to.read < self.units.read || to.write < self.units.write {
            self.decreased.push(now);
        }
        self.units = to;
    }

    /// `ProvisionedThroughputDescription`
    pub fn description(&self, now: Timestamp) -> Structure {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let today = self.decreased.iter().filter(|at| day(**at) == day(now)).count();
        let time = |structure: Structure, name, at: Option<&Timestamp>| match at {
            Some(at) => structure.with_time(name, *at),
            None => structure,
        };
        let description = Structure::new()
            .with("ReadCapacityUnits", self.units.read)
            .with("WriteCapacityUnits", self.units.write)
            .with("NumberOfDecreasesToday", today);
        let description = time(description, "LastIncreaseDateTime", self.increased.as_ref());
        time(description, "LastDecreaseDateTime", self.decreased.last())
    }
}

/// What is warm beyond what has to be.
#[derive(Clone, Copy, Default)]
pub(super) struct Warm(Units);

impl Warm {
    /// Takes the member `WarmThroughput`, which only ever rises.
    ///
    /// # Errors
    /// `ValidationException` for less than is warm now; `of` names the table or index in its text.
    pub fn raise(&mut self, input: &mut Input, least: Units, of: &str) -> Result<(), ApiError> {
        let Some(mut given) = input.structure("WarmThroughput")? else { return Ok(()) };
        let now = self.units(least);
        let mut units = |name, now| match given.integer(name)? {
            Some(units) if units < now => Err(error::invalid(&format!(
                "Requested {name} for WarmThroughput for {of} is lower than the current WarmThroughput, decreasing WarmThroughput is not supported"
            ))),
            units => Ok(units.unwrap_or(now)),
        };
        let raised = Units {
            read: units("ReadUnitsPerSecond", now.read)?,
            write: units("WriteUnitsPerSecond", now.write)?,
        };
        given.finish()?;
        self.0 = raised;
        Ok(())
    }

    /// `WarmThroughputDescription`
    pub fn description(&self, least: Units) -> Structure {
        let Units { read, write } = self.units(least);
        Structure::new()
            .with("ReadUnitsPerSecond", read)
            .with("WriteUnitsPerSecond", write)
            .with("Status", "ACTIVE")
    }

    fn units(&self, least: Units) -> Units {
        Units { read: self.0.read.max(least.read), write: self.0.write.max(least.write) }
    }
}

/// What is warm at least: what is provisioned, or what AWS gives on demand.
pub(super) fn least_warm(on_demand: bool, provisioned: Units) -> Units {
    if on_demand { WARM_ON_DEMAND } else { provisioned }
}

/// Takes the member `OnDemandThroughput` of an index, on top of what was set before; -1 lifts a limit.
pub(super) fn limits(
    input: &mut Input,
    before: &Members,
    on_demand: bool,
    index: &str,
) -> Result<Members, ApiError> {
    let mut limits = before.clone();
    let Some(mut given) = input.structure("OnDemandThroughput")? else { return Ok(limits) };
    for name in ["MaxReadRequestUnits", "MaxWriteRequestUnits"] {
        match given.integer(name)? {
            None => {}
            Some(_) if !on_demand => {
                return Err(error::invalid(&format!(
                    "{name} for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."
                )));
            }
            Some(-1) => {
                limits.remove(name);
            }
            Some(units) if units < 1 => {
                return Err(error::invalid(&format!(
                    "Requested {name} for OnDemandThroughput for index {index} is outside of valid range"
                )));
            }
            Some(units) => {
                limits.insert(name.to_owned(), units.into());
            }
        }
    }
    given.finish()?;
    Ok(limits)
}
